"""The forms of reports: facts and dates, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from jalons.agenda.models import Appointment
from jalons.pathways.models import ContractBreach
from jalons.ui.forms import FrenchDateField, KitForm
from jalons.ui.french import clock_time, date_long

FACTS = (
    "Des faits et leurs dates, ce que vous avez proposé depuis. Rien sur la santé, ni sur la vie privée, ni votre avis."
)


class ReportForm(KitForm):
    """A report to write: the absences it cites and the facts."""

    absences = forms.TypedMultipleChoiceField(
        label="Absences citées", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    facts = forms.CharField(label="Faits", help_text=FACTS, widget=forms.Textarea(attrs={"rows": 7}))

    def __init__(self, *args: Any, missed: Sequence[Appointment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if missed:
            choices = [(one.pk, absence_in_words(one)) for one in missed]
            self.fields["absences"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["absences"]


class DismissForm(KitForm):
    """Why a report proposed is not made."""

    reason = forms.CharField(
        label="Pourquoi ne pas signaler ?", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class BreachForm(KitForm):
    """A contract not kept: when, and the facts."""

    happened_on = FrenchDateField(label="Le")
    facts = forms.CharField(label="Faits", help_text=FACTS, widget=forms.Textarea(attrs={"rows": 4}))


def absence_in_words(one: Appointment) -> str:
    """Return « Entretien individuel du 3 mars 2020 à 9 h, en face à face »."""
    return (
        f"{one.get_kind_display()} du {date_long(one.on_date)} à {clock_time(one.starts_at)}, "
        f"{one.get_mode_display().lower()}"
    )


def facts_of(missed: Sequence[Appointment]) -> str:
    """Return the facts of these absences, ready to be completed: a line each, nothing else."""
    lines = [
        f"Absence non justifiée\u202f: {absence_in_words(one)}."
        for one in sorted(missed, key=lambda one: one.starts_at)
    ]
    return "\n".join(lines)


def breaches_in_words(breaches: Sequence[ContractBreach]) -> str:
    """Return the facts of these breaches of contract, ready to be completed: each with its day, as it was written."""
    return "\n".join(f"Le {date_long(one.happened_on)}\u202f: {one.facts}" for one in breaches)
