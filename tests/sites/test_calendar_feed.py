"""The calendar of a professional: secret, revocable, without a name, the same as long as nothing changes."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from config.logs import DiscreetFormatter, discreet
from jalons.agenda.operations import move, plan
from jalons.network.operations import deactivate_user
from jalons.people.models import Person
from jalons.todos.models import CalendarFeed, Todo
from jalons.todos.operations import close_feed, open_feed, refresh
from tests.worlds import World, at

pytestmark = pytest.mark.req("R-165")


@pytest.fixture
def followed(world: World, rulebooks: None) -> Person:
    """A person of the référente with due dates to come and an appointment on Monday."""
    person = world.person("Zwarteveen", "Alix")
    world.enrolled(person, caseworker=world.caseworker)
    monday = world.day + timedelta(days=4)
    plan(
        actor=world.caseworker, on=world.day, person_id=person.pk, organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk, starts_at=at(monday, 9), ends_at=at(monday, 10), place="Chez Alix Zwarteveen",
    )  # fmt: skip
    refresh(as_of=world.day)
    return person


def address(world: World, user: Any = None) -> str:
    return f"/calendrier/{open_feed(actor=user or world.caseworker, on=world.day)}.ics"


def events(response: Any) -> list[Any]:
    assert response.status_code == 200
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


def test_due_dates_and_appointments_come(client: Client, world: World, followed: Person) -> None:
    response = client.get(address(world))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    found = events(response)
    appointment = next(one for one in found if str(one["SUMMARY"]) == "Entretien individuel")
    assert appointment["DTSTART"].dt == at(world.day + timedelta(days=4), 9)
    due = {one["DTSTART"].dt for one in found if str(one["SUMMARY"]).startswith("Échéance : ")}
    assert due
    assert due <= set(Todo.objects.filter(person=followed).values_list("due_on", flat=True))


def test_nothing_leads_to_a_person(client: Client, world: World, followed: Person) -> None:
    text = client.get(address(world)).content.decode().upper()
    for secret in ("ZWARTEVEEN", "ALIX", str(followed.key).upper(), "LOCATION", "ATTENDEE", "DESCRIPTION"):
        assert secret not in text


def test_uids_stay_when_dates_move(client: Client, world: World, followed: Person) -> None:
    where = address(world)
    before = {str(one["UID"]): one["DTSTART"].dt for one in events(client.get(where))}
    todo = Todo.objects.filter(person=followed, due_on__gte=world.day, met_on=None).first()
    assert todo is not None
    assert todo.due_on is not None
    Todo.objects.filter(pk=todo.pk).update(due_on=todo.due_on + timedelta(days=2))
    after = {str(one["UID"]): one["DTSTART"].dt for one in events(client.get(where))}
    assert set(before) == set(after)
    assert before != after
    assert not any(str(todo.pk) == uid.split("@")[0] for uid in after)


def test_unchanged_it_is_not_sent_again(client: Client, world: World, followed: Person) -> None:
    where = address(world)
    first = client.get(where)
    assert client.get(where).content == first.content
    assert client.get(where, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.get(where, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    appointment = followed.appointments.get()
    monday = appointment.on_date + timedelta(days=1)
    move(
        actor=world.caseworker,
        on=world.day,
        appointment_id=appointment.pk,
        starts_at=at(monday, 9),
        ends_at=at(monday, 10),
    )
    changed = client.get(where, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_the_secret_is_kept_as_a_hash_only(world: World) -> None:
    secret = open_feed(actor=world.caseworker, on=world.day)
    feed = CalendarFeed.objects.get(user=world.caseworker)
    assert secret.encode() not in bytes(feed.secret_hash)
    assert len(secret) >= 40


def test_renewed_or_closed_the_former_address_stops(client: Client, world: World) -> None:
    former = address(world)
    renewed = address(world)
    assert client.get(former).status_code == 404
    assert client.get(renewed).status_code == 200
    close_feed(actor=world.caseworker, on=world.day)
    assert client.get(renewed).status_code == 404


def test_a_closed_account_and_an_unknown_secret_answer_alike(client: Client, world: World) -> None:
    where = address(world)
    deactivate_user(actor=world.system, on=world.day, user_id=world.caseworker.pk)
    closed, unknown = client.get(where), client.get("/calendrier/" + "a" * 43 + ".ics")
    assert (closed.status_code, unknown.status_code) == (404, 404)
    assert closed.content == unknown.content


def test_each_reads_their_own(client: Client, world: World, followed: Person) -> None:
    assert events(client.get(address(world)))
    assert events(client.get(address(world, world.stranger))) == []
    assert events(client.get(address(world, world.colleague))) == []


def test_it_is_only_read(client: Client, world: World) -> None:
    assert client.post(address(world)).status_code == 405


def test_the_page_shows_the_address_once(client: Client, world: World) -> None:
    client.force_login(world.caseworker)
    assert "Créer mon calendrier" in client.get("/calendrier/").content.decode()
    made = client.post("/calendrier/", {"act": "ouvrir"})
    shown = made.content.decode().split('value="http://testserver')[1].split('"')[0]
    assert "no-store" in made["Cache-Control"]
    assert client.get(shown).status_code == 200
    again = client.get("/calendrier/").content.decode()
    assert shown not in again
    assert "15/10/2020" in again
    client.post("/calendrier/", {"act": "fermer"})
    assert client.get(shown).status_code == 404


def test_logs_never_hold_the_secret(world: World) -> None:
    secret = open_feed(actor=world.caseworker, on=world.day)
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "Internal Server Error: %s", (f"/calendrier/{secret}.ics",), None
    )
    assert secret not in DiscreetFormatter().format(record)
    assert discreet("/calendrier/ et /personnes/") == "/calendrier/ et /personnes/"


def test_gunicorn_writes_no_access_and_hides_addresses_in_its_errors() -> None:
    from gunicorn.config import Config

    from config import gunicorn

    assert gunicorn.accesslog is None
    logger = gunicorn.DiscreetLogger(Config())
    assert all(isinstance(handler.formatter, DiscreetFormatter) for handler in logger.error_log.handlers)
    assert logger.error_log.handlers
