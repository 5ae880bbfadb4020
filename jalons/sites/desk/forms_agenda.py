"""Forms of the agenda: group sessions, presence, sign-in, printed sheets, time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms

from jalons.agenda.models import Appointment, Outcome
from jalons.agenda.reference import intervals, justifications, questions, session_forms, time_categories
from jalons.documents.models import IdentityCheck
from jalons.sites.desk.forms import WhenForm, instant
from jalons.sites.desk.forms_received import PaperField
from jalons.ui.forms import FrenchDateField, FrenchTimeField, KitForm
from jalons.ui.french import PARIS

_CHECKS = [(one.value, one.label) for one in (IdentityCheck.KNOWN, IdentityCheck.IDENTITY_PAPER)]
_DURATION = re.compile(r"(?:(?P<hours>\d{1,4})\s*(?:h|:)\s*(?P<minutes>\d{0,2})|(?P<alone>\d{1,5})\s*(?:min|mn)?)")
PREPARATIONS = (
    (0, "Aucune"),
    (15, "15 min"),
    (30, "30 min"),
    (45, "45 min"),
    (60, "1 h"),
    (90, "1 h 30"),
    (120, "2 h"),
)
LENGTHS = tuple((one, f"{one // 60} h {one % 60:02d}" if one % 60 else f"{one // 60} h") for one in range(60, 481, 30))
PRESENCES = (
    ("", "Pas encore noté"),
    (Outcome.HELD.value, "Présent"),
    (Outcome.JUSTIFIED_ABSENCE.value, "Excusé"),
    (Outcome.UNJUSTIFIED_ABSENCE.value, "Absent"),
)


class DurationField(forms.CharField):
    """A length of time typed « 1h30 », « 1:30 », « 70 h » or « 45 » (minutes); returns minutes."""

    default_error_messages = {"invalid": "Écrivez une durée comme 1h30, ou 45 pour 45 minutes."}

    def to_python(self, value: Any) -> Any:
        """Return the minutes, None when nothing was typed."""
        text = str(value or "").strip().lower()
        if not text:
            return None
        found = _DURATION.fullmatch(text)
        if found is None or int(found["minutes"] or 0) > 59:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return int(found["alone"]) if found["alone"] else int(found["hours"]) * 60 + int(found["minutes"] or 0)


class SessionForm(WhenForm):
    """A group session."""

    minutes = forms.TypedChoiceField(label="Durée", choices=LENGTHS, coerce=int, initial=120)
    theme = forms.CharField(label="Thème", max_length=120)
    form = forms.ChoiceField(label="Forme", required=False)
    place = forms.CharField(label="Lieu", max_length=120, required=False)
    capacity = forms.IntegerField(label="Places", min_value=1, max_value=500, required=False)
    animator = forms.TypedChoiceField(label="Animé par", coerce=int, empty_value=None, required=False)
    preparation_minutes = forms.TypedChoiceField(label="Préparation", choices=PREPARATIONS, coerce=int, initial=0)

    def __init__(self, *args: Any, colleagues: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].choices = [("", "Choisir…"), *session_forms().items()]  # type: ignore[attr-defined]
        self.fields["animator"].choices = [("", "Choisir…"), *colleagues]  # type: ignore[attr-defined]


class RepeatForm(KitForm):
    """« Répéter » : how often and until when, or not at all."""

    repeat = forms.ChoiceField(label="Répéter", required=False)
    until = FrenchDateField(label="Jusqu’au", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Une seule fois"), *((one.code, one.label) for one in intervals())]
        self.fields["repeat"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A repetition has an end."""
        data = super().clean() or self.cleaned_data
        if data.get("repeat") and not data.get("until") and "until" not in self.errors:
            self.add_error("until", "Dites jusqu’à quel jour le rendez-vous se répète.")
        return data

    def interval(self) -> dict[str, Any] | None:
        """Return every, unit and until; None for a single date."""
        code = self.cleaned_data.get("repeat")
        if not code:
            return None
        found = next(one for one in intervals() if one.code == code)
        return {"every": found.every, "unit": found.unit, "until": self.cleaned_data["until"]}


class _HoursForm(KitForm):
    """Real hours of several persons on one day: ``start_<id>`` and ``end_<id>``."""

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        self.day = day
        super().__init__(*args, **kwargs)

    def _add_row(
        self,
        number: int,
        name: str,
        choices: Iterable[tuple[str, str]],
        initial: str,
        hours: tuple[datetime | None, datetime | None] = (None, None),
    ) -> None:
        self.fields[f"outcome_{number}"] = forms.ChoiceField(
            label=f"Présence de {name}", choices=list(choices), required=False, initial=initial
        )
        for which, words, known in zip(("start", "end"), ("Heure de début", "Heure de fin"), hours, strict=True):
            shown = known.astimezone(PARIS).time() if known else None
            self.fields[f"{which}_{number}"] = FrenchTimeField(
                label=f"{words} de {name}", required=False, initial=shown
            )

    def hours(self, number: int) -> tuple[datetime | None, datetime | None]:
        """Return the instants typed for a row, None where nothing was."""
        start, end = (self.cleaned_data.get(f"{which}_{number}") for which in ("start", "end"))
        return _at(self.day, start), _at(self.day, end)


def _at(day: date, hour: time | None) -> datetime | None:
    return instant(day, hour) if hour is not None else None


class PresenceForm(_HoursForm):
    """Who came to a group session, with their hours when they are not those planned."""

    def __init__(self, *args: Any, rows: list[Appointment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in rows:
            noted = one.outcome if one.outcome != Outcome.PLANNED else ""
            self._add_row(one.pk, one.person.full_name, PRESENCES, noted, (one.real_start, one.real_end))


class AnswersForm(KitForm):
    """How many said yes, out of how many answers, to each question."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in questions().items():
            for which, words in (("yes", "oui"), ("answers", "réponses")):
                self.fields[f"{which}_{code}"] = forms.IntegerField(
                    label=f"{label} : {words}", min_value=0, max_value=500, required=False
                )

    def counts(self) -> dict[str, tuple[int, int]]:
        """Return question → (yes, answers) for those answered."""
        data = self.cleaned_data
        return {
            code: (data.get(f"yes_{code}") or 0, data[f"answers_{code}"])
            for code in questions()
            if data.get(f"answers_{code}")
        }


class ReportForm(KitForm):
    """One report for everybody present."""

    note = forms.CharField(
        label="Compte rendu pour les personnes présentes",
        help_text="Ajouté au dossier des personnes présentes qui n’en ont pas encore. Rien sur une personne en particulier.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class HoursForm(KitForm):
    """The real hours of one appointment."""

    start = FrenchTimeField(label="Heure de début")
    end = FrenchTimeField(label="Heure de fin")

    def instants(self, day: date) -> tuple[datetime, datetime]:
        """Return the two instants of that day."""
        return instant(day, self.cleaned_data["start"]), instant(day, self.cleaned_data["end"])


class SignInForm(KitForm):
    """The hands drawn under the sentence shown."""

    sha256 = forms.CharField(widget=forms.HiddenInput())
    start = FrenchTimeField(widget=forms.TimeInput(format="%H:%M", attrs={"type": "hidden"}))
    end = FrenchTimeField(widget=forms.TimeInput(format="%H:%M", attrs={"type": "hidden"}))
    identity = forms.ChoiceField(
        label="Comment avez-vous vérifié l’identité de la personne ?",
        choices=_CHECKS,
        initial=IdentityCheck.KNOWN.value,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites comment l’identité a été vérifiée."},
    )
    person = forms.CharField(required=False, widget=forms.HiddenInput(), strip=False)
    professional = forms.CharField(required=False, widget=forms.HiddenInput(), strip=False)

    def clean(self) -> dict[str, Any]:
        """The person signs; the professional may."""
        data = super().clean() or self.cleaned_data
        if not data.get("person"):
            self.add_error(None, "Il manque la signature de la personne : elle signe dans son cadre.")
        return data


class MistakeForm(KitForm):
    """Why an appointment was noted by mistake."""

    reason = forms.CharField(label="Pourquoi", max_length=200, help_text="Par exemple : noté pour une autre personne.")


class JustifyForm(KitForm):
    """Why an absence is justified: a kind that is not medical, or nothing."""

    justification = forms.ChoiceField(
        label="Justification",
        required=False,
        help_text="Pour un certificat médical ou une raison de santé, laissez « Rien à garder » : l’absence est justifiée, "
        "sans motif ni pièce.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["justification"].choices = [  # type: ignore[attr-defined]
            ("", "Rien à garder"),
            *justifications().items(),
        ]


class RhythmForm(KitForm):
    """How often to meet from a day on."""

    rhythm = forms.ChoiceField(label="Un entretien")
    start_on = FrenchDateField(label="À compter du")
    reason = forms.CharField(label="Motif", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rhythm"].choices = [(one.code, one.label) for one in intervals()]  # type: ignore[attr-defined]

    def interval(self) -> dict[str, Any]:
        """Return every and unit."""
        found = next(one for one in intervals() if one.code == self.cleaned_data["rhythm"])
        return {"every": found.every, "unit": found.unit}


class SheetReturnForm(_HoursForm):
    """The scan of a sheet, and what each line says."""

    scan = PaperField(
        label="Feuille signée",
        paper="la feuille",
        error_messages={"required": "Choisissez le fichier de la feuille signée."},
    )

    def __init__(self, *args: Any, rows: list[tuple[int, Appointment, bool]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        signed = (("", "Pas sur cette feuille"), (Outcome.HELD.value, "A signé"), *PRESENCES[2:])
        for number, appointment, done in rows:
            if not done:
                self._add_row(number, appointment.person.full_name, signed, Outcome.HELD.value)


class TimeForm(KitForm):
    """A line of time."""

    day = FrenchDateField(label="Jour")
    minutes = DurationField(label="Durée", widget=forms.TextInput(attrs={"size": 8, "placeholder": "1h30"}))
    category = forms.ChoiceField(label="Catégorie", error_messages={"required": "Choisissez la catégorie de ce temps."})
    label = forms.CharField(label="Quoi", max_length=120, required=False, help_text="Sans nom de personne accompagnée.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", "Choisir…"), *time_categories().labels.items()]  # type: ignore[attr-defined]


class CloseForm(KitForm):
    """The time of the post in the month."""

    expected_minutes = DurationField(
        label="Temps du poste ce mois-ci",
        help_text="Par exemple 70h pour un mi-temps.",
        widget=forms.TextInput(attrs={"size": 8, "placeholder": "70h"}),
    )
