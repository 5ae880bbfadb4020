"""What a référent does with an appointment, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.agenda.models import Appointment, Outcome
from jalons.agenda.operations import cancel, justify, move, plan, record_held, record_outcome
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.people.access import grant
from jalons.people.models import AccessReason, Person
from tests.worlds import World, at

DAY = date(2020, 10, 12)


@pytest.fixture
def person(world: World) -> Person:
    person = world.person()
    grant(
        person_id=person.pk,
        reason=AccessReason.ORIENTATION,
        source_id=1,
        start_on=date(2020, 2, 3),
        organisation_id=world.house.pk,
    )
    return person


def planned(world: World, person: Person, day: date = DAY) -> Appointment:
    return plan(
        actor=world.caseworker,
        on=date(2020, 10, 1),
        person_id=person.pk,
        organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk,
        starts_at=at(day, 9),
        ends_at=at(day, 10),
    )


@pytest.mark.req("R-094", "R-095")
def test_a_planned_appointment_is_recorded_as_held_with_the_planned_times(world, person):
    done = record_outcome(
        actor=world.caseworker, on=DAY, appointment_id=planned(world, person).pk, outcome=Outcome.HELD
    )
    assert (done.outcome, done.real_start, done.real_end) == (Outcome.HELD, at(DAY, 9), at(DAY, 10))
    assert done.outcome_by == world.caseworker
    assert done.outcome_at is not None


@pytest.mark.req("R-095")
def test_rdv_fait_creates_a_held_appointment_with_its_note_in_one_call(world, person):
    done = record_held(
        actor=world.caseworker,
        on=DAY,
        person_id=person.pk,
        organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk,
        starts_at=at(DAY, 14),
        ends_at=at(DAY, 15),
        note="CV relu, candidature envoyée.",
    )
    assert (done.outcome, done.on_date, done.note) == (Outcome.HELD, DAY, "CV relu, candidature envoyée.")


def test_the_day_is_the_one_of_paris(world, person):
    late = plan(
        actor=world.caseworker,
        on=DAY,
        person_id=person.pk,
        organisation_id=world.house.pk,
        starts_at=at(date(2020, 8, 1), 0, 30),  # 31 July, 22:30 UTC
        ends_at=at(date(2020, 8, 1), 1, 30),
    )
    assert late.on_date == date(2020, 8, 1)


@pytest.mark.req("R-095", "R-147")
def test_an_unjustified_absence_may_be_justified_later(world, person):
    absent = record_outcome(
        actor=world.caseworker, on=DAY, appointment_id=planned(world, person).pk, outcome=Outcome.UNJUSTIFIED_ABSENCE
    )
    assert justify(actor=world.caseworker, on=world.day, appointment_id=absent.pk).outcome == Outcome.JUSTIFIED_ABSENCE


def test_only_an_unjustified_absence_is_justified(world, person):
    with pytest.raises(Refusal, match="absence non justifiée"):
        justify(actor=world.caseworker, on=DAY, appointment_id=planned(world, person).pk)


def test_a_moved_appointment_points_to_the_new_one(world, person):
    former = planned(world, person)
    new = move(
        actor=world.caseworker, on=DAY, appointment_id=former.pk, starts_at=at(world.day, 9), ends_at=at(world.day, 10)
    )
    former.refresh_from_db()
    assert (former.outcome, former.moved_to, new.outcome) == (Outcome.MOVED, new, Outcome.PLANNED)


def test_what_was_cancelled_stays_so(world, person):
    cancelled = cancel(actor=world.caseworker, on=DAY, appointment_id=planned(world, person).pk)
    with pytest.raises(Refusal, match="ne peut plus devenir") as refused:
        record_outcome(actor=world.caseworker, on=DAY, appointment_id=cancelled.pk, outcome=Outcome.HELD)
    assert refused.value.code == "appointment_transition"


def test_an_appointment_to_come_has_no_outcome_yet(world, person):
    to_come = planned(world, person, day=date(2020, 10, 20))
    with pytest.raises(Refusal, match="pas encore eu lieu"):
        record_outcome(actor=world.caseworker, on=DAY, appointment_id=to_come.pk, outcome=Outcome.HELD)


def test_the_end_comes_after_the_start(world, person):
    with pytest.raises(Refusal, match="après son début"):
        plan(
            actor=world.caseworker,
            on=DAY,
            person_id=person.pk,
            organisation_id=world.house.pk,
            starts_at=at(DAY, 10),
            ends_at=at(DAY, 10),
        )


def test_the_real_end_comes_after_the_real_start(world, person):
    with pytest.raises(Refusal, match="heure de fin") as refused:
        record_outcome(
            actor=world.caseworker,
            on=DAY,
            appointment_id=planned(world, person).pk,
            outcome=Outcome.HELD,
            real_start=at(DAY, 10),
            real_end=at(DAY, 9),
        )
    assert refused.value.code == "appointment_attendance_times"


def test_a_professional_of_another_organisation_is_refused(world, person):
    with pytest.raises(Refusal, match="n’exerce pas"):
        plan(
            actor=world.caseworker,
            on=DAY,
            person_id=person.pk,
            organisation_id=world.house.pk,
            caseworker_id=world.stranger.pk,
            starts_at=at(DAY, 9),
            ends_at=at(DAY, 10),
        )


def test_the_busy_neighbour_is_refused(world, person):
    appointment = planned(world, person)
    with pytest.raises(NotAllowed):
        record_outcome(actor=world.stranger, on=DAY, appointment_id=appointment.pk, outcome=Outcome.HELD)
    with pytest.raises(NotAllowed):  # in her own organisation, but not her person
        record_held(
            actor=world.stranger,
            on=DAY,
            person_id=person.pk,
            organisation_id=world.neighbour.pk,
            starts_at=at(DAY, 9),
            ends_at=at(DAY, 10),
        )


def test_an_orientation_officer_writes_no_appointment(world, person):
    with pytest.raises(NotAllowed, match="référent de parcours"):
        record_outcome(
            actor=world.orientation_officer, on=DAY, appointment_id=planned(world, person).pk, outcome=Outcome.HELD
        )
