"""One person of a group time went elsewhere since: the house cancels, reports and receives its sheet for the others."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jalons.agenda.models import Appointment, GroupSession, Outcome
from jalons.agenda.operations import (
    Presence,
    cancel_session,
    enrol_in_session,
    plan_session,
    print_sheet,
    record_presences,
    write_session_report,
)
from jalons.pathways.operations import reorient
from jalons.people.models import Person
from tests.documents.pictures import PNG
from tests.worlds import World, at

pytestmark = [pytest.mark.django_db]
INVITED, LEFT = date(2020, 10, 12), date(2020, 10, 13)


@pytest.fixture
def stays(world: World) -> Person:
    person = world.person("Benali")
    world.enrolled(person, caseworker=world.caseworker)
    return person


@pytest.fixture
def leaves(world: World) -> Person:
    person = world.person("Camara")
    world.oriented(person)
    return person


def workshop(world: World, day: date, persons: list[Person]) -> GroupSession:
    given: dict[str, Any] = {"actor": world.caseworker, "on": INVITED}
    session = plan_session(
        **given, organisation_id=world.house.pk, theme="Club", starts_at=at(day, 14), ends_at=at(day, 16)
    )
    enrol_in_session(**given, session_id=session.pk, person_ids=[one.pk for one in persons])
    return session


def gone(world: World, person: Person) -> None:
    reorient(
        actor=world.orientation_officer, on=LEFT, person_id=person.pk, line_id=world.neighbour_line.pk, reason="Projet"
    )


@pytest.mark.req("R-096", "R-102")
def test_the_house_cancels_its_session_and_nobody_comes_for_nothing(world, stays, leaves):
    session = workshop(world, date(2020, 10, 20), [stays, leaves])
    gone(world, leaves)
    cancel_session(actor=world.caseworker, on=LEFT, session_id=session.pk)
    assert set(session.appointments.values_list("outcome", flat=True)) == {Outcome.CANCELLED}


@pytest.mark.req("R-100")
def test_the_report_is_written_for_the_others_and_the_page_says_who_is_left_out(world, stays, leaves):
    session = workshop(world, INVITED, [stays, leaves])
    came = {one.pk: Presence(Outcome.HELD) for one in (stays, leaves)}
    record_presences(actor=world.caseworker, on=INVITED, session_id=session.pk, became=came)
    gone(world, leaves)
    client = Client()
    client.force_login(world.caseworker)
    page = client.post(f"/temps-collectifs/{session.pk}/compte-rendu/", {"note": "Trois offres étudiées."}, follow=True)
    assert "Sans compte rendu, hors de votre périmètre\u202f: 1." in page.content.decode()
    assert Appointment.objects.get(person=stays).note == "Trois offres étudiées."
    assert Appointment.objects.get(person=leaves).note == ""
    assert write_session_report(actor=world.caseworker, on=LEFT, session_id=session.pk, note="Encore") == 0


@pytest.mark.req("R-099")
def test_the_sheet_comes_back_for_the_others_and_no_longer_opens_the_paper(world, stays, leaves):
    session = workshop(world, INVITED, [stays, leaves])
    rows = session.appointments.order_by("person__last_name")
    sheet = print_sheet(
        actor=world.caseworker, on=INVITED, organisation_id=world.house.pk, appointment_ids=[one.pk for one in rows]
    )
    gone(world, leaves)
    client = Client()
    client.force_login(world.caseworker)
    address = f"/emargement/{sheet.key}/"
    page = client.get(address).content.decode()
    assert "BENALI" in page
    assert "CAMARA" not in page
    assert "Une personne de cette feuille" in page
    assert client.get(f"{address}feuille/").status_code == 404
    sent = {"scan": SimpleUploadedFile("f.png", PNG, "image/png"), "outcome_1": "held", "start_1": "", "end_1": ""}
    assert client.post(address, sent).status_code == 302
    assert Appointment.objects.get(person=stays).outcome == Outcome.HELD
