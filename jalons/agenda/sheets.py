"""What the line of a printed sheet speaks of now: a signature holds for a day and hours, whatever the room (R-100)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jalons.agenda.models import Appointment, SheetLine


def standing(lines: Sequence[SheetLine]) -> dict[int, Appointment]:
    """Return, by number of line, its appointment, or the one it was moved to when that one keeps the hours printed.

    One query, and one more for each time they were moved.
    """
    known: dict[int, Appointment] = {}
    wanted = {line.appointment_id for line in lines}
    while wanted:
        rows = Appointment.objects.filter(pk__in=wanted).select_related("person", "organisation", "session")
        found = {one.pk: one for one in rows}
        known |= found
        wanted = {one.moved_to_id for one in found.values() if one.moved_to_id is not None} - known.keys()
    return {line.number: _now(line, known) for line in lines}


def _now(line: SheetLine, known: Mapping[int, Appointment]) -> Appointment:
    one = known[line.appointment_id]
    while one.moved_to_id is not None:
        one = known[one.moved_to_id]
    same = (one.starts_at, one.ends_at) == (line.starts_at, line.ends_at)
    return one if same else known[line.appointment_id]
