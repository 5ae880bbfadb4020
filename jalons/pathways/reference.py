"""The reference lists of casework, data of ``content/casework.yaml``: domains of obstacles, bodies that give opinions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LISTS = Path(__file__).parent / "content" / "casework.yaml"


@dataclass(frozen=True, slots=True)
class DomainRule:
    """A domain of obstacles (R-071): its label; a ``sensitive`` one takes no free text (R-163)."""

    label: str
    sensitive: bool = False


@cache
def _lists() -> dict[str, list[dict[str, Any]]]:
    return dict(yaml.safe_load(LISTS.read_text(encoding="utf-8")))


@cache
def domains() -> Mapping[str, DomainRule]:
    """Return code → domain, in the order of the list: what is offered when a rulebook has no list of its own."""
    return {one["code"]: DomainRule(one["label"], one.get("sensitive", False)) for one in _lists()["obstacles"]}


@cache
def bodies() -> Mapping[str, str]:
    """Return code → label of the bodies that give an opinion."""
    return {one["code"]: one["label"] for one in _lists()["bodies"]}
