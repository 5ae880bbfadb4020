"""A file may be open to two organisations: no form about the other's accompaniment is shown to who could not send it."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from jalons.people.access import grant
from jalons.people.models import AccessReason, Person
from tests.matrix.table import TABLE
from tests.matrix.test_matrix import PARAMETERS, ROUTES, _address
from tests.matrix.things import arguments, furnish
from tests.worlds import World

# What is written of the person herself, or by one's own organisation: whoever has the file open may.
OF_THE_PERSON = {
    "desk:add_planned", "desk:add_held", "desk:rhythm", "desk:notes", "desk:change_note", "desk:documents", "desk:caf",
    "desk:registration", "desk:change_registration", "desk:contacts", "desk:qualities", "desk:letters",
}  # fmt: skip
FORMS = [
    name
    for name in TABLE
    if name.startswith("desk:")
    and "person_key" in PARAMETERS[name]
    and {"GET", "POST"} <= set(ROUTES[name].callback.screen.methods)
    and name not in OF_THE_PERSON
]


@pytest.mark.req("R-164")
def test_who_may_not_write_reads_no_form(world: World) -> None:
    values = arguments(world, furnish(world))
    person = Person.objects.get(key=values["person_key"])
    grant(
        person_id=person.pk, reason=AccessReason.ENROLMENT, source_id=0, start_on=date(2020, 1, 1),
        organisation_id=world.neighbour.pk,
    )  # fmt: skip
    in_vain, opened = {}, 0
    for name in FORMS:
        for user in (world.stranger, world.neighbour_head):
            client = Client()
            client.force_login(user)
            response = client.get(_address(name, values))
            opened += response.status_code == 200
            main = response.content.decode().partition("<main")[2]
            if response.status_code not in (200, 302, 403) or (response.status_code == 200 and 'method="post"' in main):
                in_vain[f"{name}, {user}"] = response.status_code
    assert in_vain == {}
    assert opened
