"""Where a person agrees to be written to: noted, replaced, withdrawn; her messages are on her line of time."""

from __future__ import annotations

import pytest
from django.test import Client

from jalons.kernel.outbox import Channel, NewMessage, queue
from jalons.people.models import Contact, Person
from tests.worlds import World


@pytest.fixture
def person(world: World, client: Client) -> Person:
    person = world.person()
    world.enrolled(person, caseworker=world.caseworker)
    client.force_login(world.caseworker)
    return person


def address(person: Person) -> str:
    return f"/personnes/{person.key}/coordonnees/"


def note(client: Client, person: Person, value: str) -> str:
    data = {"kind": "mobile", "value": value, "agreed_on": "14/10/2020"}
    return client.post(address(person), data, follow=True).content.decode()


def test_a_number_is_noted_replaced_then_withdrawn(client: Client, person: Person) -> None:
    assert "ne reçoit pas de rappel" in client.get(address(person)).content.decode()
    assert "+33612345678" in note(client, person, "06 12 34 56 78")
    note(client, person, "07 12 34 56 78")
    current = Contact.objects.get(withdrawn_on=None)
    assert (current.value, Contact.objects.count()) == ("+33712345678", 2)
    page = client.post(f"{address(person)}{current.pk}/retirer/", follow=True).content.decode()
    assert "Accord retiré" in page
    assert not Contact.objects.filter(withdrawn_on=None).exists()


def test_a_wrong_number_is_refused_and_stays_in_the_field(client: Client, person: Person) -> None:
    page = note(client, person, "04 72 00 00 00")
    assert "n’est pas un numéro de mobile" in page
    assert 'value="04 72 00 00 00"' in page


def test_the_contact_of_another_person_is_not_found_here(world: World, client: Client, person: Person) -> None:
    note(client, person, "06 12 34 56 78")
    other = world.person("Autre")
    world.enrolled(other, caseworker=world.caseworker)
    assert client.post(f"{address(other)}{Contact.objects.get().pk}/retirer/").status_code == 404


def test_her_messages_are_on_her_line_of_time(world: World, client: Client, person: Person) -> None:
    asked = NewMessage(
        channel=Channel.SMS, kind="appointment_reminder", subject_kind="appointment", subject_id=1, body="Bonjour",
        authority_id=world.authority.pk, person_id=person.pk, address="+33612345678",
    )  # fmt: skip
    queue([asked])
    page = client.get(f"/personnes/{person.key}/parcours/?type=message").content.decode()
    assert "Rappel de rendez-vous\u202f: à envoyer" in page
    assert "par SMS" in page
