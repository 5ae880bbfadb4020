"""The desk's forms about steps and jobs: what is asked depends on the kind of step, and on where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from jalons.agenda.models import Mode
from jalons.pathways.models import (
    ApplicationResult,
    ContactWith,
    EmployerKind,
    Enrolment,
    Finding,
    ImmersionPurpose,
    JobContract,
    StepAnswer,
    StepOffer,
    StepSource,
)
from jalons.pathways.operations import ApplicationFacts
from jalons.pathways.queries.sourcing import Criteria
from jalons.pathways.queries.steps import OfferPlaces
from jalons.pathways.reference import is_qualifying, job_ends
from jalons.sites.desk.forms import WhenForm
from jalons.sites.desk.forms_pathway import OfEnrolmentForm, hours_field
from jalons.sites.frame.labels import Labels
from jalons.ui.forms import FrenchDateField, KitForm
from jalons.ui.french import date_short, plural

PAID = (("", "Non précisé"), ("yes", "Oui"), ("no", "Non"))


class StepKindForm(KitForm):
    """Which step: the rest of the form depends on it."""

    kind = forms.ChoiceField(label="Étape")

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Choisir…"), *kinds]  # type: ignore[attr-defined]


class StepForm(OfEnrolmentForm):
    """A step to propose, or that has already begun. A kind about health takes no free text (R-106)."""

    agreed_on = FrenchDateField(
        label="Accord de la personne le", help_text="Une étape se propose avec son accord.", required=False
    )
    label = forms.CharField(label="Précision", max_length=200, required=False)
    operator = forms.CharField(label="Opérateur", max_length=120, required=False)
    source = forms.ChoiceField(label="Origine", choices=StepSource.choices)
    started_on = FrenchDateField(
        label="Commencée le", required=False, help_text="Vide si l’étape est seulement proposée."
    )
    planned_end_on = FrenchDateField(label="Fin prévue le", required=False)
    weekly_hours = hours_field()
    paid = forms.ChoiceField(label="Rémunérée", choices=PAID, required=False)
    qualifying = forms.BooleanField(label="Formation qualifiante", required=False)

    def __init__(
        self, *args: Any, enrolments: list[Enrolment], labels: Labels, kind: str, detail: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, enrolments=enrolments, labels=labels, **kwargs)
        if any(_sensitive(labels, one, kind) for one in enrolments):
            del self.fields["label"], self.fields["operator"]
        if detail != "training":
            del self.fields["qualifying"]
        else:
            self.fields["qualifying"].initial = is_qualifying(kind)

    def clean_paid(self) -> bool | None:
        """Return yes, no, or not known."""
        return {"yes": True, "no": False}.get(self.cleaned_data["paid"])


def _sensitive(labels: Labels, one: Enrolment, kind: str) -> bool:
    known = labels.rules(one.action_code).steps.get(kind)
    return known is not None and known.sensitive


class StepMoveForm(KitForm):
    """The next event of a step: which, when, why."""

    def __init__(
        self,
        *args: Any,
        moves: list[tuple[str, str]],
        ends: Mapping[str, Mapping[str, str]],
        sensitive: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["move"] = forms.ChoiceField(
            label="Ce qui change", choices=moves, widget=forms.RadioSelect, initial=moves[0][0]
        )
        self.fields["day"] = FrenchDateField(label="Le")
        self.fields["weekly_hours"] = hours_field()
        if ends:
            grouped = [(group, list(codes.items())) for group, codes in ends.items()]
            self.fields["end_code"] = forms.ChoiceField(
                label="Résultat ou motif",
                choices=[("", "–"), *grouped],
                required=False,
                help_text="Demandé pour une interruption.",
            )
        if not sensitive:
            self.fields["reason"] = forms.CharField(label="Précision sur le motif", max_length=200, required=False)


class PrescribeForm(KitForm):
    """On which offer, or with which operator."""

    offer = forms.TypedChoiceField(label="Offre", coerce=int, required=False, empty_value=None)
    operator = forms.CharField(label="Ou un autre opérateur", max_length=120, required=False)
    day = FrenchDateField(label="Prescrite le")

    def __init__(self, *args: Any, offers: Sequence[OfferPlaces], sensitive: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sensitive:
            del self.fields["operator"]
        named = [(one.offer.pk, offer_name(one)) for one in offers]
        self.fields["offer"].choices = [("", "Aucune de la liste"), *named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An offer or an operator."""
        data = super().clean() or self.cleaned_data
        if "operator" in self.fields and not data.get("offer") and not data.get("operator", "").strip():
            self.add_error("operator", "Choisissez une offre, ou écrivez l’opérateur.")
        return data


class AgreementForm(KitForm):
    """The day the person agreed to the step."""

    agreed_on = FrenchDateField(label="Accord de la personne le")


class AnswerForm(KitForm):
    """What the provider answered."""

    answer = forms.ChoiceField(label="Réponse de l’organisme", choices=StepAnswer.choices, widget=forms.RadioSelect)
    day = FrenchDateField(label="Le")
    reason = forms.CharField(label="Précision", max_length=200, required=False)

    def __init__(self, *args: Any, sensitive: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sensitive:
            del self.fields["reason"]


class ImmersionForm(KitForm):
    """The company side of a work situation."""

    host = forms.CharField(label="Entreprise d’accueil", max_length=120)
    occupation = forms.CharField(label="Métier", max_length=120, required=False)
    purpose = forms.ChoiceField(label="Objet", choices=ImmersionPurpose.choices, widget=forms.RadioSelect)
    agreed_on = FrenchDateField(
        label="Convention signée le", required=False, help_text="Vide tant qu’elle n’est pas signée des trois."
    )


class ApplicationForm(KitForm):
    """An offer of employment and where the application stands."""

    employer = forms.CharField(label="Employeur", max_length=120)
    title = forms.CharField(label="Poste", max_length=120)
    reference = forms.CharField(label="Référence ou adresse de l’offre", max_length=300, required=False)
    prepared_on = FrenchDateField(label="Préparée avec la personne le", required=False)
    sent_on = FrenchDateField(label="Candidature envoyée le", required=False)
    interview_on = FrenchDateField(label="Entretien obtenu pour le", required=False)
    result = forms.ChoiceField(
        label="Résultat", choices=[("", "Pas encore"), *ApplicationResult.choices], required=False
    )
    result_on = FrenchDateField(label="Résultat connu le", required=False)

    def facts(self) -> ApplicationFacts:
        """Return what was typed, for the operation."""
        data = dict(self.cleaned_data)
        result = data.pop("result")
        return ApplicationFacts(**data, result=ApplicationResult(result) if result else None)


class NewsForm(KitForm):
    """News of a step, from one side."""

    made_on = FrenchDateField(label="Le")
    contact_with = forms.ChoiceField(
        label="Avec", choices=[one for one in ContactWith.choices if one[0] != ContactWith.TRIPARTITE],
        widget=forms.RadioSelect,
    )  # fmt: skip
    finding = forms.ChoiceField(label="Constat", choices=Finding.choices, widget=forms.RadioSelect)
    note = forms.CharField(label="Précision", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, sensitive: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sensitive:
            del self.fields["note"]


class JobNewsForm(NewsForm):
    """News of a job: it may have stopped, and it may be the trace of follow-up a framework asks for."""

    ended_on = FrenchDateField(label="Dernier jour, s’il s’est arrêté", required=False)
    end_code = forms.ChoiceField(label="Motif de l’arrêt", required=False)
    piece_kind = forms.ChoiceField(label="Vaut aussi", required=False)

    def __init__(self, *args: Any, pieces: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["end_code"].choices = [("", "–"), *job_ends().items()]  # type: ignore[attr-defined]
        if pieces:
            self.fields["piece_kind"].choices = [("", "–"), *pieces.items()]  # type: ignore[attr-defined]
        else:
            del self.fields["piece_kind"]


class TripartiteForm(WhenForm):
    """A review held with the person and the provider."""

    mode = forms.ChoiceField(label="Modalité", choices=Mode.choices)
    place = forms.CharField(label="Lieu", max_length=120, required=False)
    finding = forms.ChoiceField(label="Constat", choices=Finding.choices[:3], widget=forms.RadioSelect)
    note = forms.CharField(label="Compte rendu", required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, sensitive: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sensitive:
            del self.fields["note"]


class JobForm(OfEnrolmentForm):
    """A job or a business."""

    contract_kind = forms.ChoiceField(label="Contrat", choices=[("", "Choisir…"), *JobContract.choices])
    employer_kind = forms.ChoiceField(label="Type d’employeur", choices=EmployerKind.choices)
    employer = forms.CharField(label="Employeur", max_length=120, required=False)
    occupation = forms.CharField(label="Poste", max_length=120, required=False)
    weekly_hours = hours_field()
    start_on = FrenchDateField(label="Premier jour")
    end_on = FrenchDateField(
        label="Dernier jour prévu", required=False, help_text="Vide pour un CDI ou une création d’activité."
    )


class JobChangeForm(JobForm):
    """A job to correct: one that stopped shows the day it did."""

    ended_on = FrenchDateField(label="Arrêté le", required=False, help_text="Vide s’il ne s’est pas arrêté.")

    def __init__(self, *args: Any, ended: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ended:
            del self.fields["ended_on"]


class OfferForm(KitForm):
    """An offer of places."""

    provider = forms.CharField(label="Organisme", max_length=120)
    kind = forms.ChoiceField(label="Étape")
    label = forms.CharField(label="Intitulé", max_length=200)
    source = forms.ChoiceField(label="Origine", choices=StepSource.choices)
    places = forms.IntegerField(
        label="Places", min_value=1, max_value=9999, required=False, help_text="Vide si elles ne sont pas comptées."
    )
    start_on = FrenchDateField(label="Du", required=False)
    end_on = FrenchDateField(label="Au", required=False)
    territory_id = forms.TypedChoiceField(label="Territoire", required=False, coerce=int, empty_value=None)
    weekly_hours = forms.DecimalField(
        label="Heures par semaine", min_value=0, max_value=99, decimal_places=2, required=False, localize=True
    )
    contact = forms.CharField(
        label="Comment y répondre",
        max_length=200,
        required=False,
        help_text="Imprimé sur la liste remise aux personnes : adresse, site, personne à demander.",
    )

    def __init__(
        self,
        *args: Any,
        kinds: Sequence[tuple[str, Any]],
        territories: Sequence[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Choisir…"), *kinds]  # type: ignore[attr-defined]
        self.fields["territory_id"].choices = [("", "–"), *territories]  # type: ignore[attr-defined]


def offer_name(one: OfferPlaces) -> str:
    """Return « CAP cuisine, GRETA, dès le 16/03/2020 – 3 places sur 12 »."""
    when = f", dès le {date_short(one.offer.start_on)}" if isinstance(one.offer.start_on, date) else ""
    return f"{one.offer}{when} – {places_left(one)}"


def places_left(one: OfferPlaces) -> str:
    """Return the places left in words, with those who wait."""
    waiting = f", {plural(one.waiting, 'demande')} sans réponse" if one.waiting else ""
    if one.left is None:
        return f"places non comptées{waiting}"
    if one.left == 0:
        return f"complet ({one.offer.places}){waiting}"
    return f"{plural(one.left, 'place')} sur {one.offer.places}{waiting}"


class SourcingForm(KitForm):
    """What one looks for in those an offer may suit; it lives in the address."""

    projet = forms.CharField(
        label="Le projet parle de",
        max_length=60,
        required=False,
        help_text="Un ou plusieurs mots : cuisine, vente…",
        widget=forms.TextInput(attrs={"data-guard": "off"}),
    )
    territoire = forms.TypedChoiceField(label="Territoire", required=False, coerce=int, empty_value=None)
    sans_frein = forms.MultipleChoiceField(
        label="Sans frein ouvert en", required=False, widget=forms.CheckboxSelectMultiple
    )
    disponible = forms.BooleanField(label="Ni emploi, ni étape commencée, ni veille", required=False)

    def __init__(
        self, *args: Any, territories: Sequence[tuple[int, str]], domains: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territoire"].choices = [("", "Tous"), *territories]  # type: ignore[attr-defined]
        self.fields["sans_frein"].choices = list(domains)  # type: ignore[attr-defined]

    def criteria(self) -> Criteria:
        """Return what is asked; a field that cannot be read asks nothing."""
        data = self.cleaned_data
        return Criteria(
            project=data.get("projet", ""),
            territory_id=data.get("territoire"),
            without=tuple(data.get("sans_frein") or ()),
            available=bool(data.get("disponible")),
        )

    @staticmethod
    def of_offer(offer: StepOffer) -> Criteria:
        """Return what is looked for first: the territory of the offer, when it has one."""
        return Criteria(territory_id=offer.territory_id)
