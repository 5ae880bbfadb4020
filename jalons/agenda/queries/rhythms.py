"""The rhythm planned for a person, and the least that their action asks."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from jalons.agenda.followed import followed
from jalons.agenda.models import Rhythm
from jalons.agenda.rulebook import Asked, Minimum, Shelf


def rhythm_of(person_id: int, organisation_id: int, *, on: date) -> Rhythm | None:
    """Return the rhythm under way that day, None when none was planned."""
    rows = Rhythm.objects.filter(
        Q(end_on__isnull=True) | Q(end_on__gte=on),
        person_id=person_id,
        organisation_id=organisation_id,
        start_on__lte=on,
    )
    return rows.first()


def minimums_of(person_id: int, organisation_id: int, *, on: date) -> list[Minimum]:
    """Return the numbers of interviews that the actions of an organisation ask for a person that day."""
    shelf = Shelf()
    rows = followed(person_ids=[person_id], first=on, last=on)
    return [
        minimum
        for entry in rows
        if entry.organisation_id == organisation_id
        for minimum in shelf.minimums(entry, on=on)
    ]


def guidance_of(person_id: int, organisation_id: int, *, on: date) -> Asked | None:
    """Return what the framework says of the frequency, as guidance and not as a rule (R-051)."""
    shelf = Shelf()
    for entry in followed(person_ids=[person_id], first=on, last=on):
        found = shelf.guidance(entry, on=on) if entry.organisation_id == organisation_id else None
        if found is not None:
            return found
    return None
