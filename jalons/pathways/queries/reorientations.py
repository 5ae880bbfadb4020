"""Requests to re-orient: the queue of who decides, and the story of one person (R-042, R-043)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from jalons.network.models import User
from jalons.network.permissions import Permission, may
from jalons.pathways.models import (
    Enrolment,
    IntegrationNotice,
    Mandate,
    Orientation,
    ReorientationRequest,
    RequestState,
)
from jalons.people.models import Person
from jalons.people.permissions import reachable_persons


def requests_to_decide(user: User, *, on: date, state: str = RequestState.OPEN) -> QuerySet[ReorientationRequest]:
    """Return the requests of a state that ``user`` may decide; those to decide by age, the others the last first."""
    return (
        ReorientationRequest.objects.filter(state=state)
        .filter(person__in=reachable_persons(user, on=on, permission=Permission.ORIENTATION_DECIDE))
        .select_related(
            "person__territory", "orientation__organisation", "asked_by", "result__organisation", "decided_by"
        )
        .order_by("asked_on" if state == RequestState.OPEN else "-decided_on", "pk")
    )


def may_ask(user: User, person: Person, *, on: date) -> bool:
    """Tell whether ``user`` may speak of the orientation: where she is accompanied or oriented today, or where it is decided.

    The file stays open for months to who accompanied her before: reading it gives no say on what comes next.
    """
    runs = Q(start_on__lte=on) & (Q(end_on__isnull=True) | Q(end_on__gte=on))
    in_force = list(Orientation.objects.filter(person=person, closed_on=None).values_list("organisation", "authority"))
    places = {organisation_id for organisation_id, _ in in_force}
    places |= set(Enrolment.objects.filter(runs, person=person).values_list("organisation_id", flat=True))
    places |= set(Mandate.objects.filter(runs, person=person).values_list("organisation_id", flat=True))
    if any(may(user, Permission.SITUATION_WRITE, on=on, organisation_id=one) for one in places):
        return True
    return any(
        may(user, Permission.ORIENTATION_DECIDE, on=on, authority_id=one, territory_id=person.territory_id)
        for _, one in in_force
    )


def requests_of_person(person_id: int) -> QuerySet[ReorientationRequest]:
    """Return the requests made for a person, the last first. The caller has checked the reach."""
    return (
        ReorientationRequest.objects.filter(person_id=person_id)
        .select_related("asked_by", "decided_by", "orientation__organisation", "result__organisation")
        .order_by("-asked_on", "-pk")
    )


def notices_for(user: User, *, on: date) -> QuerySet[IntegrationNotice]:
    """Return the entries announced to ``user`` and not read yet, of the persons they reach, the oldest first (R-041)."""
    reached = reachable_persons(user, on=on, permission=Permission.PERSON_LIST)
    return (
        IntegrationNotice.objects.filter(recipient=user, seen_on=None, enrolment__person__in=reached)
        .select_related("enrolment__person", "enrolment__organisation", "sent_by")
        .order_by("sent_on", "pk")
    )


def announced(enrolment_ids: Collection[int]) -> dict[int, IntegrationNotice]:
    """Return enrolment → the notice of its entry, in one query."""
    rows = IntegrationNotice.objects.filter(enrolment__in=list(enrolment_ids)).select_related("recipient")
    return {one.enrolment_id: one for one in rows}
