"""The one door for writing figures: mark months, count the cube, check it, freeze."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction

from jalons.facts.engines import Executor, PostgresExecutor
from jalons.indicators.cells import Cells, count
from jalons.indicators.definitions import DIMENSIONS, LEVELS, Interval, Level, catalogue
from jalons.indicators.drilldown import drilldown
from jalons.indicators.models import FrozenFigure, MonthlyCube, StaleMonth
from jalons.indicators.queries import STORED_LEVELS, keyed_rows, one_figure
from jalons.kernel.operation import operation
from jalons.kernel.periods import first_of_month, last_of_month
from jalons.network.models import User
from jalons.network.permissions import Permission, require

CUBE_LOCK = 7_301_964  # any constant: one counting of the cube at a time
CENTS = Decimal("0.01")
# Where the first dated facts are looked for when the whole cube is counted.
DATED = (("enrolment", "start_on"), ("agreement_line", "start_on"), ("orientation", "decided_on"))

_Place = tuple[str, date, str, tuple[int | str | None, ...]]
Cell = tuple[str, date, str, int | None, int | None, str | None, int | None, Decimal]


def mark_months(*, months: Iterable[date]) -> None:
    """Say that the figures of these months (and of those after) must be counted again. Part of the caller's write."""
    StaleMonth.objects.bulk_create(
        [StaleMonth(month=month) for month in sorted({first_of_month(day) for day in months})]
    )


def refresh_cube(
    *, until: date, months: Iterable[date] | None = None, whole: bool = False, executor: Executor | None = None
) -> int:
    """Count the cube again and return the number of cells written.

    From the earliest of ``months``, else of the months marked, else of the facts when ``whole`` or when the cube is empty;
    up to the month of ``until``. Stocks and counts since January of one month reach those after it, hence « from ».
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CUBE_LOCK])
            # Taken before counting: a mark that comes later speaks of a write the count may not have seen, and stays.
            cursor.execute(f"DELETE FROM {StaleMonth._meta.db_table} RETURNING month")
            marked = [month for (month,) in cursor.fetchall()]
        engine = executor or PostgresExecutor()
        first = _first_month(engine, months, marked, whole)
        if first is None:
            return 0
        last = max(last_of_month(until), last_of_month(first))
        cells = list(_counted(engine, first, last))
        stored = MonthlyCube.objects.filter(month__gte=first)
        stored.delete()
        _write(cells)
        return len(cells)


def _first_month(engine: Executor, months: Iterable[date] | None, marked: Sequence[date], whole: bool) -> date | None:
    if whole or not MonthlyCube.objects.exists():
        return _earliest_fact(engine)
    asked = [first_of_month(month) for month in months or ()] + list(marked)
    return min(asked, default=None)


def _earliest_fact(engine: Executor) -> date | None:
    texts = [f"select min(f.{column}) as day from facts.{table} as f" for table, column in DATED]
    days = [day for (day,) in engine.run(" union all ".join(texts)) if day is not None]
    return first_of_month(min(days)) if days else None


def _counted(engine: Executor, first: date, last: date) -> Iterator[Cell]:
    """Count every measure at every stored level: what adds up is counted once and added, distinct persons per level."""
    known = catalogue()
    names = {name: m for family in known.families.values() for name, m in family.measures.items()}
    persons = [name for name, measure in names.items() if measure.unit == ("person_id",)]
    fine = count(known, [name for name in names if name not in persons], engine, first=first, last=last, level="cell")
    for level in STORED_LEVELS:
        per_level = count(known, persons, engine, first=first, last=last, level=level)
        for measure, groups in (_added_up(fine, level) | per_level).items():
            for group, values in groups.items():
                place = dict(zip(LEVELS[level], group, strict=True))
                keys = [place.get(name) for name in DIMENSIONS]
                for month, value in values.items():
                    if value:
                        yield (measure, month, level, *keys, value.quantize(CENTS))  # type: ignore[misc]


def _added_up(fine: Cells, level: Level) -> Cells:
    kept = [DIMENSIONS.index(name) for name in LEVELS[level]]
    added: Cells = defaultdict(lambda: defaultdict(lambda: defaultdict(Decimal)))
    for measure, groups in fine.items():
        for group, values in groups.items():
            total = added[measure][tuple(group[index] for index in kept)]
            for month, value in values.items():
                total[month] += value
    return added


def _write(cells: Iterable[Cell]) -> None:
    columns = ", ".join(("measure", "month", "level", *DIMENSIONS, "value"))
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {MonthlyCube._meta.db_table} ({columns}) FROM STDIN") as copy,
    ):
        for cell in cells:
            copy.write_row(cell)


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A cell of the cube that a full count contradicts; ``stored`` or ``counted`` is 0 when the cell is missing."""

    measure: str
    month: date
    level: str
    group: tuple[int | str | None, ...]
    stored: Decimal
    counted: Decimal


def verify_cube(*, executor: Executor | None = None) -> list[Discrepancy]:
    """Count everything again and return what differs from the cube, months waiting to be counted aside (nightly)."""
    engine = executor or PostgresExecutor()
    rows = MonthlyCube.objects.values_list("measure", "month", "level", *DIMENSIONS, "value")
    stored: dict[_Place, Decimal] = {(m, day, level, tuple(group)): value for m, day, level, *group, value in rows}
    if not stored:
        return []
    first, last = min(place[1] for place in stored), max(place[1] for place in stored)
    waiting = StaleMonth.objects.order_by("month").values_list("month", flat=True).first() or date.max
    counted: dict[_Place, Decimal] = {
        (m, day, level, tuple(group)): value
        for m, day, level, *group, value in _counted(engine, first, last_of_month(last))
    }
    zero = Decimal(0)
    places = sorted((place for place in stored.keys() | counted.keys() if place[1] < waiting), key=str)
    return [
        Discrepancy(*place, stored.get(place, zero), counted.get(place, zero))
        for place in places
        if stored.get(place, zero) != counted.get(place, zero)
    ]


@operation
def freeze(
    *,
    actor: User,
    on: date,
    indicator: str,
    month: date,
    authority_id: int,
    interval: Interval | None = None,
    filters: Mapping[str, Sequence[int | str]] | None = None,
    published_as: str = "",
    source: str = "",
    executor: Executor | None = None,
) -> FrozenFigure:
    """Freeze a figure of ``authority_id`` as published, with its definition and its rows under pseudonymous keys.

    ``month`` is the month, or the last month of the year counted. Later corrections of the data leave it as it is
    (R-218): ``queries.correction_of`` shows the difference.
    """
    require(actor, Permission.FIGURE_FREEZE, on=on, authority_id=authority_id)
    definition = catalogue().indicator(indicator)
    chosen: Interval = interval or definition.intervals[0]
    engine = executor or PostgresExecutor()
    groups = {**(filters or {}), "authority_id": [authority_id]}
    result = one_figure(indicator, engine, month=month, interval=chosen, filters=groups)
    rows = drilldown(indicator, engine, month=month, interval=chosen, filters=groups)
    families = {catalogue().family_of(term.measure).family for term in definition.terms()}
    return FrozenFigure.objects.create(
        indicator=indicator,
        label=definition.label,
        definition_version=definition.version,
        definition=definition.model_dump(mode="json")
        | {"families": {name: catalogue().families[name].model_dump(mode="json") for name in sorted(families)}},
        interval=chosen,
        month=first_of_month(month),
        filters=groups,
        authority_id=authority_id,
        numerator=result.numerator,
        denominator=result.denominator,
        value=result.value,
        published_as=published_as,
        source=source,
        rows=keyed_rows(rows),
        frozen_on=on,
        frozen_by=actor,
    )
