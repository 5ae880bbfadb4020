"""Three dossiers under today's rulebook, lived through the real operations; what the reform changes is reckoned by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from jalons.agenda.operations import record_held
from jalons.pathways.models import Destination, Enrolment, JobContract
from jalons.pathways.operations import Draft, draft_contract, propose_exit, record_job, sign, submit, validate
from jalons.people.models import Person
from jalons.rulebooks.loader import load
from jalons.rulebooks.operations import adopt
from jalons.rulebooks.queries import adopted
from jalons.rulebooks.schema import Rulebook
from jalons.todos.comparison.caseload import Question
from jalons.todos.comparison.reform import reform
from tests.todos.reform_files import current, proposed
from tests.worlds import World, at

TODAY = date(2020, 10, 15)


@dataclass(frozen=True)
class Cases:
    """Recent: oriented on 1 September, nothing done. Old: on 3 February, nothing done. Signed: on 3 February, interview on
    20 February, contract in force on 20 March, gone on 30 September to a fixed-term job of six months."""

    world: World
    recent: Enrolment
    old: Enrolment
    signed: Enrolment

    def question(self, **options: Any) -> Question:
        reformed = reform(book(proposed()), adopted(), **options)
        return Question(reformed, TODAY, self.world.authority.pk)


def book(text: str) -> Rulebook:
    return load(text.encode(), file="essai.yaml")


def lived(world: World) -> Cases:
    """Live the three cases under today's rulebook."""
    adopt(raw=current().encode(), file="cadre.yaml", actor=world.system, on=date(2020, 1, 1))
    recent = world.enrolled(world.person("Recent"), on=date(2020, 9, 1), caseworker=world.caseworker)
    old = world.enrolled(world.person("Ancien"), on=date(2020, 2, 3), caseworker=world.caseworker)
    signed = world.enrolled(world.person("Signe"), on=date(2020, 2, 3), caseworker=world.caseworker)
    _interview(world, signed.person)
    _contract(world, signed)
    _exit(world, signed)
    return Cases(world, recent, old, signed)


def _interview(world: World, person: Person) -> None:
    day = date(2020, 2, 20)
    record_held(
        actor=world.caseworker, on=day, person_id=person.pk, organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk, starts_at=at(day, 10), ends_at=at(day, 11), note="",
    )  # fmt: skip


def _contract(world: World, enrolment: Enrolment) -> None:
    start = date(2020, 3, 10)
    contract = draft_contract(actor=world.caseworker, on=start, draft=Draft(enrolment.pk, start, date(2020, 9, 9)))
    for act in (sign, submit):
        act(actor=world.caseworker, on=start, contract_id=contract.pk)
    validate(actor=world.social_head, on=date(2020, 3, 20), contract_id=contract.pk)


def _exit(world: World, enrolment: Enrolment) -> None:
    common: dict[str, Any] = {"actor": world.caseworker, "on": TODAY, "enrolment_id": enrolment.pk}
    job = record_job(
        **common,
        contract_kind=JobContract.CDD,
        start_on=date(2020, 9, 30),
        end_on=date(2021, 3, 29),
        employer="Atelier",
    )
    propose_exit(**common, exited_on=date(2020, 9, 30), destination=Destination.JOB, job_id=job.pk)
