"""The window to justify an absence, as the rulebook of the person's action writes it."""

from __future__ import annotations

from jalons.agenda.followed import followed
from jalons.agenda.models import Appointment
from jalons.agenda.rulebook import Shelf, Window


def justification_window(appointment: Appointment) -> Window | None:
    """Return the longest window among the actions in which the organisation follows the person that day; None: no limit."""
    day = appointment.on_date
    rows = followed(person_ids=[appointment.person_id], first=day, last=day)
    mine = [one for one in rows if one.organisation_id == appointment.organisation_id] or list(rows)
    shelf = Shelf()
    windows = [shelf.justification_window(one, on=day) for one in mine]
    found = [one for one in windows if one is not None]
    return max(found, key=lambda one: one.days) if found and len(found) == len(windows) else None
