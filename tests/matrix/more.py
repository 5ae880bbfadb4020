"""Twice as much of everything the lists of the matrix show, made once the rulebooks are adopted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from jalons.agenda.models import Outcome
from jalons.agenda.operations import enrol_in_session, plan, plan_session, record_held, record_outcome
from jalons.agenda.operations.information_sessions import plan_information_session
from jalons.casefile.caf_questions import ask_caf
from jalons.casefile.operations import file_document, write_note
from jalons.network.cdap import open_access
from jalons.network.groups import create_group
from jalons.network.models import RoleCode
from jalons.pathways.models import Destination, Enrolment, InformationKind, JobContract
from jalons.pathways.operations import (
    EndedRights,
    ask_reorientation,
    give_information,
    open_obstacle,
    open_offer,
    propose_closures,
    propose_exit,
    propose_step,
    record_job,
    save_query,
    write_handover_note,
)
from jalons.todos.operations import refresh
from tests.documents.pictures import PNG
from tests.journeys.conftest import step_kind
from tests.matrix.things import NAME
from tests.worlds import ACTION, World, at

MORE = 3


def more_of_everything(world: World, values: dict[str, Any], *, again: int) -> None:
    """Add persons with a whole pathway, as much again to the person of the addresses, and what surrounds them.

    ``again``: how many times it was done before; names are told apart by it.
    """
    first = Enrolment.objects.get(person__key=values["person_key"])
    stays = [
        world.enrolled(world.person(NAME, f"Autre{again}{number}"), caseworker=world.caseworker)
        for number in range(MORE)
    ]
    for turn in range(MORE):
        _pathway(world, first, turn + MORE * again)
    for stay in stays:
        _pathway(world, stay, 0)
    leaving = stays[0]
    given: dict[str, Any] = {"actor": world.caseworker, "on": world.day}
    propose_exit(**given, enrolment_id=leaving.pk, exited_on=world.day, destination=Destination.MOVED)
    _around(world, stays, again)
    refresh(as_of=world.day)


def _pathway(world: World, stay: Enrolment, turn: int) -> None:
    """Appointments, a note, a document, a step, a job, an obstacle and an information of one person."""
    given: dict[str, Any] = {"actor": world.caseworker, "on": world.day}
    meeting: dict[str, Any] = {
        "person_id": stay.person_id,
        "organisation_id": world.house.pk,
        "caseworker_id": world.caseworker.pk,
    }
    for day in (world.day, world.day + timedelta(days=9)):
        plan(**given, **meeting, starts_at=at(day, 15, turn), ends_at=at(day, 16, turn))
    missed = plan(**given, **meeting, starts_at=at(world.day, 11, turn), ends_at=at(world.day, 12, turn))
    record_outcome(**given, appointment_id=missed.pk, outcome=Outcome.UNJUSTIFIED_ABSENCE)
    held = date(2020, 9, 14 + turn)
    record_held(**given, **meeting, starts_at=at(held, 10), ends_at=at(held, 11), note="Vu.")
    write_note(**given, person_id=stay.person_id, text="Permis en cours.")
    file_document(**given, person_id=stay.person_id, raw=PNG, name="cv.png", kind="cv")
    ask_caf(**given, person_id=stay.person_id, subject="right", asked_on=held)
    mine: dict[str, Any] = {**given, "enrolment_id": stay.pk}
    propose_step(**mine, kind=step_kind(ACTION, world.day))
    record_job(**mine, contract_kind=JobContract.CDI, start_on=held)
    if not stay.obstacles.filter(domain="housing").exists():
        open_obstacle(**mine, domain="housing", opened_on=world.day)
    if not stay.informations.filter(given_on=held).exists():
        give_information(**mine, kinds=[InformationKind.RISKS], given_on=held)


def _around(world: World, stays: list[Enrolment], again: int) -> None:
    """Sessions, offers, requests, ended rights, agreements, groups, users and searches beside those already there."""
    given: dict[str, Any] = {"actor": world.caseworker, "on": world.day}
    place: dict[str, Any] = {"organisation_id": world.house.pk, "starts_at": at(world.day, 16, again)}
    session = plan_session(**given, **place, ends_at=at(world.day, 17), theme="Club", animator_id=world.caseworker.pk)
    enrol_in_session(**given, session_id=session.pk, person_ids=[one.person_id for one in stays])
    open_offer(**given, organisation_id=world.house.pk, provider="AFPA", kind="other", label="Chantier")
    ask_reorientation(**given, person_id=stays[1].person_id, cause="other", reason="Projet")
    write_handover_note(actor=world.head, on=world.day, person_id=stays[2].person_id, text="Préfère le matin.")
    endings = [EndedRights(one.person_id, date(2020, 9, 30), "duties_ended") for one in stays]
    propose_closures(actor=world.system, on=world.day, endings=endings)
    officer: dict[str, Any] = {"actor": world.orientation_officer, "on": world.day}
    plan_information_session(**officer, **place, ends_at=at(world.day, 18), place="Mairie")
    save_query(**officer, authority_id=world.authority.pk, name=f"Récents {again}", query="attente=30")
    other = world.organisation(f"Encore un organisme {again}", territory_id=world.east.pk)
    world.place(other)
    newcomer = world.user(f"renfort{again}", RoleCode.CASEWORKER, organisation=world.house)
    held: dict[str, Any] = {"user_id": newcomer.pk, "organisation_id": world.house.pk, "start_on": world.day}
    open_access(actor=world.head, on=world.day, **held)
    create_group(
        actor=world.steering_officer, on=world.day, authority_id=world.authority.pk, name=f"Groupement {again}"
    )
    for number in range(MORE):
        world.person(NAME, f"Attend{again}{number}", subject_since=date(2020, 6, 1))
