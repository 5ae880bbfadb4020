"""The appointments still planned follow the person to another professional; called inside an operation, persons locked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from jalons.agenda.models import Appointment, Outcome


def reassign(
    person_ids: Collection[int], *, organisation_id: int, from_id: int, to_id: int, on: date
) -> dict[int, list[int]]:
    """Give ``to_id`` the appointments planned from ``on`` with ``from_id`` in this organisation.

    Returns person → the appointments moved, which ``give_back`` needs.
    """
    rows = Appointment.objects.filter(
        person__in=person_ids,
        organisation=organisation_id,
        caseworker=from_id,
        outcome=Outcome.PLANNED,
        on_date__gte=on,
    )
    moved: dict[int, list[int]] = {}
    for person_id, pk in rows.values_list("person_id", "pk"):
        moved.setdefault(person_id, []).append(pk)
    Appointment.objects.filter(pk__in=[pk for ids in moved.values() for pk in ids]).update(caseworker=to_id)
    return moved


def give_back(appointment_ids: Collection[int], *, from_id: int, to_id: int) -> None:
    """Give ``to_id`` again the appointments ``reassign`` moved, those still planned with ``from_id``."""
    rows = Appointment.objects.filter(pk__in=appointment_ids, caseworker=from_id, outcome=Outcome.PLANNED)
    rows.update(caseworker=to_id)
