"""The oracle and the two engines say the same of any small world, for everybody and for one person."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jalons.facts.engines import DuckDBExecutor, Executor
from jalons.rulebooks import engine, oracle
from jalons.rulebooks.loader import load
from jalons.rulebooks.obligations.answers import Answer
from jalons.rulebooks.schema import Rulebook
from tests.facts.given import on_postgres
from tests.spec.rules.random_facts import readings, worlds
from tests.spec.rules.versions import successions

FILE = Path(__file__).with_name("every_option.yaml")
RULEBOOK: Rulebook = load(FILE.read_bytes(), file=FILE.name)
ALONE = (RULEBOOK,)
LIVES = {"one version": ALONE} | dict(zip(("reform", "gap"), successions(FILE), strict=True))
MORE = int(os.environ.get("JALONS_MORE_EXAMPLES", "1"))  # a longer hunt
# The worlds are big for Hypothesis: no shrinking (minutes), the message shows the differing answers instead.
PROFILE: dict[str, Any] = {
    "deadline": None,
    "derandomize": True,
    "phases": [Phase.explicit, Phase.generate],
    "suppress_health_check": list(HealthCheck),
}


def told(answers: Any) -> set[Answer]:
    """Answers as a set; a doubled answer is an error of its own."""
    listed = list(answers)
    assert len({one.key for one in listed}) == len(listed)
    return set(listed)


def same(found: set[Answer], expected: set[Answer]) -> None:
    only = [f"engine: {one}" for one in found - expected] + [f"oracle: {one}" for one in expected - found]
    assert not only, "\n".join(sorted(only))


def agree(versions: tuple[Rulebook, ...], executor: Executor, facts: dict[str, Any], as_of: date) -> None:
    expected = told(oracle.evaluate(versions, facts, as_of))
    same(told(engine.evaluate(versions, executor, as_of)), expected)
    alone = told(engine.evaluate(versions, executor, as_of, [1]))
    same(alone, {one for one in expected if one.person_id == 1})


@settings(max_examples=10 * MORE, **PROFILE)
@given(life=st.sampled_from(sorted(LIVES)), facts=worlds(), as_of=readings)
def test_duckdb_answers_as_the_plain_reader(life: str, facts: dict[str, Any], as_of: date) -> None:
    with DuckDBExecutor.over_rows(facts, threads=1) as executor:
        agree(LIVES[life], executor, facts, as_of)


@pytest.mark.django_db(databases=["default", "owner"])
@settings(max_examples=6 * MORE, **PROFILE)
@given(life=st.sampled_from(sorted(LIVES)), facts=worlds(), as_of=readings)
def test_postgresql_answers_as_the_plain_reader(life: str, facts: dict[str, Any], as_of: date) -> None:
    with on_postgres(facts) as executor:
        agree(LIVES[life], executor, facts, as_of)
