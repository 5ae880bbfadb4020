"""Absences justified within their window, appointments that repeat, contacts counted each apart."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.agenda.models import Appointment, AppointmentKind, Mode, Outcome
from jalons.agenda.operations import (
    NewAppointment,
    NewSession,
    Presence,
    cancel_series,
    cancel_session,
    change_session,
    enrol_in_session,
    justify,
    plan,
    plan_series,
    plan_session,
    plan_session_series,
    record_answers,
    record_appointments,
    record_outcome,
    record_presences,
    withdraw_from_session,
    write_session_report,
)
from jalons.agenda.queries import between, contacts_of, overlapping
from jalons.agenda.rules import PARIS
from jalons.kernel.refusals import Refusal
from jalons.people.models import Person
from jalons.rulebooks.loader import CONTENT
from jalons.rulebooks.operations import adopt
from tests.worlds import World, at

DAY = date(2020, 10, 12)


def absent(world: World, person: Person, day: date = DAY) -> Appointment:
    planned = plan(
        actor=world.caseworker,
        on=day,
        person_id=person.pk,
        organisation_id=world.house.pk,
        starts_at=at(day, 9),
        ends_at=at(day, 10),
    )
    return record_outcome(
        actor=world.caseworker, on=day, appointment_id=planned.pk, outcome=Outcome.UNJUSTIFIED_ABSENCE
    )


@pytest.mark.req("R-095")
def test_a_medical_certificate_leaves_justified_without_kind_nor_attachment(world, reached):
    (person,) = reached()
    done = justify(actor=world.caseworker, on=DAY, appointment_id=absent(world, person).pk)
    assert (done.outcome, done.justification, done.note) == (Outcome.JUSTIFIED_ABSENCE, "", "")


@pytest.mark.req("R-095")
def test_a_kind_that_is_not_medical_may_be_kept_and_no_other_word(world, reached):
    (person,) = reached()
    appointment = absent(world, person)
    with pytest.raises(Refusal, match="pas de la liste"):
        justify(actor=world.caseworker, on=DAY, appointment_id=appointment.pk, justification="hospital")
    done = justify(actor=world.caseworker, on=DAY, appointment_id=appointment.pk, justification="transport")
    assert done.justification == "transport"
    again = record_outcome(actor=world.caseworker, on=DAY, appointment_id=done.pk, outcome=Outcome.HELD)
    assert again.justification == ""


WINDOW = """    parameters:
      - {code: absence_justification_days, label: Délai pour justifier une absence, value: 8, unit: jours,
         citation: 000 §3.3 Itinéraires emploi l.256, basis: chosen, ref: S-24}
"""


@pytest.mark.req("R-095")
def test_a_rulebook_may_close_the_window_and_nobody_else_does(world):
    text = (CONTENT / "lyon_2020.yaml").read_text(encoding="utf-8")
    before, action, after = text.partition("  - code: lyon_emploi_diversifie_2020\n")
    assert "    parameters:\n" in after
    adopt(
        raw=(before + action + after.replace("    parameters:\n", WINDOW, 1)).encode(),
        file="lyon_2020.yaml",
        actor=world.steering_officer,
        on=date(2020, 1, 1),
    )
    person = world.enrolled(caseworker=world.caseworker).person
    first, second = absent(world, person), absent(world, person)
    assert (
        justify(actor=world.caseworker, on=date(2020, 10, 20), appointment_id=first.pk).outcome == "justified_absence"
    )
    with pytest.raises(Refusal, match="20/10/2020") as refused:
        justify(actor=world.caseworker, on=date(2020, 10, 21), appointment_id=second.pk)
    assert refused.value.code == "appointment_justified_too_late"
    late = {"actor": world.caseworker, "on": date(2020, 10, 21), "appointment_id": second.pk}
    record_outcome(**late, outcome=Outcome.HELD)  # the window is not walked around by « venu »
    with pytest.raises(Refusal, match="20/10/2020"):
        record_outcome(**late, outcome=Outcome.JUSTIFIED_ABSENCE)


def test_without_such_a_rule_the_referent_judges_without_limit(world, rulebooks):
    person = world.enrolled(caseworker=world.caseworker).person
    late = absent(world, person, date(2020, 3, 2))
    assert justify(actor=world.caseworker, on=world.day, appointment_id=late.pk).outcome == "justified_absence"


@pytest.mark.req("R-094")
def test_a_series_keeps_the_hour_of_paris_and_is_cancelled_from_a_day(world, reached):
    (person,) = reached()
    first = NewAppointment(
        person.pk, world.house.pk, AppointmentKind.INDIVIDUAL, at(DAY, 9), at(DAY, 10), world.caseworker.pk
    )
    rows = plan_series(actor=world.caseworker, on=DAY, first=first, every=1, unit="week", until=date(2020, 11, 9))
    assert [one.on_date.day for one in rows] == [12, 19, 26, 2, 9]
    assert {one.starts_at.astimezone(PARIS).hour for one in rows} == {9}  # winter time came on 25 October
    gone = cancel_series(actor=world.caseworker, on=DAY, appointment_id=rows[3].pk)
    assert [one.on_date for one in gone] == [date(2020, 11, 2), date(2020, 11, 9)]
    assert Appointment.objects.filter(outcome=Outcome.PLANNED).count() == 3


def test_a_monthly_series_takes_the_last_day_of_a_short_month(world, reached):
    (person,) = reached()
    day = date(2020, 8, 31)
    first = NewAppointment(person.pk, world.house.pk, AppointmentKind.INDIVIDUAL, at(day, 9), at(day, 10))
    rows = plan_series(actor=world.caseworker, on=day, first=first, every=1, unit="month", until=date(2020, 11, 30))
    assert [str(one.on_date) for one in rows] == ["2020-08-31", "2020-09-30", "2020-10-31", "2020-11-30"]


@pytest.mark.parametrize(
    ("until", "match"), [(date(2020, 10, 11), "avant de commencer"), (date(2031, 1, 1), "60 dates")]
)
def test_a_series_with_an_impossible_end_is_refused(world, reached, until, match):
    (person,) = reached()
    first = NewAppointment(person.pk, world.house.pk, AppointmentKind.INDIVIDUAL, at(DAY, 9), at(DAY, 10))
    with pytest.raises(Refusal, match=match):
        plan_series(actor=world.caseworker, on=DAY, first=first, every=1, unit="week", until=until)
    assert not Appointment.objects.exists()


@pytest.mark.req("R-047", "R-048", "R-096")
def test_each_kind_of_contact_is_counted_apart(world, reached):
    (person,) = reached()
    kinds = [
        *[(AppointmentKind.INDIVIDUAL, Mode.FACE_TO_FACE, Outcome.HELD)] * 4,
        *[(AppointmentKind.INDIVIDUAL, Mode.PHONE, Outcome.HELD)] * 2,
        (AppointmentKind.INDIVIDUAL, Mode.MAIL, Outcome.HELD),
        *[(AppointmentKind.GROUP, Mode.FACE_TO_FACE, Outcome.HELD)] * 3,
        (AppointmentKind.TRIPARTITE, Mode.FACE_TO_FACE, Outcome.HELD),
        *[(AppointmentKind.INDIVIDUAL, Mode.FACE_TO_FACE, Outcome.UNJUSTIFIED_ABSENCE)] * 2,
        (AppointmentKind.INDIVIDUAL, Mode.FACE_TO_FACE, Outcome.JUSTIFIED_ABSENCE),
        (AppointmentKind.INDIVIDUAL, Mode.FACE_TO_FACE, Outcome.CANCELLED),
        (AppointmentKind.GROUP, Mode.FACE_TO_FACE, Outcome.UNJUSTIFIED_ABSENCE),
    ]
    rows = [
        NewAppointment(person.pk, world.house.pk, kind, at(DAY, 9), at(DAY, 10), mode=mode, outcome=outcome)
        for kind, mode, outcome in kinds
    ]
    record_appointments(actor=world.caseworker, on=DAY, appointments=rows)
    found = contacts_of(between(person.pk, first=date(2020, 1, 1), last=date(2020, 12, 31)))
    assert (found.face_to_face, found.group, found.other) == (4, 3, 1)
    assert found.remote == {"phone": 2, "video": 0, "mail": 1}
    assert (found.held, found.absent, str(found.rate)) == (7, 3, "0.7")


def workshop(world: World, **changes: object) -> NewSession:
    given = {"theme": "Atelier TRE", "starts_at": at(DAY, 14), "ends_at": at(DAY, 16), "form": "job_search"} | changes
    return NewSession(organisation_id=world.house.pk, **given)  # type: ignore[arg-type]


@pytest.mark.req("R-098")
def test_a_session_moved_moves_those_expected_and_one_cancelled_counts_for_nobody(world, reached):
    persons = reached(2)
    session = plan_session_series(
        actor=world.caseworker, on=DAY, first=workshop(world), every=1, unit="week", until=date(2020, 10, 26)
    )[0]
    enrol_in_session(actor=world.caseworker, on=DAY, session_id=session.pk, person_ids=[one.pk for one in persons])
    later = workshop(world, starts_at=at(world.day, 9), ends_at=at(world.day, 11), place="Salle 2")
    change_session(actor=world.caseworker, on=DAY, at=at(DAY, 8), session_id=session.pk, new=later)
    rows = session.appointments.values_list("on_date", "place").distinct()
    assert list(rows) == [(world.day, "Salle 2")]
    with pytest.raises(Refusal, match="au moins autant de places"):
        change_session(
            actor=world.caseworker, on=DAY, at=at(DAY, 8), session_id=session.pk, new=workshop(world, capacity=1)
        )
    cancel_session(actor=world.caseworker, on=DAY, session_id=session.pk)
    assert set(session.appointments.values_list("outcome", flat=True)) == {Outcome.CANCELLED}
    with pytest.raises(Refusal, match="est annulé"):
        enrol_in_session(actor=world.caseworker, on=DAY, session_id=session.pk, person_ids=[persons[0].pk])


@pytest.mark.req("R-098")
def test_who_withdrew_leaves_the_seat_and_may_come_back(world, reached):
    first, second = reached(2)
    session = plan_session(
        actor=world.caseworker, on=DAY, organisation_id=world.house.pk, theme="Club", capacity=1,
        starts_at=at(DAY, 14), ends_at=at(DAY, 16),
    )  # fmt: skip
    common = {"actor": world.caseworker, "on": DAY, "session_id": session.pk}
    enrol_in_session(**common, person_ids=[first.pk])
    withdraw_from_session(**common, person_id=first.pk)
    enrol_in_session(**common, person_ids=[second.pk])
    withdraw_from_session(**common, person_id=second.pk)
    enrol_in_session(**common, person_ids=[first.pk])
    assert session.appointments.exclude(outcome=Outcome.CANCELLED).get().person == first


@pytest.mark.req("R-098", "R-100")
def test_presence_has_its_own_hours_its_report_and_answers_counted_together(world, reached):
    persons = reached(3)
    session = plan_session(
        actor=world.caseworker, on=DAY, organisation_id=world.house.pk, theme="Club",
        starts_at=at(DAY, 14), ends_at=at(DAY, 16),
    )  # fmt: skip
    common = {"actor": world.caseworker, "on": DAY, "session_id": session.pk}
    enrol_in_session(**common, person_ids=[one.pk for one in persons])
    became = {
        persons[0].pk: Presence(Outcome.HELD),
        persons[1].pk: Presence(Outcome.HELD, at(DAY, 14, 30), at(DAY, 16)),
    }
    record_presences(**common, became=became)
    rows = {one.person_id: one for one in session.appointments.all()}
    assert rows[persons[1].pk].real_start == at(DAY, 14, 30)
    assert rows[persons[2].pk].outcome == Outcome.PLANNED
    assert write_session_report(**common, note="Trois offres étudiées.") == 2
    assert write_session_report(**common, note="Autre texte.") == 0
    record_answers(**common, answers={"job_search": (2, 2)})
    with pytest.raises(Refusal, match="ne peut pas y avoir 9"):
        record_answers(**common, answers={"job_search": (9, 9)})
    with pytest.raises(Refusal, match="déjà notée"):
        cancel_session(**common)
    assert overlapping(world.caseworker.pk, at(DAY, 14), at(DAY, 15)) == 0
