"""What is written for a whole group takes as many queries for forty persons as for two; nothing is written twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from jalons.agenda.models import Appointment, AppointmentKind, GroupSession, Mode, Outcome, SignIn
from jalons.agenda.operations import (
    Line,
    NewAppointment,
    NewSession,
    Presence,
    WrittenAlready,
    cancel,
    cancel_session,
    change_session,
    enrol_in_session,
    plan_series,
    plan_session,
    print_sheet,
    record_appointments,
    record_held,
    record_presences,
    return_sheet,
    write_session_report,
)
from jalons.kernel.refusals import NotAllowed
from tests.documents.pictures import PNG
from tests.worlds import World, at

DAY = date(2020, 10, 12)


@pytest.fixture
def given(world: World) -> dict[str, Any]:
    return {"actor": world.caseworker, "on": DAY}


def workshop(world: World, given: dict[str, Any], persons: list[Any]) -> GroupSession:
    session = plan_session(
        **given, organisation_id=world.house.pk, theme="Club", starts_at=at(DAY, 14), ends_at=at(DAY, 16)
    )
    enrol_in_session(**given, session_id=session.pk, person_ids=[one.pk for one in persons])
    return session


def counted(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


@pytest.mark.req("R-098", "R-100")
def test_presences_reports_sheets_moves_and_cancellations_are_written_as_sets(world, reached, given):
    def life(how_many: int) -> list[int]:
        persons = reached(how_many)
        session, other = workshop(world, given, persons), workshop(world, given, persons)
        common = {**given, "session_id": session.pk}
        became = {one.pk: Presence(Outcome.HELD) for one in persons}
        ids = list(session.appointments.values_list("pk", flat=True))
        sheet = print_sheet(**given, organisation_id=world.house.pk, appointment_ids=ids)
        lines = {number: Line(Outcome.HELD) for number in range(1, how_many + 1)}
        new = NewSession(world.house.pk, "Club", at(DAY, 9), at(DAY, 11))
        return [
            counted(lambda: record_presences(**common, became=became)),
            counted(lambda: return_sheet(**given, sheet_id=sheet.pk, scan=PNG, lines=lines)),
            counted(lambda: write_session_report(**common, note="Trois offres étudiées.")),
            counted(lambda: change_session(**given, at=at(DAY, 8), session_id=other.pk, new=new)),
            counted(lambda: cancel_session(**given, session_id=other.pk)),
        ]

    life(2)  # what is read once for all
    assert life(2) == life(12)
    assert SignIn.objects.count() == 16


def test_one_person_out_of_reach_and_no_presence_is_written_for_anybody(world, reached, given):
    near, far = reached()[0], world.person("Loin")
    session = workshop(world, given, [near])
    Appointment.objects.create(
        person=far, organisation=world.house, session=session, kind="group", starts_at=session.starts_at,
        ends_at=session.ends_at, on_date=DAY,
    )  # fmt: skip
    became = {near.pk: Presence(Outcome.HELD), far.pk: Presence(Outcome.HELD)}
    with pytest.raises(NotAllowed):
        record_presences(**given, session_id=session.pk, became=became)
    assert set(session.appointments.values_list("outcome", flat=True)) == {Outcome.PLANNED}


@pytest.mark.req("R-095")
def test_a_second_click_writes_no_second_interview(world, reached, given):
    (person,) = reached()
    same = {
        **given, "person_id": person.pk, "organisation_id": world.house.pk, "caseworker_id": world.caseworker.pk,
        "starts_at": at(DAY, 9), "ends_at": at(DAY, 10),
    }  # fmt: skip
    made = record_held(**same)
    with pytest.raises(WrittenAlready, match="rien n’a été écrit deux fois"):
        record_held(**same)
    first = NewAppointment(
        person.pk, world.house.pk, AppointmentKind.INDIVIDUAL, at(DAY, 9), at(DAY, 10), world.caseworker.pk,
        mode=Mode.PHONE,
    )  # fmt: skip
    with pytest.raises(WrittenAlready):
        plan_series(**given, first=first, every=1, unit="week", until=date(2020, 11, 2))
    with pytest.raises(WrittenAlready):
        record_appointments(**given, appointments=[NewAppointment(
            person.pk, world.house.pk, AppointmentKind.TRIPARTITE, at(DAY, 9), at(DAY, 10), world.caseworker.pk
        )] * 2)  # fmt: skip
    assert Appointment.objects.get() == made


def test_the_database_holds_it_too_and_a_cancelled_one_leaves_its_hour(world, reached, given):
    (person,) = reached()
    new = NewAppointment(
        person.pk, world.house.pk, AppointmentKind.INDIVIDUAL, at(DAY, 9), at(DAY, 10), world.caseworker.pk
    )
    (row,) = record_appointments(**given, appointments=[new])
    with pytest.raises(IntegrityError, match="appointment_once"), transaction.atomic():
        Appointment.objects.create(
            person=person, organisation=world.house, caseworker=world.caseworker, kind="individual",
            starts_at=row.starts_at, ends_at=row.ends_at, on_date=DAY,
        )  # fmt: skip
    cancel(**given, appointment_id=row.pk)
    assert record_appointments(**given, appointments=[new])
