"""The example of a reform: none of the five documents holds it, it is marked so everywhere, and nothing adopts it by itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from pydantic import BaseModel

from jalons.facts.engines import DuckDBExecutor
from jalons.rulebooks.examples.facts import rows
from jalons.rulebooks.examples.format import Exemple
from jalons.rulebooks.examples.runner import play, read, shipped
from jalons.rulebooks.loader import CONTENT, load_content, load_files
from jalons.rulebooks.schema import Rulebook
from jalons.rulebooks.schema.common import Cited
from jalons.rulebooks.schema.shapes import CountOrSumInWindow

FILE = CONTENT / "proposals" / "lyon_2025_exemple.yaml"
EXAMPLES = tuple(sorted(FILE.with_suffix("").glob("*.yaml")))


@cache
def reform() -> Rulebook:
    return load_files([FILE])[0].rulebook


@cache
def current() -> Rulebook:
    return next(one.rulebook for one in load_content() if one.rulebook.code == "lyon_2020")


def cited(block: object) -> Iterator[Cited]:
    if isinstance(block, Cited):
        yield block
    if isinstance(block, BaseModel):
        block = [getattr(block, name) for name in type(block).model_fields]
    if isinstance(block, dict):
        block = list(block.values())
    if isinstance(block, list | tuple):
        for part in block:
            yield from cited(part)


def examples() -> list[Exemple]:
    return [case for path in EXAMPLES for case in read(path).exemples]


def one_of_each() -> list[object]:
    """The first action of each example: the engine answers alike for the others, which the plain reader plays."""
    first: dict[str, Exemple] = {}
    for case in examples():
        first.setdefault(case.titre, case)
    return [pytest.param(case, id=title) for title, case in first.items()]


@pytest.mark.req("R-001")
def test_nothing_ships_it_as_a_rule_in_force() -> None:
    assert all(one.rulebook.version != reform().version for one in load_content())
    assert len(EXAMPLES) == 2
    assert not set(EXAMPLES) & set(shipped())


@pytest.mark.req("R-001")
def test_it_follows_the_framework_in_force_action_by_action() -> None:
    assert (reform().authority, reform().code) == (current().authority, current().code)
    assert [one.code for one in reform().actions] == [one.code for one in current().actions]
    last_day = current().framework.valid_to
    assert last_day is not None
    assert reform().framework.valid_from > last_day


@pytest.mark.req("R-001")
def test_each_value_says_that_nobody_read_it_in_an_official_text() -> None:
    assert reform().framework.label.startswith("Exemple")
    assert [block for block in cited(reform()) if not (block.unverified and block.note)] == []


@pytest.mark.req("R-001")
def test_it_drops_no_obligation_of_the_framework_it_follows() -> None:
    for action in current().actions:
        asked = {one.code for one in current().obligations_of(action.code)}
        assert asked - {one.code for one in reform().obligations_of(action.code)} == set(), action.code


def test_it_asks_fifteen_hours_a_week_and_only_warns() -> None:
    (weekly,) = [one for one in reform().obligations if one.code == "weekly_activity"]
    assert isinstance(weekly, CountOrSumInWindow)
    assert (weekly.measure, weekly.at_least, weekly.window.kind) == ("minutes", 15 * 60, "calendar_week")
    assert weekly.nature == "alert"
    assert all(one.code != "weekly_activity" for one in current().obligations)


@pytest.mark.parametrize("case", examples(), ids=lambda case: f"{case.action}-{case.titre}")
def test_it_says_what_its_examples_expect(case: Exemple) -> None:
    assert play(reform(), case, quick=True).differences == ()


@pytest.mark.parametrize("case", one_of_each())
def test_the_engine_says_what_its_examples_expect(case: Exemple) -> None:
    with DuckDBExecutor.over_rows(rows(reform(), case), threads=1) as executor:
        assert play(reform(), case, executor).differences == ()
