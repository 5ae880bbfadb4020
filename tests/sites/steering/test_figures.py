"""The figures on screen: eight of them with their definition, one in depth, its list, its frozen values."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.agenda.operations import record_held
from jalons.indicators.models import FrozenFigure
from jalons.indicators.operations import refresh_cube
from jalons.network.models import ReadTrace, User
from tests.worlds import World, at

MOST_QUERIES = 35
MONTH = "2020-10"


def body(response: Any) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def busy(world: World, number: int = 2) -> None:
    """Persons followed here and next door, each with an interview of the month, and the cube counted."""
    for rank in range(number):
        mine, theirs = world.person(f"Ici{rank}"), world.person(f"Ailleurs{rank}")
        world.enrolled(mine, caseworker=world.caseworker)
        world.enrolled(theirs, line=world.neighbour_line, caseworker=world.stranger)
        for worker, person, house in ((world.caseworker, mine, world.house), (world.stranger, theirs, world.neighbour)):
            day = world.day - timedelta(days=2)
            record_held(
                actor=worker,
                on=world.day,
                person_id=person.pk,
                organisation_id=house.pk,
                starts_at=at(day, 9),
                ends_at=at(day, 10),
            )
    refresh_cube(until=world.day)


def as_(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


@pytest.mark.req("R-207")
def test_the_first_page_shows_eight_figures_and_where_they_come_from(client: Client, world: World) -> None:
    busy(world)
    page = body(as_(client, world.steering_officer).get("/pilotage/"))
    assert page.count("figure-card") == 8
    assert page.count("D’où vient ce chiffre ?") == 8
    assert "000 §5" in page


@pytest.mark.req("R-208")
def test_a_figure_without_denominator_is_not_computable_rather_than_zero(client: Client, world: World) -> None:
    refresh_cube(until=world.day)
    page = body(as_(client, world.steering_officer).get("/pilotage/indicateurs/individual_attendance_rate/"))
    assert "non calculable" in page
    assert "0,0 %" not in page


@pytest.mark.req("R-208")
def test_a_figure_opens_its_list_and_leaves_a_trace(client: Client, world: World) -> None:
    busy(world)
    page = body(
        as_(client, world.caseworker).get(f"/pilotage/indicateurs/mean_individual_interviews/liste/?mois={MONTH}")
    )
    assert "ici0" in page.casefold()
    assert "ici1" in page.casefold()
    assert ReadTrace.objects.filter(user_id=world.caseworker.pk, kind="drilldown", count=2).exists()


@pytest.mark.req("R-164")
def test_the_list_of_an_organisation_never_names_the_neighbours_persons(client: Client, world: World) -> None:
    busy(world)
    own = as_(client, world.caseworker)
    for address in ("", "indicateurs/mean_individual_interviews/", "indicateurs/mean_individual_interviews/liste/"):
        assert "ailleurs0" not in body(own.get(f"/pilotage/{address}?mois={MONTH}")).casefold(), address


@pytest.mark.req("R-218")
def test_a_frozen_figure_keeps_its_value_when_data_change(client: Client, world: World) -> None:
    busy(world)
    officer = as_(client, world.steering_officer)
    sent = {"mois": MONTH, "periode": "year", "source": "Rapport annuel", "published_as": "environ 1"}
    answer = officer.post("/pilotage/indicateurs/mean_individual_interviews/geler/", sent)
    frozen = FrozenFigure.objects.get()
    assert answer.headers["Location"] == f"/pilotage/publies/{frozen.pk}/"
    before = frozen.value
    busy(world, 1)
    page = body(officer.get(f"/pilotage/publies/{frozen.pk}/"))
    assert "La valeur publiée reste" in page
    assert FrozenFigure.objects.get().value == before


def test_a_figure_is_not_frozen_without_saying_where_it_was_published(client: Client, world: World) -> None:
    busy(world)
    as_(client, world.steering_officer).post("/pilotage/indicateurs/mean_individual_interviews/geler/", {"mois": MONTH})
    assert not FrozenFigure.objects.exists()


def test_the_export_says_the_same_as_the_page(client: Client, world: World) -> None:
    busy(world)
    officer = as_(client, world.steering_officer)
    page = body(officer.get(f"/pilotage/indicateurs/mean_individual_interviews/?mois={MONTH}"))
    export = b"".join(
        officer.get(f"/pilotage/indicateurs/mean_individual_interviews/export/csv/?mois={MONTH}")
    ).decode()  # type: ignore[arg-type]
    assert world.house.name in page
    assert world.house.name in export
    assert "octobre 2020" in export


def test_the_number_of_queries_does_not_grow_with_the_organisations(client: Client, world: World) -> None:
    busy(world, 1)
    officer = as_(client, world.steering_officer)
    counts = []
    for number in (1, 6):
        busy(world, number)
        with CaptureQueriesContext(connection) as queries:
            officer.get(f"/pilotage/?mois={MONTH}")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= MOST_QUERIES
