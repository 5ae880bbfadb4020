"""The time of a PLIE référent: events and lines written, six categories, a month fully split or refused (R-210)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jalons.agenda.models import AppointmentKind, Outcome, TimeEntry, TimeSheet
from jalons.agenda.operations import (
    close_month,
    enrol_in_session,
    plan_session,
    record_held,
    record_outcome,
    record_presence,
    record_time,
    remove_time,
    reopen_month,
)
from jalons.agenda.queries import month_of
from jalons.agenda.reference import time_categories
from jalons.documents.queries import bytes_of
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import Membership
from tests.agenda.conftest import PLIE
from tests.worlds import World, at

MONTH = date(2017, 3, 1)
END = date(2017, 3, 31)
DAY = date(2017, 3, 14)
HALF_TIME = 70 * 60


def held(
    world: World, person_id: int, *, kind: AppointmentKind = AppointmentKind.INDIVIDUAL, minutes: int = 60
) -> None:
    record_held(
        actor=world.caseworker,
        on=END,
        person_id=person_id,
        organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk,
        starts_at=at(DAY, 9),
        ends_at=at(DAY, 9 + minutes // 60, minutes % 60),
        kind=kind,
    )


def written(
    world: World, minutes: int, category: str = "administrative", day: date = DAY, framework: str = PLIE
) -> int:
    return record_time(
        actor=world.caseworker,
        on=END,
        organisation_id=world.house.pk,
        framework_code=framework,
        day=day,
        minutes=minutes,
        category=category,
    ).pk


def totals(world: World) -> dict[str, int]:
    found = month_of(
        user_id=world.caseworker.pk, organisation_id=world.house.pk, framework_code=PLIE, month=MONTH
    ).totals
    return {code: minutes for code, minutes in found.items() if minutes}


def closed(world: World, on: date = END, expected: int = HALF_TIME) -> TimeSheet:
    return close_month(
        actor=world.caseworker,
        on=on,
        organisation_id=world.house.pk,
        framework_code=PLIE,
        month=MONTH,
        expected_minutes=expected,
    )


@pytest.mark.req("R-210")
def test_a_half_time_month_of_70_hours_is_fully_split_then_closed_with_its_paper(world, participant):
    held(world, participant.person_id, minutes=90)
    held(world, participant.person_id, kind=AppointmentKind.EMPLOYER_VISIT, minutes=120)
    written(world, 1200, "pathway")
    with pytest.raises(Refusal, match="manquent sur 70 h 00") as refused:
        closed(world)
    assert refused.value.code == "time_sheet_not_split"
    for category, minutes in (("reception", 600), ("network", 900), ("administrative", 1290)):
        written(world, minutes, category)
    assert totals(world) == {
        "reception": 600, "pathway": 1200, "interviews": 90, "operators": 120, "network": 900, "administrative": 1290,
    }  # fmt: skip
    sheet = closed(world)
    assert sum(sheet.totals.values()) == HALF_TIME
    assert bytes_of(sheet.document).startswith(b"%PDF")


@pytest.mark.req("R-210")
@pytest.mark.parametrize("minutes", [0, 24 * 60 + 1, 700 * 60])
def test_a_line_is_longer_than_nothing_and_within_a_day(world, minutes):
    with pytest.raises(Refusal, match="moins d’un jour"):
        written(world, minutes, next(iter(time_categories().labels)))


def test_a_line_without_category_is_refused(world):
    with pytest.raises(Refusal, match="catégorie"):
        written(world, 60, "")


@pytest.mark.req("R-210")
def test_a_group_session_counts_once_with_its_preparation_whoever_came(world, participant, reached):
    session = plan_session(
        actor=world.caseworker,
        on=DAY,
        organisation_id=world.house.pk,
        theme="Atelier CV",
        starts_at=at(DAY, 14),
        ends_at=at(DAY, 16),
        animator_id=world.caseworker.pk,
        preparation_minutes=45,
    )
    ids = [participant.person_id, *(one.pk for one in reached(2))]
    enrol_in_session(actor=world.caseworker, on=DAY, session_id=session.pk, person_ids=ids)
    assert totals(world) == {}
    record_presence(actor=world.caseworker, on=DAY, session_id=session.pk, present_ids=ids)
    assert totals(world) == {"interviews": 165}


def test_an_interview_of_somebody_outside_the_framework_is_not_on_its_sheet(world, participant, reached):
    (other,) = reached()
    held(world, other.pk)
    assert totals(world) == {}


def test_a_closed_month_takes_no_line_until_it_is_opened_again(world, participant):
    entry = written(world, 600)
    sheet = closed(world, expected=600)
    with pytest.raises(Refusal, match="déjà arrêtée"):
        closed(world, expected=600)
    with pytest.raises(Refusal, match="rouvrez-la"):
        written(world, 30)
    with pytest.raises(Refusal, match="rouvrez-la"):
        remove_time(actor=world.caseworker, on=END, entry_id=entry)
    reopen_month(actor=world.caseworker, on=END, sheet_id=sheet.pk)
    remove_time(actor=world.caseworker, on=END, entry_id=entry)
    written(world, 300)
    assert closed(world, expected=300).pk != sheet.pk
    assert TimeSheet.objects.count() == 2


def test_a_month_under_way_and_a_framework_without_sheets_are_refused(world, participant):
    with pytest.raises(Refusal, match="pas fini"):
        closed(world, on=date(2017, 3, 30))
    with pytest.raises(Refusal, match="ne demande pas"):
        close_month(
            actor=world.caseworker,
            on=END,
            organisation_id=world.house.pk,
            framework_code="lyon_2020",
            month=MONTH,
            expected_minutes=0,
        )


def test_each_keeps_their_own_sheet(world, participant):
    entry = written(world, 600)
    with pytest.raises(NotAllowed):
        remove_time(actor=world.colleague, on=END, entry_id=entry)
    sheet = closed(world, expected=600)
    with pytest.raises(NotAllowed):
        reopen_month(actor=world.head, on=END, sheet_id=sheet.pk)
    with pytest.raises(NotAllowed):
        record_time(
            actor=world.stranger,
            on=END,
            organisation_id=world.house.pk,
            framework_code=PLIE,
            day=DAY,
            minutes=5,
            category="network",
        )


def test_a_correction_after_the_closing_is_seen(world, participant):
    held(world, participant.person_id, minutes=60)
    sheet = closed(world, expected=60)
    appointment = participant.person.appointments.get()
    record_outcome(actor=world.caseworker, on=END, appointment_id=appointment.pk, outcome=Outcome.UNJUSTIFIED_ABSENCE)
    assert totals(world) != {code: minutes for code, minutes in sheet.totals.items() if minutes}


@pytest.mark.req("R-210")
def test_a_line_counts_in_its_framework_only_and_waits_while_the_month_closes(world, participant):
    with CaptureQueriesContext(connection) as queries:
        written(world, 45)
    assert any("network_user" in one["sql"] and "FOR UPDATE" in one["sql"] for one in queries)
    written(world, 30, framework="plie_2021_2027")
    assert totals(world) == {"administrative": 45}
    closed(world, expected=45)
    written(world, 15, framework="plie_2021_2027")
    with pytest.raises(Refusal, match="est arrêtée"):
        written(world, 15)


@pytest.mark.req("R-210")
def test_the_sheet_is_chosen_in_the_address_and_one_left_is_still_read(client, world, participant):
    membership = Membership.objects.create(
        user=world.caseworker, organisation=world.neighbour, role="caseworker", start_on=date(2016, 1, 1)
    )
    world.place(
        organisation=world.neighbour, framework_code=PLIE, action_code=PLIE, start_on=date(2017, 1, 1),
        end_on=date(2018, 12, 31),
    )  # fmt: skip
    client.force_login(world.caseworker)
    other = f"{world.neighbour.pk}-{PLIE}"
    page = client.get("/feuille-de-temps/?mois=2017-03").content.decode()
    assert f"feuille={other}" in page
    typed = {"day": "14/03/2017", "minutes": "1h", "category": "network"}
    client.post(f"/feuille-de-temps/?mois=2017-03&feuille={other}", typed)
    assert TimeEntry.objects.get().organisation == world.neighbour
    Membership.objects.filter(pk=membership.pk).update(end_on=date(2017, 3, 31))
    page = client.get(f"/feuille-de-temps/?mois=2017-03&feuille={other}").content.decode()
    assert "Vous n’exercez plus dans cet organisme" in page
    assert "Ajouter un temps" not in page
