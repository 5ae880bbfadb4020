"""« Mes personnes »: the right persons, found despite typos, counted in a constant number of questions."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.agenda.operations import record_held
from jalons.people.models import Person
from tests.worlds import World, at

MOST_QUERIES = 15


@pytest.fixture
def signed_in(client: Client, world: World) -> Client:
    client.force_login(world.caseworker)
    return client


def followed(world: World, name: str, first: str = "Camille") -> Person:
    person = world.person(name, first)
    world.enrolled(person, caseworker=world.caseworker)
    return person


def met(world: World, person: Person, days_ago: int) -> None:
    day = world.day - timedelta(days=days_ago)
    record_held(
        actor=world.caseworker, on=world.day, person_id=person.pk, organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk, starts_at=at(day, 10), ends_at=at(day, 11),
    )  # fmt: skip


def names(response: Any) -> list[str]:
    return (
        [person.last_name for person in response.context["page"].object_list]
        if "page" in (response.context or {})
        else []
    )


def shown(page: str, *expected: str) -> bool:
    return all(name in page for name in expected)


def test_mine_first_then_the_whole_organisation(signed_in: Client, world: World) -> None:
    followed(world, "Mienne")
    other = world.person("Collegue")
    world.enrolled(other, caseworker=world.colleague)
    world.enrolled(world.person("Ailleurs"), line=world.neighbour_line, caseworker=world.stranger)
    mine = signed_in.get("/personnes/").content.decode()
    assert "MIENNE" in mine
    assert "COLLEGUE" not in mine
    everyone = signed_in.get("/personnes/?qui=toutes").content.decode()
    assert shown(everyone, "MIENNE", "COLLEGUE")
    assert "AILLEURS" not in everyone


@pytest.mark.parametrize("text", ["lefevre", "LEFÈVRE", "lefevr", "lefèvre théo", "lefevvre"])
def test_the_search_forgives(signed_in: Client, world: World, text: str) -> None:
    followed(world, "Lefèvre", "Théo")
    followed(world, "Dubois")
    page = signed_in.post("/personnes/", {"q": text}).content.decode()
    assert "LEFÈVRE" in page
    assert "DUBOIS" not in page


def test_a_quick_filter_keeps_those_it_counts(signed_in: Client, world: World) -> None:
    seen, unseen = followed(world, "Vue"), followed(world, "Oubliée")
    met(world, seen, 5)
    met(world, unseen, 90)
    page = signed_in.get("/personnes/?situation=sans_contact").content.decode()
    assert "OUBLIÉE" in page
    assert ">VUE " not in page
    assert 'Sans contact depuis 60 jours <span class="n">1</span>' in page.replace("\u202f", " ")


def test_an_unknown_filter_is_ignored(signed_in: Client, world: World) -> None:
    followed(world, "Présente")
    assert "PRÉSENTE" in signed_in.get("/personnes/?situation=nimporte&tri=quoi&page=zz").content.decode()


def test_fifty_a_page(signed_in: Client, world: World) -> None:
    world.line.places = 100
    world.line.save()
    for number in range(51):
        followed(world, f"Personne {number:03}")
    first = signed_in.get("/personnes/").content.decode()
    assert "PERSONNE 049" in first
    assert "PERSONNE 050" not in first
    assert "PERSONNE 050" in signed_in.get("/personnes/?page=2").content.decode()


def test_the_export_is_what_is_shown(signed_in: Client, world: World) -> None:
    seen, unseen = followed(world, "Vue"), followed(world, "Oubliée")
    met(world, seen, 5)
    met(world, unseen, 90)
    response = signed_in.get("/personnes/export/csv/?situation=sans_contact")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    body = rows[rows.index([]) + 2 :] if [] in rows else rows
    assert [row[0] for row in body if row] == ["OUBLIÉE"]
    assert any("Sans contact" in cell for row in rows for cell in row)


def test_an_xlsx_opens(signed_in: Client, world: World) -> None:
    from openpyxl import load_workbook

    followed(world, "=SOMME(A1)")
    sheet = load_workbook(io.BytesIO(signed_in.get("/personnes/export/xlsx/").content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("SOMME" in str(cell.value) and cell.data_type == "s" for cell in cells)


PAGES = (
    "/aujourdhui/",
    "/personnes/",
    "/personnes/?qui=toutes&situation=sans_contrat",
    "/echeances/?qui=toutes",
    "/agenda/",
)


def test_a_name_is_searched_by_post_only(signed_in: Client, world: World) -> None:
    """An address ends in histories and logs: the search reads no name from it and writes none there."""
    followed(world, "Lefèvre")
    followed(world, "Dubois")
    page = signed_in.get("/personnes/?q=lefevre").content.decode()
    assert shown(page, "LEFÈVRE", "DUBOIS")
    forms = re.findall('<form[^>]*role="search"[^>]*>', page)
    assert len(forms) == 2
    assert all('method="post"' in form for form in forms)


@pytest.mark.parametrize("address", PAGES)
def test_the_number_of_queries_is_constant(signed_in: Client, world: World, address: str) -> None:
    world.line.places = 300
    world.line.save()
    _more(world, 10)
    few = _count(signed_in, address)
    _more(world, 40)
    many = _count(signed_in, address)
    assert few == many
    assert many <= MOST_QUERIES


def _more(world: World, how_many: int) -> None:
    for person in world.persons(how_many):
        world.enrolled(person, caseworker=world.caseworker)
        met(world, person, 3)


def _count(client: Client, address: str) -> int:
    client.get(address)  # what is read once per process is read now
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_a_name_is_not_run_as_code(signed_in: Client, world: World) -> None:
    person = followed(world, "<script>alert(1)</script>", "<img src=x onerror=alert(1)>")
    for address in ("/personnes/", f"/personnes/{person.key}/", "/agenda/"):
        page = signed_in.get(address).content.decode()
        assert "<script>alert" not in page.lower()
        assert "<img src=x" not in page.lower()


def test_the_list_keeps_its_dates_in_french(signed_in: Client, world: World) -> None:
    met(world, followed(world, "Datée"), 14)
    assert f"{world.day - timedelta(days=14):%d/%m/%Y}" == "01/10/2020"
    assert "01/10/2020" in signed_in.get("/personnes/").content.decode()
    assert date(2020, 10, 1).isoformat() not in signed_in.get("/personnes/").content.decode()
