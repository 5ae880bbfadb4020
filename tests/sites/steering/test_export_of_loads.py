"""The file of loads holds what the page shows."""

from __future__ import annotations

import pytest
from django.test import Client

from jalons.sites.steering.views import loads
from tests.worlds import World


@pytest.mark.req("R-053")
def test_the_export_follows_the_filter_of_the_page(
    client: Client, world: World, rulebooks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.enrolled(caseworker=world.caseworker)
    client.force_login(world.head)
    whole = client.get("/pilotage/equipes/export/csv/")
    rows = loads.action_loads([world.house.pk], on=world.day)
    assert rows
    assert not any(one.over for one in rows)
    assert world.house.name in b"".join(whole).decode("utf-8-sig")
    filtered = b"".join(client.get("/pilotage/equipes/export/csv/?ecart=oui")).decode("utf-8-sig")
    assert "Au-dessus du cadre" in filtered or world.house.name not in filtered.split("\n", 3)[-1]
