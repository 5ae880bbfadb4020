"""The year’s amount of each agreement line under the prices of both sides of a reform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from jalons.facts.engines import Executor
from jalons.rulebooks.funding import Held, YearlyAmount, of_year
from jalons.rulebooks.schema import Rulebook
from jalons.todos.comparison.caseload import Question
from jalons.todos.comparison.reform import action_on

# Lines bought (an in-house offer has no price) in the year, one row per number of places held.
_LINES = """SELECT l.line_id, l.organisation_id, o.name AS organisation, o.kind AS carrier_kind, l.action_code, l.places, l.amount,
  l.start_on, COALESCE(p.places, l.places) AS held, COALESCE(p.start_on, l.start_on) AS held_from,
  COALESCE(p.end_on, l.end_on) AS held_to
FROM facts.agreement_line AS l
JOIN facts.organisation AS o ON o.organisation_id = l.organisation_id
LEFT JOIN facts.line_places AS p ON p.line_id = l.line_id
WHERE l.kind = 'convention' AND l.start_on <= $last AND l.end_on >= $first AND l.action_code = any($actions){more}
ORDER BY o.name, l.line_id, p.start_on"""
_NO_RULE = "aucun cadre en vigueur au début de la ligne"


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """One agreement line over the year: what each side's price gives, without euros where there is no formula."""

    line_id: int
    organisation_id: int
    organisation: str
    action_code: str
    places: int
    agreed: Decimal | None
    before: YearlyAmount
    after: YearlyAmount

    @property
    def difference(self) -> Decimal | None:
        """New amount less the old one; None when one of them has no formula."""
        if self.before.euros is None or self.after.euros is None:
            return None
        return self.after.euros - self.before.euros


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the lines that have a formula on both sides, and how many lines have none on one of them."""

    before: Decimal
    after: Decimal
    lines: int
    without_formula: int


def line_amounts(question: Question, executor: Executor) -> list[LineAmounts]:
    """Return what the lines of the year of the day are worth, by organisation; the price is that in force at their start."""
    year = question.as_of.year
    params: dict[str, Any] = {
        "first": date(year, 1, 1),
        "last": date(year, 12, 31),
        "actions": list(question.reform.actions),
    }
    more = ""
    if question.authority_id is not None:
        params["authority"], more = question.authority_id, " AND l.authority_id = $authority"
    rows = executor.run(_LINES.format(more=more), params).dicts()
    return [_line(question, list(parts)) for _, parts in groupby(rows, key=lambda row: row["line_id"])]


def _line(question: Question, rows: Sequence[dict[str, Any]]) -> LineAmounts:
    one = rows[0]
    return LineAmounts(
        line_id=one["line_id"],
        organisation_id=one["organisation_id"],
        organisation=one["organisation"],
        action_code=one["action_code"],
        places=one["places"],
        agreed=one["amount"],
        before=_amount(question.reform.before, rows, question.as_of.year),
        after=_amount(question.reform.after, rows, question.as_of.year),
    )


def totals(lines: Sequence[LineAmounts]) -> Totals:
    """Add the lines up."""
    priced = [one for one in lines if one.difference is not None]
    return Totals(
        sum((one.before.euros or Decimal(0) for one in priced), Decimal(0)),
        sum((one.after.euros or Decimal(0) for one in priced), Decimal(0)),
        len(priced),
        len(lines) - len(priced),
    )


def _amount(books: Sequence[Rulebook], rows: Sequence[dict[str, Any]], year: int) -> YearlyAmount:
    one = rows[0]
    action = action_on(books, one["action_code"], one["start_on"])
    if action is None:
        return YearlyAmount(year, (), None, _NO_RULE, ())
    held = [Held(row["held"], row["held_from"], row["held_to"]) for row in rows]
    return of_year(action, held=held, year=year, carrier_kind=one["carrier_kind"])
