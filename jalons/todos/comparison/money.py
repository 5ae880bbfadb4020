"""The amount of each agreement line under the prices of both sides of a reform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from jalons.facts.engines import Executor
from jalons.rulebooks.funding import Amount, amount
from jalons.rulebooks.schema import Rulebook
from jalons.todos.comparison.caseload import Question
from jalons.todos.comparison.reform import action_on

# Lines bought (an in-house offer has no price) that the day falls in.
_LINES = """SELECT l.line_id, l.organisation_id, o.name AS organisation, o.kind AS carrier_kind, l.action_code, l.places, l.amount,
  l.start_on
FROM facts.agreement_line AS l
JOIN facts.organisation AS o ON o.organisation_id = l.organisation_id
WHERE l.kind = 'convention' AND l.start_on <= $as_of AND l.end_on >= $as_of AND l.action_code = any($actions){more}
ORDER BY o.name, l.line_id"""
_NO_RULE = Amount(None, "aucun cadre en vigueur au début de la ligne", ())


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """One agreement line: euros by the prices of each side, None where the rulebook has no formula."""

    line_id: int
    organisation_id: int
    organisation: str
    action_code: str
    places: int
    agreed: Decimal | None
    before: Amount
    after: Amount

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
    """Return the amounts of the lines of the day, by organisation; the price is that of the version in force at their start."""
    params: dict[str, Any] = {"as_of": question.as_of, "actions": list(question.reform.actions)}
    more = ""
    if question.authority_id is not None:
        params["authority"], more = question.authority_id, " AND l.authority_id = $authority"
    return [
        LineAmounts(
            line_id=row["line_id"],
            organisation_id=row["organisation_id"],
            organisation=row["organisation"],
            action_code=row["action_code"],
            places=row["places"],
            agreed=row["amount"],
            before=_amount(question.reform.before, row),
            after=_amount(question.reform.after, row),
        )
        for row in executor.run(_LINES.format(more=more), params).dicts()
    ]


def totals(lines: Sequence[LineAmounts]) -> Totals:
    """Add the lines up."""
    priced = [one for one in lines if one.difference is not None]
    return Totals(
        sum((one.before.euros or Decimal(0) for one in priced), Decimal(0)),
        sum((one.after.euros or Decimal(0) for one in priced), Decimal(0)),
        len(priced),
        len(lines) - len(priced),
    )


def _amount(books: Sequence[Rulebook], row: dict[str, Any]) -> Amount:
    start: date = row["start_on"]
    action = action_on(books, row["action_code"], start)
    if action is None:
        return _NO_RULE
    return amount(action, places=row["places"], carrier_kind=row["carrier_kind"])
