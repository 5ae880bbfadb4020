"""From measures to SQL of the DuckDB dialect: one statement per source and way of counting, for all groups at once.

Distinct units are counted by deduplicating first, and stocks by a running sum of entries − leavings (done by the caller
from the changes returned here): no range join, and the same text on every engine. Every statement returns the columns
``measure``, the dimensions asked for, ``month`` (first day) and ``value``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jalons.indicators.definitions import DIMENSIONS, Catalogue, DefinitionError, Family, Measure

FOREVER = "date '9999-12-31'"


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL text. ``by_year``: it must be run once per civil year, with ``$first`` and ``$last`` inside it."""

    sql: str
    family: Family
    by_year: bool


def month_of(family: Family, column: str) -> str:
    """Return SQL for the first day of the month of ``column``, the stored one when the family has it."""
    if column in family.month_of:
        return family.month_of[column]
    return f"cast(date_trunc('month', cast({column} as timestamp)) as date)"


def chosen(measure: Measure, amount: str, otherwise: str) -> str:
    """Return SQL for ``amount`` on the rows the measure counts, ``otherwise`` elsewhere."""
    return f"case when {measure.when} then {amount} else {otherwise} end" if measure.when else amount


def filter_sql(family: Family, filters: Iterable[str]) -> list[str]:
    """Return the conditions of ``filters`` (columns whose values are bound to ``$filter_<column>``)."""
    allowed = (*DIMENSIONS, *family.columns)
    conditions = []
    for column in filters:
        if column not in allowed:
            raise DefinitionError(
                f"On ne peut pas filtrer « {family.family} » par « {column} ». Filtres possibles : {', '.join(allowed)}."
            )
        conditions.append(f"{column} = any($filter_{column})")
    return conditions


def alone(measures: Iterable[Measure]) -> list[str]:
    """Return the condition of a measure that is alone, so that the engine drops early the rows it does not count.

    The « or » of several conditions costs more than it spares (measured on 5 million appointments).
    """
    conditions = {measure.when for measure in measures}
    return [f"({condition})" for condition in conditions if condition] if len(conditions) == 1 else []


class Compiler:
    """Writes the statements of some measures for one grouping and one set of filters."""

    def __init__(self, catalogue: Catalogue, dimensions: Sequence[str], filters: Iterable[str] = ()) -> None:
        self.catalogue = catalogue
        self.dimensions = tuple(dimensions)
        self.filters = tuple(sorted(filters))

    def statements(self, measures: Iterable[str]) -> list[Statement]:
        """Return the statements that give ``measures``, grouped so that a source is scanned as few times as possible."""
        groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for name in dict.fromkeys(measures):
            family = self.catalogue.family_of(name)
            measure = family.measures[name]
            key: tuple[str, ...] = (family.family, measure.kind)
            if measure.kind == "flow":
                key += (str(measure.day),)
            elif measure.kind == "reach":
                key += (str(measure.day), str(measure.start), *measure.unit)
            elif measure.kind == "stock":
                key += (str(measure.start), str(measure.until)) if measure.disjoint else (name,)
            groups[key].append(name)
        return [self._statement(key[0], names) for key, names in groups.items()]

    def _statement(self, family_name: str, names: list[str]) -> Statement:
        family = self.catalogue.families[family_name]
        measures = {name: family.measures[name] for name in names}
        first = measures[names[0]]
        if first.kind == "flow":
            sql = self._flow(family, measures)
        elif first.kind == "level":
            sql = self._level(family, measures)
        elif first.kind == "reach":
            sql = self._reach(family, measures)
        elif first.disjoint:
            sql = self._stock(family, measures, f"({self.catalogue.source(family)})")
        else:
            sql = self._stock(family, measures, f"({self._union_of_periods(family, first)})", merged=True)
        return Statement(sql, family, by_year=first.kind == "reach")

    def _where(self, family: Family, *conditions: str) -> str:
        every = [*conditions, *filter_sql(family, self.filters)]
        return f" where {' and '.join(every)}" if every else ""

    def _list(self, *columns: str) -> str:
        return ", ".join((*self.dimensions, *columns))

    def _unpivoted(self, inner: str, names: Iterable[str]) -> str:
        """Turn one column per measure into one row per measure."""
        rows = " union all ".join(
            f"select '{name}' as measure, {self._list('month')}, m_{name} as value from wide where m_{name} <> 0"
            for name in names
        )
        return f"with wide as ({inner}) {rows}"

    def _flow(self, family: Family, measures: dict[str, Measure]) -> str:
        day = str(next(iter(measures.values())).day)
        month = month_of(family, day)
        where = self._where(family, f"{day} >= $first", f"{day} <= $last", *alone(measures.values()))
        rows = f"({self.catalogue.source(family)}) as source{where}"
        one, keys = "1", self._list(month)
        if family.classes and not any(measure.value for measure in measures.values()):
            keys = self._list("month")
            classed = self._list(f"{month} as month", *family.classes, "count(*) as counted")
            rows = f"(select {classed} from {rows} group by {self._list(month, *family.classes)}) as classes"
            one, month = "counted", "month"
        sums = [f"sum({chosen(m, m.value or one, '0')}) as m_{name}" for name, m in measures.items()]
        inner = f"select {self._list(f'{month} as month', *sums)} from {rows} group by {keys}"
        return self._unpivoted(inner, measures)

    def _level(self, family: Family, measures: dict[str, Measure]) -> str:
        day = str(next(iter(measures.values())).day)
        sums = [f"sum({chosen(m, m.value or '1', '0')}) as m_{name}" for name, m in measures.items()]
        month = month_of(family, day)
        inner = (
            f"select {self._list(f'{month} as month', *sums)} from ({self.catalogue.source(family)}) as source"
            f"{self._where(family)} group by {self._list(month)}"
        )
        return self._unpivoted(inner, measures)

    def _reach(self, family: Family, measures: dict[str, Measure]) -> str:
        """Distinct units of one year by the month of their first appearance: deduplicate, then count."""
        one = next(iter(measures.values()))
        if one.day is not None:
            month = month_of(family, one.day)
            where = self._where(family, f"{one.day} >= $first", f"{one.day} <= $last", *alone(measures.values()))
        else:
            month = f"greatest({month_of(family, str(one.start))}, $first)"
            where = self._where(
                family,
                f"{one.start} <= $last",
                f"({one.until} is null or ({one.until} > $first and {one.until} > {one.start}))",
            )
        firsts = []
        for name, measure in measures.items():
            firsts.append(f"min({chosen(measure, month, 'null')}) as f_{name}")
            if measure.value:
                firsts.append(f"max({chosen(measure, measure.value, 'null')}) as v_{name}")
        keys = self._list(*(column for column in one.unit if column not in self.dimensions))
        inner = f"select {keys}, {', '.join(firsts)} from ({self.catalogue.source(family)}) as source{where} group by {keys}"
        rows = " union all ".join(
            f"select '{name}' as measure, {self._list(f'f_{name} as month')}, "
            f"{f'sum(v_{name})' if measure.value else 'count(*)'} as value from units"
            f" where f_{name} is not null group by {self._list(f'f_{name}')}"
            for name, measure in measures.items()
        )
        return f"with units as ({inner}) {rows}"

    def _union_of_periods(self, family: Family, measure: Measure) -> str:
        """Rows of one unit cut so that no day counts twice: each starts after the latest end seen before it."""
        start, until = str(measure.start), str(measure.until)
        keys = self._list(*(column for column in measure.unit if column not in self.dimensions))
        where = self._where(
            family, *([f"({measure.when})"] if measure.when else []), f"({until} is null or {until} > {start})"
        )
        return (
            f"select {keys}, {until}, greatest({start}, coalesce(max(coalesce({until}, {FOREVER})) over (partition by {keys}"
            f" order by {start}, coalesce({until}, {FOREVER}) rows between unbounded preceding and 1 preceding), {start}))"
            f" as {start} from ({self.catalogue.source(family)}) as source{where}"
        )

    def _stock(self, family: Family, measures: dict[str, Measure], source: str, *, merged: bool = False) -> str:
        """Changes of the stock: + in the month of entry (or the first month asked), − in the month of leaving."""
        one = next(iter(measures.values()))
        start, until = str(one.start), str(one.until)
        conditions = [f"{start} <= $last", f"({until} is null or ({until} > $first and {until} > {start}))"]
        where = " where " + " and ".join(conditions) if merged else self._where(family, *conditions)

        def side(month: str, sign: str, extra: str = "") -> str:
            amounts = ", ".join(
                f"{sign}({m.value or '1' if merged else chosen(m, m.value or '1', '0')}) as a_{name}"
                for name, m in measures.items()
            )
            return f"select {self._list(f'{month} as month')}, {amounts} from source{where}{extra}"

        entered = side(f"greatest({month_of(family, start)}, $first)", "+")
        left = side(month_of(family, until), "-", f" and {until} <= $last")
        sums = ", ".join(f"sum(a_{name}) as m_{name}" for name in measures)
        rows = " union all ".join(
            f"select '{name}' as measure, {self._list('month')}, m_{name} as value from wide where m_{name} <> 0"
            for name in measures
        )
        return (
            f"with source as (select * from {source} as rows_of_units), changes as ({entered} union all {left}), "
            f"wide as (select {self._list('month')}, {sums} from changes group by {self._list('month')}) {rows}"
        )
