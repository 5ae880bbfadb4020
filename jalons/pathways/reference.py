"""The reference lists of casework, data of ``content/casework.yaml``: domains of obstacles, bodies, ends of steps and jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LISTS = Path(__file__).parent / "content" / "casework.yaml"


@dataclass(frozen=True, slots=True)
class DomainRule:
    """A domain of obstacles (R-071): its label; a ``sensitive`` one takes no free text (R-163).

    ``works``: code → label of the ways to work on it (R-072); empty: said in words.
    """

    label: str
    sensitive: bool = False
    works: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportPieces:
    """The documents of a cause of report: what a report puts in the file, and what the decision not to report does (R-147)."""

    cause: str
    written: str
    dismissed: str


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


@cache
def step_ends(state: str) -> Mapping[str, str]:
    """Return code → label of the results and reasons of a step that is completed, interrupted or cancelled (R-109)."""
    return {one["code"]: one["label"] for one in _lists()["step_ends"] if state in one["of"]}


@cache
def every_step_end() -> Mapping[str, str]:
    """Return code → label of all the results and reasons of a step."""
    return {one["code"]: one["label"] for one in _lists()["step_ends"]}


@cache
def job_ends() -> Mapping[str, str]:
    """Return code → label of the reasons why a job stops (R-117)."""
    return {one["code"]: one["label"] for one in _lists()["job_ends"]}


def detail_of(kind: str) -> str:
    """Return what else is asked for a kind of step: immersion, application, training, or nothing."""
    return next((str(one["code"]) for one in _lists()["step_details"] if kind in one["of"]), "")


def is_qualifying(kind: str) -> bool:
    """Say whether the kind of step is a qualifying training by its name (R-125)."""
    return any(kind == one["code"] for one in _lists()["qualifying_steps"])


@cache
def report_pieces() -> tuple[ReportPieces, ...]:
    """Return the documents of reports, those that name no body last."""
    return tuple(ReportPieces(**one) for one in _lists()["report_pieces"])


@cache
def return_reasons() -> Mapping[str, str]:
    """Return code → label of the usual reasons to send a contract back (R-083)."""
    return {one["code"]: one["label"] for one in _lists()["return_reasons"]}


@cache
def told() -> Mapping[str, str]:
    """Return kind of information → what is said to the person, in plain words (R-060, R-061)."""
    return {one["code"]: one["label"] for one in _lists()["told"]}


@cache
def interlocutors() -> tuple[str, ...]:
    """Return the services a person is usually referred to on a social question (R-064)."""
    return tuple(one["label"] for one in _lists()["interlocutors"])


@cache
def support_documents() -> tuple[str, ...]:
    """Return the documents usually handed over when informing (R-060)."""
    return tuple(one["label"] for one in _lists()["support_documents"])
