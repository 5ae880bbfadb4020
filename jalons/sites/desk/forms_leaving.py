"""The forms of the exit wizard: one short question each, asked only when the class of the framework needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from jalons.pathways.models import Destination, EmployerKind, Enrolment, Job, JobContract, Step
from jalons.sites.desk.forms_pathway import OfEnrolmentForm, hours_field, job_name, since
from jalons.sites.desk.forms_received import SIZE, PaperField
from jalons.sites.frame.labels import Labels
from jalons.ui.forms import FrenchDateField, KitForm

NEW = "new"
YES_NO = (("yes", "Oui"), ("no", "Non"))


class WhereForm(OfEnrolmentForm):
    """Where the person goes, and when."""

    destination = forms.ChoiceField(
        label="Où va la personne ?", choices=list(Destination.choices), widget=forms.RadioSelect
    )
    exited_on = FrenchDateField(label="Dernier jour de l’action")
    detail = forms.CharField(
        label="Précision", max_length=300, required=False, help_text="Facultative. Des faits, rien sur la santé."
    )


class WhichForm(KitForm):
    """The job or training the exit rests on: one already in the file, or a new one."""

    which = forms.ChoiceField(label="", widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["which"]
        field.label, field.choices = label, list(choices)


class WorkForm(KitForm):
    """The job as a fact; fixed terms say their last day."""

    contract_kind = forms.ChoiceField(label="Contrat", choices=[("", "Choisir…"), *JobContract.choices])
    employer = forms.CharField(label="Employeur", max_length=120, required=False)
    occupation = forms.CharField(label="Poste", max_length=120, required=False)
    start_on = FrenchDateField(label="Premier jour")
    end_on = FrenchDateField(
        label="Dernier jour prévu", required=False, help_text="Vide pour un CDI ou une création d’activité."
    )

    def clean(self) -> dict[str, Any]:
        """A fixed term says its last day, after the first."""
        data = super().clean() or self.cleaned_data
        kind, start, end = data.get("contract_kind"), data.get("start_on"), data.get("end_on")
        if kind and kind not in OPEN_ENDED and end is None and "end_on" not in self.errors:
            self.add_error("end_on", "Un contrat à durée déterminée a un dernier jour prévu.")
        if start and end and end < start:
            self.add_error("end_on", "Le dernier jour vient après le premier.")
        return data


OPEN_ENDED = (JobContract.CDI, JobContract.BUSINESS)


class EmployerForm(KitForm):
    """What kind of employer."""

    employer_kind = forms.ChoiceField(
        label="Chez quel type d’employeur ?", choices=EmployerKind.choices, widget=forms.RadioSelect
    )


class HoursForm(KitForm):
    """How many hours a week; empty when nobody knows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weekly_hours"] = hours_field("Combien d’heures par semaine ?")
        self.fields["weekly_hours"].help_text = "Laissez vide si vous ne le savez pas."


class TrainingForm(KitForm):
    """The training as a fact."""

    kind = forms.ChoiceField(label="Formation")
    label = forms.CharField(label="Intitulé", max_length=200, required=False)
    operator = forms.CharField(label="Organisme de formation", max_length=120, required=False)
    training_start_on = FrenchDateField(label="Commencée le")

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Choisir…"), *kinds]  # type: ignore[attr-defined]


class QualifyingForm(KitForm):
    """Whether the training is a qualifying one."""

    qualifying = forms.ChoiceField(
        label="Mène-t-elle à un diplôme, un titre ou un certificat ?", choices=YES_NO, widget=forms.RadioSelect
    )

    def clean_qualifying(self) -> bool:
        """Return yes or no as a truth."""
        return bool(self.cleaned_data["qualifying"] == "yes")


class TrainingEndForm(KitForm):
    """When the training ends."""

    training_end_on = FrenchDateField(label="Quand finit-elle, ou a-t-elle fini ?")


class DiplomaDayForm(KitForm):
    """When the diploma was obtained."""

    diploma_on = FrenchDateField(
        label="Diplôme ou titre obtenu le", required=False, help_text="Laissez vide s’il n’est pas encore obtenu."
    )


class ProofForm(KitForm):
    """A document received: its kind, its date, and its scan when there is one."""

    proof_kind = forms.ChoiceField(label="Document reçu", required=False)
    proof_on = FrenchDateField(label="Daté du", required=False)
    proof_file = PaperField(
        label="Fichier",
        required=False,
        help_text=f"Facultatif : PDF, JPEG ou PNG, {SIZE} Mo au plus. Sans fichier, le document reste dans votre dossier.",
    )

    def __init__(self, *args: Any, kinds: Mapping[str, str], needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = [] if needed else [("", "Aucun pour l’instant")]
        field: Any = self.fields["proof_kind"]
        field.choices, field.required = [*none, *kinds.items()], needed

    def clean(self) -> dict[str, Any]:
        """A document has a date, a file is of a kind."""
        data = super().clean() or self.cleaned_data
        if data.get("proof_kind") and not data.get("proof_on") and "proof_on" not in self.errors:
            self.add_error("proof_on", "Dites de quand date ce document.")
        if data.get("proof_file") and not data.get("proof_kind"):
            self.add_error("proof_kind", "Dites ce qu’est ce document.")
        return data


def which_job(jobs: Sequence[Job]) -> list[tuple[str, str]]:
    """Return the jobs of the file as choices, then a new one."""
    return [*((str(job.pk), job_name(job)) for job in jobs), (NEW, "Un autre emploi, à noter maintenant")]


def which_step(steps: Sequence[Step], labels: Labels) -> list[tuple[str, str]]:
    """Return the trainings of the file as choices, then a new one."""
    named = ((str(one.pk), f"{one.label or labels.step(one.kind)}{since(one.started_on)}") for one in steps)
    return [*named, (NEW, "Une autre formation, à noter maintenant")]


def of(enrolments: Sequence[Enrolment], pk: int) -> Enrolment | None:
    """Return the accompaniment chosen."""
    return next((one for one in enrolments if one.pk == pk), None)
