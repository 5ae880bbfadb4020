"""Accompaniments a body has to look at: those asked for, and those old enough by the rulebook (R-142, R-143, R-144)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from jalons.kernel.periods import add_months
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import CaseReview, Enrolment, ReviewDecision
from jalons.pathways.rulebook import Shelf
from jalons.people.permissions import reachable_persons
from jalons.rulebooks.schema.accompaniment import Review


def reviews_to_decide(user: User, *, on: date) -> QuerySet[CaseReview]:
    """Return the requests waiting for an answer that ``user`` may note, the oldest first."""
    reached = reachable_persons(user, on=on, permission=Permission.REVIEW_DECIDE)
    return (
        CaseReview.objects.filter(decision="", person__in=reached)
        .select_related("person", "enrolment__organisation", "requested_by")
        .order_by("requested_on", "pk")
    )


CLAMPED = 3  # days: the most a month's end may move a date


@dataclass(frozen=True, slots=True)
class Long:
    """An accompaniment that reached the length of a review; ``since`` is the day it did."""

    enrolment: Enrolment
    review: Review
    since: date


def reaches_on(enrolment: Enrolment, review: Review) -> date | None:
    """Return the day an accompaniment reaches the length of a review, None when the review has none (S-41)."""
    if review.after is None:
        return None
    return add_months(enrolment.start_on, review.after.months) + timedelta(days=review.after.days)


def long_pathways(user: User, *, on: date) -> list[Long]:
    """Return the running accompaniments old enough, not looked at since they were, the oldest first (R-143).

    A decision on its continuation, or a request that waits, takes it off the list. One query by review of the rulebooks.
    """
    reached = reachable_persons(user, on=on, permission=Permission.REVIEW_DECIDE)
    shelf = Shelf()
    running = Enrolment.objects.filter(start_on__lte=on).filter(Q(end_on__isnull=True) | Q(end_on__gte=on))
    mine = running.filter(person__in=reached)
    found: list[Long] = []
    for code in mine.order_by("action_code").values_list("action_code", flat=True).distinct():
        for review in shelf.rules_of(code, on=on).reviews:
            if review.purpose == "continuation" and review.after is not None:
                # Months are clamped at their end: a few days more are read, then the exact day decides.
                latest = add_months(on, -review.after.months) - timedelta(days=review.after.days - CLAMPED)
                rows = mine.filter(action_code=code, start_on__lte=latest).exclude(Exists(_seen(review.code)))
                found += [
                    Long(one, review, since)
                    for one in _named(rows)
                    if (since := reaches_on(one, review)) and since <= on
                ]
    return sorted(found, key=lambda one: (one.since, one.enrolment.pk))


def _seen(code: str) -> QuerySet[CaseReview]:
    rows = CaseReview.objects.filter(enrolment=OuterRef("pk"), kind=code)
    return rows.exclude(decision=ReviewDecision.WITHDRAWN)


def _named(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    return rows.select_related("person", "organisation").order_by("start_on", "pk")


def reviews_of(person_id: int) -> QuerySet[CaseReview]:
    """Return the reviews of a person, the latest first."""
    rows = CaseReview.objects.filter(person=person_id).select_related("enrolment", "requested_by", "decided_by")
    return rows.order_by("-requested_on", "-pk")
