"""« Messages »: what an authority sees of what left, and the decision about an unknown; no person is named."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.exchange.messages.models import ReminderRule
from jalons.kernel.outbox import (
    Channel,
    Message,
    NewMessage,
    State,
    Uncertain,
    deliver_next,
    gateway_of,
    queue,
    still_right,
)
from jalons.kernel.outbox.ports import Content
from tests.exchange.messages.test_reminders import Post
from tests.worlds import World, at

LIST = "/pilotage/echanges/messages/"
REMINDERS = f"{LIST}rappels/"
RULE = {"channel": "email", "days_before": "2", "first_hour": "9", "last_hour": "19", "basis": "Note de service"}
MOST_QUERIES = 25


@pytest.fixture
def officer(world: World, client: Client) -> Client:
    client.force_login(world.data_officer)
    return client


def ask(world: World, how_many: int = 1, start: int = 0, authority: Any = None) -> list[Message]:
    return queue([
        NewMessage(
            channel=Channel.EMAIL, kind="appointment_reminder", subject_kind="appointment", subject_id=number,
            authority_id=(authority or world.authority).pk, organisation_id=world.house.pk,
            address="zwarteveen@exemple.test", body="Bonjour",
        )
        for number in range(start, start + how_many)
    ])  # fmt: skip


@pytest.fixture
def unknown(world: World, monkeypatch: pytest.MonkeyPatch) -> Message:
    (message,) = ask(world)
    monkeypatch.setattr(gateway_of, "owner", lambda *, channel: Post(answer=Uncertain("Pas de réponse.")))
    monkeypatch.setattr(still_right, "owner", lambda *, message, at: Content(message.address, "", message.body))
    assert deliver_next(at=at(world.day, 10)) == State.UNKNOWN
    return message


def test_an_empty_list_says_how_messages_come(officer: Client) -> None:
    assert "Aucun message ici" in officer.get(LIST).content.decode()


def test_messages_wait_in_plain_sight_when_no_server_is_set(world: World, officer: Client) -> None:
    ask(world)
    page = officer.get(LIST).content.decode()
    assert "Courriel\u202f: aucune voie d’envoi n’est réglée" in page
    assert "À envoyer" in page


def test_an_unknown_is_told_and_decided_with_a_reason(world: World, officer: Client, unknown: Message) -> None:
    page = officer.get(f"{LIST}?etat=unknown").content.decode()
    assert "1\u00a0message de sort inconnu</a>" in page
    assert "Pas de réponse." in page
    address = f"{LIST}{unknown.pk}/"
    detail = officer.get(address).content.decode()
    assert "z…@exemple.test" in detail
    assert str(unknown.key) in detail
    assert "zwarteveen" not in page + detail
    assert "Ce champ est à remplir" in officer.post(address, {"decision": "envoye"}).content.decode()
    assert officer.post(address, {"decision": "renvoyer", "reason": "Elle n’a rien reçu."}).status_code == 302
    unknown.refresh_from_db()
    assert (unknown.state, unknown.decided_by_id) == (State.QUEUED, world.data_officer.pk)
    assert "Elle n’a rien reçu." in officer.get(address).content.decode()
    assert "décidé par une personne" in officer.get(address).content.decode()


def test_what_is_decided_cannot_be_decided_again(officer: Client, unknown: Message) -> None:
    address = f"{LIST}{unknown.pk}/"
    officer.post(address, {"decision": "envoye", "reason": "Vu au journal."})
    assert "Enregistrer la décision" not in officer.get(address).content.decode()
    again = officer.post(address, {"decision": "renvoyer", "reason": "Encore."}).content.decode()
    assert "il n’y a rien à décider" in again
    unknown.refresh_from_db()
    assert unknown.state == State.SENT


def test_the_messages_of_another_authority_are_not_there(world: World, officer: Client) -> None:
    (theirs,) = ask(world, authority=world.neighbour_authority)
    assert "Aucun message ici" in officer.get(LIST).content.decode()
    assert officer.get(f"{LIST}{theirs.pk}/").status_code == 404


def test_the_list_costs_the_same_whatever_its_length(world: World, officer: Client) -> None:
    ask(world)
    few = count(officer)
    ask(world, 60, start=1)
    assert count(officer) <= few <= MOST_QUERIES


def test_an_authority_sets_and_stops_its_reminders(world: World, officer: Client) -> None:
    assert "personne ne reçoit de rappel" in officer.get(REMINDERS).content.decode()
    given = {**RULE, "authority": str(world.authority.pk)}
    assert officer.post(REMINDERS, given).status_code == 302
    page = officer.get(REMINDERS).content.decode()
    assert "2\u00a0jours avant, entre 9 h et 19 h" in page
    assert "même journée" in officer.post(REMINDERS, {**given, "first_hour": "20"}).content.decode()
    rule = ReminderRule.objects.get()
    assert officer.post(f"{REMINDERS}{rule.pk}/arreter/").status_code == 302
    assert not ReminderRule.objects.exists()


def count(client: Client) -> int:
    client.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(LIST).status_code == 200
    return len(queries)
