"""« Échéances » of those who steer: counted by organisation in their own perimeter, nobody named."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.agreements.models import AgreementLine
from jalons.network.models import User
from jalons.todos.models import Todo
from jalons.todos.operations import refresh
from jalons.todos.queries import conditions
from tests.worlds import World

PAGE = "/pilotage/echeances/"


@pytest.fixture
def busy(world: World, rulebooks: None) -> World:
    AgreementLine.objects.filter(pk=world.line.pk).update(fte="0.01")
    for name in ("Alba", "Brun"):
        world.enrolled(world.person(name), caseworker=world.caseworker)
    world.enrolled(world.person("Ouest", territory=world.west), caseworker=world.caseworker)
    world.enrolled(world.person("Voisine"), line=world.neighbour_line, caseworker=world.stranger)
    refresh(as_of=world.day)
    return world


def page(client: Client, user: User, query: str = "") -> str:
    client.force_login(user)
    response = client.get(PAGE + query)
    assert response.status_code == 200
    return str(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def counts(text: str) -> dict[str, int]:
    """Organisation → total, the last column."""
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', text, re.S)
    found = {}
    for name, cells in rows:
        numbers = [
            int(re.sub(r"\D", "", re.sub(r"<[^>]+>", "", cell))) for cell in re.findall(r"<td.*?</td>", cells, re.S)
        ]
        assert sum(numbers[:-1]) == numbers[-1]
        found[re.sub(r"<[^>]+>", "", name).strip()] = numbers[-1]
    return found


def test_the_direction_counts_everything_and_names_nobody(client: Client, busy: World) -> None:
    text = page(client, busy.steering_officer)
    opened = Todo.objects.filter(conditions(on=busy.day)["open"])
    assert counts(text) == {
        str(place): opened.filter(organisation=place).count() for place in (busy.house, busy.neighbour)
    }
    for name in ("ALBA", "BRUN", "VOISINE", "OUEST"):
        assert name not in text


def test_each_counts_in_their_own_perimeter(client: Client, busy: World) -> None:
    opened = Todo.objects.filter(conditions(on=busy.day)["open"])
    assert set(counts(page(client, busy.head))) == {str(busy.house)}
    west = counts(page(client, busy.west_social_head))
    assert (
        west[str(busy.house)]
        == opened.filter(organisation=busy.house, person__territory=busy.west).count()
        + opened.filter(organisation=busy.house, person=None).count()
    )
    assert counts(page(client, busy.orientation_officer)) == counts(page(client, busy.steering_officer))
    assert counts(page(client, busy.foreign_officer)) == {}


@pytest.mark.parametrize("name", ["territoire", "action", "obligation"])
def test_a_filter_keeps_what_it_counts(client: Client, busy: World, name: str) -> None:
    text = page(client, busy.steering_officer)
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', text, re.S)
    assert select
    for value, count in re.findall(r'value="([^"]+)"[^>]*>[^<]*\((\d+)\)<', select[0]):
        assert sum(counts(page(client, busy.steering_officer, f"?{name}={value}")).values()) == int(count)


def test_the_export_is_the_table(client: Client, busy: World) -> None:
    text = page(client, busy.steering_officer, "?nature=duty")
    response = client.get(PAGE + "export/csv/?nature=duty")
    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig")), delimiter=";"))
    body = rows[rows.index([]) + 2 :]
    assert {row[0]: int(row[-1]) for row in body} == counts(text)
    assert ["Nature", "Obligations"] in rows


def test_the_number_of_queries_is_constant(client: Client, busy: World) -> None:
    def asked() -> int:
        page(client, busy.steering_officer)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        return len(queries)

    few = asked()
    for person in busy.persons(15):
        busy.enrolled(person, caseworker=busy.caseworker)
    refresh(as_of=busy.day)
    assert asked() == few <= 15


def test_an_empty_table_says_why(client: Client, world: World) -> None:
    assert "Rien n’est dû" in page(client, world.steering_officer)
    assert "Aucune échéance ici" in page(client, world.steering_officer, "?nature=alert")
