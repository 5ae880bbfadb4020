"""The grid of a diagnosis: what is asked, when it is complete, what it gives (R-067…R-075)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from jalons.rulebooks.schema.common import Cited, Code, Strict, Text, refuse

QuestionKind = Literal["text", "choice", "choices", "number", "yes_no"]
QuestionRole = Literal["unwanted_trades", "perimeter_km", "least_salary_eur"]
Some = Field(min_length=1)
YES_NO = ("yes", "no")


class GridOption(Strict):
    """One answer that may be chosen."""

    code: Code
    label: Text


class Answered(Strict):
    """A condition: the answer given to ``question`` is one of ``any_of`` (codes of options; ``yes`` or ``no``)."""

    question: Code
    any_of: Annotated[tuple[Code, ...], Some]


class Question(Strict):
    """One question of a grid. ``only_if``: asked when another was answered so; ``role``: what the answer is used for (R-073)."""

    code: Code
    label: Text
    kind: QuestionKind = "text"
    help: Text | None = None
    unit: Text | None = None
    options: tuple[GridOption, ...] = ()
    required: bool = True
    only_if: Answered | None = None
    role: QuestionRole | None = None

    @model_validator(mode="after")
    def _options_when_chosen(self) -> Self:
        if (self.kind in ("choice", "choices")) != bool(self.options):
            must = "demande" if not self.options else "n'a pas"
            raise refuse(
                "grid_options", f"question {self.code} : une question de ce genre {must} de réponses à choisir"
            )
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that may be answered; none for words and numbers."""
        return YES_NO if self.kind == "yes_no" else tuple(one.code for one in self.options)


class GridSection(Strict):
    """A part of the grid."""

    code: Code
    label: Text
    questions: Annotated[tuple[Question, ...], Some]


class PlanNeed(Strict):
    """A plan of actions is asked for; ``only_if`` says when."""

    only_if: Answered | None = None


class GivenPiece(Strict):
    """A document of the file that the complete grid makes."""

    kind: Code
    only_if: Answered | None = None


class Presented(Strict):
    """The body that admits on this diagnosis: with the contract of this kind signed, it makes the application (R-070)."""

    body: Code
    piece: Code
    contract: Literal["engagement", "ppae", "plie"]


class Diagnosis(Cited):
    """The grid that completes a « bilan de situation » of the action.

    Without this block, the domains and the recommendations are enough.
    """

    label: Text
    sections: Annotated[tuple[GridSection, ...], Some]
    plan: PlanNeed | None = None
    needs_confirmation: bool = False
    gives: tuple[GivenPiece, ...] = ()
    presented_to: Presented | None = None
    project_piece: Code | None = None  # what a validated professional project brings to the file

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in the order of the grid."""
        return tuple(question for section in self.sections for question in section.questions)

    @model_validator(mode="after")
    def _questions_once_and_known(self) -> Self:
        conditions = [one.only_if for one in self.gives]
        conditions += [self.plan.only_if] if self.plan else []
        require_known_questions(self.questions, conditions)
        return self


def require_known_questions(questions: Sequence[Question], conditions: Iterable[Answered | None] = ()) -> None:
    """Refuse a question asked twice, and a condition, of a question or of ``conditions``, on one that is not asked."""
    codes = [question.code for question in questions]
    twice = sorted(code for code, times in Counter(codes).items() if times > 1)
    if twice:
        raise refuse("question_twice", f"question déclarée deux fois : {', '.join(twice)}")
    known = {one.code: one.codes for one in questions}
    for one in (*(question.only_if for question in questions), *conditions):
        if one is not None and not set(one.any_of) <= set(known.get(one.question, ())):
            raise refuse("question_unknown", f"only_if vise une question ou une réponse inconnue : {one.question}")
