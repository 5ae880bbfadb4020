"""The window to justify an absence, as the rulebook of the person's action writes it."""

from __future__ import annotations

from collections.abc import Sequence

from jalons.agenda.followed import Followed, followed
from jalons.agenda.models import Appointment
from jalons.agenda.rulebook import Shelf, Window


def justification_window(appointment: Appointment) -> Window | None:
    """Return the longest window among the actions in which the organisation follows the person that day; None: no limit."""
    return justification_windows([appointment])[appointment.pk]


def justification_windows(appointments: Sequence[Appointment]) -> dict[int, Window | None]:
    """Return the window of each appointment (by number), in one query whatever their number."""
    if not appointments:
        return {}
    days = [one.on_date for one in appointments]
    rows = followed(person_ids={one.person_id for one in appointments}, first=min(days), last=max(days))
    shelf = Shelf()
    return {one.pk: _window(one, rows, shelf) for one in appointments}


def _window(appointment: Appointment, rows: Sequence[Followed], shelf: Shelf) -> Window | None:
    day = appointment.on_date
    hers = [one for one in rows if one.person_id == appointment.person_id and one.on(day)]
    mine = [one for one in hers if one.organisation_id == appointment.organisation_id] or hers
    windows = [shelf.justification_window(one, on=day) for one in mine]
    found = [one for one in windows if one is not None]
    return max(found, key=lambda one: one.days) if found and len(found) == len(windows) else None
