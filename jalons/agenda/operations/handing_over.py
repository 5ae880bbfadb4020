"""The appointments still planned follow the person to another professional; called inside an operation, persons locked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from jalons.agenda.models import Appointment, Outcome


def reassign(person_ids: Collection[int], *, organisation_id: int, from_id: int, to_id: int, on: date) -> int:
    """Give ``to_id`` the appointments planned from ``on`` with ``from_id`` in this organisation; returns how many."""
    rows = Appointment.objects.filter(
        person__in=person_ids,
        organisation=organisation_id,
        caseworker=from_id,
        outcome=Outcome.PLANNED,
        on_date__gte=on,
    )
    return rows.update(caseworker=to_id)
