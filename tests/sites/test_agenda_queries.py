"""The pages of the agenda read the database the same number of times, whatever they show."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.agenda.models import AppointmentKind, Outcome
from jalons.agenda.operations import NewAppointment, enrol_in_session, plan_session, record_appointments
from tests.worlds import World, at

MOST = 25


@pytest.fixture
def pages(world: World, client: Client) -> Any:
    """Return a function that adds persons to a day, a session and a file, then counts the queries of each page."""
    client.force_login(world.caseworker)
    common: dict[str, Any] = {"actor": world.caseworker, "on": world.day}
    session = plan_session(
        **common, organisation_id=world.house.pk, theme="Club", starts_at=at(world.day, 14), ends_at=at(world.day, 16),
        animator_id=world.caseworker.pk,
    )  # fmt: skip

    def count(how_many: int) -> dict[str, int]:
        people = [world.enrolled(caseworker=world.caseworker).person for _ in range(how_many)]
        rows = [
            NewAppointment(
                one.pk, world.house.pk, AppointmentKind.INDIVIDUAL, at(world.day, hour), at(world.day, hour + 1),
                world.caseworker.pk, outcome=Outcome.HELD,
            )
            for one in people
            for hour in (9, 10)
        ]  # fmt: skip
        record_appointments(**common, appointments=rows)
        enrol_in_session(**common, session_id=session.pk, person_ids=[one.pk for one in people])
        addresses = {
            "week": "/agenda/",
            "day": "/agenda/?vue=jour",
            "sessions": "/temps-collectifs/",
            "session": f"/temps-collectifs/{session.pk}/",
            "presence": f"/personnes/{people[0].key}/presence/",
        }
        found = {}
        for name, address in addresses.items():
            client.get(address)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(address).status_code == 200
            found[name] = len(queries)
        return found

    return count


def test_the_number_of_queries_does_not_follow_the_number_of_rows(pages, rulebooks):
    few, many = pages(2), pages(8)
    assert few == many
    assert max(few.values()) <= MOST
