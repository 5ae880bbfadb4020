"""Every worked example says the same on DuckDB, on PostgreSQL and by the oracle, and says what it must."""

from __future__ import annotations

from pathlib import Path

import pytest

from jalons.facts.engines import DuckDBExecutor
from jalons.rulebooks import engine, oracle
from jalons.rulebooks.examples.facts import PERSON, rows
from jalons.rulebooks.examples.format import Exemple
from jalons.rulebooks.examples.runner import play, read, shipped
from jalons.rulebooks.loader import load_content
from jalons.rulebooks.schema import Rulebook
from tests.facts.given import on_postgres

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
    """The first cases of each file; the oracle has judged the others on DuckDB."""
    rulebook = _rulebook(path)
    for case in read(path).exemples[:2]:
        facts = rows(rulebook, case)
        with on_postgres(facts) as executor:
            assert set(engine.evaluate([rulebook], executor, case.le)) == set(
                oracle.evaluate([rulebook], facts, case.le)
            )


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
