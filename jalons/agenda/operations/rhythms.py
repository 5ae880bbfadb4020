"""How often a professional means to meet a person: adjusted during the pathway, never below the framework's minimum (R-049)."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q

from jalons.agenda.models import Rhythm
from jalons.agenda.queries.rhythms import minimums_of
from jalons.agenda.reference import intervals
from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission, require
from jalons.people.access import lock_persons
from jalons.people.permissions import require_reach


@operation
def set_rhythm(
    *,
    actor: User,
    on: date,
    person_id: int,
    organisation_id: int,
    every: int,
    unit: str,
    start_on: date,
    reason: str = "",
) -> Rhythm:
    """Plan one interview every so many weeks or months from a day; the rhythm before ends the day before.

    Refused: an interval that is not of the list, one that makes fewer interviews than a duty of the person's action asks,
    a day before the start of the rhythm under way.
    """
    lock_persons([person_id])
    require(actor, Permission.APPOINTMENT_WRITE, on=on, organisation_id=organisation_id)
    require_reach(actor, person_id, on=on, permission=Permission.APPOINTMENT_WRITE)
    if not any((one.every, one.unit) == (every, unit) for one in intervals()):
        raise Refusal("Ce rythme n’est pas de la liste.", code="rhythm_interval")
    for minimum in minimums_of(person_id, organisation_id, on=start_on):
        if not minimum.allows(every=every, unit=unit):
            raise Refusal(
                f"Ce rythme ne suffit pas : « {minimum.asked.words} » ({minimum.asked.citation}).",
                code="rhythm_below_minimum",
            )
    running = Rhythm.objects.filter(
        Q(end_on__isnull=True) | Q(end_on__gte=start_on), person_id=person_id, organisation_id=organisation_id
    )
    if running.filter(start_on__gt=start_on).exists():
        raise Refusal(
            "Un rythme commence déjà après ce jour : choisissez une date plus tard.", code="rhythm_before_another"
        )
    same_day = running.filter(start_on=start_on).first()
    if same_day is None:
        running.update(end_on=start_on - timedelta(days=1))
        same_day = Rhythm(person_id=person_id, organisation_id=organisation_id, start_on=start_on)
    same_day.every, same_day.unit, same_day.reason, same_day.decided_by = every, unit, reason, actor
    same_day.save()
    return same_day
