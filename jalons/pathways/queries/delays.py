"""How long orientations took, case by case and on average: to the decision, then to the first interview (R-036, R-045)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Avg, Count, DateField, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery

from jalons.agenda.models import Appointment, AppointmentKind, Outcome
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.network.queries import authorities_of
from jalons.pathways.models import Mandate, Orientation
from jalons.pathways.queries.delay_starts import DelayStart, began, delay_starts
from jalons.people.permissions import reachable_persons


def decisions(
    user: User, *, first: date, last: date, on: date, starts: Sequence[DelayStart] | None = None
) -> QuerySet[Any]:  # orientations, annotated
    """Return the decisions of a period within the reach of ``user``, the last first.

    Each carries ``days_to_orientation`` (from the event its authority counts from, R-036), ``first_interview`` and
    ``days_to_interview`` (None: not held yet), ``named_on`` (the référent of the organisation) and, on ``on``, nothing that
    was not known that day. ``starts``: what the rulebooks of the user say, when they have been read.
    """
    interviews = Appointment.objects.filter(
        person=OuterRef("person_id"),
        organisation=OuterRef("organisation_id"),
        outcome=Outcome.HELD,
        kind=AppointmentKind.INDIVIDUAL,
        on_date__gte=OuterRef("decided_on"),
        on_date__lte=on,
    ).order_by("on_date")
    named = Mandate.objects.filter(
        person=OuterRef("person_id"), organisation=OuterRef("organisation_id"), start_on__gte=OuterRef("decided_on")
    ).order_by("start_on")
    said = delay_starts(list(authorities_of(user, on=on))) if starts is None else starts
    since = began(said, subject="subject_since", person="person_id", authority="authority_id", day="decided_on")
    return (
        Orientation.objects.filter(decided_on__gte=first, decided_on__lte=min(last, on))
        .filter(person__in=reachable_persons(user, on=on, permission=Permission.ORIENTATION_DECIDE))
        .annotate(
            first_interview=Subquery(interviews.values("on_date")[:1], output_field=DateField()),
            named_on=Subquery(named.values("start_on")[:1], output_field=DateField()),
            counted_from=since,
        )
        .annotate(days_to_orientation=_days("decided_on", "counted_from"))
        .annotate(days_to_interview=_days("first_interview", "decided_on"))
        .select_related("person__territory", "organisation", "decided_by")
        .order_by("-decided_on", "-pk")
    )


def _days(after: str, before: str) -> Func:
    """The days between two dates: in PostgreSQL their difference is a number."""
    return Func(F(after), F(before), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())


@dataclass(frozen=True, slots=True)
class Average:
    """Means in days over the decisions (None: nothing to average); ``waiting`` have had no first interview yet."""

    decisions: int
    to_orientation: float | None
    to_interview: float | None
    waiting: int
    same_day: int


def average(rows: QuerySet[Any]) -> Average:
    """Return the means of these decisions in one query; a re-orientation has no delay to the orientation."""
    found = rows.aggregate(
        many=Count("pk"),
        orientation=Avg("days_to_orientation", filter=Q(replaces=None)),
        interview=Avg("days_to_interview"),
        waiting=Count("pk", filter=Q(first_interview=None, closed_on=None)),
        same_day=Count("pk", filter=Q(named_on=F("decided_on"))),
    )
    return Average(found["many"], _rounded(found["orientation"]), _rounded(found["interview"]),
                   found["waiting"], found["same_day"])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """How many persons are oriented to a type of accompaniment; ``ratio`` is of all those oriented, from 0 to 1."""

    type: str
    persons: int
    ratio: float


def by_type(user: User, *, on: date) -> list[Share]:
    """Return how the orientations in force within the reach of ``user`` share among the types, the most frequent first (R-028)."""
    rows = (
        Orientation.objects.filter(decided_on__lte=on)
        .exclude(closed_on__lt=on)
        .filter(person__in=reachable_persons(user, on=on, permission=Permission.ORIENTATION_DECIDE))
        .values_list("accompaniment_type")
        .annotate(persons=Count("person", distinct=True))
        .order_by("-persons", "accompaniment_type")
    )
    found = list(rows)
    total = sum(persons for _, persons in found)
    return [Share(kind, persons, persons / total) for kind, persons in found]


def _rounded(days: float | None) -> float | None:
    return None if days is None else round(float(days), 1)
