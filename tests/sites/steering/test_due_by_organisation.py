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
from jalons.indicators.masking import MASKED_SIGN
from jalons.network.models import Authority, User
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
    masked_under(0)  # a small world: the tests of the masking set it
    return world


def masked_under(threshold: int) -> None:
    Authority.objects.update(masking_threshold=threshold)


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


def sent(client: Client, query: str = "") -> dict[str, list[str]]:
    """Organisation → cells of the export."""
    response = client.get(f"{PAGE}export/csv/{query}")
    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig")), delimiter=";"))
    return {row[0]: row[1:] for row in rows[rows.index([]) + 2 :]}


@pytest.mark.req("R-166")
def test_small_counts_are_hidden_from_who_may_not_open_the_files(client: Client, busy: World) -> None:
    every = counts(page(client, busy.steering_officer))
    masked_under(max(every.values()))  # every other count could point at someone
    text = page(client, busy.steering_officer)
    assert text.count(MASKED_SIGN) >= 2
    for name in every:
        assert name in text
        assert not re.search(rf"{name}</th><td class=.num", text)
    assert not re.search(r"<option[^>]*>[^<]*\(\d\)<", text)


@pytest.mark.req("R-166")
def test_a_single_hidden_organisation_hides_a_second_one(client: Client, busy: World) -> None:
    AgreementLine.objects.filter(pk=busy.line.pk).update(fte=None)
    refresh(as_of=busy.day)
    text = page(client, busy.steering_officer)
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', text, re.S)
    lowest = {name: min(int(one) for one in re.findall(r">(\d+)<", cells) if one != "0") for name, cells in rows}
    assert len(set(lowest.values())) == 2
    masked_under(min(lowest.values()) + 1)  # one of the two organisations only has so small a count
    assert page(client, busy.steering_officer).count(f'class="muted">{MASKED_SIGN}') == 2


@pytest.mark.req("R-166")
def test_what_is_exported_hides_small_counts_whoever_asks(client: Client, busy: World) -> None:
    masked_under(5_000)
    text = page(client, busy.head)
    assert MASKED_SIGN not in text  # the head opens these files
    assert counts(text)
    assert {cell for cells in sent(client).values() for cell in cells} == {MASKED_SIGN}


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
