"""A new framework, or a new year of one, is one file of rules: nothing else names it, and it governs as soon as it is adopted."""

from __future__ import annotations

import argparse
import re
from datetime import date
from pathlib import Path

import pytest

import jalons
from jalons.cli import rulebook as rulebook_command
from jalons.facts.engines import DuckDBExecutor
from jalons.rulebooks import engine
from jalons.rulebooks.examples.facts import rows
from jalons.rulebooks.examples.format import Accompagnement, Exemple
from jalons.rulebooks.loader import CONTENT, load_content
from jalons.rulebooks.operations import adopt
from jalons.rulebooks.queries import adopted
from tests.rulebooks.test_guide import example
from tests.worlds import World

CODE = Path(jalons.__file__).parent
LYON = (CONTENT / "lyon_2020.yaml").read_text()
INVENTS_A_COUNTY = "simulation"  # chooses which frameworks its invented county lives by


def next_year() -> bytes:
    """Lyon in 2021, with three months to sign instead of two."""
    text = LYON.replace('version: "1"', 'version: "2021"', 1)
    text = text.replace("valid_from: 2020-01-01", "valid_from: 2021-01-01", 1)
    text = text.replace("valid_to: 2020-12-31", "valid_to: 2021-12-31", 1)
    first = text.index("- code: contract_after_orientation")
    return (text[:first] + text[first:].replace("delay: {count: 2,", "delay: {count: 3,", 1)).encode()


def due(obligation: str, action: str, oriented_on: date) -> set[tuple[str, date | None]]:
    """Version and due day of one obligation for a person oriented that day, by all the rulebooks adopted."""
    rulebooks = adopted()
    mine = next(one for one in rulebooks if any(one_action.code == action for one_action in one.actions))
    stay = Accompagnement(debut=oriented_on, oriente_le=oriented_on)
    case = Exemple(titre="x", action=action, le=oriented_on, accompagnement=stay)
    with DuckDBExecutor.over_rows(rows(mine, case), threads=1) as executor:
        answers = list(engine.evaluate([one for one in rulebooks if one.code == mine.code], executor, case.le))
    return {(one.rulebook_version, one.due_on) for one in answers if one.obligation_code == obligation}


@pytest.mark.req("R-001")
def test_no_python_file_names_a_framework_or_an_action() -> None:
    rulebooks = [one.rulebook for one in load_content()]
    codes = {one.code for one in rulebooks} | {action.code for one in rulebooks for action in one.actions}
    named = re.compile("|".join(sorted(codes, key=len, reverse=True)))
    guilty = [
        path.relative_to(CODE).as_posix()
        for path in CODE.rglob("*.py")
        if path.relative_to(CODE).parts[0] != INVENTS_A_COUNTY
        and re.search(rf"[\"'](?:{named.pattern})[\"']", path.read_text(encoding="utf-8"))
    ]
    assert guilty == []


@pytest.mark.req("R-001")
@pytest.mark.django_db
def test_a_new_year_is_one_file(world: World, tmp_path: Path) -> None:
    (tmp_path / "lyon_2021.yaml").write_bytes(next_year())
    check = argparse.Namespace(command="check", files=[tmp_path / "lyon_2021.yaml"])
    assert rulebook_command.run(check) == 0
    adopt(raw=LYON.encode(), file="lyon_2020.yaml", actor=world.administrator, on=date(2020, 1, 1))
    adopt(raw=next_year(), file="lyon_2021.yaml", actor=world.administrator, on=date(2020, 12, 1))
    asked = ("contract_after_orientation", "lyon_emploi_diversifie_2020")
    assert due(*asked, date(2020, 12, 31)) == {("1", date(2021, 2, 28))}
    assert due(*asked, date(2021, 1, 1)) == {("2021", date(2021, 4, 1))}


@pytest.mark.req("R-001")
@pytest.mark.django_db
def test_a_new_county_is_one_file(world: World) -> None:
    adopt(raw=example().encode(), file="exemple.yaml", actor=world.administrator, on=date(2026, 12, 1))
    found = due("contract_after_orientation", "exemple_emploi_2027", date(2027, 1, 31))
    assert found == {("1", date(2027, 3, 31))}
