"""A dossier recomputed by its own write, everybody at night, and the plain judge: the same stored rows, also under new rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from jalons.agenda.models import Outcome
from jalons.agenda.operations import enrol_in_session, plan, plan_session, record_held, record_outcome, record_presence
from jalons.agreements.models import AgreementLine
from jalons.agreements.operations import record_report
from jalons.facts.contracts import TABLES
from jalons.network.models import User
from jalons.pathways.models import (
    AssessmentKind,
    Destination,
    EndReason,
    Enrolment,
    Horizon,
    InformationKind,
    JobContract,
)
from jalons.pathways.operations import (
    Draft,
    Objective,
    PlannedStep,
    confirm_exit,
    draft_contract,
    end_enrolment,
    give_information,
    hand_over,
    propose_exit,
    propose_step,
    record_assessment,
    record_job,
    record_piece,
    sign,
    start_pause,
    start_step,
    submit,
    validate,
)
from jalons.people.operations import open_registration
from jalons.rulebooks import oracle
from jalons.rulebooks.loader import CONTENT
from jalons.rulebooks.operations import adopt
from jalons.rulebooks.queries import adopted
from jalons.todos.models import Todo
from jalons.todos.operations import go_round, refresh_lines
from jalons.todos.operations.refreshing import refresh
from tests.journeys.conftest import step_kind
from tests.worlds import ACTION, DAY, World, at

LYON = (CONTENT / "lyon_2020.yaml").read_text(encoding="utf-8")
REFORM = date(2020, 9, 1)


def reformed() -> bytes:
    """The same framework from September on, under another version number."""
    text = LYON.replace('version: "1"', 'version: "2"', 1).replace("valid_from: 2020-01-01", f"valid_from: {REFORM}", 1)
    assert text != LYON
    return text.encode()


@pytest.fixture
def lyon(world: World) -> World:
    """Lyon's rules, a line with a post and 30 places, eight persons with a past."""
    adopt(raw=LYON.encode(), file="lyon_2020.yaml", actor=world.system, on=date(2020, 1, 2))
    AgreementLine.objects.filter(pk=world.line.pk).update(fte="0.05", places=30)
    for name in "ABCDEFGH":
        lived(world, world.enrolled(world.person(name), caseworker=world.caseworker))
    go_round(as_of=world.day)
    return world


def lived(world: World, enrolment: Enrolment) -> None:
    """Half a year of a pathway, written each on its day."""
    who: dict[str, Any] = {"person_id": enrolment.person_id, "organisation_id": enrolment.organisation_id}
    for month in (3, 5, 7):
        day = date(2020, month, 10)
        record_held(actor=world.system, on=day, **who, starts_at=at(day, 9), ends_at=at(day, 10))
    signed(world, draft(enrolment, date(2020, 2, 3), date(2020, 8, 2)), on=date(2020, 2, 20))


GOALS = [Objective(horizon, "Un but") for horizon in Horizon]


def draft(enrolment: Enrolment, start_on: date, end_on: date) -> Draft:
    """A contract complete enough to be signed."""
    steps = [PlannedStep(step_kind(ACTION, start_on), planned_on=end_on, place="Maison des parcours")]
    return Draft(enrolment.pk, start_on, end_on, objectives=GOALS, steps=steps, previous_review="Bilan")


def signed(world: World, written: Draft, *, on: date) -> None:
    common: dict[str, Any] = {"actor": world.system, "on": on}
    contract = draft_contract(**common, draft=written)
    for move in (sign, submit, validate, hand_over):
        move(**common, contract_id=contract.pk)


def rows() -> list[dict[str, Any]]:
    found = Todo.objects.order_by("action_code", "obligation_code", "subject_kind", "subject_id", "occurrence").values()
    return [{name: value for name, value in row.items() if name != "id"} for row in found]


def judged(on: date) -> list[dict[str, Any]]:
    """The same rows, told by the judge from the published facts."""
    facts: dict[str, list[dict[str, Any]]] = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM facts.{table.name}")
            names = [column.name for column in cursor.description]
            facts[table.name] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    columns = [name for name in rows()[0] if name != "evidence"]
    return [{name: getattr(one, name) for name in columns} | {"evidence": list(one.evidence)}
            for one in sorted(oracle.evaluate(adopted(), facts, on), key=lambda one: one.key)]  # fmt: skip


def same_both_ways(on: date) -> None:
    """What the writes left is what the night finds, row for row, and what the judge says."""
    refresh_lines(as_of=on)  # the job asked after the commit
    at_once = rows()
    night = refresh(as_of=on)
    assert (night.written, night.deleted) == (0, 0)
    assert rows() == at_once
    expected = judged(on)
    for row in (*at_once, *expected):
        row["evidence"] = sorted(row["evidence"])
    keys = ("action_code", "obligation_code", "subject_kind", "subject_id", "occurrence")
    assert {tuple(row[key] for key in keys): row for row in at_once} == {
        tuple(row[key] for key in keys): row for row in expected
    }


Write = Callable[[World, User, list[Enrolment]], None]


def _appointments(world: World, actor: User, some: list[Enrolment]) -> None:
    for one, outcome in zip(some, (Outcome.HELD, Outcome.UNJUSTIFIED_ABSENCE, Outcome.CANCELLED), strict=False):
        who: dict[str, Any] = {"person_id": one.person_id, "organisation_id": one.organisation_id}
        made = plan(actor=actor, on=DAY, **who, starts_at=at(DAY, 8), ends_at=at(DAY, 9))
        record_outcome(actor=actor, on=DAY, appointment_id=made.pk, outcome=outcome)


def _group_session(world: World, actor: User, some: list[Enrolment]) -> None:
    session = plan_session(
        actor=actor, on=DAY, organisation_id=world.house.pk, theme="CV", starts_at=at(DAY, 10), ends_at=at(DAY, 12)
    )
    ids = [one.person_id for one in some]
    enrol_in_session(actor=actor, on=DAY, session_id=session.pk, person_ids=ids)
    record_presence(actor=actor, on=DAY, session_id=session.pk, present_ids=ids[:2], justified_ids=ids[2:3])


def _contracts(world: World, actor: User, some: list[Enrolment]) -> None:
    for one in some[:2]:
        signed(world, draft(one, date(2020, 10, 1), date(2021, 3, 31)), on=DAY)


def _steps_and_jobs(world: World, actor: User, some: list[Enrolment]) -> None:
    for one in some[:2]:
        step = propose_step(actor=actor, on=DAY, enrolment_id=one.pk, kind=step_kind(ACTION, DAY))
        start_step(actor=actor, on=DAY, step_id=step.pk)
    record_job(actor=actor, on=DAY, enrolment_id=some[2].pk, contract_kind=JobContract.CDI, start_on=DAY)
    record_piece(actor=actor, on=DAY, enrolment_id=some[2].pk, kind="work_contract", dated_on=DAY)


def _casework(world: World, actor: User, some: list[Enrolment]) -> None:
    one, other = some[:2]
    open_registration(actor=actor, on=DAY, person_id=one.person_id, start_on=date(2020, 6, 1))
    record_assessment(actor=actor, on=DAY, enrolment_id=one.pk, kind=AssessmentKind.INITIAL, made_on=DAY)
    give_information(
        actor=actor, on=DAY, enrolment_id=other.pk, kinds=[InformationKind.RIGHTS_AND_DUTIES], given_on=DAY
    )


def _pause(world: World, actor: User, some: list[Enrolment]) -> None:
    start_pause(actor=world.system, on=DAY, enrolment_id=some[0].pk, start_on=DAY - timedelta(days=20), reason="veille")


def _exits(world: World, actor: User, some: list[Enrolment]) -> None:
    leaving = propose_exit(actor=actor, on=DAY, enrolment_id=some[0].pk, exited_on=DAY, destination=Destination.MOVED)
    confirm_exit(actor=world.head, on=DAY, exit_id=leaving.pk)
    end_enrolment(actor=world.system, on=DAY, enrolment_id=some[1].pk, last_day=DAY, reason=EndReason.CANCELLED)


def _entries(world: World, actor: User, some: list[Enrolment]) -> None:
    """Each entry moves the caseload of the line; a report received moves nothing of a person."""
    for name in ("Neuve", "Nouvelle"):
        world.enrolled(world.person(name), on=DAY, caseworker=world.caseworker)
    record_report(actor=world.steering_officer, on=DAY, line_id=world.line.pk, kind="monthly", period=date(2020, 9, 1))


WRITES: dict[str, Write] = {
    "appointments": _appointments,
    "a group session": _group_session,
    "contracts": _contracts,
    "steps, jobs and documents": _steps_and_jobs,
    "registration, assessment, information": _casework,
    "a pause": _pause,
    "exits": _exits,
    "entries and a report": _entries,
}


@pytest.mark.req("R-047", "R-053", "R-076", "R-145")
@pytest.mark.parametrize("name", WRITES)
def test_a_write_leaves_what_the_night_finds(lyon: World, name: str) -> None:
    before = rows()
    WRITES[name](lyon, lyon.caseworker, list(Enrolment.objects.order_by("pk")))
    assert rows() != before
    same_both_ways(DAY)


@pytest.mark.req("R-001")
def test_under_a_new_version_too(lyon: World) -> None:
    adopt(raw=reformed(), file="lyon_2020.yaml", actor=lyon.system, on=date(2020, 8, 20))
    done = go_round(as_of=DAY)
    assert done is not None
    assert done.finished_at is not None
    assert {row["rulebook_version"] for row in rows()} == {"1", "2"}
    for write in WRITES.values():
        some = Enrolment.objects.filter(end_on=None).order_by("pk")
        write(lyon, lyon.caseworker, list(some))
    same_both_ways(DAY)
