"""The month's entrants and leavers, as the exchange found them by comparing two monthly files."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import connection

from jalons.kernel.operation import Actor, operation, touch
from jalons.people.models import MovementKind

_OPPOSITE = {MovementKind.ENTRANT: MovementKind.LEAVER, MovementKind.LEAVER: MovementKind.ENTRANT}


@operation
def record_movements(
    *, actor: Actor, on: date, month: date, entrants: Collection[int], leavers: Collection[int]
) -> tuple[int, int]:
    """Record who entered and left the persons with rights in ``month`` (its first day); return how many of each.

    Coming back within the same month, after a corrected file, takes the first movement back.
    """
    counts = []
    for kind, persons in ((MovementKind.ENTRANT, sorted(entrants)), (MovementKind.LEAVER, sorted(leavers))):
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM people_monthlymovement WHERE month = %s AND kind = %s AND person_id = ANY(%s) RETURNING person_id",
                [month, _OPPOSITE[kind], persons],
            )
            undone = {row[0] for row in cursor.fetchall()}
            cursor.execute(
                """INSERT INTO people_monthlymovement (person_id, month, kind)
                   SELECT p, %s, %s FROM unnest(%s::bigint[]) p WHERE p <> ALL (%s) ON CONFLICT DO NOTHING""",
                [month, kind, persons, sorted(undone)],
            )
            counts.append(cursor.rowcount)
    touch(persons={*entrants, *leavers}, days={month})
    return counts[0], counts[1]
