"""A grid filled, of a diagnosis or of the last « bilan »: what is asked, fits, is missing, and what it gives. Pure.

R-067…R-075, R-132.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jalons.kernel.refusals import Refusal
from jalons.rulebooks.schema.diagnosis import Answered, Diagnosis, Question, QuestionRole
from jalons.rulebooks.schema.final_review import FinalReview


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: words, codes of options (``yes`` or ``no`` for a yes-or-no question) or a number."""

    words: str = ""
    codes: tuple[str, ...] = ()
    number: Decimal | None = None

    def __bool__(self) -> bool:
        return bool(self.words.strip() or self.codes or self.number is not None)


Answers = Mapping[str, Given]


def asked(grid: Diagnosis | FinalReview, answers: Answers) -> tuple[Question, ...]:
    """Return the questions asked, given the answers to the others."""
    return tuple(one for one in grid.questions if _holds(one.only_if, answers))


def check_answers(grid: Diagnosis | FinalReview | None, answers: Answers) -> None:
    """Refuse an answer to a question the grid does not have, or that does not fit its kind."""
    known = {one.code: one for one in grid.questions} if grid else {}
    for code, given in answers.items():
        question = known.get(code)
        if question is None:
            raise Refusal("Le cadre de cette action n’a pas cette question.", code="grid_question")
        _check(question, given)


def missing(grid: Diagnosis, answers: Answers, *, plan: bool, confirmed_on: date | None) -> list[str]:
    """Return what the grid lacks to be complete, a sentence each; ``plan``: at least one line of the plan is written."""
    lacking = [
        f"Il manque la réponse à « {one.label} »."
        for one in asked(grid, answers)
        if one.required and not answers.get(one.code)
    ]
    if grid.plan is not None and _holds(grid.plan.only_if, answers) and not plan:
        lacking.append("Il manque le plan d’actions : écrivez au moins une préconisation.")
    if grid.needs_confirmation and confirmed_on is None:
        lacking.append("Il manque la confirmation de l’engagement par la personne.")
    return lacking


def pieces_of(grid: Diagnosis, answers: Answers) -> list[str]:
    """Return the kinds of documents this grid, complete, brings to the file."""
    return [one.kind for one in grid.gives if _holds(one.only_if, answers)]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What offers must respect (R-073); None or empty: no wish."""

    unwanted: tuple[str, ...] = ()
    perimeter_km: Decimal | None = None
    least_salary_eur: Decimal | None = None


def wishes_of(grid: Diagnosis, answers: Answers) -> Wishes:
    """Return the wishes said in the grid, by the roles of its questions."""
    by_role: dict[QuestionRole, Given] = {
        one.role: answers[one.code] for one in grid.questions if one.role and answers.get(one.code)
    }
    words = by_role["unwanted_trades"].words if "unwanted_trades" in by_role else ""
    return Wishes(
        unwanted=tuple(line.strip() for line in _lines(words) if line.strip()),
        perimeter_km=_number(by_role.get("perimeter_km")),
        least_salary_eur=_number(by_role.get("least_salary_eur")),
    )


def _lines(words: str) -> Iterable[str]:
    return words.replace(",", "\n").replace(";", "\n").splitlines()


def _number(given: Given | None) -> Decimal | None:
    return given.number if given else None


def _holds(condition: Answered | None, answers: Answers) -> bool:
    if condition is None:
        return True
    given = answers.get(condition.question)
    return given is not None and bool(set(given.codes) & set(condition.any_of))


def _check(question: Question, given: Given) -> None:
    if question.codes:
        unknown = set(given.codes) - set(question.codes)
        alone = question.kind != "choices" and len(given.codes) > 1
        if unknown or alone or given.words.strip() or given.number is not None:
            raise Refusal(f"Choisissez une réponse de la liste pour « {question.label} ».", code="grid_answer")
        return
    if given.codes:
        raise Refusal(f"« {question.label} » n’est pas une question à choix.", code="grid_answer")
    if question.kind == "number":
        if given.words.strip() or (given.number is not None and given.number < 0):
            raise Refusal(f"« {question.label} » attend un nombre positif.", code="grid_answer")
    elif given.number is not None:
        raise Refusal(f"« {question.label} » attend des mots.", code="grid_answer")
