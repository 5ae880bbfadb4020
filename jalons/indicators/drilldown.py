"""The rows behind a figure: the same definition without its aggregation (R-208).

The values of the numerator's rows add up to the numerator, those of the denominator's rows to the denominator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from jalons.facts.engines import Executor
from jalons.indicators.cells import Filters, bound
from jalons.indicators.compiler import Statement, filter_sql
from jalons.indicators.definitions import Catalogue, Family, Interval, Measure, Side, Term, catalogue
from jalons.indicators.engine import over
from jalons.kernel.periods import first_of_month, last_of_month, months_between

Part = Literal["numerator", "denominator"]


@dataclass(frozen=True, slots=True)
class Row:
    """One counted row: ``rows`` is its kind (enrolment, appointment…), ``key`` the identifiers of the counted unit.

    ``value`` is its share of the side it belongs to; ``day`` the date that counts it, or the month end it is present at.
    """

    part: Part
    measure: str
    rows: str
    key: tuple[tuple[str, int | str | None], ...]
    person_id: int | None
    day: date | None
    value: Decimal


def drilldown(
    code: str,
    executor: Executor,
    *,
    month: date,
    interval: Interval | None = None,
    filters: Filters | None = None,
    parameters: Mapping[str, Any] | None = None,
    definitions: Catalogue | None = None,
) -> list[Row]:
    """Return the rows counted by ``code`` for ``month`` (or since 1 January of its year), for the groups in ``filters``."""
    known = definitions or catalogue()
    indicator = known.indicator(code)
    chosen: Interval = interval or indicator.intervals[0]
    lister = _Lister(known, executor, first_of_month(month), chosen, filters or {}, parameters or {})
    rows = lister.side("numerator", indicator.numerator)
    if indicator.denominator:
        rows += lister.side("denominator", indicator.denominator)
    return rows


@dataclass(frozen=True, slots=True)
class _Lister:
    known: Catalogue
    executor: Executor
    month: date
    interval: Interval
    filters: Filters
    parameters: Mapping[str, Any]

    def side(self, part: Part, side: Side) -> list[Row]:
        added: list[Row] = []
        removed: set[tuple[Any, ...]] = set()
        for term in side.terms:
            if term.only not in (None, self.interval):
                continue
            for row in self._term(part, term):
                if term.sign > 0:
                    added.append(row)
                else:
                    removed.add((row.key, row.day))
        return [row for row in added if (row.key, row.day) not in removed]

    def _term(self, part: Part, term: Term) -> list[Row]:
        how = over(self.known, term, self.interval)
        family = self.known.family_of(term.measure)
        measure = family.measures[term.measure]
        january = date(self.month.year, 1, 1)
        if measure.kind == "reach":
            return self._read(part, term.measure, january, last_of_month(self.month), Decimal(1))
        months = [self.month] if how == "last" else list(months_between(january, self.month))
        share = Decimal(1) / {"last": 1, "sum": 1, "mean": len(months), "prorata": 12}[how]
        if measure.kind == "flow":
            return self._read(part, term.measure, months[0], last_of_month(self.month), share)
        return [row for m in months for row in self._read(part, term.measure, m, last_of_month(m), share)]

    def _read(self, part: Part, name: str, first: date, last: date, share: Decimal) -> list[Row]:
        family = self.known.family_of(name)
        measure = family.measures[name]
        statement = Statement(self._sql(family, measure), family, by_year=False)
        values = bound(self.known, statement, self.filters, self.parameters, first, last)
        return [
            Row(
                part,
                name,
                family.rows,
                tuple(zip(measure.unit, unit, strict=True)),
                person,
                day,
                Decimal(value) * share,
            )
            for *unit, person, day, value in self.executor.run(statement.sql, values)
        ]

    def _sql(self, family: Family, measure: Measure) -> str:
        conditions = [f"({measure.when})"] if measure.when else []
        if measure.day is not None:
            day = measure.day
            conditions += [f"{day} >= $first", f"{day} <= $last"]
        elif measure.kind == "reach":
            day = f"greatest({measure.start}, $first)"
            conditions += [f"{measure.start} <= $last", f"({measure.until} is null or {measure.until} > $first)"]
            conditions.append(f"({measure.until} is null or {measure.until} > {measure.start})")
        else:
            day = "$last"
            conditions += [f"{measure.start} <= $last", f"({measure.until} is null or {measure.until} > $last)"]
        where = " and ".join([*conditions, *filter_sql(family, self.filters)])
        unit = ", ".join(measure.unit)
        person = "min(person_id)" if family.person else "cast(null as bigint)"
        return (
            f"select {unit}, {person} as of_person, cast(min({day}) as date) as day, max({measure.value or '1'}) as counted"
            f" from ({self.known.source(family)}) as source where {where} group by {unit} order by {unit}"
        )
