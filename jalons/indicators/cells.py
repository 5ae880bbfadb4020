"""Base measures, counted: one number per measure, group and month, from an engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from jalons.facts.engines import Executor
from jalons.indicators.compiler import Compiler, Statement
from jalons.indicators.definitions import LEVELS, Catalogue, Level
from jalons.kernel.periods import first_of_month, last_of_month, months_between

Group = tuple[int | str | None, ...]
Filters = Mapping[str, Sequence[int | str]]
# measure → group → first day of month → value. Stocks and reaches have a value for every month since their first.
Cells = dict[str, dict[Group, dict[date, Decimal]]]


def bound(
    catalogue: Catalogue, statement: Statement, filters: Filters, parameters: Mapping[str, Any], first: date, last: date
) -> dict[str, Any]:
    """Return the parameters ``statement`` really uses, for the days ``first`` to ``last``."""
    values: dict[str, Any] = catalogue.parameters(statement.family) | dict(parameters)
    values |= {"first": first, "last": last, "month_ends": [last_of_month(m) for m in months_between(first, last)]}
    values |= {f"filter_{column}": list(given) for column, given in filters.items()}
    return {name: value for name, value in values.items() if f"${name}" in statement.sql}


def years_of(first: date, last: date) -> list[tuple[date, date]]:
    """Cut the days ``first`` to ``last`` by civil year; the first year starts on 1 January."""
    return [(date(year, 1, 1), min(last, date(year, 12, 31))) for year in range(first.year, last.year + 1)]


def count(
    catalogue: Catalogue,
    measures: Iterable[str],
    executor: Executor,
    *,
    first: date,
    last: date,
    level: Level,
    filters: Filters | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Cells:
    """Count ``measures`` for the months of ``first`` to ``last``, by the groups of ``level``."""
    first, last = first_of_month(first), last_of_month(last)
    dimensions = LEVELS[level]
    names = list(dict.fromkeys(measures))
    changes: Cells = {name: defaultdict(lambda: defaultdict(Decimal)) for name in names}
    for statement in Compiler(catalogue, dimensions, filters or ()).statements(names):
        for start, end in years_of(first, last) if statement.by_year else [(first, last)]:
            values = bound(catalogue, statement, filters or {}, parameters or {}, start, end)
            for name, *group, month, value in executor.run(statement.sql, values):
                changes[name][tuple(group)][month] += Decimal(value)
    months = list(months_between(first, last))
    return {
        name: {
            group: _spread(catalogue.family_of(name).measures[name].kind, given, months)
            for group, given in groups.items()
        }
        for name, groups in changes.items()
    }


def _spread(kind: str, given: Mapping[date, Decimal], months: Sequence[date]) -> dict[date, Decimal]:
    """Turn changes into levels: running sum for a stock, running sum within the year for a reach."""
    if kind in ("flow", "level"):
        return {month: given[month] for month in months if month in given}
    total, levels = Decimal(0), {}
    earlier = sorted(month for month in given if months and month < months[0])
    for month in [*earlier, *months]:
        if kind == "reach" and month.month == 1:
            total = Decimal(0)
        total += given.get(month, Decimal(0))
        levels[month] = total
    return {month: levels[month] for month in months}
