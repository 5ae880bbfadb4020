"""Who brings to its end what was under way in an accompaniment that is over: the organisation that carries on (R-046)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from jalons.network.models import User
from jalons.network.permissions import Permission, may
from jalons.pathways.models import Enrolment


def carriers_of(enrolments: Iterable[Enrolment], *, on: date) -> dict[int, list[Enrolment]]:
    """Return enrolment over on that day → those that follow it and run then, same person and authority; one query at most.

    One follows when its orientation replaces that of the former, or when it began on or after the last day: what ran
    beside long before takes nothing over.
    """
    over = [one for one in enrolments if one.end_on is not None and one.end_on < on]
    if not over:
        return {}
    runs = Q(start_on__lte=on) & (Q(end_on__isnull=True) | Q(end_on__gte=on))
    by_person: dict[tuple[int, int], list[Enrolment]] = {}
    running = Enrolment.objects.filter(runs, person__in={one.person_id for one in over}).select_related("orientation")
    for one in running.order_by("start_on", "pk"):
        by_person.setdefault((one.person_id, one.authority_id), []).append(one)
    return {
        one.pk: [later for later in by_person.get((one.person_id, one.authority_id), ()) if _follows(later, one)]
        for one in over
    }


def _follows(later: Enrolment, former: Enrolment) -> bool:
    if former.end_on is not None and former.end_on <= later.start_on:
        return True
    decided = later.orientation
    return decided is not None and decided.replaces_id is not None and decided.replaces_id == former.orientation_id


def carries(user: User, carriers: Iterable[Enrolment], *, on: date, permission: Permission) -> bool:
    """Tell whether ``user`` has ``permission`` in one of the organisations that carry on."""
    return any(may(user, permission, on=on, organisation_id=one.organisation_id) for one in carriers)


def may_bring_to_end(user: User, enrolment: Enrolment, *, on: date, permission: Permission) -> bool:
    """Tell whether ``user`` may bring to its end what is under way in an enrolment: its organisation, or who carries on."""
    if may(user, permission, on=on, organisation_id=enrolment.organisation_id):
        return True
    return carries(user, carriers_of([enrolment], on=on).get(enrolment.pk, ()), on=on, permission=permission)
