"""Recomputes the stored answers of obligations as a set: only differences are written, the same way for one file or for all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import psycopg
from django.db import connection, transaction

from jalons.facts.engines import transpile
from jalons.people.models import Person
from jalons.rulebooks.engine import line_statements, statements
from jalons.rulebooks.queries import adopted, version_key
from jalons.todos.models import Todo

Versions = tuple[tuple[str, date | None], ...]
# Persons recomputed and locked at once by the nightly run: large enough to amortise planning, short enough for writers.
BATCH = 20_000
# Files recomputed with a kept plan: its joins suit a few persons, never a batch.
FEW = range(1, 21)
# Persons from which joins go by hash only.
MANY = 200
_KEY = ("action_code", "obligation_code", "subject_kind", "subject_id", "occurrence")
_VALUES = (
    "rulebook_code",
    "rulebook_version",
    "person_id",
    "organisation_id",
    "authority_id",
    "due_on",
    "met_on",
    "breached_on",
    "suspended_from",
    "suspended_to",
    "measured",
    "required",
    "evidence",
)
_REFS = "COALESCE(to_jsonb(string_to_array(NULLIF(a.evidence, ''), ',')), '[]'::jsonb)"


@dataclass(frozen=True, slots=True)
class Changes:
    """How many stored answers were written and deleted; the rest was already right."""

    written: int = 0
    deleted: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(self.written + other.written, self.deleted + other.deleted)


def refresh(*, as_of: date, person_ids: Collection[int] | None = None) -> Changes:
    """Bring the to-dos to what the adopted rulebooks say on ``as_of``; return what changed.

    For ``person_ids`` (inside a write, which already holds the locks of these persons), or for everybody and for the agreement
    lines (the nightly run: batch after batch, each locking its persons so that no write is overwritten by an older answer).
    """
    rulebooks = version_key()
    changes = Changes()
    if person_ids is not None:
        ids = sorted(person_ids)
        with transaction.atomic(savepoint=False):
            for start in range(0, len(ids), BATCH):
                changes += _persons(ids[start : start + BATCH], as_of, rulebooks)
        return changes
    for batch in batches(concerned()):
        with transaction.atomic():
            changes += refresh_batch(batch, as_of=as_of)
    return changes + refresh_lines(as_of=as_of)


def refresh_lines(*, as_of: date) -> Changes:
    """Bring the to-dos of agreement lines (caseload per post, reports) to what the rulebooks say on ``as_of``.

    All lines at once: a write on a file or on an agreement asks for it after its commit, so that two writes on one line never
    count over each other (see ``todos.tasks``).
    """
    with transaction.atomic():
        _one_at_a_time("jalons.todos.lines")
        return _write(_lines_text(version_key()), "t.person_id IS NULL", {"as_of": as_of})


def _one_at_a_time(what: str) -> None:
    """Wait for another transaction that recomputes the same thing: the last to begin sees what the former wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [what])


def refresh_batch(person_ids: Sequence[int], *, as_of: date) -> Changes:
    """Recompute one batch of persons inside a transaction, locking them so that no write is overwritten by an older answer."""
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=person_ids).order_by("pk").values_list("pk"))
    return _persons(person_ids, as_of, version_key())


def _persons(person_ids: Sequence[int], as_of: date, rulebooks: Versions) -> Changes:
    if not person_ids:
        return Changes()
    scope = "t.person_id = ANY(%(persons)s::bigint[])"
    text = _persons_text(rulebooks, _actions(person_ids))
    return _write(text, scope, {"as_of": as_of, "persons": list(person_ids)})


def _actions(person_ids: Sequence[int]) -> frozenset[str]:
    """Actions these persons are, or were, enrolled in: rulebooks of other actions have nothing to say of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT action_code FROM facts.enrolment WHERE person_id = ANY(%s)", [list(person_ids)])
        return frozenset(row[0] for row in cursor.fetchall())


def concerned(*, after: int = 0) -> list[int]:
    """Return the ids, above ``after``, of persons who have, or had, something to follow, in order."""
    enrolled = Person.objects.filter(enrolments__isnull=False, pk__gt=after).values_list("pk", flat=True).distinct()
    forgotten = Todo.objects.filter(person_id__gt=after, person__enrolments__isnull=True).values_list(
        "person_id", flat=True
    )
    return sorted({*enrolled, *(pk for pk in forgotten if pk is not None)})


def batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Cut a list of ids in batches."""
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _write(fresh: str | None, scope: str, params: dict[str, Any]) -> Changes:
    """Make the stored answers of ``scope`` those of the SQL text ``fresh``, in one statement."""
    if fresh is None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM todos_todo AS t WHERE {scope}", params)
            return Changes(deleted=cursor.rowcount)
    statement = _statement(fresh, scope)
    row = _planned_once(statement, params) if len(params.get("persons", ())) in FEW else _planned_now(statement, params)
    assert row is not None
    return Changes(*row)


def _planned_now(statement: str, params: dict[str, Any]) -> tuple[int, int] | None:
    """Run with a plan made for these parameters.

    PostgreSQL takes each shape for one row, and would join a large batch to its events by nested loops (minutes for 5 000
    persons): they are forbidden from ``MANY`` on.
    """
    large = len(params.get("persons", ())) > MANY
    with connection.cursor() as cursor:
        if large:
            cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(statement, params)
        row: tuple[int, int] | None = cursor.fetchone()
        if large:
            cursor.execute("SET LOCAL enable_nestloop = on")
        return row


def _planned_once(statement: str, params: dict[str, Any]) -> tuple[int, int] | None:
    """Run with a plan kept by the connection: planning costs 60 ms, running for one file less than 2 ms.

    Django switches prepared statements off; they are needed here only, and a pooler in transaction mode must know them
    (PgBouncer from 1.21 on).
    """
    connection.ensure_connection()
    raw = connection.connection
    threshold, raw.prepare_threshold = raw.prepare_threshold, 0
    try:
        with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
            cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            cursor.execute(statement, params, prepare=True)
            row = cursor.fetchone()
            cursor.execute("SET LOCAL plan_cache_mode = auto")
            return row
    finally:
        raw.prepare_threshold = threshold


@lru_cache(maxsize=16)
def _statement(fresh: str, scope: str) -> str:
    columns = ", ".join((*_KEY, *_VALUES))
    selected = ", ".join(_REFS if name == "evidence" else f"a.{name}" for name in (*_KEY, *_VALUES))
    same_key = " AND ".join(f"a.{name} = t.{name}" for name in _KEY)
    stored = ", ".join(f"todos_todo.{name}" for name in _VALUES)
    given = ", ".join(f"excluded.{name}" for name in _VALUES)
    assigned = ", ".join(f"{name} = excluded.{name}" for name in _VALUES)
    return f"""
        WITH fresh AS MATERIALIZED ({fresh}),
        gone AS (
          DELETE FROM todos_todo AS t WHERE {scope} AND NOT EXISTS (SELECT 1 FROM fresh AS a WHERE {same_key}) RETURNING 1
        ),
        written AS (
          INSERT INTO todos_todo ({columns}) SELECT {selected} FROM fresh AS a
          ON CONFLICT ({", ".join(_KEY)}) DO UPDATE SET {assigned} WHERE ({stored}) IS DISTINCT FROM ({given})
          RETURNING 1
        )
        SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM gone)"""


@lru_cache(maxsize=64)
def _persons_text(rulebooks: Versions, actions: frozenset[str]) -> str | None:
    speaking = [one for one in adopted() if actions & {action.code for action in one.actions}]
    return _union(statements(speaking, some_persons=True))


@lru_cache(maxsize=8)
def _lines_text(rulebooks: Versions) -> str | None:
    return _union(line_statements(adopted()))


def _union(texts: Sequence[str]) -> str | None:
    """All the shapes in one PostgreSQL text, so that a batch is one statement; None when no rulebook obliges anything."""
    if not texts:
        return None
    union = " UNION ALL ".join(f"SELECT * FROM ({transpile(text, 'postgres')}) AS shape" for text in texts)
    # Typed parameters: a kept plan is found again whatever the size of the numbers.
    return union.replace("%(persons)s", "%(persons)s::bigint[]").replace("%(as_of)s", "%(as_of)s::date")
