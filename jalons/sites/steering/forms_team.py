"""The forms of teams: a handover, a working time, a review by a body, a group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from jalons.pathways.models import ReviewDecision
from jalons.ui.forms import FrenchDateField, KitForm


class HandoverForm(KitForm):
    """From which day, and why."""

    effective_on = FrenchDateField(label="À compter du")
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Par exemple : départ, congé, changement de secteur.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MoveForm(KitForm):
    """Why persons go to another organisation; it takes effect on the day it is decided."""

    reason = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Par exemple : fin de convention, déménagement.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class WorkingTimeForm(KitForm):
    """The part of a full-time post."""

    fte = forms.DecimalField(
        label="Temps de travail, en équivalent temps plein",
        required=False,
        max_digits=3,
        decimal_places=2,
        localize=True,
        help_text="De 0,1 à 1. Vide : non renseigné, compté comme un temps plein.",
        widget=forms.TextInput(attrs={"size": 6, "inputmode": "decimal"}),
    )


class ReviewDecisionForm(KitForm):
    """What the body decided, on which day, and why."""

    decision = forms.ChoiceField(label="Décision", widget=forms.RadioSelect)
    examined_on = FrenchDateField(label="Examiné le")
    start_on = FrenchDateField(label="Veille à compter du", required=False)
    end_on = FrenchDateField(
        label="Dernier jour de veille", required=False, help_text="Vide si la fin n’est pas connue."
    )
    answer = forms.CharField(
        label="Réponse", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Des faits : rien sur la santé. Demandée pour un refus, une réorientation ou une fin.",
    )  # fmt: skip

    def __init__(self, *args: Any, decisions: Sequence[ReviewDecision], pause: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [(one.value, one.label) for one in decisions]  # type: ignore[attr-defined]
        if not pause:
            del self.fields["start_on"], self.fields["end_on"]


class GroupForm(KitForm):
    """A group."""

    name = forms.CharField(label="Nom du groupement", max_length=160)


class MemberForm(KitForm):
    """An organisation that enters a group."""

    organisation = forms.TypedChoiceField(label="Organisme", coerce=int)
    start_on = FrenchDateField(label="Membre à compter du")

    def __init__(self, *args: Any, organisations: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [("", "Choisir…"), *organisations]  # type: ignore[attr-defined]


class MemberEndForm(KitForm):
    """The last day of a member."""

    last_day = FrenchDateField(label="Dernier jour dans le groupement")


class GroupAgreementForm(KitForm):
    """An agreement that a member answers with the group."""

    agreement = forms.TypedChoiceField(label="Convention", coerce=int)

    def __init__(self, *args: Any, agreements: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreement"].choices = [("", "Choisir…"), *agreements]  # type: ignore[attr-defined]


class FollowUpMeetingForm(KitForm):
    """A meeting of a body that follows an action: which, when, what it retained."""

    body = forms.ChoiceField(label="Instance")
    held_on = FrenchDateField(label="Tenue le")
    conclusions = forms.CharField(
        label="Ce qui est retenu",
        help_text="Sur l’action, jamais sur une personne : ni nom, ni information de santé.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, bodies: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = list(bodies)  # type: ignore[attr-defined]
