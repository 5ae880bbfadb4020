"""Both sides of a reform asked about a whole caseload: counts, and the list of what changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, connections, transaction

from jalons.facts.engines import Executor, PostgresExecutor
from jalons.todos.comparison import statement
from jalons.todos.comparison.reform import Reform

# Persons asked about at once on PostgreSQL, as the nightly run does; a columnar engine takes everybody.
BATCH, COLUMNAR_BATCH = 20_000, 1_000_000
LISTED = 5_000  # persons whose changes are held in memory at once
MANY = 200  # persons from which joins go by hash only: PostgreSQL takes each shape for one row
_PERSONS = """SELECT DISTINCT e.person_id FROM facts.enrolment AS e
WHERE e.action_code = any($actions){more} ORDER BY e.person_id"""
Told = Callable[[int, int], None]  # done, total persons


@dataclass(frozen=True, slots=True)
class Question:
    """A reform, the day on which both sides are read, and whose caseload: one authority's, or everybody's."""

    reform: Reform
    as_of: date
    authority_id: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Answers of one obligation of one action in one organisation that go from a state to a state (empty: no answer).

    ``earlier`` and ``later`` count deadlines that move, ``moved_days`` adds their days, signed.
    """

    action_code: str
    obligation_code: str
    organisation_id: int
    state_before: str
    state_after: str
    answers: int
    changed: int
    earlier: int
    later: int
    moved_days: int


@dataclass(slots=True)
class Counted:
    """The cells, and the persons with at least one change: by obligation of an action, by organisation, and in all."""

    cells: list[Cell] = field(default_factory=list)
    persons_by_obligation: dict[tuple[str, str], int] = field(default_factory=dict)
    persons_by_organisation: dict[int, int] = field(default_factory=dict)
    persons: int = 0
    asked: int = 0  # persons asked about


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that differs: its states and due dates on each side; an empty state is no answer. ``moved`` in days."""

    action_code: str
    obligation_code: str
    subject_kind: str
    subject_id: int
    occurrence: str
    person_id: int | None
    organisation_id: int
    state_before: str
    state_after: str
    due_before: date | None
    due_after: date | None
    moved: int


@contextmanager
def read_only() -> Iterator[None]:
    """Open a transaction in which the database refuses every write; within another one, until its end only."""
    outermost = not connection.in_atomic_block
    level = "ISOLATION LEVEL REPEATABLE READ, " if outermost else ""  # every batch sees the same facts
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET TRANSACTION {level}READ ONLY")
        yield


def count(question: Question, executor: Executor, tell: Told | None = None) -> Counted:
    """Count what changes. ``tell(done, total)`` is called after each batch of persons."""
    result = Counted()
    cells: dict[tuple[Any, ...], list[int]] = {}
    scoped = question.authority_id is not None
    text = statement.counts(question.reform, lines=False, scoped=scoped)
    persons = persons_of(question, executor) if text else []
    for batch in _batches(persons, COLUMNAR_BATCH if executor.name == "duckdb" else BATCH):
        with _joined_by_hash(executor, len(batch)):
            _add(result, cells, _rows(executor, text, _params(question, persons=batch)))
        result.asked += len(batch)
        if tell is not None:
            tell(result.asked, len(persons))
    lines = statement.counts(question.reform, lines=True, scoped=scoped)
    if lines is not None:
        _add(result, cells, _rows(executor, lines, _params(question)))
    result.cells = [Cell(*key, *numbers) for key, numbers in sorted(cells.items())]
    return result


def changes(question: Question, executor: Executor) -> Iterator[Change]:
    """Yield every answer that changes, some thousand persons at a time: nothing is held whole."""
    scoped = question.authority_id is not None
    text = statement.listing(question.reform, lines=False, scoped=scoped)
    for batch in _batches(persons_of(question, executor) if text else [], LISTED):
        with _joined_by_hash(executor, len(batch)):
            rows = _rows(executor, text, _params(question, persons=batch))
        for row in rows:
            yield Change(*row)
    lines = statement.listing(question.reform, lines=True, scoped=scoped)
    if lines is not None:
        for row in _rows(executor, lines, _params(question)):
            yield Change(*row)


def page_of_changes(
    question: Question,
    executor: Executor,
    *,
    persons: Collection[int],
    size: int,
    skip: int = 0,
    kind: str = "",
    organisation_id: int | None = None,
) -> tuple[list[Change], int]:
    """Return one page of what changes for ``persons``, by new due date, and how many there are in all.

    ``kind`` is a key of ``statement.KINDS``. A page past the last one is empty and counts 0.
    """
    text = statement.listing(
        question.reform,
        lines=False,
        scoped=question.authority_id is not None,
        kind=kind,
        organisation=organisation_id is not None,
        page=True,
    )
    if text is None or not persons:
        return [], 0
    params = _params(question, persons=sorted(persons)) | {"size": size, "skip": skip}
    if organisation_id is not None:
        params["organisation"] = organisation_id
    with _joined_by_hash(executor, len(persons)):
        rows = _rows(executor, text, params)
    return [Change(*row[:-1]) for row in rows], int(rows[0][-1]) if rows else 0


def persons_of(question: Question, executor: Executor) -> list[int]:
    """Return the persons who are, or were, in an action of the reform."""
    params: dict[str, Any] = {"actions": list(question.reform.actions)}
    more = ""
    if question.authority_id is not None:
        params["authority"], more = question.authority_id, " AND e.authority_id = $authority"
    return [row[0] for row in executor.run(_PERSONS.format(more=more), params)]


def organisation_names(executor: Executor) -> dict[int, str]:
    """Return organisation → name."""
    return dict(executor.run("SELECT o.organisation_id, o.name FROM facts.organisation AS o").rows)


def _params(question: Question, *, persons: Sequence[int] | None = None) -> dict[str, Any]:
    params: dict[str, Any] = {"as_of": question.as_of}
    if persons is not None:
        params["persons"] = list(persons)
    if question.authority_id is not None:
        params["authority"] = question.authority_id
    return params


def _rows(executor: Executor, text: statement.Text | None, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run a text already carried to PostgreSQL shape by shape: carrying it whole takes seconds, and is not kept."""
    assert text is not None, "there are persons to ask about only if there is something to ask"
    if not isinstance(executor, PostgresExecutor):
        return executor.run(text.in_dialect("duckdb"), params).rows
    with connections[executor.using].cursor() as cursor:
        cursor.execute(text.in_dialect("postgres"), params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _batches(persons: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(persons), size):
        yield persons[start : start + size]


def _add(result: Counted, cells: dict[tuple[Any, ...], list[int]], rows: Sequence[tuple[Any, ...]]) -> None:
    """Add the rows of a batch: persons are in one batch only, so that their counts add up."""
    for cut, action, obligation, organisation, before, after, *numbers, persons in rows:
        if cut == statement.CUT_CELL:
            key = (action, obligation, organisation, before, after)
            known = cells.setdefault(key, [0] * len(numbers))
            cells[key] = [one + int(more or 0) for one, more in zip(known, numbers, strict=True)]
        elif cut == statement.CUT_OBLIGATION:
            pair = (action, obligation)
            result.persons_by_obligation[pair] = result.persons_by_obligation.get(pair, 0) + persons
        elif cut == statement.CUT_ORGANISATION:
            result.persons_by_organisation[organisation] = result.persons_by_organisation.get(organisation, 0) + persons
        else:
            result.persons += persons


@contextmanager
def _joined_by_hash(executor: Executor, persons: int) -> Iterator[None]:
    """Forbid nested loops to PostgreSQL for a large batch (minutes instead of seconds), as the nightly run does."""
    if executor.name != "postgres" or persons <= MANY or not connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on")
