"""The agenda as it is drawn: a day is a list of appointments and group sessions by hour, with what overlaps and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from jalons.agenda.models import Appointment, GroupSession, Outcome
from jalons.agenda.queries import attendances
from jalons.agenda.queries.presence import Attendance
from jalons.agenda.rules import local_day
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.people.permissions import reachable_persons
from jalons.sites.desk.rooms import organisations_of

GONE = (Outcome.MOVED, Outcome.CANCELLED)


@dataclass(slots=True)
class Item:
    """An appointment with what proves it, or a group session with how many are expected."""

    starts_at: datetime
    ends_at: datetime
    whom: int | None
    attendance: Attendance | None = None
    session: GroupSession | None = None
    invited: int = 0
    waiting: int = 0  # of them, those whose presence is not noted yet
    overlaps: bool = False

    @property
    def appointment(self) -> Appointment | None:
        """The appointment, when it is one."""
        return self.attendance.appointment if self.attendance else None


def items_between(user: User, *, on: date, first: date, last: date, everybody: bool) -> dict[date, list[Item]]:
    """Return the agenda of ``user``, or of their organisations, between two days included, by day and hour."""
    places = [one.pk for one in organisations_of(user, on=on)]
    found = [
        *_appointments(user, on, first, last, places if everybody else None),
        *_sessions(user, first, last, places, everybody=everybody),
    ]
    days: dict[date, list[Item]] = {}
    for one in sorted(found, key=lambda item: (item.starts_at, item.ends_at)):
        days.setdefault(local_day(one.starts_at), []).append(one)
    for items in days.values():
        _mark(items)
    return days


def _appointments(user: User, on: date, first: date, last: date, places: list[int] | None) -> list[Item]:
    rows = Appointment.objects.filter(on_date__gte=first, on_date__lte=last, session__isnull=True)
    rows = rows.exclude(outcome__in=GONE)
    rows = rows.filter(caseworker=user) if places is None else rows.filter(organisation__in=places)
    reach = reachable_persons(user, on=on, permission=Permission.APPOINTMENT_WRITE)
    rows = rows.filter(person__in=reach).select_related("person", "caseworker", "session").order_by("starts_at", "pk")
    return [
        Item(one.appointment.starts_at, one.appointment.ends_at, one.appointment.caseworker_id, attendance=one)
        for one in attendances(list(rows))
    ]


def _sessions(user: User, first: date, last: date, places: list[int], *, everybody: bool) -> list[Item]:
    rows = GroupSession.objects.filter(
        organisation__in=places, starts_at__date__gte=first, starts_at__date__lte=last, cancelled_at__isnull=True
    )
    if not everybody:
        mine = Appointment.objects.filter(caseworker=user, session__isnull=False).values("session")
        rows = rows.filter(Q(animator=user) | Q(pk__in=mine))
    rows = rows.select_related("animator").annotate(
        invited=Count("appointments", filter=~Q(appointments__outcome__in=GONE)),
        waiting=Count("appointments", filter=Q(appointments__outcome=Outcome.PLANNED)),
    )
    return [
        Item(one.starts_at, one.ends_at, one.animator_id, session=one, invited=one.invited, waiting=one.waiting)
        for one in rows.order_by("starts_at", "pk")
    ]


def _mark(items: list[Item]) -> None:
    """Tell those at the same hour for the same professional."""
    for number, one in enumerate(items):
        for other in items[number + 1 :]:
            if other.starts_at >= one.ends_at:
                break
            if one.whom is not None and one.whom == other.whom:
                one.overlaps = other.overlaps = True
