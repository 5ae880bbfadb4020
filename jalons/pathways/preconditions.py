"""Conditions of entry beyond rights (R-040, R-066): a running action, an orientation, self-employment, an opinion.

They are data of the rulebook (``public.preconditions``), each with its own sentence. Facts are read for many entries at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from jalons.pathways.models import Enrolment, Orientation
from jalons.pathways.rulebook import Shelf
from jalons.people.models import Person
from jalons.rulebooks.schema.framework import Precondition


@dataclass(frozen=True, slots=True)
class Entry:
    """A person who enters an action on a day, and the orientation the entry follows."""

    person_id: int
    action_code: str
    day: date
    orientation: Orientation | None = None


@dataclass(slots=True)
class _Known:
    """What conditions look at: periods by person."""

    actions: dict[int, list[tuple[str, date, date | None]]] = field(default_factory=dict)
    types: dict[int, list[tuple[str, date, date | None]]] = field(default_factory=dict)
    self_employed: set[int] = field(default_factory=set)


def unmet(entries: Collection[Entry], shelf: Shelf) -> list[tuple[Entry, Precondition]]:
    """Return the conditions that do not hold, those that only warn included; three queries, none without conditions."""
    asked = [(one, shelf.entry_rules_of(one.action_code, on=one.day).preconditions) for one in entries]
    persons = {one.person_id for one, conditions in asked if conditions}
    if not persons:
        return []
    known = _known(persons)
    return [
        (one, condition) for one, conditions in asked for condition in conditions if not _holds(condition, one, known)
    ]


def flags_of(enrolments: Iterable[Enrolment], *, shelf: Shelf | None = None) -> dict[int, list[str]]:
    """Return enrolment → sentences of the warning conditions it did not meet on its first day (R-066).

    ``shelf``: the adopted rulebooks, when the caller has read them.
    """
    entries = {one.pk: Entry(one.person_id, one.action_code, one.start_on, one.orientation) for one in enrolments}
    found: dict[int, list[str]] = {}
    lacking = unmet(entries.values(), shelf or Shelf()) if entries else []
    for pk, entry in entries.items():
        sentences = [condition.refusal for one, condition in lacking if one is entry and condition.warns]
        if sentences:
            found[pk] = sentences
    return found


def _known(persons: Collection[int]) -> _Known:
    known = _Known()
    stays = Enrolment.objects.filter(person__in=persons)
    for person_id, code, start, end in stays.values_list("person_id", "action_code", "start_on", "end_on"):
        known.actions.setdefault(person_id, []).append((code, start, end))
    decided = Orientation.objects.filter(person__in=persons)
    for person_id, kind, start, end in decided.values_list(
        "person_id", "accompaniment_type", "decided_on", "closed_on"
    ):
        known.types.setdefault(person_id, []).append((kind, start, end))
    known.self_employed = set(Person.objects.filter(pk__in=persons, self_employed=True).values_list("pk", flat=True))
    return known


def _holds(condition: Precondition, entry: Entry, known: _Known) -> bool:
    match condition.kind:
        case "running_enrolment":
            return _runs(known.actions.get(entry.person_id, ()), condition.actions, entry.day)
        case "orientation_type":
            return _runs(known.types.get(entry.person_id, ()), condition.types, entry.day)
        case "self_employed":
            return entry.person_id in known.self_employed
        case _:
            return entry.orientation is not None and entry.orientation.opinion_body in condition.bodies


def _runs(periods: Iterable[tuple[str, date, date | None]], codes: Collection[str], day: date) -> bool:
    return any(code in codes and start <= day and (end is None or day <= end) for code, start, end in periods)
