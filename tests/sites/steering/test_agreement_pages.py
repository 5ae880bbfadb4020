"""« Conventions »: whose lines one sees, their totals, a constant number of questions."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.worlds import World

MOST_QUERIES = 25


def body(response: Any) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.req("R-200")
def test_the_authority_sees_all_a_head_only_theirs(client: Client, world: World) -> None:
    client.force_login(world.steering_officer)
    page = body(client.get("/pilotage/conventions/"))
    assert "Maison des parcours" in page
    assert "Atelier voisin" in page
    client.force_login(world.neighbour_head)
    page = body(client.get("/pilotage/conventions/"))
    assert "Maison des parcours" not in page
    assert client.get(f"/pilotage/conventions/{world.line.agreement_id}/").status_code == 404


def test_the_page_of_an_agreement_tells_who_sits(client: Client, world: World) -> None:
    world.enrolled()
    client.force_login(world.steering_officer)
    page = body(client.get(f"/pilotage/conventions/{world.line.agreement_id}/"))
    assert "1 sur 20" in page
    assert "MARTIN" not in page


def test_the_export_has_the_filters_and_the_total(client: Client, world: World) -> None:
    client.force_login(world.steering_officer)
    response = client.get("/pilotage/conventions/export/csv/?q=voisin")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert "Atelier voisin" in text
    assert "Maison des parcours" not in text
    assert "TOTAL" in text


def test_the_number_of_queries_is_constant(client: Client, world: World) -> None:
    client.force_login(world.steering_officer)
    counts = []
    for group in (10, 190):
        for number in range(group):
            world.place(world.organisation(f"Organisme {group} {number}"))
        client.get("/pilotage/conventions/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/pilotage/conventions/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= MOST_QUERIES
