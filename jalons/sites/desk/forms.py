"""The desk's forms. They read what was typed; rules are the operations' business."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from jalons.agenda.models import AppointmentKind, Mode
from jalons.kernel import clock
from jalons.ui.forms import FrenchDateField, FrenchTimeField, KitForm
from jalons.ui.french import PARIS

DURATIONS = (
    (15, "15 min"), (30, "30 min"), (45, "45 min"), (60, "1 h"), (90, "1 h 30"), (120, "2 h"), (180, "3 h"),
)  # fmt: skip
SEVERAL = (AppointmentKind.GROUP, AppointmentKind.INFORMATION_SESSION)
ONE_TO_ONE = [choice for choice in AppointmentKind.choices if choice[0] not in SEVERAL]
QUARTER = 15  # minutes
OPENING, CLOSING = time(9), time(19)  # outside these hours, the time now tells nothing


def instant(day: date, hour: time) -> datetime:
    """Return the instant of a Paris day and hour."""
    return datetime.combine(day, hour, tzinfo=PARIS)


def last_quarter(minutes_ago: int) -> time:
    """Return the time it was ``minutes_ago`` in Paris, on the quarter: the likely start of what has just ended."""
    moment = clock.now().astimezone(PARIS) - timedelta(minutes=minutes_ago)
    if not OPENING.hour <= moment.hour < CLOSING.hour:
        return OPENING
    return time(moment.hour, moment.minute - moment.minute % QUARTER)


class WhenForm(KitForm):
    """A day, a start and a length; ``starts_at`` and ``ends_at`` are added to what was cleaned."""

    day = FrenchDateField(label="Date")
    start = FrenchTimeField(label="Heure de début")
    minutes = forms.TypedChoiceField(label="Durée", choices=DURATIONS, coerce=int, initial=45)

    def clean(self) -> dict[str, Any]:
        """Build the two instants."""
        data = super().clean() or self.cleaned_data
        if {"day", "start", "minutes"} <= data.keys():
            data["starts_at"] = instant(data["day"], data["start"])
            data["ends_at"] = data["starts_at"] + timedelta(minutes=data["minutes"])
        return data


class PlannedForm(WhenForm):
    """An appointment to come."""

    kind = forms.ChoiceField(label="Nature", choices=ONE_TO_ONE)
    mode = forms.ChoiceField(label="Modalité", choices=Mode.choices)
    place = forms.CharField(label="Lieu", max_length=120, required=False)


class HeldForm(WhenForm):
    """An appointment that took place, with its note."""

    kind = forms.ChoiceField(label="Nature", choices=ONE_TO_ONE)
    mode = forms.ChoiceField(label="Modalité", choices=Mode.choices)
    note = forms.CharField(
        label="Compte rendu",
        required=False,
        help_text="Des faits et des décisions, rien sur la santé ni sur la vie privée sans lien avec le parcours.",
        widget=forms.Textarea(attrs={"rows": 6, "autofocus": True}),
    )


class NoteForm(KitForm):
    """The report of an appointment."""

    note = forms.CharField(
        label="Compte rendu", required=False, widget=forms.Textarea(attrs={"rows": 8, "autofocus": True})
    )
    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput())  # the text that was read


class MandateForm(KitForm):
    """A new référent unique."""

    caseworker = forms.TypedChoiceField(label="Nouveau référent unique", coerce=int)
    start_on = FrenchDateField(label="À compter du", help_text="Le mandat précédent finit la veille.")
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        required=False,
        help_text="Demandé pour un changement : la passation et les rendez-vous à venir suivent, et tout s’annule.",
    )

    def __init__(self, *args: Any, caseworkers: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["caseworker"].choices = [("", "Choisir…"), *caseworkers]  # type: ignore[attr-defined]
