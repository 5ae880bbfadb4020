"""« RDV fait » pressed twice: one interview, and the second click reads as the first; another report is never lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from jalons.agenda.models import Appointment
from tests.worlds import World


@pytest.mark.req("R-095")
def test_the_second_click_reads_as_the_first(client: Client, world: World) -> None:
    person = world.enrolled(caseworker=world.caseworker).person
    client.force_login(world.caseworker)
    address = f"/personnes/{person.key}/rendez-vous/fait/"
    typed: dict[str, Any] = {
        "day": "15/10/2020", "start": "9h", "minutes": "45", "kind": "individual", "mode": "face_to_face",
        "note": "Point sur la recherche.",
    }  # fmt: skip
    first, second = client.post(address, typed), client.post(address, typed)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    other = client.post(address, typed | {"note": "Autre compte rendu."})
    assert other.status_code == 200
    assert "rien n’a été écrit deux fois" in other.content.decode()
    assert "Autre compte rendu." in other.content.decode()
    assert Appointment.objects.get().note == "Point sur la recherche."
