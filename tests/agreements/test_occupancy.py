"""Places month by month and day by day: vacancies, amendments, the two ways of counting, one definition for all."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from jalons.agreements.models import AgreementLine
from jalons.agreements.occupancy import (
    MonthEnd,
    Occupancy,
    Vacancy,
    occupancies,
    over_year,
    totals_by_month,
    vacancies,
    years_of,
)
from jalons.agreements.operations import amend_line
from jalons.facts.engines import PostgresExecutor
from jalons.indicators.caseload import Held, Presence
from jalons.indicators.definitions import DefinitionError
from jalons.indicators.engine import compute
from jalons.pathways.models import EndReason
from jalons.pathways.operations.enrolment import end_enrolment
from jalons.pathways.operations.pauses import start_pause
from tests.worlds import DAY, ORIENTED_ON, World

JANUARY, DECEMBER = date(2019, 1, 1), date(2019, 12, 31)
TWENTY = [Held(1, 20, JANUARY, DECEMBER, annual=False)]


def stay(number: int, start: date = JANUARY, until: date | None = None) -> Presence:
    return Presence(1, number, number, start, until)


def held(world: World, line: AgreementLine, on: date = DAY) -> int:
    return occupancies([line], on=on)[line.pk].occupied


@pytest.mark.req("R-134")
class TestVacancy:
    def test_an_exit_of_12_may_is_one_place_vacant_since_12_may(self) -> None:
        here = [*(stay(n) for n in range(19)), stay(20, until=date(2019, 5, 12))]
        assert vacancies(TWENTY, here, on=date(2019, 5, 11)) == ()
        assert vacancies(TWENTY, here, on=date(2019, 5, 31)) == (Vacancy(1, date(2019, 5, 12)),)

    def test_a_new_entrant_ends_it(self) -> None:
        here = [*(stay(n) for n in range(19)), stay(20, until=date(2019, 5, 12)), stay(21, start=date(2019, 6, 3))]
        assert vacancies(TWENTY, here, on=date(2019, 6, 2)) == (Vacancy(1, date(2019, 5, 12)),)
        assert vacancies(TWENTY, here, on=date(2019, 6, 3)) == ()

    def test_each_place_is_vacant_since_its_own_day(self) -> None:
        here = [
            *(stay(n) for n in range(17)),
            stay(18, until=date(2019, 5, 12)),
            stay(19, until=date(2019, 6, 1)),
            stay(20, until=date(2019, 6, 1)),
        ]
        found = vacancies(TWENTY, here, on=date(2019, 6, 30))
        assert found == (Vacancy(1, date(2019, 5, 12)), Vacancy(2, date(2019, 6, 1)))

    def test_places_added_are_vacant_since_the_amendment(self) -> None:
        places = [
            Held(1, 20, JANUARY, date(2019, 6, 14), annual=False),
            Held(1, 22, date(2019, 6, 15), DECEMBER, annual=False),
        ]
        found = vacancies(places, [stay(n) for n in range(20)], on=date(2019, 7, 1))
        assert found == (Vacancy(2, date(2019, 6, 15)),)

    def test_no_place_is_vacant_out_of_the_line_or_when_there_are_too_many_persons(self) -> None:
        assert vacancies(TWENTY, [stay(1)], on=date(2020, 1, 1)) == ()
        assert vacancies(TWENTY, [stay(n) for n in range(25)], on=DECEMBER) == ()

    def test_from_operations(self, world: World) -> None:
        line = world.place(world.house, places=3)
        enrolments = [world.enrolled(line=line) for _ in range(3)]
        leave(world, enrolments[0].pk, date(2020, 5, 12))
        found = occupancies([line], on=date(2020, 5, 31))[line.pk]
        assert (found.occupied, found.vacancies) == (2, (Vacancy(1, date(2020, 5, 13)),))


def leave(world: World, enrolment_id: int, last_day: date) -> None:
    end_enrolment(
        actor=world.orientation_officer,
        on=last_day,
        enrolment_id=enrolment_id,
        last_day=last_day,
        reason=EndReason.EXIT,
    )


@pytest.mark.req("R-134", "R-137")
def test_the_strip_is_what_the_indicators_count(world: World) -> None:
    line = world.place(world.house, places=5)
    enrolments = [world.enrolled(line=line) for _ in range(4)]
    leave(world, enrolments[1].pk, date(2020, 6, 30))
    start_pause(
        actor=world.orientation_officer, on=DAY, enrolment_id=enrolments[2].pk,
        start_on=date(2020, 4, 20), end_on=date(2020, 7, 31), reason="Maternité",
    )  # fmt: skip
    shown = [month.occupied for month in occupancies([line], on=DAY)[line.pk].months]
    figures = compute(
        ["occupied_places"], PostgresExecutor(), first=date(2020, 1, 1), last=date(2020, 9, 30), level="line",
        interval="month", filters={"line_id": [line.pk]},
    )  # fmt: skip
    assert shown[:9] == [figure.value for figure in figures]
    assert shown == [0, 4, 4, 3, 3, 3, 2, 3, 3, None, None, None]


@pytest.mark.req("R-192")
def test_an_amendment_changes_the_places_from_its_day(world: World) -> None:
    line = world.place(world.house, places=10)
    for on, places in ((date(2020, 6, 15), 12), (date(2020, 6, 15), 13), (date(2020, 9, 1), 8)):
        amend_line(actor=world.steering_officer, on=on, line_id=line.pk, places=places, reason="Avenant")
    line.refresh_from_db()
    found = occupancies([line], on=DAY)[line.pk]
    assert [(one.places, one.first, one.last) for one in found.held] == [
        (10, date(2020, 1, 1), date(2020, 6, 14)),
        (13, date(2020, 6, 15), date(2020, 8, 31)),
        (8, date(2020, 9, 1), date(2020, 12, 31)),
    ]


def test_an_amendment_before_the_line_opens_leaves_one_period(world: World) -> None:
    line = world.place(world.house, places=10, start_on=date(2020, 3, 1))
    amend_line(
        actor=world.steering_officer, on=date(2020, 2, 1), line_id=line.pk, places=12, reason="Avant l’ouverture"
    )
    line.refresh_from_db()
    [period] = occupancies([line], on=DAY)[line.pk].held
    assert (period.places, period.first) == (12, date(2020, 3, 1))


def test_several_lines_add_up_month_by_month(world: World) -> None:
    lines = [world.place(world.house, places=5), world.place(world.house, places=7, start_on=date(2020, 3, 1))]
    for line in lines:
        world.enrolled(line=line, on=max(ORIENTED_ON, line.start_on + timedelta(days=1)))
    rows = totals_by_month(occupancies(lines, on=DAY))
    assert rows[1] == MonthEnd(date(2020, 2, 1), date(2020, 2, 29), 5, 1)
    assert rows[2] == MonthEnd(date(2020, 3, 1), date(2020, 3, 31), 12, 2)
    assert rows[11].occupied is None
    assert years_of(lines) == [2020]


@pytest.mark.req("R-137")
def test_the_mean_is_that_of_the_months_over(world: World) -> None:
    line = world.place(world.house, places=5)
    world.enrolled(line=line)
    assert occupancies([line], on=date(2020, 4, 15))[line.pk].mean == Decimal("0.7")


@pytest.mark.req("R-135", "R-138")
def test_a_line_counted_by_year_takes_its_last_count_and_adds_to_the_means_of_the_others() -> None:
    def row(number: int, counts: list[int], *, annual: bool) -> Occupancy:
        months = tuple(
            MonthEnd(date(2020, rank, 1), date(2020, rank, 28), 10, count) for rank, count in enumerate(counts, 1)
        )
        return Occupancy(AgreementLine(pk=number), (), 0, annual, months, ())

    monthly, annual = row(1, [6, 8], annual=False), row(2, [4, 9], annual=True)
    assert (over_year([monthly]).occupied, over_year([monthly]).rate) == (7, 70)
    assert (over_year([annual]).occupied, over_year([annual]).rate, annual.mean) == (9, 90, 9)
    assert (over_year([monthly, annual]).occupied, over_year([monthly, annual]).places) == (16, 20)
    assert over_year([]).rate is None


def test_no_line_is_no_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    assert occupancies([], on=DAY) == {}


def test_what_lines_do_not_tell_is_refused() -> None:
    with pytest.raises(DefinitionError, match="ne se calcule pas par ligne"):
        compute(["mean_individual_interviews"], PostgresExecutor(), first=JANUARY, last=DECEMBER, level="line")
