"""Grants of access to a file: opened and closed by the operations that create the link, set-based."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import F, Q

from jalons.people.models import AccessReason, DossierAccess, Person


def lock_persons(person_ids: Iterable[int]) -> list[Person]:
    """Lock persons in the order of their ids (so that two bulk operations never deadlock) and return them."""
    ids = sorted(set(person_ids))
    return list(Person.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))


def grant(
    *,
    person_id: int,
    reason: AccessReason,
    source_id: int,
    start_on: date,
    organisation_id: int | None = None,
    user_id: int | None = None,
    territory_id: int | None = None,
    authority_id: int | None = None,
) -> DossierAccess:
    """Open the file of a person to one holder from ``start_on``; called inside an operation."""
    return DossierAccess.objects.create(
        person_id=person_id,
        reason=reason,
        source_id=source_id,
        start_on=start_on,
        organisation_id=organisation_id,
        user_id=user_id,
        territory_id=territory_id,
        authority_id=authority_id,
    )


def close_grants(*, reason: AccessReason, source_ids: Iterable[int], end_on: date) -> int:
    """Close the grants that rest on these sources; one that had not begun ends on its first day. Returns how many."""
    rows = DossierAccess.objects.filter(reason=reason, source_id__in=list(source_ids)).filter(
        Q(end_on__isnull=True) | Q(end_on__gt=end_on)
    )
    early = rows.filter(start_on__gt=end_on).update(end_on=F("start_on"))
    return early + rows.filter(start_on__lte=end_on).update(end_on=end_on)
