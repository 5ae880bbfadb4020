"""Random worlds: every engine agrees with the reference, measures add up, and lists hold what figures count."""

from __future__ import annotations

import itertools
import os
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from jalons.facts.engines import DuckDBExecutor, Executor
from jalons.indicators.cells import count
from jalons.indicators.definitions import Interval, Level, catalogue
from jalons.indicators.drilldown import drilldown
from jalons.indicators.engine import compute
from jalons.indicators.reference import QUESTIONS, judge
from tests.facts.given import Rows, on_postgres
from tests.spec.indicators.random_worlds import worlds

KNOWN = catalogue()
MONTHS = (date(2019, 12, 1), date(2020, 1, 1), date(2020, 2, 1), date(2020, 5, 1), date(2020, 12, 1))
LEVELS: tuple[Level, ...] = ("whole", "organisation", "territory", "organisation_action")
CLOSE = Decimal("1e-12")
SIX_CODES = st.lists(st.sampled_from(sorted(KNOWN.indicators)), min_size=6, max_size=6, unique=True)
MORE = int(os.environ.get("JALONS_MORE_EXAMPLES", "1"))  # a longer hunt, by hand or at night
some = settings(max_examples=10 * MORE, deadline=None, suppress_health_check=list(HealthCheck), derandomize=MORE == 1)
few = settings(some, max_examples=4 * MORE)


def _agree(rows: Rows, executor: Executor, month: date, level: Level) -> None:
    intervals: tuple[Interval, ...] = ("month", "year")
    for interval in intervals:
        codes = [c for c, i in KNOWN.indicators.items() if interval in i.intervals and level in i.levels]
        for result in compute(codes, executor, first=month, last=month, level=level, interval=interval):
            numerator, denominator, value = judge(
                result.indicator, rows, month=month, interval=interval, group=result.keys
            )
            where = f"{result.indicator} {interval} {month} {result.keys}"
            assert abs(result.numerator - numerator) < CLOSE, f"{where}: {result.numerator}, judged {numerator}"
            assert abs((result.denominator or 0) - (denominator or 0)) < CLOSE, (
                f"{where}: {result}, judged {denominator}"
            )
            assert (result.value is None) == (value is None), f"{where}: {result.value}, judged {value}"
            assert abs((result.value or 0) - (value or 0)) < CLOSE, f"{where}: {result.value}, judged {value}"


@pytest.mark.req("R-208")
def test_the_reference_judges_every_indicator() -> None:
    assert set(QUESTIONS) == set(KNOWN.indicators)


@pytest.mark.req("R-208")
@some
@given(rows=worlds(), month=st.sampled_from(MONTHS), level=st.sampled_from(LEVELS))
def test_the_columnar_engine_agrees_with_the_reference(rows: Rows, month: date, level: Level) -> None:
    with DuckDBExecutor.over_rows(rows) as executor:
        _agree(rows, executor, month, level)


@pytest.fixture
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Any:
    with django_db_blocker.unblock():
        yield


@pytest.mark.req("R-208")
def test_the_live_engine_agrees_with_the_reference(database: None) -> None:
    @few
    @given(rows=worlds(), month=st.sampled_from(MONTHS), level=st.sampled_from(LEVELS))
    def agrees(rows: Rows, month: date, level: Level) -> None:
        with on_postgres(rows) as executor:
            _agree(rows, executor, month, level)

    agrees()


@pytest.mark.req("R-202")
@some
@given(rows=worlds())
def test_present_is_present_before_plus_entered_minus_left(rows: Rows) -> None:
    names = ["present", "entered", "exited"]
    with DuckDBExecutor.over_rows(rows) as executor:
        cells = count(KNOWN, names, executor, first=date(2019, 8, 1), last=date(2021, 3, 31), level="cell")
    for group, stock in cells["present"].items():
        months = sorted(stock)
        for before, month in itertools.pairwise(months):
            entered = cells["entered"].get(group, {}).get(month, 0)
            left = cells["exited"].get(group, {}).get(month, 0)
            assert stock[month] == stock[before] + entered - left, f"{group} {month}"


def _total(cells: Any, name: str, month: date) -> Decimal:
    return sum((values.get(month, Decimal(0)) for values in cells[name].values()), Decimal(0))


@some
@given(rows=worlds(), month=st.sampled_from(MONTHS))
def test_counts_and_sums_add_up_across_organisations(rows: Rows, month: date) -> None:
    additive = [
        name for family in KNOWN.families.values() for name, m in family.measures.items() if m.unit != ("person_id",)
    ]
    with DuckDBExecutor.over_rows(rows) as executor:
        parts = count(KNOWN, additive, executor, first=month, last=month, level="organisation_action")
        whole = count(KNOWN, additive, executor, first=month, last=month, level="whole")
    for name in additive:
        assert _total(parts, name, month) == _total(whole, name, month), name


PERSONAL = (
    "enrolment",
    "orientation",
    "rights_and_duties",
    "right",
    "person",
    "appointment",
    "step",
    "job",
    "exit",
    "pause",
    "contract",
    "obstacle",
    "piece",
)


@some
@given(rows=worlds(), month=st.sampled_from(MONTHS))
def test_every_measure_adds_up_across_shards_of_persons(rows: Rows, month: date) -> None:
    """Shards hold whole persons: even distinct persons add up, so a bigger engine only has to add."""
    names = [name for family in KNOWN.families.values() if family.person for name in family.measures]
    shards: list[Rows] = [
        {t: [r for r in some_rows if t not in PERSONAL or r["person_id"] % 2 == rest] for t, some_rows in rows.items()}
        for rest in (0, 1)
    ]
    counted = []
    for part in (*shards, rows):
        with DuckDBExecutor.over_rows(part) as executor:
            counted.append(count(KNOWN, names, executor, first=month, last=month, level="organisation"))
    first, second, whole = counted
    for name in names:
        assert _total(first, name, month) + _total(second, name, month) == _total(whole, name, month), name


@pytest.mark.req("R-208")
@some
@given(rows=worlds(), month=st.sampled_from(MONTHS), organisation=st.integers(1, 3), codes=SIX_CODES)
def test_the_rows_behind_a_figure_add_up_to_it(rows: Rows, month: date, organisation: int, codes: list[str]) -> None:
    with DuckDBExecutor.over_rows(rows) as executor:
        for code in codes:
            indicator = KNOWN.indicator(code)
            interval = indicator.intervals[0]
            filters = {"organisation_id": [organisation]} if "organisation" in indicator.levels else {}
            [figure] = compute(
                [code], executor, first=month, last=month, level="whole", interval=interval, filters=filters
            )
            opened = drilldown(code, executor, month=month, interval=interval, filters=filters)
            for part, total in (("numerator", figure.numerator), ("denominator", figure.denominator or 0)):
                counted = sum((row.value for row in opened if row.part == part), Decimal(0))
                assert abs(counted - total) < CLOSE, f"{code}: {counted} rows for {total}"
