"""What rules and figures read of a pathway: days and states, the right ones, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection

from jalons.agenda.operations import record_held
from jalons.facts.contracts import BY_NAME
from jalons.pathways.models import Destination, Horizon
from jalons.pathways.operations import (
    Draft,
    EndedRights,
    Objective,
    PlannedStep,
    confirm_exit,
    draft_contract,
    maintain,
    propose_closures,
    propose_exit,
    record_piece,
    sign,
    start_pause,
    submit,
    validate,
)
from jalons.pathways.published import PUBLISHED
from tests.worlds import ORIENTED_ON, SUBJECT_SINCE, World, at

MARCH = date(2020, 3, 2)


def facts(table: str, **condition: int) -> list[dict[str, Any]]:
    where = " AND ".join(f"{name} = %s" for name in condition) or "true"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM facts.{table} WHERE {where} ORDER BY 1", list(condition.values()))
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def one(table: str, **condition: int) -> dict[str, Any]:
    (row,) = facts(table, **condition)
    return row


def test_an_enrolment_carries_its_framework_its_territory_and_the_day_of_its_orientation(world: World):
    enrolment = world.enrolled(start_on=date(2020, 2, 10), caseworker=world.caseworker)
    row = one("enrolment", enrolment_id=enrolment.pk)
    assert (row["framework_code"], row["territory_id"], row["end_reason"]) == ("lyon_2020", world.east.pk, None)
    assert (row["oriented_on"], row["start_on"], row["end_on"]) == (ORIENTED_ON, date(2020, 2, 10), None)
    assert one("orientation", person_id=enrolment.person_id)["subject_since"] == SUBJECT_SINCE
    assert one("mandate", person_id=enrolment.person_id)["caseworker_id"] == world.caseworker.pk


@pytest.mark.req("R-076")
def test_a_contract_is_in_force_from_the_later_of_its_start_and_validation(world: World):
    enrolment = world.enrolled()
    contract = draft_contract(
        actor=world.caseworker,
        on=MARCH,
        draft=Draft(
            enrolment.pk,
            MARCH,
            date(2020, 6, 30),
            objectives=[Objective(horizon, "Objectif") for horizon in Horizon],
            steps=[PlannedStep("cdd", "", date(2020, 4, 1), "Lyon")],
        ),
    )
    assert one("contract", contract_id=contract.pk)["in_force_on"] is None
    sign(actor=world.caseworker, on=MARCH, contract_id=contract.pk)
    submit(actor=world.caseworker, on=MARCH, contract_id=contract.pk)
    validate(actor=world.social_head, on=date(2020, 3, 20), contract_id=contract.pk)
    row = one("contract", contract_id=contract.pk)
    assert (row["state"], row["signed_on"], row["in_force_on"]) == ("validated", MARCH, date(2020, 3, 20))
    assert one("step", person_id=enrolment.person_id)["family"] == "employment_training"


@pytest.mark.req("R-100")
def test_an_appointment_held_says_its_minutes_and_its_month(world: World):
    enrolment = world.enrolled()
    record_held(
        actor=world.caseworker,
        on=MARCH,
        person_id=enrolment.person_id,
        organisation_id=world.house.pk,
        starts_at=at(MARCH, 9, 30),
        ends_at=at(MARCH, 10, 45),
    )
    row = one("appointment", person_id=enrolment.person_id)
    assert (row["on_date"], row["month"], row["outcome"], row["minutes"]) == (MARCH, date(2020, 3, 1), "held", 75)


def test_a_pause_a_maintenance_a_document_and_an_exit_name_the_person(world: World):
    enrolment = world.enrolled()
    person = enrolment.person_id
    start_pause(actor=world.head, on=MARCH, enrolment_id=enrolment.pk, start_on=MARCH, reason="Congé")
    record_piece(actor=world.caseworker, on=MARCH, enrolment_id=enrolment.pk, kind="work_contract", dated_on=MARCH)
    propose_closures(actor=world.system, on=MARCH, endings=[EndedRights(person, MARCH, "duties_ended")])
    assert facts("maintenance") == []
    proposal = enrolment.closure_proposals.get()
    maintain(actor=world.social_head, on=MARCH, proposal_id=proposal.pk, reason="Parcours", until=date(2020, 8, 31))
    leaving = propose_exit(
        actor=world.caseworker, on=MARCH, enrolment_id=enrolment.pk, exited_on=MARCH, destination=Destination.MOVED
    )
    confirm_exit(actor=world.head, on=MARCH, exit_id=leaving.pk)
    assert (one("pause", person_id=person)["start_on"], one("piece", person_id=person)["kind"]) == (
        MARCH,
        "work_contract",
    )
    assert one("maintenance", person_id=person)["until"] == date(2020, 8, 31)
    row = one("exit", person_id=person)
    assert (row["computed_class"], row["exit_class"], row["state"], row["line_id"]) == (
        None,
        None,
        "confirmed",
        world.line.pk,
    )
    assert one("enrolment", person_id=person)["end_reason"] == "exit"


@pytest.mark.req("R-166")
def test_no_free_text_leaves_the_room():
    free = {"reason", "note", "label", "her_words", "previous_review", "explanation", "employer", "operator", "place"}
    published = {column.name for mapping in PUBLISHED for column in BY_NAME[mapping.table.name].columns}
    assert published & free == set()
