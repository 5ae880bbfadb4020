"""The form of the last « bilan »: who was there, each heading of the rulebook, the skills acquired (R-132)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms import BaseFormSet, BoundField, formset_factory

from jalons.pathways.models import FinalReview
from jalons.pathways.operations import Attended, ReviewContent
from jalons.pathways.queries.final_reviews import Skill, answers_given
from jalons.rulebooks.schema.final_review import FinalReview as Asked
from jalons.sites.desk.forms_assessment import given_to, question_field, values_of
from jalons.ui.forms import FrenchDateField, KitForm

SKILL_LINES = 4


class FinalReviewForm(KitForm):
    """The « bilan » of an action, as its rulebook asks for it. ``seen`` is the version its writer started from."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    made_on = FrenchDateField(label="Fait le")
    absence_reason = forms.CharField(
        label="S’il manque quelqu’un, pourquoi",
        max_length=200,
        required=False,
        help_text="Par exemple : invitée deux fois, partie sans laisser d’adresse. Rien de médical.",
    )

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for one in asked.attendees:
            self.fields[f"p_{one.who}"] = forms.BooleanField(label=f"{one.label} : a participé", required=False)
            self.fields[f"n_{one.who}"] = forms.CharField(label="Nom", max_length=120, required=False)
        for question in asked.questions:
            self.fields[f"q_{question.code}"] = question_field(question)

    def attendees(self) -> Iterator[tuple[str, BoundField, BoundField]]:
        """Yield each who may take part: the words of the rulebook, present or not, the name."""
        for one in self.asked.attendees:
            yield one.label, self[f"p_{one.who}"], self[f"n_{one.who}"]

    def sections(self) -> Iterator[tuple[str, list[BoundField]]]:
        """Yield each part with its headings."""
        for section in self.asked.sections:
            yield section.label, [self[f"q_{one.code}"] for one in section.questions]

    def content(self, skills: Sequence[Skill]) -> ReviewContent:
        """Return what was written, with the skills listed beside."""
        data = self.cleaned_data
        return ReviewContent(
            made_on=data["made_on"],
            attendees={one.who: Attended(data[f"n_{one.who}"], data[f"p_{one.who}"]) for one in self.asked.attendees},
            absence_reason=data["absence_reason"],
            answers={
                one.code: given for one in self.asked.questions if (given := given_to(one, data.get(f"q_{one.code}")))
            },
            skills=skills,
        )


def first_form_values(
    asked: Asked, review: FinalReview | None, names: Mapping[str, str], *, on: date
) -> dict[str, Any]:
    """Return what the form shows first: what is written, else the names known."""
    if review is None:
        return {"made_on": on} | {f"n_{one.who}": names.get(one.who, "") for one in asked.attendees}
    there = {one.who: one for one in review.attendees.all()}
    return {
        "seen": review.version,
        "made_on": review.made_on,
        "absence_reason": review.absence_reason,
        **{f"n_{who}": one.name for who, one in there.items()},
        **{f"p_{who}": one.present for who, one in there.items()},
        **values_of(answers_given(review), asked.questions),
    }


class SkillForm(KitForm):
    """One skill acquired, and what shows it."""

    label = forms.CharField(label="Acquis", max_length=200, required=False)
    proof = forms.ChoiceField(label="Attesté par", required=False)
    proven_on = FrenchDateField(label="Le", required=False)

    def __init__(self, *args: Any, proofs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proof"].choices = [("", "–"), *proofs]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A line with anything written says what was learnt."""
        data = super().clean() or self.cleaned_data
        if not data.get("label") and (data.get("proof") or data.get("proven_on")):
            self.add_error("label", "Dites ce qui a été appris.")
        return data


SkillLines = BaseFormSet[SkillForm]


def skill_lines(data: Any, asked: Asked, written: Sequence[Skill]) -> SkillLines:
    """Return the lines of skills: those written or proposed, then empty ones; none where skills are not asked."""
    extra = max(1, SKILL_LINES - len(written)) if asked.skills else 0
    factory = formset_factory(SkillForm, extra=extra)
    proofs = [(one.code, one.label) for one in asked.skills.proofs] if asked.skills else []
    kwargs: dict[str, Any] = {"prefix": "skills", "form_kwargs": {"proofs": proofs}}
    if data is None:
        kwargs["initial"] = [one._asdict() for one in written] if asked.skills else []
    lines: SkillLines = factory(data, **kwargs)
    return lines


def skills_written(lines: SkillLines) -> list[Skill]:
    """Return the lines that say something."""
    return [
        Skill(data["label"], data["proof"], data["proven_on"])
        for data in (line.cleaned_data for line in lines)
        if data.get("label")
    ]
