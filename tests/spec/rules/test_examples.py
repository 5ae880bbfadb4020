"""Every worked example says the same on DuckDB, on PostgreSQL and by the oracle, and says what it must."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jalons.facts.engines import DuckDBExecutor, Executor
from jalons.rulebooks import engine, oracle
from jalons.rulebooks.examples.facts import PERSON, Rows, rows
from jalons.rulebooks.examples.format import Exemple
from jalons.rulebooks.examples.runner import play, read, shipped
from jalons.rulebooks.loader import load_content
from jalons.rulebooks.obligations.answers import Answer
from jalons.rulebooks.schema import Rulebook
from tests.facts.given import on_postgres

APART = 10_000  # identifiers of one case
RULEBOOKS: dict[str, Rulebook] = {one.rulebook.code: one.rulebook for one in load_content()}


def _cases() -> list[object]:
    return [
        pytest.param(path, case, id=f"{path.parent.name}-{path.stem}-{number}", marks=pytest.mark.req(*_named(case)))
        for path in shipped()
        for number, case in enumerate(read(path).exemples, 1)
    ]


def _named(case: Exemple) -> list[str]:
    """The requirements among what the example shows; the others are contradictions settled (C-nn)."""
    return [one for one in case.exigences if one.startswith("R-")]


def _rulebook(path: Path) -> Rulebook:
    return RULEBOOKS[read(path).cadre]


@pytest.mark.parametrize(("path", "case"), _cases())
def test_the_rulebook_says_what_the_example_expects(path: Path, case: Exemple) -> None:
    rulebook = _rulebook(path)
    facts = rows(rulebook, case)
    with DuckDBExecutor.over_rows(facts, threads=1) as executor:
        played = play(rulebook, case, executor)
    assert not played.differences
    judged = [one for one in oracle.evaluate([rulebook], facts, case.le) if one.person_id in (None, PERSON)]
    assert set(played.answers) == set(judged)


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize("path", shipped(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_postgresql_says_the_same(path: Path) -> None:
    """All the cases of a file in one base, each read on its own day."""
    rulebook = _rulebook(path)
    cases = list(enumerate(read(path).exemples))
    worlds = [_apart(rows(rulebook, case), number) for number, case in cases]
    with on_postgres(_together(worlds)) as executor:
        for (_, case), facts in zip(cases, worlds, strict=True):
            narrow, person = rulebook.only(case.action), facts["person"][0]["person_id"]
            judged = {one for one in oracle.evaluate([narrow], facts, case.le) if one.person_id in (None, person)}
            assert set(_answers(executor, narrow, facts, case.le)) == judged, case.titre


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


def _answers(executor: Executor, rulebook: Rulebook, facts: Rows, on: date) -> Iterator[Answer]:
    """What is said of the person of the case (not of those who share the line), and of its line."""
    lines = {row["line_id"] for row in facts["agreement_line"]}
    yield from engine.evaluate([rulebook], executor, on, [facts["person"][0]["person_id"]])
    yield from (one for one in engine.evaluate_lines([rulebook], executor, on) if one.subject_id in lines)


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
