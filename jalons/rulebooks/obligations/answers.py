"""The answer of one obligation for one subject and occurrence: dates, never moods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

State = Literal["met", "met_late", "late", "coming", "suspended", "breached"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one obligation says of one subject at a date.

    ``due_on`` last day to do it · ``met_on`` day it was done · ``breached_on`` first day of the breach ·
    ``suspended_from``/``suspended_to`` days on which nothing is expected (pause, maintenance, end of the
    enrolment or of the agreement line, window over) ·
    ``measured``/``required`` what was counted and what is asked · ``evidence`` references of facts, ``appointment:12``.
    """

    rulebook_code: str
    rulebook_version: str
    obligation_code: str
    action_code: str
    subject_kind: str
    subject_id: int
    person_id: int | None
    organisation_id: int
    authority_id: int
    occurrence: str
    due_on: date | None
    met_on: date | None
    breached_on: date | None
    suspended_from: date | None
    suspended_to: date | None
    measured: Decimal | None
    required: Decimal | None
    evidence: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str, str, int, str]:
        """What makes it the same to-do from one recomputation to the next."""
        return (self.action_code, self.obligation_code, self.subject_kind, self.subject_id, self.occurrence)


COLUMNS: tuple[str, ...] = tuple(Answer.__dataclass_fields__)


def state(
    on: date,
    *,
    due_on: date | None,
    met_on: date | None,
    breached_on: date | None,
    suspended_from: date | None,
    suspended_to: date | None,
) -> State:
    """Compare an answer's dates with the day of reading ``on``.

    ``met`` done in time, or a ratio that holds · ``met_late`` done after the breach · ``suspended`` nothing expected that
    day · ``late`` due and not done · ``breached`` breached, and it can no longer be done (or it is a ratio, with no due
    date) · ``coming`` not due yet.
    """
    if met_on is not None:
        return "met_late" if breached_on is not None else "met"
    if suspended_from is not None and suspended_from <= on and (suspended_to is None or on <= suspended_to):
        missed = breached_on is not None and breached_on <= suspended_from and suspended_to is None
        return "breached" if missed else "suspended"
    breached = breached_on is not None and breached_on <= on
    if due_on is None:
        return "breached" if breached else "met"
    return "late" if breached or due_on < on else "coming"
