"""A département of any size, made by the server in a few statements: the same rows each time, no operation goes through.

One enrolment per person, numbered alike; places of every action of every shipped rulebook, spread over organisations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg

from jalons.rulebooks.schema import Rulebook
from jalons.rulebooks.schema.shapes import PresenceOfPiece

FIRST, TODAY, LAST = date(2019, 1, 1), date(2020, 10, 15), date(2020, 12, 31)
FILES_PER_CASEWORKER = 70
ROWS = Path(__file__).with_suffix(".sql")
FIRST_USER = 10_000
Cursor = psycopg.Cursor[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class World:
    """How many of each; ``appointments``, ``steps`` and ``contracts`` are per enrolment, ``first`` is its earliest start."""

    enrolments: int
    organisations: int
    appointments: int
    steps: int
    contracts: int = 2
    first: date = FIRST
    today: date = TODAY

    @property
    def caseworkers(self) -> int:
        """Professionals of one organisation."""
        return max(1, round(self.enrolments / self.organisations / FILES_PER_CASEWORKER))


def fill(cursor: Cursor, world: World, rulebooks: Sequence[Rulebook]) -> None:
    """Write the rows and bring the sequences after them."""
    _places(cursor, world, rulebooks)
    kinds = sorted({kind for book in rulebooks for kind in _pieces(book)}) or ["none"]
    values = {
        "n": world.enrolments,
        "organisations": world.organisations,
        "caseworkers": world.caseworkers,
        "user": FIRST_USER,
        "today": world.today,
        "appointments": world.appointments,
        "steps": world.steps,
        "contracts": world.contracts,
        "kinds": kinds,
    }
    for statement in ROWS.read_text(encoding="utf-8").split(";\n\n"):
        cursor.execute(statement.encode(), values)


def _pieces(book: Rulebook) -> set[str]:
    return {
        kind
        for action in book.actions
        for one in book.obligations_of(action.code)
        if isinstance(one, PresenceOfPiece)
        for piece in one.pieces
        for kind in piece.any_of
    }


def _places(cursor: Cursor, world: World, rulebooks: Sequence[Rulebook]) -> None:
    """Lines: each action in at least two organisations, each organisation in at least two actions."""
    actions = [
        (book.framework.code, action.code, max(book.framework.valid_from, world.first), _last(book))
        for book in rulebooks
        for action in book.actions
        if max(book.framework.valid_from, world.first) < min(_last(book), world.today)
    ]
    lines = 2 * max(world.organisations, len(actions)) + 1
    cursor.execute(
        "CREATE TEMP TABLE place (id bigint, organisation_id bigint, framework text, action text, start_on date, end_on date)"
    )
    with cursor.copy("COPY place FROM STDIN") as copy:
        for number in range(lines):
            action = actions[number % len(actions)]
            copy.write_row((number + 1, number % world.organisations + 1, *action))
    cursor.execute("ANALYZE place")


def _last(book: Rulebook) -> date:
    return min(book.framework.valid_to or LAST, LAST)
