"""Take back what a table of an organisation wrote in the agenda; the history keeps it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from jalons.agenda.models import Appointment, Outcome
from jalons.kernel.operation import operation, touch
from jalons.network.models import User
from jalons.network.permissions import Permission, require
from jalons.people.access import lock_persons
from jalons.people.permissions import require_reach_all


@operation
def withdraw_appointments(*, actor: User, on: date, appointment_ids: Collection[int]) -> int:
    """Take back appointments written by mistake. Returns how many."""
    rows = _open(actor, appointment_ids, on=on)
    Appointment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


@operation
def withdraw_outcomes(*, actor: User, on: date, appointment_ids: Collection[int]) -> int:
    """Make appointments « prévu » again, their outcome having been written by mistake. Returns how many."""
    rows = _open(actor, appointment_ids, on=on)
    Appointment.objects.filter(pk__in=[row.pk for row in rows]).update(
        outcome=Outcome.PLANNED, outcome_at=None, outcome_by=None, real_start=None, real_end=None
    )
    return len(rows)


def _open(actor: User, ids: Collection[int], *, on: date) -> list[Appointment]:
    persons = set(Appointment.objects.filter(pk__in=ids).values_list("person_id", flat=True))
    lock_persons(persons)
    rows = list(Appointment.objects.filter(pk__in=ids))
    for organisation_id in {row.organisation_id for row in rows}:
        require(actor, Permission.APPOINTMENT_WRITE, on=on, organisation_id=organisation_id)
    require_reach_all(actor, persons, on=on, permission=Permission.APPOINTMENT_WRITE)
    touch(persons=persons, days={row.on_date for row in rows})
    return rows
