"""Somebody with two roles reads with each what it opens: no note, no draft through the role held elsewhere."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from jalons.agenda.operations import record_held
from jalons.network.models import RoleCode
from jalons.pathways.models import Contract
from jalons.pathways.operations import Draft, draft_contract
from jalons.people.models import Person
from tests.worlds import World, at

pytestmark = [pytest.mark.req("R-164"), pytest.mark.usefixtures("rulebooks")]


@pytest.fixture
def person(world: World) -> Person:
    made = world.person("Durand", "Lou")
    enrolment = world.enrolled(made, caseworker=world.caseworker)
    record_held(
        actor=world.caseworker, on=world.day, person_id=made.pk, organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk, starts_at=at(world.day, 9), ends_at=at(world.day, 10), note="Entre nous.",
    )  # fmt: skip
    draft = Draft(
        enrolment_id=enrolment.pk, start_on=world.day, end_on=date(2021, 3, 31), her_words="Un métier dehors."
    )
    draft_contract(actor=world.caseworker, on=world.day, draft=draft)
    return made


@pytest.fixture
def both(client: Client, world: World) -> Client:
    """A caseworker of the neighbour who also heads the social service of the east."""
    world.social_head.memberships.create(
        role=RoleCode.CASEWORKER, organisation=world.neighbour, start_on=date(2020, 1, 1)
    )
    client.force_login(world.social_head)
    return client


def test_a_note_is_read_through_the_role_that_opens_the_file(both: Client, person: Person, world: World) -> None:
    pages = (f"/personnes/{person.key}/", f"/personnes/{person.key}/parcours/")
    assert ["Entre nous." in both.get(page).content.decode() for page in pages] == [False, False]
    both.force_login(world.colleague)
    assert ["Entre nous." in both.get(page).content.decode() for page in pages] == [True, True]


def test_a_draft_is_shown_once_submitted(both: Client, person: Person, world: World) -> None:
    contract = Contract.objects.get()
    address = f"/personnes/{person.key}/contrats/{contract.key}/"
    assert both.get(address).status_code == 404
    assert address not in both.get(f"/personnes/{person.key}/").content.decode()
    Contract.objects.update(state="submitted", signed_on=world.day, submitted_on=world.day)
    assert both.get(address).status_code == 200
    Contract.objects.update(state="draft", signed_on=None, submitted_on=None)
    both.force_login(world.colleague)
    assert both.get(address).status_code == 200
