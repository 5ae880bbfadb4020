"""Which date a person has in mind: the last one told. An appointment moved twice in a night was told neither of the two."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.db.models.expressions import RawSQL

from jalons.agenda.models import Appointment, Outcome
from jalons.exchange.messages.texts import MOVED, REMINDER
from jalons.kernel.outbox import Channel, Message, State

MAY_HAVE_LEFT = (State.SENDING, State.SENT, State.UNKNOWN)
SUBJECT = "appointment"

# From each appointment moved or cancelled that is still to come, back to the dates it had before: was one of them told?
_TOLD_BEFORE = """
WITH RECURSIVE back (shown, former) AS (
    SELECT one.id, one.id FROM agenda_appointment one LEFT JOIN agenda_appointment new ON new.id = one.moved_to_id
     WHERE one.outcome = %s AND COALESCE(new.starts_at, one.starts_at) > %s
    UNION ALL
    SELECT back.shown, one.id FROM back JOIN agenda_appointment one ON one.moved_to_id = back.former
)
SELECT back.shown FROM back JOIN kernel_message told ON told.subject_id = back.former
 WHERE told.subject_kind = %s AND told.channel = %s AND told.kind = ANY(%s) AND told.state = ANY(%s)
"""


def told_before(outcome: Outcome, channel: Channel, *, at: datetime) -> Q:
    """The appointments moved or cancelled, still to come at ``at``, of which one date was told by this way, or may have been."""
    given = [outcome.value, at, SUBJECT, channel.value, [REMINDER, MOVED], [state.value for state in MAY_HAVE_LEFT]]
    return Q(pk__in=RawSQL(_TOLD_BEFORE, given))  # noqa: S611 - a constant text, with its values apart


def believed(appointment: Appointment, channel: Channel) -> Appointment:
    """Return, among the dates an appointment had, the one the person has in mind: the last told by this way, else the first."""
    current = appointment
    while True:
        former = Appointment.objects.filter(moved_to=current).select_related("organisation").first()
        if former is None or _told(REMINDER, current, channel) or _told(MOVED, former, channel):
            return current
        current = former


def _told(kind: str, about: Appointment, channel: Channel) -> bool:
    rows = Message.objects.filter(kind=kind, subject_kind=SUBJECT, subject_id=about.pk, channel=channel)
    return rows.filter(state__in=MAY_HAVE_LEFT).exists()


def unchanged(before: Appointment, now: Appointment) -> bool:
    """Tell whether ``now`` says what the person already has in mind: nothing is to be told."""
    return (before.starts_at, before.place, before.mode) == (now.starts_at, now.place, now.mode)
