"""The last days a handover moves: read before it, kept with each person it moved, put back when it is undone (R-046)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Model, Q, QuerySet

from jalons.pathways.models import Enrolment, EnrolmentProfessional, Mandate, Pause
from jalons.people.models import DossierAccess

# What a handover may end, and the way from a row to its person.
ENDED: dict[str, tuple[type[Model], str]] = {
    "enrolments": (Enrolment, "person_id"),
    "pauses": (Pause, "enrolment__person_id"),
    "team": (EnrolmentProfessional, "enrolment__person_id"),
    "mandates": (Mandate, "person_id"),
    "accesses": (DossierAccess, "person_id"),
}
Ends = dict[str, dict[int, tuple[int, date | None]]]  # of a table: row → person, last day


def read_ends(person_ids: Collection[int], *, after: date) -> Ends:
    """Return the last days of all that runs after a day for these persons; five queries whatever their number."""
    found: Ends = {}
    for name, (model, person) in ENDED.items():
        rows = model._default_manager.filter(Q(end_on__isnull=True) | Q(end_on__gt=after))
        found[name] = _ends(rows.filter(**{f"{person}__in": person_ids}), person)
    return found


def moved_since(before: Ends) -> dict[int, dict[str, dict[str, str | None]]]:
    """Return person → table → row → the last day it had, for the rows that have another one now; as JSON keeps it."""
    found: dict[int, dict[str, dict[str, str | None]]] = {}
    for name, rows in before.items():
        model, person = ENDED[name]
        now = _ends(model._default_manager.filter(pk__in=rows), person)
        for pk, (person_id, day) in rows.items():
            if pk in now and now[pk][1] != day:
                kept = found.setdefault(person_id, {}).setdefault(name, {})
                kept[str(pk)] = day.isoformat() if day is not None else None
    return found


def put_back(kept: Iterable[dict[str, Any]]) -> None:
    """Give these rows the last days they had; an enrolment that runs again forgets why it had ended."""
    days: dict[tuple[str, str | None], list[int]] = {}
    for one in kept:
        for name in ENDED:
            for pk, day in one.get(name, {}).items():
                days.setdefault((name, day), []).append(int(pk))
    for (name, day), ids in days.items():
        model = ENDED[name][0]
        again = {"end_reason": "", "ended_by": None} if model is Enrolment and day is None else {}
        model._default_manager.filter(pk__in=ids).update(end_on=date.fromisoformat(day) if day else None, **again)


def _ends(rows: QuerySet[Any], person: str) -> dict[int, tuple[int, date | None]]:
    return {pk: (person_id, day) for pk, person_id, day in rows.values_list("pk", person, "end_on")}
