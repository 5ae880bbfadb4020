"""Accompaniments to close or to maintain, since the rights of the person ended (R-026)."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import ClosureProposal, EndReason, ProposalState
from jalons.people.permissions import reachable_persons


def closures_to_decide(user: User, *, on: date) -> QuerySet[ClosureProposal]:
    """Return the open proposals ``user`` may decide, the oldest end of rights first."""
    return (
        ClosureProposal.objects.filter(state=ProposalState.OPEN, enrolment__end_on__isnull=True)
        .filter(enrolment__person__in=reachable_persons(user, on=on, permission=Permission.CLOSURE_DECIDE))
        .select_related("enrolment__person", "enrolment__organisation", "enrolment__line")
        .order_by("ended_on", "pk")
    )


def closures_decided(user: User, *, on: date) -> QuerySet[ClosureProposal]:
    """Return the accompaniments closed that ``user`` may take up again, the last closed first."""
    return (
        ClosureProposal.objects.filter(state=ProposalState.CLOSED, enrolment__end_reason=EndReason.RIGHTS_ENDED)
        .filter(enrolment__person__in=reachable_persons(user, on=on, permission=Permission.CLOSURE_DECIDE))
        .exclude(enrolment__orientation__closed_on__isnull=False)
        .select_related("enrolment__person", "enrolment__organisation", "enrolment__line", "decided_by")
        .order_by("-decided_on", "-pk")
    )
