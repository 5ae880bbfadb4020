"""Which appointments ask for a message, which messages an authority reads, those of one person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from jalons.agenda.models import Appointment, Mode, Outcome
from jalons.agenda.rules import local_day
from jalons.exchange.messages.believed import SUBJECT, told_before
from jalons.exchange.messages.contents import CONTACT_OF, OUTCOME_OF
from jalons.exchange.messages.texts import MOVED, REMINDER
from jalons.kernel.outbox import Channel, Message, State
from jalons.network.models import User
from jalons.network.permissions import Permission, may
from jalons.network.queries import authorities_of
from jalons.people.models import Contact, ContactKind


def to_remind(authority_id: int, channel: Channel, *, at: datetime, days_before: int) -> QuerySet[Appointment]:
    """Return the planned appointments from ``at`` to so many days later not yet reminded of, of persons who agreed to it.

    News of a move sent that near to the new date is its reminder.
    """
    near = OuterRef("starts_at") - timedelta(days=days_before)
    told = _messages(MOVED, channel, of="moved_from__pk").filter(queued_at__gte=near).exclude(state=State.CANCELLED)
    return _unsaid(REMINDER, authority_id, channel).filter(
        ~Exists(told),
        outcome=Outcome.PLANNED,
        starts_at__gt=at,
        on_date__lte=local_day(at) + timedelta(days=days_before),
    )


def to_tell(kind: str, authority_id: int, channel: Channel, *, at: datetime) -> QuerySet[Appointment]:
    """Return the appointments cancelled or moved after a date of theirs was told (or may have been), when nobody was told so.

    Moved twice, only the last state is told. Who was expected at a group time is told that it moves or is cancelled,
    reminded of it before or not: they were not there when it was decided. What was noted by mistake is told to nobody.
    """
    told = told_before(OUTCOME_OF[kind], channel, at=at)
    rows = _unsaid(kind, authority_id, channel).filter(outcome=OUTCOME_OF[kind])
    if kind == MOVED:
        of_group = Q(moved_to__session__isnull=False)
        return rows.filter(told | of_group, moved_to__starts_at__gt=at, moved_to__outcome=Outcome.PLANNED)
    with_all = Q(session__cancelled_at__isnull=False, outcome_at__gte=F("session__cancelled_at"))
    return rows.filter(told | with_all, starts_at__gt=at, mistake="")


def _unsaid(kind: str, authority_id: int, channel: Channel) -> QuerySet[Appointment]:
    agreed = Contact.objects.filter(
        person_id=OuterRef("person_id"), kind=CONTACT_OF[channel], withdrawn_on__isnull=True
    )
    said = _messages(kind, channel).exclude(state=State.CANCELLED)
    return (
        Appointment.objects.filter(Exists(agreed), ~Exists(said), organisation__authority_id=authority_id)
        .exclude(mode=Mode.MAIL)  # nobody goes anywhere
        .select_related("organisation", "moved_to__organisation")
        .order_by("starts_at", "pk")
    )


def _messages(kind: str, channel: Channel, *, of: str = "pk") -> QuerySet[Message]:
    return Message.objects.filter(kind=kind, subject_kind=SUBJECT, subject_id=OuterRef(of), channel=channel)


def addresses(person_ids: Collection[int], kind: ContactKind) -> dict[int, str]:
    """Return where each person agreed to be written to, by this way."""
    rows = Contact.objects.filter(person_id__in=person_ids, kind=kind, withdrawn_on__isnull=True)
    return dict(rows.values_list("person_id", "value"))


def visible(user: User, *, on: date) -> QuerySet[Message]:
    """Return the messages of the authorities whose exchanges ``user`` follows, newest first."""
    seen = [
        one.pk for one in authorities_of(user, on=on) if may(user, Permission.IMPORT_READ, on=on, authority_id=one.pk)
    ]
    return Message.objects.filter(authority_id__in=seen).order_by("-pk")


def counts(messages: QuerySet[Message]) -> dict[str, int]:
    """Return how many messages each state has."""
    found = dict(messages.order_by().values_list("state").annotate(many=Count("pk")))
    return {state: found.get(state, 0) for state in State.values}


def of_person(person_id: int) -> QuerySet[Message]:
    """Return the messages of a person, newest first, without their text. The caller has checked the reach."""
    return Message.objects.filter(person_id=person_id).defer("body", "attachment").order_by("-queued_at", "-pk")
