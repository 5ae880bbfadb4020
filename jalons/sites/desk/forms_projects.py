"""The desk's forms about the project, what prepares for a job, social referrals and job offers."""

from __future__ import annotations

from typing import Any

from django import forms

from jalons.pathways.models import PreparationKind
from jalons.pathways.operations import Offer
from jalons.pathways.reference import interlocutors
from jalons.sites.desk.forms_assessment import TypedNumberField
from jalons.sites.desk.forms_pathway import OfEnrolmentForm
from jalons.sites.desk.forms_situation import NOT_MEDICAL
from jalons.ui.forms import FrenchDateField, KitForm


class ProjectForm(OfEnrolmentForm):
    """A project that is being drawn up."""

    title = forms.CharField(label="Projet", max_length=200, help_text="En quelques mots, les siens.")
    opened_on = FrenchDateField(label="En élaboration depuis le")


class ProjectMoveForm(KitForm):
    """What becomes of a project, and when."""

    day = FrenchDateField(label="Le")

    def __init__(self, *args: Any, moves: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["move"] = forms.ChoiceField(
            label="Ce qui change", choices=moves, widget=forms.RadioSelect, initial=moves[0][0]
        )
        self.order_fields(["move", "day"])


class PreparationForm(OfEnrolmentForm):
    """A CV brought up to date, an interview prepared."""

    kind = forms.ChoiceField(label="Préparation", choices=PreparationKind.choices)
    done_on = FrenchDateField(label="Fait le")


class ReferralForm(OfEnrolmentForm):
    """A social question: its domain, the first answer, to whom the person is referred."""

    domain = forms.ChoiceField(label="Domaine de la question")
    first_answer = forms.CharField(label="Première réponse", max_length=200, required=False, help_text=NOT_MEDICAL)
    referred_to = forms.CharField(
        label="Orientée vers", max_length=120, widget=forms.TextInput(attrs={"list": "interlocutors"})
    )
    referred_on = FrenchDateField(label="Le")
    suggestions = interlocutors

    def __init__(self, *args: Any, domains: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].choices = [("", "Choisir…"), *domains]  # type: ignore[attr-defined]


class OfferForm(OfEnrolmentForm):
    """A job offer, to hold against what the person said acceptable."""

    kind = forms.ChoiceField(label="Étape")
    trade = forms.CharField(label="Métier", max_length=120)
    employer = forms.CharField(label="Employeur", max_length=120, required=False)
    distance_km = TypedNumberField(label="Distance (kilomètres)", required=False, help_text="Depuis le domicile.")
    salary_eur = TypedNumberField(label="Salaire net mensuel (euros)", required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def offer(self) -> Offer:
        """Return the offer."""
        data = self.cleaned_data
        return Offer(data["trade"], data["distance_km"], data["salary_eur"], data["employer"])


class PpaeDatesForm(KitForm):
    """The dates of a PPAE, to correct."""

    signed_on = FrenchDateField(label="Signé le")
    start_on = FrenchDateField(label="Du")
    end_on = FrenchDateField(label="Au")


class PpaeForm(OfEnrolmentForm):
    """A PPAE that was shown: its dates."""

    signed_on = FrenchDateField(label="Signé le")
    start_on = FrenchDateField(label="Du")
    end_on = FrenchDateField(label="Au")
