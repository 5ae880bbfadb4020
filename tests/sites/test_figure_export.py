"""A file of figures leaves the house: small counts are masked in it, on the screen they are not (R-166)."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from jalons.indicators.operations import refresh_cube
from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-166"), pytest.mark.usefixtures("rulebooks")]
CODE = "supported_beneficiaries_count"
BY_AUTHORITY = "orientation_rate"


def _exported(client: Client) -> list[list[str]]:
    answer = client.get(reverse("steering:figure_export", args=[CODE, "csv"]), {"mois": "2020-09"})
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    lines = [line.split(";") for line in text.decode("utf-8-sig").splitlines()]
    return [line for line in lines if len(line) == 5]


@pytest.mark.parametrize(("how_many", "shown"), [(4, "masqué (petit effectif)"), (6, "6")])
def test_small_counts_are_masked_in_the_file(world: World, client: Client, how_many: int, shown: str) -> None:
    for person in world.persons(how_many):
        world.enrolled(person, on=date(2020, 4, 1))
    refresh_cube(until=world.day)
    client.force_login(world.steering_officer)
    [september] = [row for row in _exported(client) if row[:2] == ["Mois", "septembre 2020"]]
    assert september[2].split(",")[0] == shown
    [house] = [row for row in _exported(client) if row[1] == world.house.name]
    assert house[2].split(",")[0] == shown


@pytest.mark.parametrize("page", ["figure", "figure_rows", "figure_export"])
def test_a_figure_not_counted_at_the_level_of_the_reader_is_not_found(world: World, client: Client, page: str) -> None:
    """Orientations are counted by authority and territory, never for one organisation."""
    client.force_login(world.head)
    layout = ["csv"] if page == "figure_export" else []
    assert client.get(reverse(f"steering:{page}", args=[BY_AUTHORITY, *layout])).status_code == 404
