"""« Échéances »: each role sees its own, filters count what they keep, the export is what is shown."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.agreements.models import AgreementLine
from jalons.network.models import User
from jalons.pathways.models import Enrolment
from jalons.pathways.operations import start_pause
from jalons.todos.models import Todo
from jalons.todos.operations import refresh, remind
from tests.worlds import World

MOST_QUERIES = 18
LIST = "/echeances/"


@pytest.fixture
def busy(world: World, rulebooks: None) -> World:
    """The référente follows two persons in the east, her colleague one, the neighbour one; caseloads are exceeded."""
    AgreementLine.objects.filter(pk=world.line.pk).update(fte="0.01")
    for name in ("Alba", "Brun"):
        world.enrolled(world.person(name), caseworker=world.caseworker)
    world.enrolled(world.person("Collègue"), caseworker=world.colleague)
    world.enrolled(world.person("Voisine"), line=world.neighbour_line, caseworker=world.stranger)
    refresh(as_of=world.day)
    return world


def page(client: Client, user: User, query: str = "") -> str:
    client.force_login(user)
    response = client.get(LIST + query)
    assert response.status_code == 200
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def shown(text: str) -> set[str]:
    return {name for name in ("ALBA", "BRUN", "COLLÈGUE", "VOISINE") if name in text}


def table(response: Any) -> list[list[str]]:
    body = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body), delimiter=";"))
    return rows[rows.index([]) + 2 :]


def test_each_sees_their_own(client: Client, busy: World) -> None:
    assert shown(page(client, busy.caseworker)) == {"ALBA", "BRUN"}
    assert shown(page(client, busy.caseworker, "?qui=toutes")) == {"ALBA", "BRUN", "COLLÈGUE"}
    assert shown(page(client, busy.head)) == {"ALBA", "BRUN", "COLLÈGUE"}
    assert shown(page(client, busy.stranger, "?qui=toutes")) == {"VOISINE"}
    assert shown(page(client, busy.social_head)) == {"ALBA", "BRUN", "COLLÈGUE", "VOISINE"}
    assert shown(page(client, busy.west_social_head)) == set()


def test_the_direction_sees_agreements_and_nobody(client: Client, busy: World) -> None:
    text = page(client, busy.steering_officer)
    assert shown(text) == set()
    assert "Maison des parcours" in text
    assert shown(page(client, busy.steering_officer, "?sujet=personnes&qui=toutes")) == set()


def test_a_head_sees_the_lines_of_the_organisation_only(client: Client, busy: World) -> None:
    AgreementLine.objects.filter(pk=busy.neighbour_line.pk).update(fte="0.01")
    refresh(as_of=busy.day)
    text = page(client, busy.head, "?sujet=conventions")
    assert "Maison des parcours" in text
    assert "Atelier voisin" not in text


@pytest.mark.parametrize("name", ["quand", "nature", "obligation", "referent", "action", "organisme"])
def test_a_filter_keeps_what_it_counts(client: Client, busy: World, name: str) -> None:
    reader = busy.social_head if name in ("action", "organisme") else busy.head
    text = page(client, reader, "?qui=toutes")
    counts = counts_of(text, name)
    assert counts
    for value, count in counts.items():
        narrowed = page(client, reader, f"?qui=toutes&{name}={value}")
        assert total(narrowed) == count, (name, value)


def test_counts_of_a_filter_follow_the_others(client: Client, busy: World) -> None:
    one = counts_of(page(client, busy.head, "?qui=toutes"), "referent")
    narrowed = page(client, busy.head, f"?qui=toutes&referent={busy.colleague.pk}")
    assert counts_of(narrowed, "referent") == one
    assert sum(counts_of(narrowed, "quand").values()) == one[str(busy.colleague.pk)]


def counts_of(text: str, name: str) -> dict[str, int]:
    chips = {
        value: int(count.replace(" ", ""))
        for value, count in re.findall(
            rf'href="\?(?:[^"]*&amp;)?{name}=([^"&]+)[^"]*"[^>]*>[^<]*<span class="n">([\d ]+)<', text
        )
    }
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', text, re.S)
    if select:
        chips |= {value: int(count) for value, count in re.findall(r'value="([^"]+)"[^>]*>[^<]*\((\d+)\)<', select[0])}
    return {value: count for value, count in chips.items() if count}


def total(text: str) -> int:
    found = re.search(r'<p class="lead">([\d ]+) échéance', text)
    assert found
    return int(found[1].replace(" ", ""))


@pytest.mark.parametrize("query", ["?qui=toutes", "?qui=toutes&quand=late", "?sujet=conventions", "?nature=alert"])
def test_the_export_is_the_list(client: Client, busy: World, query: str) -> None:
    text = page(client, busy.head, query)
    response = client.get(f"/echeances/export/csv/{query}")
    rows = table(response)
    assert len(rows) == total(text)
    days = [row[0] for row in rows]
    assert days == sorted(days, key=lambda day: "" if not day else "-".join(reversed(day.split("/"))))
    for row in rows[:20]:
        assert row[2] in text


def test_the_export_holds_no_formula(client: Client, busy: World) -> None:
    busy.enrolled(busy.person("=SOMME(A1)"), caseworker=busy.caseworker)
    refresh(as_of=busy.day)
    client.force_login(busy.caseworker)
    names = {row[2] for row in table(client.get("/echeances/export/csv/"))}
    assert any(name.startswith("'=SOMME") for name in names)


def test_a_name_is_searched_by_post_and_never_in_the_address(client: Client, busy: World) -> None:
    client.force_login(busy.caseworker)
    text = client.post(LIST + "?qui=toutes", {"q": "brun"}).content.decode()
    assert shown(text) == {"BRUN"}
    assert "q=" not in "".join(re.findall(r'href="([^"]*)"', text))
    rows = table(client.post("/echeances/export/csv/?qui=toutes", {"q": "brun"}))
    assert {row[2].split()[0] for row in rows} == {"BRUN"} or {row[2].split()[-1] for row in rows} == {"BRUN"}


def test_an_unknown_filter_is_ignored(client: Client, busy: World) -> None:
    query = "?quand=hier&etat=rien&referent=x&organisme=9%27%3B--&territoire=&sujet=autre&nature=non&page=zz"
    assert shown(page(client, busy.caseworker, query)) == {"ALBA", "BRUN"}


def test_why_cites_the_rule_the_version_and_the_record(client: Client, busy: World) -> None:
    text = page(client, busy.head, "?sujet=conventions")
    assert "Pourquoi" in text
    assert "lyon_2020, version" in text
    assert f'/pilotage/conventions/{busy.line.agreement_id}/"' in text


def test_a_reminder_hides_from_one_reader_only(client: Client, busy: World) -> None:
    mine = Todo.objects.filter(person__last_name="ALBA")
    remind(
        actor=busy.caseworker,
        on=busy.day,
        todo_ids=[one.pk for one in mine],
        remind_on=busy.day + timedelta(days=7),
    )
    before = {one.pk: one.due_on for one in mine}
    assert shown(page(client, busy.caseworker)) == {"BRUN"}
    assert shown(page(client, busy.caseworker, "?etat=de_cote")) == {"ALBA"}
    assert shown(page(client, busy.head)) == {"ALBA", "BRUN", "COLLÈGUE"}
    assert {one.pk: one.due_on for one in Todo.objects.filter(person__last_name="ALBA")} == before


def test_suspended_and_done_late_are_told(client: Client, busy: World) -> None:
    enrolment = Enrolment.objects.get(person__last_name="ALBA")
    start_pause(actor=busy.system, on=busy.day, enrolment_id=enrolment.pk, start_on=busy.day, reason="veille")
    text = page(client, busy.caseworker, "?etat=suspendues")
    assert shown(text) == {"ALBA"}
    assert "suspendue depuis le 15/10/2020" in text
    Todo.objects.filter(person__last_name="BRUN", due_on__lt=busy.day).update(met_on=busy.day)
    late = page(client, busy.caseworker, "?etat=faites_en_retard")
    assert shown(late) == {"BRUN"}
    assert "faite le 15/10/2020" in late
    assert "après l’échéance" in late


def test_the_number_of_queries_is_constant(client: Client, busy: World) -> None:
    busy.line.places = 300
    busy.line.save()
    for user, query in ((busy.caseworker, ""), (busy.head, "?qui=toutes"), (busy.social_head, "")):
        client.force_login(user)
        more(busy, 2)
        few = count(client, LIST + query)
        more(busy, 10)
        many = count(client, LIST + query)
        assert few == many <= MOST_QUERIES


def more(world: World, how_many: int) -> None:
    for person in world.persons(how_many):
        world.enrolled(person, caseworker=world.caseworker)
    refresh(as_of=world.day)


def count(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_an_empty_list_says_what_to_do(client: Client, world: World) -> None:
    assert "Rien n’est dû" in page(client, world.caseworker)
    assert "Aucune échéance ici" in page(client, world.caseworker, "?quand=late")
