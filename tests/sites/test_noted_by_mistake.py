"""An appointment noted for the wrong person is taken back from « Présence », and reads as such (R-095)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jalons.agenda.models import Outcome
from jalons.agenda.operations import plan, record_held, record_outcome
from jalons.kernel import clock
from tests.worlds import World, at


@pytest.mark.req("R-095")
def test_an_appointment_noted_by_mistake_says_why_on_the_page(client: Client, world: World) -> None:
    person, eve = world.enrolled(caseworker=world.caseworker).person, world.day - timedelta(days=1)
    held = record_held(
        actor=world.caseworker, on=world.day, person_id=person.pk, organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk, starts_at=at(eve, 8), ends_at=at(eve, 9), note="CV relu.",
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


@pytest.mark.req("R-095")
def test_one_noted_before_its_hour_is_expected_again(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nine() -> datetime:
        return at(world.day, 9)

    monkeypatch.setattr(clock, "instant", nine)
    person = world.enrolled(caseworker=world.caseworker).person
    coming = plan(
        actor=world.caseworker, on=world.day, person_id=person.pk, organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk, starts_at=at(world.day, 16), ends_at=at(world.day, 17),
    )  # fmt: skip
    record_outcome(actor=world.caseworker, on=world.day, appointment_id=coming.pk, outcome=Outcome.HELD)
    client.force_login(world.caseworker)
    there = reverse("desk:take_back_outcome", args=(person.key, coming.pk))
    assert "il redevient «\xa0prévu\xa0»" in client.get(there).content.decode().replace("\u202f", "\xa0")
    told = client.post(there, {"reason": "Mauvaise ligne"}, follow=True).content.decode()
    assert "il est de nouveau prévu" in told
    coming.refresh_from_db()
    assert coming.outcome == Outcome.PLANNED
