"""The desk's forms about the pathway: contract, step, job, exit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField

from jalons.pathways.models import (
    ContractKind,
    Enrolment,
    Horizon,
    Job,
    Recommendation,
    StepDoer,
)
from jalons.pathways.operations import Objective, PlannedStep
from jalons.sites.frame.labels import Labels
from jalons.ui.forms import FrenchDateField, KitForm
from jalons.ui.french import date_short

HORIZONS = ((Horizon.SHORT, "Dans les trois mois"), (Horizon.MEDIUM, "Dans l’année"), (Horizon.LONG, "Plus tard"))
STEP_LINES = 4
TAKEN_UP = [(horizon.value, f"Dans l’objectif à {horizon.label.lower()}") for horizon in Horizon]


def hours_field(label: str = "Heures par semaine") -> forms.DecimalField:
    """Return the field of weekly hours, « 17,5 »."""
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=4,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"size": 6}),
    )


class OfEnrolmentForm(KitForm):
    """A form about one accompaniment of the person; not asked when there is only one."""

    enrolment = forms.TypedChoiceField(label="Accompagnement", coerce=int)

    def __init__(self, *args: Any, enrolments: list[Enrolment], labels: Labels, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["enrolment"]
        field.choices = [(one.pk, _enrolment_name(one, labels)) for one in enrolments]
        field.initial = enrolments[0].pk if enrolments else None
        if len(enrolments) == 1:
            field.initial = enrolments[0].pk
            field.widget = forms.HiddenInput()


class ContractForm(OfEnrolmentForm):
    """What the contract says, her words first."""

    kind = forms.ChoiceField(label="Nature du contrat", choices=ContractKind.choices)
    her_words = forms.CharField(
        label="Ce que je veux",
        required=False,
        help_text="Avec ses mots, tels qu’elle ou il les dit.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    short = forms.CharField(label="Objectif à court terme", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    medium = forms.CharField(label="Objectif à moyen terme", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    long = forms.CharField(label="Objectif à long terme", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    start_on = FrenchDateField(label="Du")
    end_on = FrenchDateField(label="Au")
    previous_review = forms.CharField(
        label="Bilan du contrat précédent", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self,
        *args: Any,
        enrolments: list[Enrolment],
        labels: Labels,
        plan: Sequence[Recommendation] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, enrolments=enrolments, labels=labels, **kwargs)
        self.plan = plan
        for one in plan:
            self.fields[f"taken_{one.pk}"] = forms.ChoiceField(
                label=one.text, required=False, choices=[("", "Pas dans ce contrat"), *TAKEN_UP]
            )

    def plan_fields(self) -> list[BoundField]:
        """Return the fields that take up the recommendations of the last assessment."""
        return [self[f"taken_{one.pk}"] for one in self.plan]

    def taken_up(self) -> dict[int, Horizon]:
        """Return recommendation → horizon of the objective that takes it up (R-069)."""
        chosen = ((one.pk, self.cleaned_data.get(f"taken_{one.pk}", "")) for one in self.plan)
        return {pk: Horizon(value) for pk, value in chosen if value}

    def objectives(self) -> list[Objective]:
        """Return the objectives that were written."""
        written = ((horizon, self.cleaned_data.get(horizon.value, "")) for horizon in Horizon)
        return [Objective(horizon, text.strip()) for horizon, text in written if text.strip()]


class ContractStepForm(KitForm):
    """One line of the calendar: what, when, where."""

    kind = forms.ChoiceField(label="Étape", required=False)
    label = forms.CharField(label="Précision", max_length=200, required=False)
    doer = forms.ChoiceField(label="Qui", required=False, choices=[("", "–"), *StepDoer.choices])
    planned_on = FrenchDateField(label="Date", required=False)
    place = forms.CharField(label="Lieu", max_length=120, required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "–"), *kinds]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A line with anything written says which step it is."""
        data = super().clean() or self.cleaned_data
        if not data.get("kind") and any(data.get(name) for name in ("label", "doer", "planned_on", "place")):
            self.add_error("kind", "Choisissez l’étape de cette ligne.")
        return data

    def step(self) -> PlannedStep | None:
        """Return the step written, None for an empty line."""
        data = self.cleaned_data
        if not data.get("kind"):
            return None
        return PlannedStep(
            kind=data["kind"],
            label=data["label"],
            planned_on=data["planned_on"],
            place=data["place"],
            doer=data["doer"],
        )


class DiplomaForm(KitForm):
    """The day a diploma or title was obtained, for a qualifying training that is done."""

    diploma_on = FrenchDateField(label="Diplôme ou titre obtenu le")


class PieceForm(OfEnrolmentForm):
    """That a document is in the file: its kind and its date, never its content."""

    kind = forms.ChoiceField(label="Document")
    dated_on = FrenchDateField(label="Daté du")

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Choisir…"), *kinds]  # type: ignore[attr-defined]


class ChooseClassForm(KitForm):
    """Another class than the computed one, and why."""

    exit_class = forms.ChoiceField(label="Classe retenue")
    reason = forms.CharField(label="Motif", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, classes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exit_class"].choices = classes  # type: ignore[attr-defined]


class ReasonForm(KitForm):
    """A reason in one line."""

    reason = forms.CharField(label="Motif", max_length=300)


def _enrolment_name(one: Enrolment, labels: Labels) -> str:
    ended = f", jusqu’au {date_short(one.end_on)}" if one.end_on and one.end_on < labels.on else ""
    return f"{labels.action(one.action_code)} – {one.organisation}{ended}"


def job_name(job: Job) -> str:
    """Return « CDI, Blanchisserie du Rhône depuis le 01/10/2020 »."""
    employer = f", {job.employer}" if job.employer else ""
    return f"{job.get_contract_kind_display()}{employer}{since(job.start_on)}"


def since(day: date | None) -> str:
    """Return « depuis le… », nothing without a day."""
    return f" depuis le {date_short(day)}" if day else ""
