"""Month arithmetic and inclusive periods, from the catalogue's « Date arithmetic » and its acceptance lines."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jalons.kernel.periods import Period, add_months, end_of_months, months_between

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@pytest.mark.req("R-076")
@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2020, 1, 15), 2, date(2020, 3, 15)),
        (date(2019, 12, 31), 2, date(2020, 2, 29)),  # leap year: last day of the month
        (date(2020, 12, 31), 2, date(2021, 2, 28)),
        (date(2020, 3, 31), -1, date(2020, 2, 29)),
        (date(2020, 1, 31), 12, date(2021, 1, 31)),
    ],
)
def test_n_months_after_is_the_same_day_or_the_last_of_the_month(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.req("R-141")
def test_a_period_of_twelve_months_ends_the_day_before() -> None:
    assert end_of_months(date(2019, 2, 4), 12) == date(2020, 2, 3)


@pytest.mark.req("R-119")
def test_six_months_of_follow_up_from_a_job_start() -> None:
    assert end_of_months(date(2017, 1, 3), 6) == date(2017, 7, 2)


@given(DAYS, st.integers(-240, 240))
def test_adding_months_moves_the_month_by_that_many(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day <= day.day


@given(DAYS, st.integers(0, 900), DAYS, st.integers(0, 900))
def test_overlap_is_a_shared_day(a: date, la: int, b: date, lb: int) -> None:
    one, two = Period(a, a + timedelta(la)), Period(b, b + timedelta(lb))
    assert one.overlaps(two) == two.overlaps(one) == (max(a, b) <= min(a + timedelta(la), b + timedelta(lb)))


def test_an_open_period_covers_what_starts_inside() -> None:
    assert Period(date(2020, 1, 1)).covers(Period(date(2020, 2, 1)))
    assert not Period(date(2020, 1, 1), date(2020, 6, 30)).covers(Period(date(2020, 2, 1)))


def test_a_reversed_period_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        Period(date(2020, 2, 1), date(2020, 1, 1))


def test_months_are_named_by_their_first_day() -> None:
    assert list(months_between(date(2019, 12, 31), date(2020, 2, 1))) == [
        date(2019, 12, 1),
        date(2020, 1, 1),
        date(2020, 2, 1),
    ]
