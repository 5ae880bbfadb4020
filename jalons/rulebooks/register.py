"""The register: each silence (S-nn) and contradiction (C-nn) of the documents, in words, and where rulebooks decide it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from jalons.rulebooks import yaml_nodes
from jalons.rulebooks.french import Told, told_action, told_head
from jalons.rulebooks.schema import Rulebook

REGISTER = Path(__file__).parent / "register.yaml"


class Point(BaseModel):
    """What the documents leave open, and the decision proposed."""

    point: str
    decision: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One value decided in one action of a rulebook; ``ref`` is empty for a value still to verify."""

    ref: str
    rulebook: Rulebook
    action_code: str
    action_label: str
    key: str
    told: Told


@cache
def register() -> dict[str, Point]:
    """Return every point of the register by its number, silences first."""
    document = yaml_nodes.read(REGISTER.read_bytes())
    assert not document.faults, document.faults
    return {ref: Point.model_validate(value) for ref, value in document.data.items()}


def choices(rulebooks: Iterable[Rulebook]) -> Iterator[Choice]:
    """Yield every value somebody chose, and every one that names a silence or a contradiction, action by action."""
    for rulebook in rulebooks:
        yield from _choices(rulebook, "", "", told_head(rulebook))
        for action in rulebook.actions:
            yield from _choices(rulebook, action.code, action.label, told_action(rulebook, action.code))


def _choices(rulebook: Rulebook, code: str, label: str, root: Told) -> Iterator[Choice]:
    for path, told in root.walk():
        source = told.source
        if source is not None and (source.is_choice or source.ref):
            yield Choice(source.ref, rulebook, code, label, "/".join(path[1:]), told)


def grouped(found: list[Choice]) -> list[tuple[Choice, list[Choice]]]:
    """Group the same decision of several actions of one rulebook: the first, and all."""
    groups: dict[tuple[str, str, str, str], list[Choice]] = {}
    for one in found:
        groups.setdefault((one.rulebook.code, one.rulebook.version, one.key, one.told.text), []).append(one)
    return [(some[0], some) for some in groups.values()]
