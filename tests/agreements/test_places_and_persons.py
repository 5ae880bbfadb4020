"""Places held, places free and persons followed: two counts that are never one another (R-133)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from jalons.agreements.models import AgreementLine
from jalons.agreements.occupancy import MonthEnd, mean_occupied, occupancies
from jalons.agreements.operations import amend_line
from jalons.agreements.queries import (
    Capacity,
    capacities,
    open_lines,
)
from jalons.kernel.periods import Period
from jalons.kernel.refusals import Refusal
from jalons.pathways.models import Destination, EndReason, Enrolment
from jalons.pathways.operations.enrolment import end_enrolment, enrol
from jalons.pathways.operations.exits import confirm_exit, propose_exit
from jalons.pathways.operations.pauses import start_pause
from tests.worlds import DAY, World

YEAR = Period(date(2020, 1, 1), date(2020, 12, 31))
START = date(2020, 2, 3)


def end(world: World, enrolment: Enrolment, last_day: date) -> None:
    end_enrolment(
        actor=world.orientation_officer,
        on=last_day,
        enrolment_id=enrolment.pk,
        last_day=last_day,
        reason=EndReason.EXIT,
    )


def capacity(line: AgreementLine, on: date, period: Period = YEAR) -> Capacity:
    return capacities([line], on=on, period=period)[0]


@pytest.mark.req("R-133")
def test_one_place_used_by_two_persons_in_turn_is_one_place_and_two_persons(world: World) -> None:
    line = world.place(world.house, places=1)
    end(world, world.enrolled(line=line, on=START), date(2020, 5, 31))
    world.enrolled(line=line, on=date(2020, 6, 1))
    held = [capacity(line, day).occupied for day in (date(2020, 5, 31), date(2020, 6, 1), DAY)]
    assert held == [1, 1, 1]
    assert capacity(line, DAY).followed == 2


@pytest.mark.req("R-133")
def test_a_person_who_comes_back_is_one_person(world: World) -> None:
    line = world.place(world.house, places=3)
    person = world.person()
    first = world.enrolled(person, line=line, on=START)
    end(world, first, date(2020, 3, 31))
    enrol(
        actor=world.orientation_officer,
        on=DAY,
        person_id=person.pk,
        line_id=line.pk,
        start_on=date(2020, 6, 1),
        orientation_id=first.orientation_id,
    )
    assert (capacity(line, DAY).occupied, capacity(line, DAY).followed) == (1, 1)


def test_a_place_is_held_from_the_first_to_the_last_day_included(world: World) -> None:
    line = world.place(world.house, places=5)
    end(world, world.enrolled(line=line, on=START), date(2020, 5, 31))
    days = [START - timedelta(days=1), START, date(2020, 5, 31), date(2020, 6, 1)]
    assert [capacity(line, day).occupied for day in days] == [0, 1, 1, 0]
    assert [capacity(line, day).free for day in days] == [5, 4, 4, 5]


def test_persons_followed_are_those_of_the_period(world: World) -> None:
    line = world.place(world.house, places=5)
    end(world, world.enrolled(line=line, on=START), date(2020, 5, 31))
    world.enrolled(line=line, on=date(2020, 9, 1))
    spring, summer = Period(date(2020, 3, 1), date(2020, 5, 31)), Period(date(2020, 6, 1), date(2020, 8, 31))
    assert [capacity(line, DAY, period).followed for period in (spring, summer, YEAR)] == [1, 0, 2]


@pytest.mark.req("R-136")
def test_a_person_on_hold_holds_no_place_meanwhile(world: World) -> None:
    line = world.place(world.house, places=5)
    enrolment = world.enrolled(line=line, on=START)
    start_pause(
        actor=world.orientation_officer,
        on=DAY,
        enrolment_id=enrolment.pk,
        start_on=date(2020, 5, 1),
        end_on=date(2020, 5, 31),
        reason="Maternité",
    )
    counts = [(c.occupied, c.paused) for c in (capacity(line, date(2020, month, 15)) for month in (4, 5, 6))]
    assert counts == [(1, 0), (0, 1), (1, 0)]


def test_more_persons_than_places_shows_as_a_lack(world: World) -> None:
    line = world.place(world.house, places=1)
    for _ in range(3):
        world.enrolled(line=line, on=START)
    assert capacity(line, DAY).free == -2


def test_lines_do_not_count_one_another(world: World) -> None:
    world.enrolled(line=world.line)
    world.enrolled(line=world.neighbour_line)
    world.enrolled(line=world.neighbour_line)
    found = capacities(open_lines(world.authority.pk, on=DAY), on=DAY)
    assert {row.line.pk: row.occupied for row in found} == {world.line.pk: 1, world.neighbour_line.pk: 2}


def test_open_lines_are_those_of_the_day_the_action_and_the_authority(world: World) -> None:
    world.place(world.house, end_on=date(2020, 6, 30))
    world.place(world.organisation("Ailleurs", authority=world.neighbour_authority))
    assert set(open_lines(world.authority.pk, on=DAY)) == {world.line, world.neighbour_line}
    assert list(open_lines(world.authority.pk, on=DAY, action_code=world.line.action_code)) == [world.line]


@pytest.mark.req("R-038", "R-134")
@pytest.mark.usefixtures("rulebooks")
def test_a_place_freed_today_is_offered_today_as_pages_and_figures_count_it(world: World) -> None:
    enrolment = world.enrolled(start_on=date(2020, 4, 6), on=date(2020, 4, 1))
    world.enrolled(start_on=date(2020, 4, 6), on=date(2020, 4, 1))
    last = date(2020, 5, 12)
    left = propose_exit(
        actor=world.head, on=last, enrolment_id=enrolment.pk, exited_on=last, destination=Destination.MOVED
    )
    confirm_exit(actor=world.head, on=last, exit_id=left.pk)
    days = [last - timedelta(days=1), last, last + timedelta(days=1)]
    assert [capacity(world.line, day).occupied for day in days] == [2, 1, 1]
    assert [occupancies([world.line], on=day)[world.line.pk].occupied for day in days] == [2, 1, 1]
    assert [capacity(world.line, day).free for day in days] == [18, 19, 19]


def test_the_counts_are_as_many_queries_whatever_the_lines(world: World, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    lines = [world.place(world.house) for _ in range(5)]
    for line in lines:
        world.enrolled(line=line)
    with django_assert_num_queries(3):
        assert [row.occupied for row in capacities(lines, on=DAY)] == [1] * 5


class TestMonthEnds:
    @pytest.mark.req("R-134")
    def test_each_month_over_counts_who_is_there_on_its_last_day(self, world: World) -> None:
        line = world.place(world.house, places=20)
        enrolments = [world.enrolled(line=line, on=START) for _ in range(3)]
        end(world, enrolments[0], date(2020, 5, 12))
        strip = occupancies([line], on=DAY)[line.pk].months
        assert [month.occupied for month in strip] == [0, 3, 3, 3, 2, 2, 2, 2, 2, None, None, None]
        assert strip[1] == MonthEnd(date(2020, 2, 1), date(2020, 2, 29), 20, 3)

    def test_a_line_that_ends_within_a_month_is_counted_on_its_last_day(self, world: World) -> None:
        line = world.place(world.house, end_on=date(2020, 3, 10))
        strip = occupancies([line], on=DAY)[line.pk].months
        assert [month.day for month in strip] == [date(2020, 1, 31), date(2020, 2, 29), date(2020, 3, 10)]

    @pytest.mark.req("R-137")
    def test_the_mean_of_twelve_month_ends(self) -> None:
        counts: Iterable[int] = [60, 62, 64, 66, 68, 70, 70, 70, 70, 70, 70, 70]
        strip = [MonthEnd(date(2020, 1, 1), date(2020, 1, 31), 70, count) for count in counts]
        assert mean_occupied(strip) == Decimal("67.5")

    def test_no_month_over_has_no_mean(self) -> None:
        assert mean_occupied([MonthEnd(date(2020, 1, 1), date(2020, 1, 31), 70, None)]) is None

    def test_many_lines_are_a_constant_number_of_queries(self, world: World, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        lines = [world.place(world.house) for _ in range(4)]
        with django_assert_num_queries(3):
            occupancies(lines, on=DAY)


@pytest.mark.req("R-192")
def test_an_amendment_that_leaves_an_enrolment_outside_is_refused(world: World) -> None:
    line = world.place(world.house, places=5)
    enrolment = world.enrolled(line=line, on=START)
    amend = {"actor": world.steering_officer, "on": DAY, "line_id": line.pk, "reason": "Fin anticipée"}
    end(world, enrolment, date(2020, 9, 30))
    with pytest.raises(Refusal):
        amend_line(end_on=date(2020, 9, 29), **amend)  # type: ignore[arg-type]
    amend_line(end_on=date(2020, 9, 30), **amend)  # type: ignore[arg-type]
    assert AgreementLine.objects.get(pk=line.pk).end_on == date(2020, 9, 30)


def test_lines_are_facts(world: World) -> None:
    from jalons.facts.engines import PostgresExecutor

    rows = PostgresExecutor().run(
        "SELECT line_id, kind, dataset, organisation_id, action_code, places FROM facts.agreement_line"
        " WHERE line_id = $line",
        {"line": world.line.pk},
    )
    assert list(rows) == [(world.line.pk, "convention", None, world.house.pk, world.line.action_code, 20)]
