"""What a professional's calendar holds: due dates and appointments, without a name nor anything that leads to a person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.crypto import salted_hmac
from icalendar import Calendar, Event

from jalons.agenda.models import Appointment, Outcome
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.people.models import Person
from jalons.people.permissions import reachable_persons
from jalons.sites.desk.portfolio import is_mine
from jalons.sites.frame.words import Words, columns_of
from jalons.todos import permissions, queries
from jalons.todos.models import Todo

BEFORE, AFTER = timedelta(days=31), timedelta(days=366)
REFRESH = "PT1H"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: a whole day (``end`` None) or a span of time. ``uid`` stays the same when its date or words change."""

    uid: str
    start: date | datetime
    end: datetime | None
    summary: str


def entries(user: User, *, on: date) -> list[Entry]:
    """Return what the calendar of ``user`` holds, by date: the due dates and appointments they answer for (R-165)."""
    found = [*_due(user, on), *_appointments(user, on)]
    return sorted(found, key=lambda one: (str(one.start), one.uid))


def digest(found: list[Entry]) -> str:
    """Return what tells one content from another."""
    return hashlib.sha256(repr([astuple(one) for one in found]).encode()).hexdigest()


def written(found: list[Entry], *, changed_at: datetime, address: str) -> bytes:
    """Return the iCalendar text. ``address`` is the page of all due dates, the same for every event."""
    calendar = Calendar()
    calendar.add("prodid", "-//Jalons//Agenda//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Jalons")
    calendar.add("x-published-ttl", REFRESH)
    for one in found:
        event = Event()
        event.add("uid", one.uid)
        event.add("dtstamp", changed_at)
        event.add("summary", one.summary)
        event.add("dtstart", one.start)
        if one.end is not None:
            event.add("dtend", one.end)
        else:
            event.add("transp", "TRANSPARENT")
        event.add("url", address)
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _due(user: User, on: date) -> Iterator[Entry]:
    words = Words(on=on)
    near = Q(due_on__gte=on - BEFORE, due_on__lte=on + AFTER)
    opened = queries.conditions(on=on)["open"] & near
    mine = Person.objects.filter(is_mine(user, on=on))
    for rows in (
        permissions.of_persons(user, on=on).filter(person__in=mine),
        permissions.of_lines(user, on=on),
    ):
        for todo in rows.filter(opened).exclude(queries.put_aside(user, on=on)):
            assert todo.due_on is not None
            yield Entry(_uid(user, _name(todo)), todo.due_on, None, f"Échéance : {words.of(columns_of(todo)).label}")


def _appointments(user: User, on: date) -> Iterator[Entry]:
    reach = reachable_persons(user, on=on, permission=Permission.APPOINTMENT_WRITE)
    rows = Appointment.objects.filter(
        caseworker=user, on_date__gte=on - BEFORE, on_date__lte=on + AFTER, person__in=reach
    ).exclude(outcome__in=(Outcome.CANCELLED, Outcome.MOVED))
    sessions: set[int] = set()
    for one in rows.order_by("starts_at", "pk"):
        if one.session_id is not None:
            if one.session_id in sessions:
                continue  # a group session is one event, whoever comes
            sessions.add(one.session_id)
        name = f"session:{one.session_id}" if one.session_id else f"appointment:{one.pk}"
        yield Entry(_uid(user, name), one.starts_at, one.ends_at, one.get_kind_display())


def _name(todo: Todo) -> str:
    return "|".join((todo.subject_kind, str(todo.subject_id), todo.action_code, todo.obligation_code, todo.occurrence))


def _uid(user: User, name: str) -> str:
    """A stable name that tells nothing: keyed by the installation's secret, different from one reader to another."""
    return salted_hmac("jalons.calendar", f"{user.pk}|{name}", algorithm="sha256").hexdigest()[:40] + "@jalons"
