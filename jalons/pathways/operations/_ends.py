"""The last days a handover moves: read before it, kept with each person it moved, put back when it is undone (R-046)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Coalesce

from jalons.network.models import Membership
from jalons.pathways.models import Enrolment, EnrolmentProfessional, Mandate, Pause
from jalons.people.models import AccessReason, DossierAccess

# What a handover may end, and the way from a row to its person.
ENDED: dict[str, tuple[type[Model], str]] = {
    "enrolments": (Enrolment, "person_id"),
    "pauses": (Pause, "enrolment__person_id"),
    "team": (EnrolmentProfessional, "enrolment__person_id"),
    "mandates": (Mandate, "person_id"),
    "accesses": (DossierAccess, "person_id"),
}
_OPEN = date.max  # a post with no last day
_BY_NAME: dict[str, str] = {AccessReason.MANDATE: "mandates", AccessReason.TEAM: "team"}
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
    """Give these rows the last days they had; an enrolment that runs again forgets why it had ended.

    What a professional holds by name runs until their post ends at the latest: nothing goes back to who left (R-164).
    """
    wanted: dict[str, dict[int, date | None]] = {name: {} for name in ENDED}
    for one in kept:
        for name, days in wanted.items():
            for pk, day in one.get(name, {}).items():
                days[int(pk)] = date.fromisoformat(day) if day else None
    posts = _posts(wanted)
    groups: dict[tuple[str, date | None, bool], list[int]] = {}
    for name, days in wanted.items():
        for pk, day in days.items():
            last = posts.get((name, pk), _OPEN)
            left = last < (day or _OPEN)
            groups.setdefault((name, last if left else day, left), []).append(pk)
    for (name, day, left), ids in groups.items():
        rows = ENDED[name][0]._default_manager.filter(pk__in=ids)
        if left:  # what ended before the post did stays as it is
            rows = rows.filter(start_on__lte=day).filter(Q(end_on=None) | Q(end_on__lt=day))
        again = {"end_reason": "", "ended_by": None} if name == "enrolments" and day is None else {}
        rows.update(end_on=day, **again)


def _posts(wanted: dict[str, dict[int, date | None]]) -> dict[tuple[str, int], date]:
    """Return (table, row) → the last day of the post of whom holds it by name, before all days when there is none."""
    holders = _holders(wanted)
    stays = Membership.objects.filter(user__in={user for user, _ in holders.values()}, organisation__isnull=False)
    last_days: dict[tuple[int, int], date] = {}
    for user, place, day in stays.values_list("user_id", "organisation_id", "end_on"):
        assert place is not None
        last_days[user, place] = max(last_days.get((user, place), date.min), day or _OPEN)
    return {row: last_days.get(holder, date.min) for row, holder in holders.items()}


def _holders(wanted: dict[str, dict[int, date | None]]) -> dict[tuple[str, int], tuple[int, int]]:
    """Return (table, row) → who holds it by name, and in which organisation; an access goes with what opened it."""
    given = DossierAccess.objects.filter(pk__in=wanted["accesses"], user__isnull=False, reason__in=_BY_NAME)
    sources = {
        pk: (_BY_NAME[reason], source or 0) for pk, reason, source in given.values_list("pk", "reason", "source_id")
    }
    asked = {
        name: set(wanted[name]) | {pk for one, pk in sources.values() if one == name} for name in _BY_NAME.values()
    }
    mandates = Mandate.objects.filter(pk__in=asked["mandates"])
    team = EnrolmentProfessional.objects.filter(pk__in=asked["team"])
    place = Coalesce("organisation_id", "enrolment__organisation_id")
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for pk, user, there in mandates.values_list("pk", "caseworker_id", "organisation_id"):
        found["mandates", pk] = (user, there)
    for pk, user, there in team.values_list("pk", "user_id", place):
        found["team", pk] = (user, there)
    return found | {("accesses", pk): found[source] for pk, source in sources.items() if source in found}


def _ends(rows: QuerySet[Any], person: str) -> dict[int, tuple[int, date | None]]:
    return {pk: (person_id, day) for pk, person_id, day in rows.values_list("pk", person, "end_on")}
