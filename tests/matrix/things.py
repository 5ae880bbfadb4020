"""What the addresses of the matrix name: one of each thing, all of one person of the house."""

from __future__ import annotations

from datetime import date
from typing import Any

from jalons.agenda.operations import plan
from jalons.indicators.operations import freeze
from jalons.pathways.models import Destination
from jalons.pathways.operations import Draft, draft_contract, orient_in_bulk, propose_exit, propose_step
from jalons.people.models import Person
from tests.journeys.conftest import step_kind
from tests.worlds import ACTION, World, at

NAME = "Zwarteveen"  # no neighbour may ever read it
POSTED: dict[str, dict[str, str]] = {"desk:outcome": {"outcome": "venu"}}


def furnish(world: World) -> Person:
    """Make the neighbours busy, then return a person of the house at the middle of her pathway."""
    for number in range(3):
        theirs = world.person(f"Voisine{number}")
        world.enrolled(theirs, line=world.neighbour_line, caseworker=world.stranger)
    person = world.person(NAME, "Alix")
    world.enrolled(person, caseworker=world.caseworker)
    return person


def arguments(world: World, person: Person) -> dict[str, Any]:
    """Return every argument a route may ask for."""
    enrolment = person.enrolments.get()
    common: dict[str, Any] = {"actor": world.caseworker, "on": world.day}
    appointment = plan(
        **common,
        person_id=person.pk,
        organisation_id=world.house.pk,
        starts_at=at(world.day, 9),
        ends_at=at(world.day, 10),
    )
    draft = Draft(enrolment.pk, date(2020, 10, 1), date(2021, 3, 31))
    leaving = propose_exit(**common, enrolment_id=enrolment.pk, exited_on=world.day, destination=Destination.MOVED)
    waiting = orient_in_bulk(
        actor=world.orientation_officer,
        on=world.day,
        person_ids=[world.person(NAME, "Ange").pk],
        line_ids=[world.line.pk],
        reason="Recherche d’emploi",
    )
    return {
        "batch": waiting.batch,
        "orientation_id": waiting.orientations[0].pk,
        "agreement_id": world.line.agreement_id,
        "person_key": person.key,
        "appointment_id": appointment.pk,
        "contract_key": draft_contract(**common, draft=draft).key,
        "step_id": propose_step(**common, enrolment_id=enrolment.pk, kind=step_kind(ACTION, world.day)).pk,
        "exit_id": leaving.pk,
        "layout": "csv",
        "code": "place_occupancy_rate",
        "frozen_id": freeze(
            actor=world.steering_officer,
            on=world.day,
            indicator="place_occupancy_rate",
            month=world.day,
            authority_id=world.authority.pk,
            source="Rapport d’essai",
        ).pk,
        "colour": "1f5a99",
    }


ACTS = {"desk:advance_contract": "signer", "desk:decide_exit": "confirmer"}
