"""Each page of the desk opens, empty and full."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from jalons.agenda.operations import plan, record_held
from jalons.todos.models import Todo
from tests.worlds import World, at


@pytest.mark.parametrize(
    "address",
    ["/aujourdhui/", "/personnes/", "/personnes/?qui=toutes", "/personnes/?q=rien", "/echeances/", "/agenda/"],
)
def test_a_page_without_anything_says_what_to_do(client: Client, world: World, address: str) -> None:
    client.force_login(world.caseworker)
    response = client.get(address)
    assert response.status_code == 200
    assert 'class="empty"' in response.content.decode() or "Aucun rendez-vous" in response.content.decode()


PAGES = [
    "",
    "rendez-vous/prevoir/",
    "rendez-vous/fait/",
    "contrats/nouveau/",
    "etapes/nouvelle/",
    "emplois/nouveau/",
    "sorties/nouvelle/",
]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_person_opens(client: Client, world: World, page: str) -> None:
    person = world.person()
    world.enrolled(person)
    common = {"actor": world.caseworker, "on": world.day, "person_id": person.pk, "organisation_id": world.house.pk}
    record_held(**common, starts_at=at(world.day, 9), ends_at=at(world.day, 10), note="Vu ensemble.")
    tomorrow = world.day + timedelta(days=1)
    plan(**common, starts_at=at(tomorrow, 9), ends_at=at(tomorrow, 10), caseworker_id=world.caseworker.pk)
    client.force_login(world.caseworker)
    response = client.get(f"/personnes/{person.key}/{page}")
    assert response.status_code == 200
    assert "MARTIN" in response.content.decode()


def test_a_crowd_of_late_to_dos_hides_no_other(client: Client, world: World) -> None:
    person = world.person()
    enrolment = world.enrolled(person, caseworker=world.caseworker)
    common = {
        "rulebook_code": "x", "rulebook_version": "1", "action_code": "a", "subject_kind": "enrolment", "subject_id": enrolment.pk,
        "person": person, "organisation": world.house, "authority": world.authority,
    }  # fmt: skip
    days = [world.day - timedelta(days=30)] * 40 + [world.day, world.day + timedelta(days=20)]
    Todo.objects.bulk_create(
        Todo(**common, obligation_code=f"duty_{number}", due_on=day) for number, day in enumerate(days)
    )
    client.force_login(world.caseworker)
    page = client.get("/aujourdhui/").content.decode()
    assert "Voir les 40 échéances" in page
    assert page.count("Duty 4") >= 2  # the one of today and the one of soon
    assert "Bientôt" in page
