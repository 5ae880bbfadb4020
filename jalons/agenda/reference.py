"""The reference lists of the agenda, data of ``content/agenda.yaml``: forms, questions, justifications, time categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LISTS = Path(__file__).parent / "content" / "agenda.yaml"


@dataclass(frozen=True, slots=True)
class TimeCategories:
    """The categories of a time sheet (code → label, in order) and the category of each kind of appointment."""

    labels: Mapping[str, str]
    events: Mapping[str, str]
    citation: str


@dataclass(frozen=True, slots=True)
class Interval:
    """One interview every so many weeks or months, and its words."""

    every: int
    unit: str
    label: str

    @property
    def code(self) -> str:
        """How it is named in a form, e.g. « 2-week »."""
        return f"{self.every}-{self.unit}"


@cache
def _lists() -> dict[str, Any]:
    return dict(yaml.safe_load(LISTS.read_text(encoding="utf-8")))


def _labels(name: str) -> Mapping[str, str]:
    return {one["code"]: one["label"] for one in _lists()[name]}


@cache
def session_forms() -> Mapping[str, str]:
    """Return code → label of the forms of a group time (R-098)."""
    return _labels("session_forms")


@cache
def questions() -> Mapping[str, str]:
    """Return code → label of what the persons present are asked (R-098)."""
    return _labels("questions")


@cache
def justifications() -> Mapping[str, str]:
    """Return code → label of the kinds of justification of an absence; none is medical (R-095)."""
    return _labels("justifications")


@cache
def time_categories() -> TimeCategories:
    """Return the categories of a time sheet (R-210)."""
    found = _lists()["time_sheets"]
    labels = {one["code"]: one["label"] for one in found["categories"]}
    return TimeCategories(labels, found["events"], found["citation"])


@cache
def intervals() -> tuple[Interval, ...]:
    """Return the rhythms that may be planned, closest first (R-051)."""
    return tuple(Interval(one["every"], one["unit"], one["label"]) for one in _lists()["rhythms"])


def justification_parameter() -> str:
    """Return under which code a rulebook writes the number of days an absence may be justified (S-24)."""
    return str(_lists()["justification_window"])
