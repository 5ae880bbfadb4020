"""The guide of policy officers says what the loader does: its keys, its values, its errors, its example."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from jalons.cli import rulebook as rulebook_command
from jalons.cli._docs import language
from jalons.rulebooks.examples.format import Fichier, without_accents
from jalons.rulebooks.examples.runner import play, read
from jalons.rulebooks.loader import BadRulebook, Loaded, load, load_content
from jalons.rulebooks.schema import Rulebook

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDE = (DOCS / "rulebooks.md").read_text()
MISTAKES = [
    ("basis_places: 100\n      citation", "basis_place: 100\n      citation"),
    ('      citation: "Délibération, article 8"\n', ""),
    ("mode: monthly", "mode: mensuel"),
    ("{count: 2, unit: months}", "{count: 2, unit: mois}"),
    ('  version: "1"\n', '  version: "1"\n  version: "2"\n'),
    ("    ref: S-12\n", ""),
    ('citation: "Délibération, article 5"', "citation: *art5"),
    ("valid_to: 2027-12-31", "valid_to: 2026-12-31"),
    ("exit_class: other\n", "exit_class: others\n"),
    ('au plus tard le {due_on}"\n    why: "Le contrat', 'au plus tard le {echeance}"\n    why: "Le contrat'),
]


@cache
def shipped() -> tuple[Loaded, ...]:
    return tuple(load_content())


def example() -> str:
    (found,) = re.findall(r"```yaml\n(format: 1\n.*?)```", GUIDE, flags=re.DOTALL)
    return str(found)


def prose() -> str:
    """The guide without its files."""
    return re.sub(r"```.*?```", "", GUIDE, flags=re.DOTALL)


def plain(text: str) -> str:
    return text.replace("’", "'").replace("\u202f", " ").replace("« ", "«").replace(" »", "»")


def models(annotation: Any, seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in seen:
        seen.add(annotation)
        yield annotation
        for found in annotation.model_fields.values():
            yield from models(found.annotation, seen)
    for inside in get_args(annotation):
        yield from models(inside, seen)


def values(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (str(value) for value in get_args(annotation))
    else:
        for inside in get_args(annotation):
            yield from values(inside)


def words() -> set[str]:
    """Keys and allowed values of the whole schema."""
    found: set[str] = set()
    for model in models(Rulebook, set()):
        for name, key in model.model_fields.items():
            found |= {name, *values(key.annotation)}
    return found


@pytest.mark.req("R-001")
def test_the_complete_example_loads() -> None:
    rulebook = load(example().encode(), file="exemple.yaml", known_indicators={"place_occupancy_rate"})
    assert [one.code for one in rulebook.obligations] == ["contract_after_orientation", "monthly_contact"]


@pytest.mark.req("R-001")
def test_the_examples_shown_play_as_they_say(tmp_path: Path) -> None:
    (told,) = re.findall(r"```yaml\n(cadre: .*?)```", GUIDE, flags=re.DOTALL)
    (tmp_path / "exemples.yaml").write_text(told)
    rulebook = load(example().encode(), file="exemple.yaml")
    cases = read(tmp_path / "exemples.yaml").exemples
    assert [play(rulebook, case).differences for case in cases] == [(), (), ()]


@pytest.mark.req("R-001")
def test_the_answer_shown_is_the_one_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (told,) = re.findall(r"```yaml\n(cadre: .*?)```", GUIDE, flags=re.DOTALL)
    (answer,) = re.findall(r"```text\n(■ .*?)```", GUIDE, flags=re.DOTALL)
    cases, rulebook = tmp_path / "exemples.yaml", tmp_path / "exemple.yaml"
    cases.write_text(told)
    rulebook.write_text(example())
    assert rulebook_command.run(argparse.Namespace(command="try", case=cases, rulebook=rulebook)) == 0
    assert plain(answer) in plain(capsys.readouterr().out)


@pytest.mark.req("R-001")
def test_every_word_of_an_example_is_told() -> None:
    quoted = re.findall(r"[\w ]+", " , ".join(re.findall(r"`([^`]+)`", prose())))
    told = set(without_accents({word.strip(): None for word in quoted}))
    keys = {name for model in models(Fichier, set()) for name in model.model_fields}
    choices = {
        word
        for model in models(Fichier, set())
        for key in model.model_fields.values()
        for word in values(key.annotation)
    }
    assert sorted((keys | choices) - told) == []


@pytest.mark.req("R-001")
def test_every_key_and_allowed_value_is_told() -> None:
    told = set(re.findall(r"[a-z0-9_]+", " ".join(re.findall(r"`([^`]+)`", language.text()))))
    assert sorted(words() - told) == []


@pytest.mark.req("R-001")
@pytest.mark.parametrize(("right", "wrong"), MISTAKES, ids=[right.strip()[:24] for right, _ in MISTAKES])
def test_the_errors_shown_are_those_that_are_said(right: str, wrong: str) -> None:
    assert example().count(right) == 1
    with pytest.raises(BadRulebook) as refused:
        load(example().replace(right, wrong).encode(), file="exemple.yaml")
    for fault in refused.value.faults[:2]:
        assert plain(str(fault)) in plain(GUIDE)
