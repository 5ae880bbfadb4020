"""Read the agenda."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet

from jalons.agenda.models import Appointment, GroupSession, Outcome
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.people.permissions import reachable_persons


def appointments_of_day(
    user: User, *, day: date, on: date, organisation_id: int | None = None
) -> QuerySet[Appointment]:
    """Return the appointments of ``day`` by hour: those of ``user``, or of a whole organisation; moved ones left out.

    Persons out of the reach of ``user`` on the day ``on`` are left out, whoever gave the appointment.
    """
    rows = (
        Appointment.objects.filter(on_date=day)
        .exclude(outcome="moved")
        .select_related("person", "caseworker", "session")
    )
    rows = rows.filter(organisation_id=organisation_id) if organisation_id is not None else rows.filter(caseworker=user)
    return rows.filter(person__in=reachable_persons(user, on=on, permission=Permission.PERSON_LIST)).order_by(
        "starts_at", "pk"
    )


def appointments_of_person(person_id: int) -> QuerySet[Appointment]:
    """Return the appointments of a person, newest first. The caller has checked the reach."""
    return (
        Appointment.objects.filter(person_id=person_id)
        .select_related("caseworker", "organisation")
        .order_by("-starts_at", "-pk")
    )


def overlapping(caseworker_id: int, starts_at: datetime, ends_at: datetime) -> int:
    """Return how many appointments and group sessions of a professional fall within two instants; a session is one."""
    within = {"starts_at__lt": ends_at, "ends_at__gt": starts_at}
    rows = Appointment.objects.filter(
        caseworker_id=caseworker_id, outcome__in=(Outcome.PLANNED, Outcome.HELD), **within
    )
    animated = GroupSession.objects.filter(animator_id=caseworker_id, cancelled_at__isnull=True, **within)
    return rows.filter(session__isnull=True).count() + animated.count()
