"""An appointment noted for the wrong person is taken back from « Présence », and reads as such (R-095)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from jalons.agenda.models import Outcome
from jalons.agenda.operations import record_held
from tests.worlds import World, at


@pytest.mark.req("R-095")
def test_an_appointment_noted_by_mistake_says_why_on_the_page(client: Client, world: World) -> None:
    person = world.enrolled(caseworker=world.caseworker).person
    held = record_held(
        actor=world.caseworker, on=world.day, person_id=person.pk, organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk, starts_at=at(world.day, 8), ends_at=at(world.day, 9), note="CV relu.",
    )  # fmt: skip
    client.force_login(world.caseworker)
    page = reverse("desk:presence", args=(person.key,))
    there = reverse("desk:take_back_outcome", args=(person.key, held.pk))
    assert there in client.get(page).content.decode()
    assert client.post(there, {"reason": ""}).status_code == 200  # asked again
    assert client.post(there, {"reason": "Noté pour son frère"}).status_code == 302
    held.refresh_from_db()
    assert held.outcome == Outcome.CANCELLED
    shown = client.get(page).content.decode()
    assert "Noté pour son frère" in shown
    assert there not in shown
    timeline = client.get(reverse("desk:person", args=(person.key,))).content.decode()
    assert "CV relu." not in timeline
