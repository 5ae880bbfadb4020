"""The desk's forms about a situation: registration, assessment, obstacles, information, pause, second professional."""

from __future__ import annotations

from typing import Any

from django import forms

from jalons.pathways.models import Enrolment, InformationKind
from jalons.people.models import RegistrationEnd
from jalons.sites.desk.forms_pathway import OfEnrolmentForm
from jalons.sites.frame.labels import Labels
from jalons.ui.forms import FrenchDateField, KitForm

NOT_MEDICAL = "Des faits et des décisions : rien sur la santé ni sur un traitement."
UNKNOWN = (("", "Non renseigné"), ("oui", "Oui"), ("non", "Non"))


class RegistrationForm(KitForm):
    """A period of registration at Pôle emploi."""

    start_on = FrenchDateField(label="Inscrite ou inscrit depuis le")
    end_on = FrenchDateField(label="Jusqu’au", required=False, help_text="Vide si l’inscription est en cours.")
    end_reason = forms.ChoiceField(
        label="Motif de fin", required=False, choices=[("", "Choisir…"), *RegistrationEnd.choices]
    )

    def clean(self) -> dict[str, Any]:
        """An end says why, and a reason goes with an end."""
        data = super().clean() or self.cleaned_data
        if data.get("end_on") and not data.get("end_reason"):
            self.add_error("end_reason", "Dites pourquoi l’inscription a pris fin.")
        if data.get("end_reason") and not data.get("end_on") and "end_on" not in self.errors:
            self.add_error("end_on", "Donnez le dernier jour de l’inscription.")
        return data


class RegistrationEndForm(KitForm):
    """The end of the registration under way."""

    end_on = FrenchDateField(label="Dernier jour d’inscription")
    end_reason = forms.ChoiceField(label="Motif de fin", choices=[("", "Choisir…"), *RegistrationEnd.choices])


class QualitiesForm(KitForm):
    """What some actions ask for: recognised disabled worker, self-employed."""

    disabled_worker = forms.ChoiceField(
        label="Reconnaissance de travailleur handicapé (RQTH)", choices=UNKNOWN, required=False
    )
    self_employed = forms.ChoiceField(label="Travailleur indépendant (ETI)", choices=UNKNOWN, required=False)
    priority_neighbourhood = forms.ChoiceField(
        label="Habite un quartier prioritaire (QPV, CUCS)", choices=UNKNOWN, required=False
    )


class ObstacleForm(OfEnrolmentForm):
    """An obstacle that was found."""

    domain = forms.ChoiceField(label="Frein")
    opened_on = FrenchDateField(label="Repéré le")
    note = forms.CharField(
        label="Précision",
        max_length=200,
        required=False,
        help_text="Aucune précision pour la santé : le domaine suffit.",
    )

    def __init__(self, *args: Any, domains: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].choices = [("", "Choisir…"), *domains]  # type: ignore[attr-defined]


class ObstacleMoveForm(KitForm):
    """What becomes of an obstacle, and when."""

    def __init__(self, *args: Any, moves: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["move"] = forms.ChoiceField(
            label="Ce qui change", choices=moves, widget=forms.RadioSelect, initial=moves[0][0]
        )
        self.fields["day"] = FrenchDateField(label="Le")


class ObstacleActionForm(KitForm):
    """What is done to lift an obstacle: planned for a day, or done that day."""

    day = FrenchDateField(label="Le")
    done = forms.BooleanField(label="C’est fait", required=False)

    def __init__(self, *args: Any, works: list[tuple[str, str]], sensitive: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if works:
            self.fields["kind"] = forms.ChoiceField(label="Action", choices=[("", "Choisir…"), *works])
        if not sensitive:
            self.fields["note"] = forms.CharField(
                label="Précision",
                max_length=200,
                required=not works,
                help_text=NOT_MEDICAL,
                error_messages={"required": "Dites ce qui est fait pour lever ce frein."},
            )
        self.order_fields(["kind", "note", "day", "done"])

    def asked(self) -> dict[str, Any]:
        """Return the arguments of the operation."""
        data = self.cleaned_data
        when = "done_on" if data["done"] else "planned_on"
        return {"kind": data.get("kind", ""), "note": data.get("note", ""), when: data["day"]}


class InformationForm(OfEnrolmentForm):
    """What was explained on a day, and the documents handed over."""

    kinds = forms.MultipleChoiceField(
        label="Ce qui a été expliqué",
        choices=InformationKind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez ce qui a été expliqué."},
    )
    given_on = FrenchDateField(label="Le")
    documents = forms.CharField(
        label="Documents remis", max_length=200, required=False, widget=forms.TextInput(attrs={"list": "documents"})
    )

    def __init__(self, *args: Any, enrolments: list[Enrolment], labels: Labels, **kwargs: Any) -> None:
        super().__init__(*args, enrolments=enrolments, labels=labels, **kwargs)
        adhesion = [(code, item.label) for code, item in labels.adhesion(enrolments).items()]
        if adhesion:  # said before the contract: first in the list
            kinds: Any = self.fields["kinds"]
            kinds.choices = [("Avant d’adhérer", adhesion), ("À tous", InformationKind.choices)]


class PauseForm(OfEnrolmentForm):
    """A « veille »: the person leaves the active caseload for a while."""

    start_on = FrenchDateField(label="À partir du")
    end_on = FrenchDateField(label="Dernier jour", required=False, help_text="Vide si la fin n’est pas connue.")
    reason = forms.CharField(label="Motif", max_length=300, help_text=NOT_MEDICAL)


class PauseEndForm(KitForm):
    """The end of a « veille »."""

    last_day = FrenchDateField(label="Dernier jour de veille")


class ProfessionalForm(OfEnrolmentForm):
    """Another professional beside the référent unique."""

    user = forms.TypedChoiceField(label="Professionnel", coerce=int)
    role = forms.CharField(label="Rôle", max_length=40, help_text="Par exemple : coach, référent adossé, co-référent.")
    start_on = FrenchDateField(label="À compter du")

    def __init__(self, *args: Any, users: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].choices = [("", "Choisir…"), *users]  # type: ignore[attr-defined]
