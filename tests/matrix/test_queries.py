"""Every page reads the database few times, whatever it shows: session, savepoints and trace counted with the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.rulebooks.models import RulebookVersion
from jalons.todos.operations import refresh
from tests.matrix.more import more_of_everything
from tests.matrix.table import TABLE, USERS
from tests.matrix.test_matrix import PARAMETERS, ROUTES, _address
from tests.matrix.things import arguments, furnish
from tests.worlds import World, adopt_shipped

MOST = 25
# From the widest perimeter to the narrowest: a page is counted for each role that opens it.
ROLES = (
    "head",
    "social_head",
    "orientation_officer",
    "steering_officer",
    "data_officer",
    "administrator",
    "caseworker",
)
PAGES = [name for name in TABLE if "GET" in ROUTES[name].callback.screen.methods]
# Lists, and the pages of a person: what they show grows. The others show one thing.
GROWING = [name for name in PAGES if not PARAMETERS[name] or name.startswith("desk:person")]


@pytest.fixture
def values(world: World) -> dict[str, Any]:
    """Return what the addresses hold; everything was made before the rulebooks were adopted, then obeys them."""
    found = arguments(world, furnish(world))
    adopt_shipped(but=RulebookVersion.objects.values_list("code", flat=True))
    refresh(as_of=world.day)
    return found


def test_no_page_reads_more_than_the_bar(world: World, values: dict[str, Any]) -> None:
    counted = _count(world, values, PAGES)
    assert {page: number for page, number in counted.items() if number > MOST} == {}


def test_more_rows_take_no_more_queries(world: World, values: dict[str, Any]) -> None:
    more_of_everything(world, values, again=0)
    _count(world, values, GROWING)  # what is read once per process is read now
    few = _count(world, values, GROWING)
    more_of_everything(world, values, again=1)
    many = _count(world, values, GROWING)
    grown = {page: (few[page], many[page]) for page in few if many[page] > few[page]}
    assert grown == {}


def _count(world: World, values: dict[str, Any], names: Iterable[str]) -> dict[str, int]:
    """Return « route, role » → queries, for each role that opens the page."""
    found = {}
    for name in names:
        expected = dict(zip(USERS, TABLE[name].split(), strict=True))
        for role in ROLES:
            if expected[role] == "o":
                found[f"{name}, {role}"] = _queries(world, role, _address(name, values))
    return found


def _queries(world: World, role: str, address: str) -> int:
    client = Client()
    client.force_login(getattr(world, role))
    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
            if response.streaming:
                b"".join(response.streaming_content)  # type: ignore[arg-type]
        transaction.set_rollback(True)
    return len(queries)
