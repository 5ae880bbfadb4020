"""From what users do to the figures they read: operations, published facts, cube, list."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jalons.agenda.models import Mode, Outcome
from jalons.agenda.operations import cancel, plan, record_held, record_outcome
from jalons.indicators.models import StaleMonth
from jalons.indicators.operations import refresh_cube, verify_cube
from jalons.indicators.queries import rows_behind
from jalons.pathways.models import Destination
from jalons.pathways.operations.exits import confirm_exit, propose_exit
from tests.indicators.reading import figure
from tests.worlds import World, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rulebooks")]


def _value(world: World, code: str, month: date, interval: Any = None) -> Decimal | None:
    keys = {"authority_id": world.authority.pk, "organisation_id": world.house.pk}
    found = figure(code, month=month, level="organisation", interval=interval, keys=keys)
    assert found is not None
    return found.value


@pytest.mark.req("R-134", "R-201", "R-202")
def test_an_exit_frees_the_place_and_the_month_adds_up(world: World) -> None:
    stays = [world.enrolled(start_on=date(2020, 4, 6), on=date(2020, 4, 1)) for _ in range(4)]
    exit_ = propose_exit(
        actor=world.head, on=date(2020, 5, 12), enrolment_id=stays[0].pk, exited_on=date(2020, 5, 12),
        destination=Destination.MOVED,
    )  # fmt: skip
    confirm_exit(actor=world.head, on=date(2020, 5, 12), exit_id=exit_.pk)
    refresh_cube(until=world.day)
    may = date(2020, 5, 1)
    assert _value(world, "supported_beneficiaries_count", date(2020, 4, 1), "month") == 4
    assert _value(world, "exited_beneficiaries_count", may, "month") == 1
    assert _value(world, "other_exits_count", may, "month") == 1
    assert _value(world, "supported_beneficiaries_count", may, "month") == 3
    assert _value(world, "place_occupancy_rate", may, "month") == 15  # 3 of 20 places
    assert verify_cube() == []
    assert not StaleMonth.objects.exists()


@pytest.mark.req("R-096", "R-208")
def test_attendance_opens_on_the_appointments_counted(world: World) -> None:
    person = world.enrolled(start_on=date(2020, 4, 6), on=date(2020, 4, 1), caseworker=world.caseworker).person
    day = date(2020, 6, 10)
    common: dict[str, Any] = {"actor": world.caseworker, "person_id": person.pk, "organisation_id": world.house.pk}
    held = record_held(**common, on=day, starts_at=at(day, 9), ends_at=at(day, 10))
    record_held(**common, on=day, starts_at=at(day, 11), ends_at=at(day, 12), mode=Mode.MAIL)
    missed = plan(**common, on=day, starts_at=at(day, 14), ends_at=at(day, 15))
    record_outcome(actor=world.caseworker, on=day, appointment_id=missed.pk, outcome=Outcome.UNJUSTIFIED_ABSENCE)
    off = plan(**common, on=day, starts_at=at(day, 16), ends_at=at(day, 17))
    cancel(actor=world.caseworker, on=day, appointment_id=off.pk)
    refresh_cube(until=world.day)
    june = date(2020, 6, 1)
    assert _value(world, "individual_attendance_rate", june, "month") == 50
    assert _value(world, "mean_other_contacts", june, "year") == 1
    rows = rows_behind(
        "individual_attendance_rate", month=june, interval="month", filters={"organisation_id": [world.house.pk]}
    )
    assert [(row.part, dict(row.key), row.person_id) for row in rows if row.part == "numerator"] == [
        ("numerator", {"appointment_id": held.pk}, person.pk)
    ]
    assert {dict(row.key)["appointment_id"] for row in rows if row.part == "denominator"} == {held.pk, missed.pk}


@pytest.mark.req("R-037")
def test_the_orientation_rate_counts_persons_under_rights_and_duties(world: World) -> None:
    oriented, *_ = world.persons(4)
    world.oriented(oriented, on=date(2020, 4, 1))
    world.person(subject_until=date(2020, 3, 31))
    refresh_cube(until=world.day)
    keys = {"authority_id": world.authority.pk}
    found = figure("orientation_rate", month=date(2020, 4, 1), level="authority", interval="month", keys=keys)
    assert found is not None
    assert (found.numerator, found.denominator, found.value) == (1, 4, 25)
    delay = figure("orientation_delay_days", month=date(2020, 4, 1), level="authority", interval="year", keys=keys)
    assert delay is not None
    assert delay.value == (date(2020, 4, 1) - date(2020, 1, 6)).days
