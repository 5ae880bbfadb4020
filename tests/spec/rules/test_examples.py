"""Every worked example says the same on DuckDB, on PostgreSQL and by the oracle, and says what it must."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from jalons.facts.engines import DuckDBExecutor, Executor
from jalons.rulebooks import engine, oracle
from jalons.rulebooks.examples.facts import PERSON, Rows, rows
from jalons.rulebooks.examples.format import Exemple
from jalons.rulebooks.examples.runner import compared, read, shipped
from jalons.rulebooks.loader import load_content
from jalons.rulebooks.obligations.answers import Answer
from jalons.rulebooks.schema import Rulebook
from tests.facts.given import on_postgres

APART = 10_000  # identifiers of one case
RULEBOOKS: dict[str, Rulebook] = {one.rulebook.code: one.rulebook for one in load_content()}


@dataclass(frozen=True)
class Shown:
    """A worked example and where it is written."""

    path: Path
    place: int  # in its file
    number: int  # among all
    case: Exemple
    rulebook: Rulebook

    @property
    def day(self) -> tuple[str, date]:
        return self.rulebook.code, self.case.le

    @property
    def facts(self) -> Rows:
        """Its facts, with identifiers of their own among all the examples."""
        return _apart(rows(self.rulebook, self.case), self.number)

    @property
    def person(self) -> int:
        return PERSON + APART * self.number


@cache
def _shown() -> tuple[Shown, ...]:
    found = []
    for path in shipped():
        file = read(path)
        found += [
            Shown(path, place, len(found) + place, case, RULEBOOKS[file.cadre])
            for place, case in enumerate(file.exemples, 1)
        ]
    return tuple(found)


def _cases() -> list[object]:
    """Those of one rulebook and day follow each other: they are answered together."""
    return [
        pytest.param(
            one,
            id=f"{one.path.parent.name}-{one.path.stem}-{one.place}",
            marks=pytest.mark.req(*_named(one.case)),
        )
        for one in sorted(_shown(), key=lambda one: (one.day, one.number))
    ]


def _named(case: Exemple) -> list[str]:
    """The requirements among what the example shows; the others are contradictions settled (C-nn)."""
    return [one for one in case.exigences if one.startswith("R-")]


@pytest.mark.parametrize("shown", _cases())
def test_the_rulebook_says_what_the_example_expects(shown: Shown) -> None:
    answers = _by_duckdb(*shown.day)[shown.number]
    assert not compared(shown.rulebook, shown.case, answers).differences
    assert set(answers) == _judged(shown)


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize("path", shipped(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_postgresql_says_the_same(path: Path) -> None:
    """All the cases of a file in one base, each read on its own day."""
    cases = [one for one in _shown() if one.path == path]
    with on_postgres(_together([one.facts for one in cases])) as executor:
        for day in sorted({one.case.le for one in cases}):
            together = [one for one in cases if one.case.le == day]
            found = _answers(executor, together)
            for one in together:
                assert set(found[one.number]) == _judged(one), one.case.titre


def _judged(shown: Shown) -> set[Answer]:
    """What the plain reader says of one example, alone and by the rules of its action only."""
    narrow = shown.rulebook.only(shown.case.action)
    judged = oracle.evaluate([narrow], shown.facts, shown.case.le)
    return {one for one in judged if one.person_id in (None, shown.person)}


@cache
def _by_duckdb(code: str, day: date) -> dict[int, list[Answer]]:
    """What the engine says of the examples of a rulebook that are read on one day, evaluated together."""
    together = [one for one in _shown() if one.day == (code, day)]
    with DuckDBExecutor.over_rows(_together([one.facts for one in together]), threads=1) as executor:
        return _answers(executor, together)


def _answers(executor: Executor, together: Sequence[Shown]) -> dict[int, list[Answer]]:
    """Example by example: the answers of its person (not of those who share the line), and of its line."""
    found: dict[int, list[Answer]] = {one.number: [] for one in together}
    persons = {one.person: one.number for one in together}
    first = together[0]
    for answer in engine.evaluate([first.rulebook], executor, first.case.le):
        number = answer.subject_id // APART if answer.person_id is None else persons.get(answer.person_id)
        if number in found:
            found[number].append(answer)
    return found


def _apart(facts: Rows, number: int) -> Rows:
    """The same facts with identifiers of their own."""

    def moved(row: dict[str, Any]) -> dict[str, Any]:
        own = {name for name in row if name.endswith("_id") and name not in ("authority_id", "organisation_id")}
        return {
            name: value + APART * number if name in own and value is not None else value for name, value in row.items()
        }

    return {table: [moved(row) for row in some] for table, some in facts.items()}


def _together(worlds: list[Rows]) -> Rows:
    tables = {table for facts in worlds for table in facts}
    return {table: [row for facts in worlds for row in facts.get(table, ())] for table in tables}


def test_each_obligation_of_the_complete_rulebooks_is_shown_kept_missed_and_at_its_limit() -> None:
    """Kept or satisfied, missed, and on the last day or one side of it: three states at least, of two kinds."""
    shown: dict[str, set[str]] = {}
    for path in shipped():
        for case in read(path).exemples:
            for one in case.attendu.obligations:
                shown.setdefault(f"{case.action.split('_')[0]}.{one.obligation}", set()).add(one.etat)
    for code in ("lyon_2020", "plie_2014_2020"):
        rulebook = RULEBOOKS[code]
        for obligation in rulebook.obligations:
            states = shown.get(f"{code.split('_')[0]}.{obligation.code}", set())
            missed = states & {"en_retard", "non_respectee", "respectee_en_retard"}
            kept = states & {"respectee", "a_venir", "respectee_en_retard", "suspendue"}
            assert missed, f"{code}.{obligation.code} is never shown missed"
            assert kept, f"{code}.{obligation.code} is never shown kept"
