"""To-dos follow the files: computed in the write of one file or for everybody, the same."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jalons.agenda.models import Outcome
from jalons.agenda.operations import justify, plan, record_held, record_outcome
from jalons.agreements.models import AgreementLine
from jalons.pathways.models import Destination
from jalons.pathways.operations.exits import confirm_exit, propose_exit
from jalons.rulebooks.loader import CONTENT
from jalons.rulebooks.operations import adopt, load_shipped
from jalons.todos.models import Todo
from jalons.todos.operations import refresh
from jalons.todos.queries import moment_of, open_todos, state_of, why
from jalons.todos.tasks import refresh_all
from tests.worlds import World, at

pytestmark = pytest.mark.django_db
ORIENTED = date(2020, 1, 15)
LATE = date(2020, 4, 1)


@pytest.fixture
def lyon(world: World) -> World:
    adopt(raw=(CONTENT / "lyon_2020.yaml").read_bytes(), file="lyon_2020.yaml", actor=world.system, on=ORIENTED)
    return world


def stored() -> list[dict[str, Any]]:
    return list(
        Todo.objects.order_by("action_code", "obligation_code", "subject_kind", "subject_id", "occurrence").values()
    )


def without_keys(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


@pytest.mark.req("R-076")
def test_a_late_contract_is_a_to_do_that_says_why(lyon: World) -> None:
    enrolment = lyon.enrolled(on=ORIENTED)
    refresh(as_of=LATE)
    todo = Todo.objects.get(obligation_code="contract_after_orientation")
    assert (todo.person_id, todo.due_on, todo.breached_on) == (
        enrolment.person_id,
        date(2020, 3, 15),
        date(2020, 3, 16),
    )
    assert state_of(todo, on=LATE) == "late"
    assert moment_of(todo, on=LATE, soon_days=30) == "late"
    said = why(todo)
    assert said.do == "Contrat à faire valider au plus tard le 15/03/2020"
    assert said.citation == ("000 §3.2 Itinéraires emploi l.233",)
    assert any("S-18" in reading for reading in said.readings)


def test_one_file_or_everybody_gives_the_same(lyon: World) -> None:
    enrolments = [lyon.enrolled(on=ORIENTED) for _ in range(3)]
    for enrolment in enrolments:
        refresh(as_of=LATE, person_ids=[enrolment.person_id])
    alone = without_keys([row for row in stored() if row["person_id"] is not None])
    Todo.objects.all().delete()
    refresh(as_of=LATE)
    assert without_keys([row for row in stored() if row["person_id"] is not None]) == alone
    assert len(alone) >= 9


def test_nothing_changed_means_nothing_written(lyon: World) -> None:
    lyon.enrolled(on=ORIENTED)
    refresh(as_of=LATE)
    before = stored()
    again = refresh(as_of=LATE)
    assert (again.written, again.deleted) == (0, 0)
    assert stored() == before  # keys included: rows are kept, not made again


@pytest.mark.req("R-047")
def test_a_held_interview_moves_the_count(lyon: World) -> None:
    enrolment = lyon.enrolled(on=ORIENTED)
    refresh(as_of=LATE)
    assert Todo.objects.get(obligation_code="face_to_face_interviews").measured == 0
    record_held(
        actor=lyon.system,
        on=LATE,
        person_id=enrolment.person_id,
        organisation_id=enrolment.organisation_id,
        starts_at=at(date(2020, 3, 20), 9),
        ends_at=at(date(2020, 3, 20), 10),
    )
    refresh(as_of=LATE, person_ids=[enrolment.person_id])
    todo = Todo.objects.get(obligation_code="face_to_face_interviews")
    assert (todo.measured, todo.required, len(todo.evidence)) == (1, 5, 1)
    assert why(todo).do.endswith("(1 sur 5)")


def test_open_to_dos_come_by_due_date(lyon: World) -> None:
    lyon.enrolled(on=ORIENTED)
    refresh(as_of=date(2020, 2, 1))
    days = [todo.due_on for todo in open_todos(on=date(2020, 2, 1)) if todo.due_on]
    assert days == sorted(days)
    assert len(days) >= 3


def test_an_ended_enrolment_leaves_no_open_to_do(lyon: World) -> None:
    enrolment = lyon.enrolled(on=ORIENTED)
    day = date(2020, 2, 10)
    made = propose_exit(
        actor=lyon.system, on=day, enrolment_id=enrolment.pk, exited_on=day, destination=Destination.MOVED
    )
    confirm_exit(actor=lyon.system, on=day, exit_id=made.pk)
    refresh(as_of=LATE)
    assert not open_todos(on=LATE).filter(person_id=enrolment.person_id).exists()


def test_no_rulebook_means_no_to_do(world: World) -> None:
    enrolment = world.enrolled(on=ORIENTED)
    refresh(as_of=LATE, person_ids=[enrolment.person_id])
    refresh(as_of=LATE)
    assert not Todo.objects.exists()


@pytest.mark.req("R-001")
def test_every_shipped_rulebook_can_be_recomputed(world: World) -> None:
    load_shipped(actor=world.system, on=ORIENTED)
    enrolment = world.enrolled(on=ORIENTED)
    refresh(as_of=LATE)
    assert {one.rulebook_code for one in Todo.objects.filter(person_id=enrolment.person_id)} == {"lyon_2020"}


def absence(world: World, enrolment: Any, day: date) -> int:
    """Plan an appointment and note that the person did not come; return its key."""
    planned = plan(
        actor=world.system,
        on=day,
        person_id=enrolment.person_id,
        organisation_id=enrolment.organisation_id,
        starts_at=at(day, 9),
        ends_at=at(day, 10),
    )
    record_outcome(actor=world.system, on=day, appointment_id=planned.pk, outcome=Outcome.UNJUSTIFIED_ABSENCE)
    return planned.pk


@pytest.mark.req("R-145", "R-147")
def test_a_proposal_disappears_when_an_absence_is_justified(lyon: World) -> None:
    enrolment = lyon.enrolled(on=ORIENTED)
    first = absence(lyon, enrolment, date(2020, 3, 3))
    absence(lyon, enrolment, date(2020, 3, 9))
    refresh(as_of=date(2020, 3, 10), person_ids=[enrolment.person_id])
    proposal = Todo.objects.get(obligation_code="unjustified_absences")
    assert (proposal.due_on, proposal.met_on, len(proposal.evidence)) == (date(2020, 3, 9), None, 2)
    justify(actor=lyon.system, on=date(2020, 3, 11), appointment_id=first)
    refresh(as_of=date(2020, 3, 11), person_ids=[enrolment.person_id])
    assert not Todo.objects.filter(obligation_code="unjustified_absences").exists()


def test_the_night_brings_the_new_day_to_everybody(lyon: World, monkeypatch: pytest.MonkeyPatch) -> None:
    enrolment = lyon.enrolled(on=ORIENTED)
    refresh(as_of=date(2020, 3, 15))
    assert Todo.objects.get(obligation_code="contract_after_orientation").breached_on is None
    monkeypatch.setattr("jalons.todos.tasks.today", lambda: date(2020, 3, 16))
    refresh_all(timestamp=0)
    assert Todo.objects.get(
        person_id=enrolment.person_id, obligation_code="contract_after_orientation"
    ).breached_on == date(2020, 3, 16)


@pytest.mark.req("R-053")
def test_a_line_has_its_own_to_do(lyon: World) -> None:
    AgreementLine.objects.filter(pk=lyon.line.pk).update(fte="0.01")  # one person for a hundredth of a post
    for _ in range(2):
        lyon.enrolled(on=ORIENTED)
    refresh(as_of=LATE)
    todo = Todo.objects.get(obligation_code="caseload_per_fte", subject_id=lyon.line.pk)
    assert (todo.person_id, todo.measured, todo.required, todo.breached_on) == (None, 2, 1, ORIENTED)
    assert state_of(todo, on=LATE) == "breached"
    assert todo in open_todos(on=LATE)


def test_few_and_many_are_planned_differently_and_say_the_same(lyon: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [lyon.enrolled(on=ORIENTED).person_id for _ in range(2)]
    refresh(as_of=LATE, person_ids=ids)
    by_kept_plan = without_keys(stored())
    Todo.objects.all().delete()
    monkeypatch.setattr("jalons.todos.operations.refreshing.FEW", range(0))
    monkeypatch.setattr("jalons.todos.operations.refreshing.MANY", 1)
    refresh(as_of=LATE, person_ids=ids)
    assert without_keys(stored()) == by_kept_plan
