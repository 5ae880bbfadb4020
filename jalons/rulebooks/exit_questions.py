"""What remains to be asked before the class of an exit is known: the rules read in order, with answers that may be missing.

A rule that an answer already excludes asks nothing; the first rule that could still fit asks its first missing answer. So the
class never rests on something that was not asked (R-122, R-125, R-131).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from jalons.rulebooks.exits import compare, months_compare
from jalons.rulebooks.schema import Action
from jalons.rulebooks.schema.exits import Condition


class Question(StrEnum):
    """One thing to ask."""

    CONTRACT_KIND = "contract_kind"
    EMPLOYER_KIND = "employer_kind"
    JOB_DATES = "job_dates"
    WEEKLY_HOURS = "weekly_hours"
    QUALIFYING = "qualifying"
    TRAINING_DATES = "training_dates"
    DIPLOMA = "diploma"


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known. ``given`` names the questions already answered, also by « I do not know » (then the value is None)."""

    destination: str
    on: date
    given: frozenset[Question] = frozenset()
    contract_kind: str | None = None
    employer_kind: str | None = None
    start_on: date | None = None
    end_on: date | None = None
    weekly_hours: Decimal | None = None
    qualifying: bool | None = None
    training_start_on: date | None = None
    training_end_on: date | None = None
    diploma_on: date | None = None


def next_question(action: Action, answers: Answers) -> Question | None:
    """Return the next thing to ask, None when the class is settled, or when the action defines none (R-131)."""
    if action.exits is None:
        return None
    numbers = {parameter.code: parameter.value for parameter in action.parameters}
    for rule in action.exits.rules:
        excluded, missing = _reading(rule.when, numbers, answers)
        if excluded:
            continue
        return missing  # None: this rule decides
    return None


def _reading(when: Condition, numbers: dict[str, Decimal], answers: Answers) -> tuple[bool, Question | None]:
    """Return whether an answer excludes the rule, and the first question it still needs."""
    if when.destination is not None and answers.destination not in when.destination:
        return True, None
    missing = None
    for question, holds in _parts(when, numbers, answers):
        if question not in answers.given:
            missing = missing or question
        elif not holds:
            return True, None
    return False, missing


def _parts(when: Condition, numbers: dict[str, Decimal], one: Answers) -> list[tuple[Question, bool]]:
    """Return the questions a condition reads, each with what the answer says of it."""
    parts = []
    if when.contract_kind is not None:
        parts.append((Question.CONTRACT_KIND, one.contract_kind in when.contract_kind))
    if when.employer_kind is not None:
        parts.append((Question.EMPLOYER_KIND, one.employer_kind in when.employer_kind))
    if when.contract_months is not None:
        parts.append((Question.JOB_DATES, months_compare(when.contract_months, numbers, one.start_on, one.end_on)))
    if when.weekly_hours is not None:
        parts.append((Question.WEEKLY_HOURS, compare(when.weekly_hours, numbers, one.weekly_hours)))
    if when.qualifying is not None:
        parts.append((Question.QUALIFYING, one.qualifying == when.qualifying))
    if when.training_months is not None:
        last = one.training_end_on or one.diploma_on
        held = months_compare(when.training_months, numbers, one.training_start_on, last)
        parts.append((Question.TRAINING_DATES, held))
    if when.diploma is not None:
        obtained = one.diploma_on is not None and one.diploma_on <= one.on
        parts.append((Question.DIPLOMA, obtained == when.diploma))
    return parts
