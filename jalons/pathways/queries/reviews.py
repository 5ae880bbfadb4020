"""Accompaniments a body has to look at: those asked for, and those old enough by the rulebook (R-142, R-143, R-144)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, DateField, Exists, F, Func, OuterRef, Q, QuerySet, Value

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


def long_pathways(user: User, *, on: date) -> QuerySet[Any]:
    """Return (enrolment, code of the review, day it reached its length) of the running accompaniments to present (R-143).

    The oldest first; ``in_full`` tells those of a page. Out of the list: looked at since that day, or a request that waits.
    """
    reached = reachable_persons(user, on=on, permission=Permission.REVIEW_DECIDE)
    running = Enrolment.objects.filter(start_on__lte=on).filter(Q(end_on__isnull=True) | Q(end_on__gte=on))
    mine, shelf = running.filter(person__in=reached), Shelf()
    parts = [
        _due(mine.filter(action_code=code), review, on=on)
        for code in mine.order_by("action_code").values_list("action_code", flat=True).distinct()
        for review in _continuations(shelf.rules_of(code, on=on).reviews)
    ]
    return _together(parts)


def in_full(rows: Iterable[tuple[int, str, date]], *, on: date) -> list[Long]:
    """Return these rows of ``long_pathways`` with their enrolment and their review; one query."""
    found, shelf = list(rows), Shelf()
    known = Enrolment.objects.select_related("person", "organisation").in_bulk({pk for pk, _, _ in found})
    return [
        Long(known[pk], review, since)
        for pk, code, since in found
        for review in shelf.rules_of(known[pk].action_code, on=on).reviews
        if review.code == code
    ]


def long_since(enrolments: Collection[Enrolment], shelf: Shelf, *, on: date) -> date | None:
    """Return since when one of these accompaniments is to present to a body, None when none is; one query at most."""
    parts = [
        _due(Enrolment.objects.filter(pk=one.pk), review, on=on)
        for one in enrolments
        for review in _continuations(shelf.rules_of(one.action_code, on=on).reviews)
        if (day := reaches_on(one, review)) is not None and day <= on
    ]
    first = _together(parts).first()
    return first[2] if first else None


def _continuations(reviews: Iterable[Review]) -> list[Review]:
    return [one for one in reviews if one.purpose == "continuation" and one.after is not None]


def _due(rows: QuerySet[Enrolment], review: Review, *, on: date) -> QuerySet[Any]:
    assert review.after is not None
    # A month's end is clamped by the database as ``add_months`` does; the days come after.
    since = Func(
        F("start_on"),
        template="((%(expressions)s + make_interval(months => %(months)s))::date + %(days)s)",
        months=review.after.months,
        days=review.after.days,
        output_field=DateField(),
    )
    due = rows.annotate(since=since).filter(since__lte=on).exclude(Exists(_seen(review.code)))
    return due.order_by().values_list("pk", Value(review.code, CharField()), "since")


def _seen(code: str) -> QuerySet[CaseReview]:
    """What takes an accompaniment off: a request that waits, or a decision since it reached the length."""
    rows = CaseReview.objects.filter(enrolment=OuterRef("pk"), kind=code).exclude(decision=ReviewDecision.WITHDRAWN)
    return rows.filter(Q(decision="") | Q(examined_on__gte=OuterRef("since")))


def _together(parts: list[QuerySet[Any]]) -> QuerySet[Any]:
    if not parts:
        return Enrolment.objects.none().values_list("pk")
    return (
        parts[0].union(*parts[1:], all=True).order_by("since", "pk") if parts[1:] else parts[0].order_by("since", "pk")
    )


def reviews_of(person_id: int) -> QuerySet[CaseReview]:
    """Return the reviews of a person, the latest first."""
    rows = CaseReview.objects.filter(person=person_id).select_related("enrolment", "requested_by", "decided_by")
    return rows.order_by("-requested_on", "-pk")
