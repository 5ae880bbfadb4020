"""The desk's forms to put a step right: its dates, or the whole of it when it was noted by mistake."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django import forms

from jalons.pathways.models import Step
from jalons.pathways.operations import StepFacts
from jalons.pathways.reference import detail_of
from jalons.sites.desk.forms_pathway import hours_field
from jalons.ui.forms import FrenchDateField, KitForm


class CorrectStepForm(KitForm):
    """What a step should have said: only what it says already is asked."""

    positioned_on = FrenchDateField(label="Prescrite le", required=False, help_text="Vide si elle ne l’a pas été.")
    started_on = FrenchDateField(label="Commencée le", required=False, help_text="Vide si elle n’a pas commencé.")
    ended_on = FrenchDateField(label="Terminée le", required=False, help_text="Vide si elle continue.")
    planned_end_on = FrenchDateField(label="Fin prévue le", required=False)
    weekly_hours = hours_field()
    qualifying = forms.BooleanField(label="Formation qualifiante", required=False)

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        initial = {one.name: getattr(step, one.name) for one in fields(StepFacts)}
        super().__init__(*args, initial=initial, **kwargs)
        for name in ("positioned_on", "started_on", "ended_on"):
            if initial[name] is None:
                del self.fields[name]
        if detail_of(step.kind) != "training" and not step.qualifying:
            del self.fields["qualifying"]

    def facts(self) -> StepFacts:
        """Return what was typed, for the operation."""
        return StepFacts(**self.cleaned_data)


class WithdrawStepForm(KitForm):
    """Why a step was noted by mistake; nothing is asked of a kind that takes no word."""

    reason = forms.CharField(label="Pourquoi", max_length=200, help_text="Par exemple : notée pour une autre personne.")

    def __init__(self, *args: Any, sensitive: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sensitive:
            del self.fields["reason"]
