"""The appointment as a calendar file: one event whose name never changes, whatever becomes of its date."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parseaddr

from django.conf import settings
from django.utils.crypto import salted_hmac
from icalendar import Calendar, Event, vCalAddress

from jalons.agenda.models import Appointment
from jalons.exchange.messages.texts import CANCELLED, MOVED

NAME = "rendez-vous.ics"


def attachment_type(kind: str) -> str:
    """Return the MIME type, which says the method too (RFC 6047 §2.4)."""
    return f"text/calendar; method={_method(kind)}; charset=utf-8"


def invitation(kind: str, appointment: Appointment, address: str, *, stamp: datetime) -> bytes:
    """Return the iCalendar text sent to ``address`` about an appointment: REQUEST, or CANCEL when it is off.

    Moved once or ten times, it is the same event (same UID) with a higher SEQUENCE: calendars move it.
    ``stamp`` is the instant it is written (aware).
    """
    shown = appointment.moved_to if kind == MOVED and appointment.moved_to is not None else appointment
    first, moves = _chain(shown)
    calendar = Calendar()
    calendar.add("prodid", "-//Jalons//Messages//FR")
    calendar.add("version", "2.0")
    calendar.add("method", _method(kind))
    event = Event()
    event.add("uid", salted_hmac("jalons.appointment", str(first), algorithm="sha256").hexdigest()[:40] + "@jalons")
    event.add("sequence", moves + (1 if kind == CANCELLED else 0))
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", shown.starts_at)
    event.add("dtend", shown.ends_at)
    event.add("summary", f"Rendez-vous – {shown.organisation.name}")
    if shown.place:
        event.add("location", shown.place)
    event.add("status", "CANCELLED" if kind == CANCELLED else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("organizer", vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"))
    event.add("attendee", vCalAddress(f"mailto:{address}"))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _method(kind: str) -> str:
    return "CANCEL" if kind == CANCELLED else "REQUEST"


def _chain(appointment: Appointment) -> tuple[int, int]:
    """Return the number of the appointment first given, and how many times it was moved since."""
    first, moves = appointment.pk, 0
    while (former := Appointment.objects.filter(moved_to_id=first).values_list("pk", flat=True).first()) is not None:
        first, moves = former, moves + 1
    return first, moves
