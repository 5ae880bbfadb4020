"""One dossier evaluated alone says its line of the evaluation of all; time alone never takes a breach back.

Each property is shown to fail on a fault planted beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from jalons.facts.engines import DuckDBExecutor
from jalons.rulebooks import engine, oracle
from jalons.rulebooks.obligations.answers import Answer
from jalons.rulebooks.schema import Rulebook
from tests.rulebooks.test_living_through_versions import BOTH, dossier
from tests.spec.rules.random_facts import readings, worlds
from tests.spec.rules.test_engines_agree import LIVES, MORE, PROFILE, RULEBOOK

Facts = dict[str, Any]
Alone = Callable[[tuple[Rulebook, ...], DuckDBExecutor, date, int], Iterable[Answer]]
Judge = Callable[[Facts, date], Iterable[Answer]]


def by_engine(versions: tuple[Rulebook, ...], executor: DuckDBExecutor, as_of: date, person: int) -> Iterable[Answer]:
    return engine.evaluate(versions, executor, as_of, [person])


def without_its_eve(
    versions: tuple[Rulebook, ...], executor: DuckDBExecutor, as_of: date, person: int
) -> Iterable[Answer]:
    """Planted: a dossier alone is read one day late."""
    return engine.evaluate(versions, executor, as_of - timedelta(days=1), [person])


def alone_is_its_line(alone: Alone, versions: tuple[Rulebook, ...], facts: Facts, as_of: date) -> bool:
    with DuckDBExecutor.over_rows(facts, threads=1) as executor:
        everybody = set(engine.evaluate(versions, executor, as_of))
        return all(
            set(alone(versions, executor, as_of, person)) == {one for one in everybody if one.person_id == person}
            for person in (1, 2)
        )


@settings(max_examples=3 * MORE, **PROFILE)
@given(life=st.sampled_from(sorted(LIVES)), facts=worlds(), as_of=readings)
def test_one_dossier_alone_says_its_line_of_the_evaluation_of_all(life: str, facts: Facts, as_of: date) -> None:
    assert alone_is_its_line(by_engine, LIVES[life], facts, as_of)


def test_the_property_sees_a_dossier_read_on_another_day() -> None:
    """A contract missed on the very day of the reading."""
    assert not alone_is_its_line(without_its_eve, BOTH[:1], dossier(date(2020, 4, 30)), date(2020, 7, 1))


def judged(facts: Facts, as_of: date) -> Iterable[Answer]:
    return oracle.evaluate([RULEBOOK], facts, as_of)


def forgetful(facts: Facts, as_of: date) -> Iterable[Answer]:
    """Planted: a breach older than sixty days is forgotten."""
    limit = as_of - timedelta(days=60)
    return (one for one in judged(facts, as_of) if one.breached_on is None or one.breached_on > limit)


def breaches_stay(judge: Judge, facts: Facts, as_of: date, days: int) -> bool:
    """Facts of ``as_of`` or later are removed (an end takes effect the next day): nothing happens but time."""
    still = {table: [row for row in rows if _past(row, as_of)] for table, rows in facts.items()}
    breached = {one.key: one.breached_on for one in judge(still, as_of) if one.breached_on}
    after = {one.key: one.breached_on for one in judge(still, as_of + timedelta(days=days))}
    return all(after.get(key) == day for key, day in breached.items())


@settings(max_examples=40 * MORE, **PROFILE)
@given(facts=worlds(), as_of=readings, days=st.integers(1, 400))
def test_a_breach_stays_when_time_passes_and_nothing_happens(facts: Facts, as_of: date, days: int) -> None:
    assert breaches_stay(judged, facts, as_of, days)


def test_the_property_sees_a_breach_that_is_forgotten() -> None:
    given_once = st.tuples(worlds(), readings, st.integers(1, 400))
    assert fails(given_once, lambda world: breaches_stay(forgetful, *world))


def fails(worlds_given: st.SearchStrategy[Any], holds: Callable[[Any], bool]) -> bool:
    """Tell whether some world breaks a property."""
    try:
        find(worlds_given, lambda world: not holds(world), settings=settings(max_examples=20, **PROFILE))
    except NoSuchExample:
        return False
    return True


def _past(row: dict[str, Any], as_of: date) -> bool:
    return all(value is None or value < as_of for value in row.values() if isinstance(value, date))
