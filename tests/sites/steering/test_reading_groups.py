"""Who reads a group: its members and the authority; of another member, an organisation sees the part of the group only."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from jalons.agreements.groups import answer_with_group
from jalons.network.groups import add_member, create_group
from jalons.network.models import OrganisationGroup
from tests.worlds import World

GROUPS = "/pilotage/equipes/groupements/"


def body(response: Any) -> str:
    text = response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")
    return " ".join(text.split())


@pytest.fixture
def group(world: World) -> OrganisationGroup:
    given: dict[str, Any] = {"actor": world.steering_officer, "on": world.day}
    found = create_group(**given, authority_id=world.authority.pk, name="Groupement de l’Est")
    for one in (world.house, world.neighbour):
        add_member(**given, group_id=found.pk, organisation_id=one.pk, start_on=date(2020, 1, 1))
    answer_with_group(**given, agreement_id=world.neighbour_line.agreement_id, group_id=found.pk)
    world.place(world.neighbour, places=77)  # of the neighbour alone
    return found


@pytest.mark.req("R-008")
def test_a_member_reads_of_another_one_the_part_of_the_group_only(
    client: Client, world: World, group: OrganisationGroup
) -> None:
    pages = {}
    for role in ("head", "neighbour_head", "steering_officer"):
        client.force_login(getattr(world, role))
        pages[role] = re.sub(r"<[^>]+>", " ", body(client.get(f"{GROUPS}{group.pk}/"))).split()
    # The places of the neighbour alone, 77, and so its 87 in all, are read by the neighbour and by the authority.
    assert {role: "87" in page for role, page in pages.items()} == {
        "head": False,
        "neighbour_head": True,
        "steering_officer": True,
    }
    assert {role: "10" in page for role, page in pages.items()} == dict.fromkeys(pages, True)


@pytest.mark.req("R-008")
def test_an_organisation_outside_the_group_does_not_read_it(
    client: Client, world: World, group: OrganisationGroup
) -> None:
    outside = world.organisation("Ailleurs")
    client.force_login(world.user("ailleurs", "organisation_head", organisation=outside))
    assert client.get(f"{GROUPS}{group.pk}/").status_code == 404
    assert group.name not in body(client.get(GROUPS))
    client.force_login(world.head)
    assert group.name in body(client.get(GROUPS))
