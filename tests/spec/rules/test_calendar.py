"""Days: ends of months, 29 February, midnight in Paris. Every engine counts months as the catalogue does.

Each property is shown to fail on a fault planted beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jalons.facts.engines import DuckDBExecutor, Executor, PostgresExecutor
from jalons.kernel import clock
from jalons.kernel.periods import add_months
from jalons.rulebooks import engine
from jalons.rulebooks.loader import load
from jalons.rulebooks.obligations.answers import Answer
from jalons.rulebooks.schema import Rulebook
from tests.rulebooks.test_living_through_versions import BOTH, FRAMEWORK, dossier
from tests.spec.rules.test_engines_agree import PROFILE

ENDS = [
    date(2020, 1, 31),
    date(2020, 2, 29),
    date(2019, 2, 28),
    date(2020, 8, 31),
    date(2020, 4, 30),
    date(2020, 12, 31),
]
starts = st.one_of(st.sampled_from(ENDS), st.dates(date(1996, 1, 1), date(2032, 12, 31)))
lengths = st.integers(-40, 40)


def on_the_calendar(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month when it does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        if number <= day.day:
            try:
                return date(year, month + 1, number)
            except ValueError:
                continue
    raise AssertionError(day)


def months_of(executor: Executor, pairs: list[tuple[date, int]]) -> list[date]:
    rows = ", ".join(f"({n}, DATE '{day}', {months})" for n, (day, months) in enumerate(pairs))
    text = f"WITH given(n, day, months) AS (VALUES {rows}) SELECT add_months(g.day, g.months) AS d FROM given AS g ORDER BY g.n"
    return [row[0] for row in executor.run(text)]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2019, 1, 31), 1, date(2019, 2, 28)),
        (date(2019, 12, 31), 2, date(2020, 2, 29)),
        (date(2020, 2, 29), 12, date(2021, 2, 28)),
        (date(2020, 2, 29), 48, date(2024, 2, 29)),
        (date(2020, 3, 31), -1, date(2020, 2, 29)),
        (date(2020, 10, 31), 1, date(2020, 11, 30)),
    ],
)
def test_the_ends_of_months(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == on_the_calendar(day, months) == then


@settings(max_examples=30, **PROFILE)
@given(pairs=st.lists(st.tuples(starts, lengths), min_size=20, max_size=60))
def test_duckdb_counts_months_as_the_catalogue(pairs: list[tuple[date, int]]) -> None:
    with DuckDBExecutor(threads=1) as executor:
        assert months_of(executor, pairs) == [on_the_calendar(*pair) for pair in pairs]
    assert [add_months(*pair) for pair in pairs] == [on_the_calendar(*pair) for pair in pairs]


@pytest.mark.django_db
@settings(max_examples=30, **PROFILE)
@given(pairs=st.lists(st.tuples(starts, lengths), min_size=20, max_size=60))
def test_postgresql_counts_months_as_the_catalogue(pairs: list[tuple[date, int]]) -> None:
    assert months_of(PostgresExecutor(), pairs) == [on_the_calendar(*pair) for pair in pairs]


def test_thirty_days_are_not_a_month() -> None:
    assert any(day + timedelta(days=30) != on_the_calendar(day, 1) for day in ENDS)


ROLLING_ON = load(
    FRAMEWORK.replace("kind: calendar_month", "kind: from_start, length: {count: 1, unit: months}").encode(),
    file="essai.yaml",
)


def windows_of(rulebook: Rulebook, start: date, as_of: date) -> list[Answer]:
    with DuckDBExecutor.over_rows(dossier(start), threads=1) as executor:
        found = [one for one in engine.evaluate([rulebook], executor, as_of) if one.obligation_code == "meetings"]
    return sorted(found, key=lambda one: one.occurrence)


def follow_each_other(windows: list[tuple[date, date]]) -> bool:
    return all(after[0] == before[1] + timedelta(days=1) for before, after in pairwise(windows))


@pytest.mark.parametrize("rulebook", [BOTH[0], ROLLING_ON], ids=["calendar", "from_start"])
@pytest.mark.parametrize("start", [date(2020, 1, 31), date(2020, 2, 29), date(2020, 1, 30), date(2020, 12, 31)])
def test_windows_follow_each_other_without_a_gap_nor_a_day_counted_twice(rulebook: Rulebook, start: date) -> None:
    windows = windows_of(rulebook, start, date(2021, 4, 15))
    days = [(date.fromisoformat(one.occurrence), one.due_on) for one in windows if one.due_on is not None]
    assert len(days) == len(windows) > 3
    assert days[0][0] == start
    assert follow_each_other(days)
    if rulebook is ROLLING_ON:
        assert [first for first, _ in days] == [on_the_calendar(start, number) for number in range(len(days))]


def test_windows_counted_from_the_end_of_february_drift() -> None:
    """Planted: each window a month after the one before, not so many months after the start; 31 January is lost for good."""
    drifting = [date(2020, 1, 31)]
    while len(drifting) < 4:
        drifting.append(on_the_calendar(drifting[-1], 1))
    assert drifting != [on_the_calendar(date(2020, 1, 31), number) for number in range(4)]


def utc_day() -> date:
    """Planted: the day read on a clock that is not in Paris."""
    return clock.now().astimezone(UTC).date()


def day_at(instant: datetime, monkeypatch: pytest.MonkeyPatch, clock_read: Callable[[], date] = clock.today) -> date:
    monkeypatch.setattr("django.utils.timezone.now", lambda: instant)
    return clock_read()


MIDNIGHTS = [
    # Last second of a day in Paris, in UTC: winter, summer, the two nights when the hour changes.
    (datetime(2020, 1, 31, 22, 59, 59, tzinfo=UTC), date(2020, 1, 31)),
    (datetime(2020, 6, 30, 21, 59, 59, tzinfo=UTC), date(2020, 6, 30)),
    (datetime(2020, 3, 28, 22, 59, 59, tzinfo=UTC), date(2020, 3, 28)),
    (datetime(2020, 3, 29, 21, 59, 59, tzinfo=UTC), date(2020, 3, 29)),
    (datetime(2020, 10, 24, 21, 59, 59, tzinfo=UTC), date(2020, 10, 24)),
    (datetime(2020, 10, 25, 22, 59, 59, tzinfo=UTC), date(2020, 10, 25)),
    (datetime(2020, 2, 29, 22, 59, 59, tzinfo=UTC), date(2020, 2, 29)),
]


@pytest.mark.parametrize(("last_second", "day"), MIDNIGHTS)
def test_the_day_changes_at_midnight_in_paris(
    last_second: datetime, day: date, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.JALONS_TODAY = None
    assert day_at(last_second, monkeypatch) == day
    assert day_at(last_second + timedelta(seconds=1), monkeypatch) == day + timedelta(days=1)
    midnight = last_second + timedelta(seconds=1)
    assert day_at(midnight, monkeypatch, utc_day) != day + timedelta(days=1)


def test_an_obligation_is_missed_at_midnight_in_paris_not_before(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A contract due on 30 June: nothing is missed at 23:59:59, it is one second later."""
    settings.JALONS_TODAY = None
    last_second = datetime(2020, 6, 30, 21, 59, 59, tzinfo=UTC)
    with DuckDBExecutor.over_rows(dossier(date(2020, 4, 30)), threads=1) as executor:
        missed = {}
        for moment in (last_second, last_second + timedelta(seconds=1)):
            found = engine.evaluate(BOTH[:1], executor, day_at(moment, monkeypatch))
            missed[moment] = next(one.breached_on for one in found if one.obligation_code == "contract")
    assert list(missed.values()) == [None, date(2020, 7, 1)]
