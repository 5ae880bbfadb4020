"""Requests to re-orient: the queue of who decides, and the story of one person (R-042, R-043)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import IntegrationNotice, ReorientationRequest, RequestState
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


def requests_of_person(person_id: int) -> QuerySet[ReorientationRequest]:
    """Return the requests made for a person, the last first. The caller has checked the reach."""
    return (
        ReorientationRequest.objects.filter(person_id=person_id)
        .select_related("asked_by", "decided_by", "orientation__organisation", "result__organisation")
        .order_by("-asked_on", "-pk")
    )


def notices_for(user: User) -> QuerySet[IntegrationNotice]:
    """Return the entries announced to ``user`` and not read yet, the oldest first (R-041)."""
    return (
        IntegrationNotice.objects.filter(recipient=user, seen_on=None)
        .select_related("enrolment__person", "enrolment__organisation", "sent_by")
        .order_by("sent_on", "pk")
    )


def announced(enrolment_ids: Collection[int]) -> dict[int, IntegrationNotice]:
    """Return enrolment → the notice of its entry, in one query."""
    rows = IntegrationNotice.objects.filter(enrolment__in=list(enrolment_ids)).select_related("recipient")
    return {one.enrolment_id: one for one in rows}
