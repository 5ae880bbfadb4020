"""Indicators computed from measures: the ratio last, « non calculable » (None) when the denominator is empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from jalons.facts.engines import Executor
from jalons.indicators.cells import Cells, Filters, Group, count
from jalons.indicators.definitions import (
    LEVELS,
    Catalogue,
    DefinitionError,
    Indicator,
    Interval,
    Level,
    Side,
    Term,
    catalogue,
)
from jalons.kernel.periods import first_of_month, months_between


@dataclass(frozen=True, slots=True)
class Result:
    """One figure: ``month`` is the month, or the last month counted since 1 January when ``interval`` is ``year``.

    ``keys`` are the dimensions of the level. ``value`` is the ratio times its scale, unrounded; None = « non calculable ».
    """

    indicator: str
    interval: Interval
    month: date
    keys: dict[str, int | str | None]
    numerator: Decimal
    denominator: Decimal | None
    value: Decimal | None


def compute(
    codes: Iterable[str],
    executor: Executor,
    *,
    first: date,
    last: date,
    level: Level = "organisation",
    interval: Interval | None = None,
    filters: Filters | None = None,
    parameters: Mapping[str, Any] | None = None,
    definitions: Catalogue | None = None,
) -> list[Result]:
    """Compute indicators for every month from ``first`` to ``last`` and every group of ``level``.

    Groups are those seen by any of the measures asked for. ``interval`` « year » gives, for each month, the figure since
    1 January; None takes the first one each definition offers. An indicator that does not exist at ``level`` or for
    ``interval`` raises DefinitionError.
    """
    known = definitions or catalogue()
    wanted = [known.indicator(code) for code in codes]
    for indicator in wanted:
        check_asked(indicator, level, interval)
        if level == "line":
            _check_lines(known, indicator)
    start = first_of_month(first)
    if any((interval or indicator.intervals[0]) == "year" for indicator in wanted):
        start = date(start.year, 1, 1)
    names = [term.measure for indicator in wanted for term in indicator.terms()]
    cells = count(known, names, executor, first=start, last=last, level=level, filters=filters, parameters=parameters)
    return evaluate(wanted, cells, first=first, last=last, level=level, interval=interval, definitions=known)


def check_asked(indicator: Indicator, level: Level, interval: Interval | None) -> None:
    """Raise DefinitionError when the indicator has no meaning at this level or for this interval."""
    if level not in (*indicator.levels, "cell", "line"):
        raise DefinitionError(
            f"« {indicator.code} » ne se calcule pas par « {level} ». Niveaux possibles : {', '.join(indicator.levels)}."
        )
    if interval and interval not in indicator.intervals:
        raise DefinitionError(
            f"« {indicator.code} » ne se calcule pas par « {interval} ». Possibles : {', '.join(indicator.intervals)}."
        )


def _check_lines(known: Catalogue, indicator: Indicator) -> None:
    families = [known.family_of(term.measure) for term in indicator.terms()]
    if blind := sorted({family.rows for family in families if "line_id" not in family.columns}):
        raise DefinitionError(
            f"« {indicator.code} » ne se calcule pas par ligne de convention : il compte aussi {', '.join(blind)}."
        )


def evaluate(
    wanted: Sequence[Indicator],
    cells: Cells,
    *,
    first: date,
    last: date,
    level: Level,
    interval: Interval | None = None,
    definitions: Catalogue | None = None,
) -> list[Result]:
    """Turn counted ``cells`` into figures; ``cells`` must start on 1 January for yearly figures."""
    known = definitions or catalogue()
    seen: set[Group] = {group for groups in cells.values() for group in groups} | ({()} if level == "whole" else set())
    groups = sorted(seen, key=_sortable)
    return [
        _figure(known, indicator, cells, group, month, level, interval or indicator.intervals[0])
        for indicator in wanted
        for group in groups
        for month in months_between(first, last)
    ]


def _figure(
    known: Catalogue, indicator: Indicator, cells: Cells, group: Group, month: date, level: Level, interval: Interval
) -> Result:
    keys = dict(zip(LEVELS[level], group, strict=True))
    numerator = side_value(known, indicator.numerator, cells, group, month, interval)
    if indicator.denominator is None:
        return Result(indicator.code, interval, month, keys, numerator, None, numerator)
    denominator = side_value(known, indicator.denominator, cells, group, month, interval)
    value = ratio(numerator, denominator * indicator.divide_by, indicator.scale)
    return Result(indicator.code, interval, month, keys, numerator, denominator, value)


def ratio(numerator: Decimal, denominator: Decimal | None, scale: int) -> Decimal | None:
    """Return numerator / denominator × scale; None (« non calculable ») when the denominator is empty (R-208)."""
    return numerator * scale / denominator if denominator else None


def side_value(known: Catalogue, side: Side, cells: Cells, group: Group, month: date, interval: Interval) -> Decimal:
    """Add the terms of a side for one group and month (or for the year up to that month)."""
    asked = (term for term in side.terms if term.only in (None, interval))
    return sum((_term_value(known, term, cells, group, month, interval) * term.sign for term in asked), Decimal(0))


def over(known: Catalogue, term: Term, interval: Interval) -> str:
    """Tell how the months of ``term`` make a figure: by its kind, unless the definition says otherwise."""
    kind = known.family_of(term.measure).measures[term.measure].kind
    if interval == "month" or kind == "reach":
        return "last"
    return term.over or ("sum" if kind == "flow" else "mean")


def _term_value(known: Catalogue, term: Term, cells: Cells, group: Group, month: date, interval: Interval) -> Decimal:
    values = cells.get(term.measure, {}).get(group, {})
    how = over(known, term, interval)
    if how == "last":
        return values.get(month, Decimal(0))
    months = list(months_between(date(month.year, 1, 1), month))
    total = sum((values.get(m, Decimal(0)) for m in months), Decimal(0))
    return total / {"sum": 1, "mean": len(months), "prorata": 12}[how]


def _sortable(group: Group) -> tuple[tuple[bool, str], ...]:
    return tuple((part is None, f"{part:020d}" if isinstance(part, int) else str(part)) for part in group)
