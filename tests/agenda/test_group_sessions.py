"""Group times: invitations within the capacity, and the sign-in sheet."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.agenda.models import GroupSession, Outcome
from jalons.agenda.operations import enrol_in_session, plan_session, record_presence
from jalons.agenda.queries import appointments_of_day
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.people.access import grant
from jalons.people.models import AccessReason, Person
from tests.worlds import World, at

DAY = date(2020, 10, 12)


@pytest.fixture
def persons(world: World) -> list[Person]:
    persons = world.persons(3)
    for person in persons:
        grant(
            person_id=person.pk,
            reason=AccessReason.ORIENTATION,
            source_id=1,
            start_on=date(2020, 2, 3),
            organisation_id=world.house.pk,
        )
    return persons


def workshop(world: World, capacity: int | None = None) -> GroupSession:
    return plan_session(
        actor=world.caseworker,
        on=DAY,
        organisation_id=world.house.pk,
        theme="Atelier CV",
        starts_at=at(DAY, 14),
        ends_at=at(DAY, 16),
        capacity=capacity,
    )


@pytest.mark.req("R-098")
def test_the_sign_in_sheet_settles_every_invited_person(world, persons):
    session = workshop(world)
    ids = [person.pk for person in persons]
    enrol_in_session(actor=world.caseworker, on=DAY, session_id=session.pk, person_ids=ids)
    rows = record_presence(
        actor=world.caseworker, on=DAY, session_id=session.pk, present_ids=ids[:1], justified_ids=ids[1:2]
    )
    assert [row.outcome for row in rows] == [Outcome.HELD, Outcome.JUSTIFIED_ABSENCE, Outcome.UNJUSTIFIED_ABSENCE]
    assert {row.kind for row in rows} == {"group"}


@pytest.mark.req("R-098")
def test_a_full_session_refuses_and_says_how_many_seats_are_left(world, persons):
    session = workshop(world, capacity=2)
    with pytest.raises(Refusal, match=r"Il reste 2 place\(s\)"):
        enrol_in_session(actor=world.caseworker, on=DAY, session_id=session.pk, person_ids=[p.pk for p in persons])


def test_nobody_is_invited_twice(world, persons):
    session = workshop(world)
    enrol_in_session(actor=world.caseworker, on=DAY, session_id=session.pk, person_ids=[persons[0].pk])
    with pytest.raises(Refusal, match="déjà inscrite") as refused:
        enrol_in_session(actor=world.caseworker, on=DAY, session_id=session.pk, person_ids=[persons[0].pk])
    assert refused.value.code == "appointment_once_per_session"


def test_a_session_ends_after_its_start(world):
    with pytest.raises(Refusal, match="après son début"):
        plan_session(
            actor=world.caseworker,
            on=DAY,
            organisation_id=world.house.pk,
            theme="Atelier",
            starts_at=at(DAY, 14),
            ends_at=at(DAY, 14),
        )


def test_who_was_not_invited_is_not_signed_in(world, persons):
    session = workshop(world)
    with pytest.raises(Refusal, match="pas inscrite"):
        record_presence(actor=world.caseworker, on=DAY, session_id=session.pk, present_ids=[persons[0].pk])


def test_nobody_is_present_and_excused(world, persons):
    session = workshop(world)
    enrol_in_session(actor=world.caseworker, on=DAY, session_id=session.pk, person_ids=[persons[0].pk])
    with pytest.raises(Refusal, match="présente et excusée"):
        record_presence(
            actor=world.caseworker,
            on=DAY,
            session_id=session.pk,
            present_ids=[persons[0].pk],
            justified_ids=[persons[0].pk],
        )


def test_the_neighbour_plans_nothing_in_the_house(world):
    with pytest.raises(NotAllowed):
        plan_session(
            actor=world.stranger,
            on=DAY,
            organisation_id=world.house.pk,
            theme="Atelier",
            starts_at=at(DAY, 14),
            ends_at=at(DAY, 15),
        )


def test_the_day_shows_each_invited_person_to_who_reaches_them(world, persons):
    session = workshop(world)
    enrol_in_session(
        actor=world.caseworker,
        on=DAY,
        session_id=session.pk,
        person_ids=[p.pk for p in persons],
        caseworker_id=world.caseworker.pk,
    )
    assert appointments_of_day(world.caseworker, day=DAY, on=world.day).count() == 3
    assert appointments_of_day(world.head, day=DAY, on=world.day, organisation_id=world.house.pk).count() == 3
    assert not appointments_of_day(world.stranger, day=DAY, on=world.day, organisation_id=world.house.pk).exists()
