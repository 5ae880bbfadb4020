"""Delays measured case by case and on average: to the decision, then to the first interview."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jalons.agenda.models import Mode
from jalons.agenda.operations import record_held
from jalons.pathways.operations import reorient
from jalons.pathways.queries.delays import average, decisions
from tests.worlds import World, at

ON = date(2020, 10, 15)


def of_2020(world: World, user: object = None):
    return decisions(user or world.orientation_officer, first=date(2020, 1, 1), last=date(2020, 12, 31), on=ON)


@pytest.mark.req("R-036")
def test_delays_of_100_120_and_140_days_give_120(world):
    for days in (100, 120, 140):
        decided = date(2020, 6, 1)
        world.oriented(world.person(subject_since=decided - timedelta(days=days)), on=decided)
    assert sorted(one.days_to_orientation for one in of_2020(world)) == [100, 120, 140]
    assert average(of_2020(world)).to_orientation == 120.0


@pytest.mark.req("R-045")
def test_oriented_on_1_april_and_received_on_20_april_makes_19_days(world):
    enrolment = world.enrolled(world.person(), on=date(2020, 4, 1), caseworker=world.caseworker)
    world.oriented(world.person("Attend"), on=date(2020, 4, 2))
    for day in (date(2020, 4, 20), date(2020, 5, 4)):
        record_held(
            actor=world.caseworker, on=day, person_id=enrolment.person_id, organisation_id=world.house.pk,
            starts_at=at(day, 9), ends_at=at(day, 10), mode=Mode.FACE_TO_FACE,
        )  # fmt: skip
    rows = list(of_2020(world))
    assert [one.days_to_interview for one in rows] == [None, 19]
    found = average(of_2020(world))
    assert (found.to_interview, found.waiting, found.decisions) == (19.0, 1, 2)


def test_a_reorientation_does_not_weigh_on_the_delay_to_the_orientation(world):
    person = world.person(subject_since=date(2020, 2, 1))
    world.oriented(person, on=date(2020, 2, 11))
    reorient(
        actor=world.orientation_officer, on=date(2020, 9, 1), person_id=person.pk, line_id=world.neighbour_line.pk,
        reason="Projet changé",
    )  # fmt: skip
    assert average(of_2020(world)).to_orientation == 10.0


def test_each_reads_the_decisions_of_their_own_persons_in_one_query(world, django_assert_num_queries):
    world.oriented(world.person())
    world.oriented(world.person("Ouest", territory=world.west))
    assert {one.person.last_name for one in of_2020(world, world.west_social_head)} == {"OUEST"}
    assert not of_2020(world, world.foreign_officer).exists()
    list(of_2020(world))
    with django_assert_num_queries(1):
        assert [(one.person.full_name, one.organisation.name) for one in of_2020(world)]
