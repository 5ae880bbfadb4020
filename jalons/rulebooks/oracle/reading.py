"""What the judge reads and writes down: rows of facts, dated facts, subjects, drafts of answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jalons.kernel.periods import add_months
from jalons.rulebooks.schema import Length

Row = Mapping[str, Any]
Facts = Mapping[str, Sequence[Row]]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class World:
    """All the facts, read on one day."""

    facts: Facts
    as_of: date

    def rows(self, table: str, **equal: object) -> list[Row]:
        """Rows of a fact table whose columns equal the given values."""
        return [
            row for row in self.facts.get(table, ()) if all(row.get(name) == value for name, value in equal.items())
        ]

    def present(self, end: date | None) -> date:
        """The day of the reading, or the last day of what has ended before."""
        return self.as_of if end is None else min(self.as_of, end)


@dataclass(frozen=True, slots=True)
class Happening:
    """A dated fact of an enrolment, with the last day it covers when it is a contract or a registration."""

    on: date
    ref: str
    until: date
    minutes: int = 0
    starts: date | None = None  # start of a contract, to tell a later one from the same one


@dataclass(frozen=True, slots=True)
class Subject:
    """What an obligation speaks of: its enrolment, the day it starts from, the day after which nothing is expected."""

    enrolment: Row
    id: int
    start: date
    end: date | None
    occurrence: str = ""
    contract_start: date | None = None
    exit_class: str = ""
    destination: str = ""
    job_contract: str = ""
    employer: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before pauses and ends are applied; ``governed_on`` is the day whose version it follows."""

    subject: Subject
    governed_on: date
    due_on: date
    met_on: date | None
    occurrence: str = ""
    late_on: date | None = None
    never_late: bool = False
    held: tuple[date, date | None] | None = None
    measured: int | None = None
    required: int | None = None
    lost_from: date | None = None  # from then on, a breach can no longer be mended
    evidence: tuple[str, ...] = ()


def later(day: date, length: Length, *, times: int = 1) -> date:
    """Return the day ``length`` after ``day``, ``times`` times (months first, then days)."""
    return add_months(day, times * length.months) + timedelta(days=times * length.days)


def earliest(*days: date | None) -> date | None:
    """Return the first of the days that are known."""
    known = [day for day in days if day is not None]
    return min(known) if known else None


def within(day: date, period: Row) -> bool:
    """Tell whether a period holds a day."""
    return bool(period["start_on"] <= day and (period.get("end_on") is None or day <= period["end_on"]))
