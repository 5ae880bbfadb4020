"""Who is to orient, who is to enrol, and how long it took."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.agenda.operations import record_held
from jalons.pathways.operations import reorient
from jalons.pathways.queries.orientation import delays, persons_to_orient, to_enrol
from jalons.people.models import Person
from tests.worlds import at

ON = date(2020, 10, 15)


@pytest.mark.req("R-037")
def test_persons_subject_without_orientation_in_force_are_listed_the_longest_waiting_first(world):
    late = world.person("Zoé", subject_since=date(2020, 2, 1))
    later = world.person("Abel", subject_since=date(2020, 9, 1))
    world.person("Sans devoirs", subject_since=None)
    world.person("Ancienne", subject_until=date(2020, 9, 30))
    world.person("Ailleurs", territory=world.west)
    world.oriented(world.person("Orientée"))
    found = list(persons_to_orient(world.social_head, on=ON))
    assert [(one.pk, one.subject_since) for one in found] == [(late.pk, date(2020, 2, 1)), (later.pk, date(2020, 9, 1))]


def test_a_decision_of_tomorrow_does_not_count_today_and_a_neighbour_sees_nobody(world):
    person = world.person()
    world.oriented(person, on=date(2020, 10, 16))
    assert list(persons_to_orient(world.orientation_officer, on=ON)) == [person]
    assert not persons_to_orient(world.foreign_officer, on=ON).exists()
    assert not persons_to_orient(world.administrator, on=ON).exists()


@pytest.mark.req("R-036", "R-045")
def test_delays_run_from_the_duties_to_the_decision_then_to_the_first_interview(world):
    enrolment = world.enrolled(world.person(subject_since=date(2020, 1, 2)), on=date(2020, 4, 1))
    assert (delays(enrolment.orientation).to_orientation, delays(enrolment.orientation).to_first_interview) == (
        90,
        None,
    )
    day = date(2020, 4, 20)
    record_held(
        actor=world.caseworker,
        on=day,
        person_id=enrolment.person_id,
        organisation_id=world.house.pk,
        starts_at=at(day, 9),
        ends_at=at(day, 10),
    )
    assert delays(enrolment.orientation).to_first_interview == 19


def test_who_is_oriented_and_waits_to_enter_is_listed_for_the_organisation(world):
    waiting = world.oriented()
    world.enrolled()
    moved = world.oriented()
    reorient(
        actor=world.orientation_officer, on=ON, person_id=moved.person_id, line_id=world.neighbour_line.pk, reason="ITT"
    )
    assert list(to_enrol(world.head, on=ON)) == [waiting]
    assert [one.person_id for one in to_enrol(world.neighbour_head, on=ON)] == [moved.person_id]
    assert not to_enrol(world.caseworker, on=ON).exists()


def test_reading_takes_the_same_number_of_queries_whatever_the_number_of_persons(world, django_assert_num_queries):
    for i in range(30):
        world.person(f"Personne {i}")
    list(persons_to_orient(world.social_head, on=ON)[:1])  # memberships are kept on the user
    with django_assert_num_queries(3):  # the authorities, their rulebooks, the page
        page = list(persons_to_orient(world.social_head, on=ON)[:50])
        assert len({(one.full_name, one.territory.name) for one in page}) == 30
    assert Person.objects.count() == 30
