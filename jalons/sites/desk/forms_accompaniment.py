"""The desk's forms about the accompaniment itself: the note for who comes next, missions, a request to a body, the team."""

from __future__ import annotations

from typing import Any

from django import forms

from jalons.pathways.models import Enrolment
from jalons.rulebooks.schema.accompaniment import Missions, Review
from jalons.sites.desk.forms_pathway import OfEnrolmentForm
from jalons.sites.frame.labels import Labels
from jalons.ui.forms import FrenchDateField, KitForm

NOT_MEDICAL = "Des faits et des décisions : rien sur la santé ni sur un traitement."


class HandoverNoteForm(KitForm):
    """What the next référent has to know."""

    text = forms.CharField(
        label="Ce que la personne suivante doit savoir",
        max_length=4000,
        help_text=f"Où en est le parcours, ce qui est promis, ce qui vient. {NOT_MEDICAL}",
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput())  # the text that was read


class MissionsForm(OfEnrolmentForm):
    """The missions done on a day."""

    codes = forms.MultipleChoiceField(
        label="Missions faites ce jour-là",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez ce qui a été fait."},
    )
    done_on = FrenchDateField(label="Le")

    def __init__(self, *args: Any, missions: Missions, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codes"].choices = [(one.code, one.label) for one in missions.items]  # type: ignore[attr-defined]
        self.fields["codes"].label = missions.label


class ReviewAskForm(OfEnrolmentForm):
    """A request to a body; the dates are those of a « veille »."""

    kind = forms.ChoiceField(label="Ce qui est demandé", widget=forms.RadioSelect)
    body = forms.ChoiceField(label="Instance", required=False)
    reason = forms.CharField(
        label="Motif", max_length=300, help_text=NOT_MEDICAL, widget=forms.Textarea(attrs={"rows": 3})
    )
    start_on = FrenchDateField(label="Veille à compter du", required=False, help_text="Pour une veille.")
    end_on = FrenchDateField(
        label="Dernier jour souhaité", required=False, help_text="Vide si la fin n’est pas connue."
    )

    def __init__(self, *args: Any, reviews: list[Review], labels: Labels, **kwargs: Any) -> None:
        super().__init__(*args, labels=labels, **kwargs)
        fields: Any = self.fields
        fields["kind"].choices = [(one.code, one.label) for one in reviews]
        if len(reviews) == 1:
            fields["kind"].initial = reviews[0].code
        bodies = dict.fromkeys(body for one in reviews for body in one.bodies)
        if len(bodies) > 1:
            fields["body"].choices = [("", "Choisir…"), *((code, labels.body(code)) for code in bodies)]
        else:
            del fields["body"]
        if not any(one.purpose == "pause" for one in reviews):
            del fields["start_on"], fields["end_on"]


class TeamForm(KitForm):
    """A professional who joins the team of an accompaniment, from the organisation or from elsewhere."""

    role = forms.ChoiceField(label="Rôle dans l’équipe", widget=forms.RadioSelect)
    user = forms.ChoiceField(label="Professionnel")
    start_on = FrenchDateField(label="À compter du")

    def __init__(
        self, *args: Any, roles: list[tuple[str, str]], users: list[tuple[str, list[tuple[str, str]]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["role"].choices = roles
        fields["user"].choices = [("", "Choisir…"), *users]


class TeamEndForm(KitForm):
    """The last day of a professional in the team."""

    last_day = FrenchDateField(label="Dernier jour dans l’équipe")


def with_reviews(enrolments: list[Enrolment], labels: Labels) -> list[Enrolment]:
    """Return the accompaniments whose rulebook has something to bring before a body."""
    return [one for one in enrolments if labels.rules(one.action_code).reviews]
