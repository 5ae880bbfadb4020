"""The forms of orientation: grid, session, exemption, re-orientation. They read what was typed; rules are the operations'."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from jalons.pathways.grids import TYPES, Answer, Criterion, exemptions
from jalons.sites.steering.forms import ReasonForm
from jalons.ui.forms import FrenchDateField, FrenchTimeField, KitForm
from jalons.ui.french import PARIS

ARROW = ">"
SHORT = {"professionnel": "professional", "emploi": "employment", "activité": "activity", "activite": "activity"}
WORDS = {"professional": "professionnel", "employment": "emploi", "activity": "activité"}


class GridFillForm(KitForm):
    """The grid of an authority: one choice per question, none is compulsory."""

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, one in enumerate(criteria):
            self.fields[f"q{number}"] = forms.TypedChoiceField(
                label=one.question,
                choices=[(str(rank), answer.label) for rank, answer in enumerate(one.answers)],
                coerce=int,
                required=False,
                empty_value=None,
                widget=forms.RadioSelect,
            )

    def chosen(self) -> list[int | None]:
        """Return the number of the answer to each question, None where nothing was chosen."""
        return [self.cleaned_data[name] for name in self.fields]


class CriterionForm(KitForm):
    """A question of the grid and its answers, one per line: « Oui, tout de suite > emploi »."""

    question = forms.CharField(label="Question", max_length=200, required=False)
    answers = forms.CharField(
        label="Réponses, une par ligne",
        required=False,
        help_text="Après « > », l’accompagnement que la réponse propose : professionnel, emploi ou activité.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_answers(self) -> tuple[Answer, ...]:
        """Return the answers; a word after the last « > » that is no accompaniment is said."""
        return tuple(self._answer(line) for line in self.cleaned_data["answers"].splitlines() if line.strip())

    def _answer(self, line: str) -> Answer:
        label, arrow, word = line.rpartition(ARROW)
        if not arrow:
            return Answer(line.strip())
        code = SHORT.get(word.strip().casefold())
        if code is None:
            raise forms.ValidationError(
                f"« {word.strip()} » n’est pas un accompagnement : écrivez professionnel, emploi ou activité."
            )
        return Answer(label.strip(), code)

    def criterion(self) -> Criterion | None:
        """Return the criterion typed, None when the row is empty."""
        question, answers = self.cleaned_data.get("question", "").strip(), self.cleaned_data.get("answers", ())
        return Criterion(question, answers) if question or answers else None


def typed(one: Criterion) -> dict[str, str]:
    """Return the criterion as it is typed."""
    lines = [f"{answer.label} {ARROW} {WORDS[answer.type]}" if answer.type else answer.label for answer in one.answers]
    return {"question": one.question, "answers": "\n".join(lines)}


GridForms = forms.formset_factory(CriterionForm, extra=2, max_num=20)


class SessionForm(KitForm):
    """An information session: where it is held, by whom, when, for how many."""

    organisation = forms.TypedChoiceField(label="Organisme qui reçoit", coerce=int)
    place = forms.CharField(label="Lieu", max_length=120, help_text="L’adresse que la convocation donnera.")
    day = FrenchDateField(label="Jour")
    start = FrenchTimeField(label="De")
    end = FrenchTimeField(label="À")
    capacity = forms.IntegerField(label="Places", min_value=1, max_value=500, required=False)

    def __init__(self, *args: Any, hosts: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [("", "Choisir…"), *hosts]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Join the day and the hours, in Paris time."""
        data = super().clean() or self.cleaned_data
        for name, hour in (("starts_at", "start"), ("ends_at", "end")):
            if data.get("day") and data.get(hour):
                data[name] = datetime.combine(data["day"], data[hour], tzinfo=PARIS)
        return data


class ExemptionForm(KitForm):
    """Why a person need not come."""

    reason = forms.ChoiceField(label="Motif de la dispense")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [("", "Choisir…"), *exemptions().items()]  # type: ignore[attr-defined]


GRANT, REFUSE = "accorder", "refuser"


class RequestDecisionForm(ReasonForm):
    """The answer to a request of re-orientation: where, or no; and why."""

    decision = forms.ChoiceField(
        label="Décision",
        choices=[(GRANT, "Réorienter vers l’offre choisie"), (REFUSE, "Refuser la réorientation")],
        widget=forms.RadioSelect,
    )
    line = forms.TypedChoiceField(label="Offre", coerce=int, required=False, empty_value=None)
    field_order = ("decision", "line", "reason")

    def __init__(self, *args: Any, lines: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = [("", "Choisir…"), *lines]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Granting needs an offer."""
        data = super().clean() or self.cleaned_data
        if data.get("decision") == GRANT and not data.get("line") and "line" not in self.errors:
            self.add_error("line", "Choisissez l’offre vers laquelle réorienter.")
        return data


TYPE_CHOICES = [("", "Sans avis"), *TYPES.items()]
