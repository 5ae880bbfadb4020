"""The oracle and the two engines say the same of any small world, for everybody and for one person."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jalons.facts.engines import DuckDBExecutor, Executor
from jalons.rulebooks import engine, oracle
from jalons.rulebooks.loader import load
from jalons.rulebooks.obligations.answers import Answer
from jalons.rulebooks.schema import Rulebook
from tests.facts.given import on_postgres
from tests.spec.rules.random_facts import FIRST, LAST, days, worlds

FILE = Path(__file__).with_name("every_option.yaml")
RULEBOOK: Rulebook = load(FILE.read_bytes(), file=FILE.name)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def told(answers: Any) -> set[Answer]:
    """Answers as a set; a doubled answer is an error of its own."""
    listed = list(answers)
    assert len({one.key for one in listed}) == len(listed)
    return set(listed)


def agree(executor: Executor, facts: dict[str, Any], as_of: date) -> None:
    expected = told(oracle.evaluate([RULEBOOK], facts, as_of))
    assert told(engine.evaluate([RULEBOOK], executor, as_of)) == expected
    for person_id in (1, 2):
        alone = told(engine.evaluate([RULEBOOK], executor, as_of, [person_id]))
        assert alone == {one for one in expected if one.person_id == person_id}


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW, derandomize=True)
@given(facts=worlds(), as_of=days)
def test_duckdb_answers_as_the_plain_reader(facts: dict[str, Any], as_of: date) -> None:
    with DuckDBExecutor.over_rows(facts, threads=1) as executor:
        agree(executor, facts, as_of)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@settings(max_examples=12, deadline=None, suppress_health_check=[*SLOW, HealthCheck.function_scoped_fixture], derandomize=True)
@given(facts=worlds(), as_of=days)
def test_postgresql_answers_as_the_plain_reader(facts: dict[str, Any], as_of: date) -> None:
    with on_postgres(facts) as executor:
        agree(executor, facts, as_of)


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW, derandomize=True)
@given(facts=worlds(), as_of=days, later=st.integers(1, 200))
def test_a_breach_stays_when_time_passes_and_nothing_happens(facts: dict[str, Any], as_of: date, later: int) -> None:
    """Facts dated after ``as_of`` are removed: nothing happens but time."""
    then = min(as_of + timedelta(days=later), LAST + timedelta(days=400))
    still = {table: [row for row in rows if _quiet(row, as_of)] for table, rows in facts.items()}
    breached = {one.key: one.breached_on for one in oracle.evaluate([RULEBOOK], still, as_of) if one.breached_on}
    after = {one.key: one.breached_on for one in oracle.evaluate([RULEBOOK], still, then)}
    assert {key: after.get(key) for key in breached} == breached
    assert as_of >= FIRST


def _quiet(row: dict[str, Any], as_of: date) -> bool:
    return all(value is None or value <= as_of for value in row.values() if isinstance(value, date))
