"""Set how an authority reminds, ask for the reminders that are due, decide about messages of unknown fate."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from itertools import islice

from jalons.agenda.models import Appointment
from jalons.exchange.messages import queries
from jalons.exchange.messages.believed import SUBJECT
from jalons.exchange.messages.contents import CONTACT_OF, content, says_nothing
from jalons.exchange.messages.invitations import NAME, attachment_type
from jalons.exchange.messages.models import ReminderRule
from jalons.exchange.messages.texts import CANCELLED, MOVED, REMINDER
from jalons.kernel import outbox
from jalons.kernel.operation import operation
from jalons.kernel.outbox import Channel, Message, NewMessage
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission, require

ROUND = 2000  # messages asked for in one transaction; the next round takes the rest


class Decision(StrEnum):
    """What a human decides of a message of unknown fate."""

    AGAIN = "renvoyer"
    SENT = "envoye"
    NOT_SENT = "abandonner"


@operation
def set_reminder(
    *,
    actor: User,
    on: date,
    authority_id: int,
    channel: Channel,
    days_before: int,
    first_hour: int,
    last_hour: int,
    basis: str,
) -> ReminderRule:
    """Say how long before an appointment, by one channel and at what hours, an authority reminds; ``basis`` says on what ground."""
    require(actor, Permission.IMPORT_RUN, on=on, authority_id=authority_id)
    values = {"days_before": days_before, "first_hour": first_hour, "last_hour": last_hour, "basis": basis.strip()}
    rule, _ = ReminderRule.objects.update_or_create(authority_id=authority_id, channel=channel, defaults=values)
    return rule


@operation
def stop_reminder(*, actor: User, on: date, rule_id: int) -> None:
    """Remind no more by this channel; what is already asked for will still leave. History keeps the rule."""
    rule = ReminderRule.objects.get(pk=rule_id)
    require(actor, Permission.IMPORT_RUN, on=on, authority_id=rule.authority_id)
    rule.delete()


@operation
def ask_for_due(*, actor: User, on: date, at: datetime) -> int:
    """Ask for every message due and not asked for yet, and return how many were: reminders, then news of a change.

    « Due » is a window (from so many days before until the appointment): a night missed is made up for at the next round.
    """
    if not actor.is_system:
        raise Refusal("Les rappels se préparent d’eux-mêmes.", code="system_only")
    asked = 0
    for rule in ReminderRule.objects.order_by("pk"):
        for kind in (CANCELLED, MOVED, REMINDER):  # who is told of a new date needs no reminder of it the same day
            asked += len(outbox.queue(_due(kind, rule, at=at)))
    return asked


def _due(kind: str, rule: ReminderRule, *, at: datetime) -> list[NewMessage]:
    channel = Channel(rule.channel)
    rows = (
        queries.to_remind(rule.authority_id, channel, at=at, days_before=rule.days_before)
        if kind == REMINDER
        else queries.to_tell(kind, rule.authority_id, channel, at=at)
    )
    # Those moved back to what the person knows come back at each round: they are passed, else they would hide the rest.
    telling = (one for one in rows.iterator(chunk_size=ROUND) if not says_nothing(kind, channel, one))
    found = list(islice(telling, ROUND))
    addresses = queries.addresses([one.person_id for one in found], CONTACT_OF[channel])
    return [_new(kind, rule, one, addresses[one.person_id], at=at) for one in found]


def _new(kind: str, rule: ReminderRule, appointment: Appointment, address: str, *, at: datetime) -> NewMessage:
    said = content(kind, rule.channel, appointment, address, stamp=at)
    return NewMessage(
        channel=Channel(rule.channel),
        kind=kind,
        subject_kind=SUBJECT,
        subject_id=appointment.pk,
        authority_id=rule.authority_id,
        organisation_id=appointment.organisation_id,
        person_id=appointment.person_id,
        address=address,
        title=said.title,
        body=said.body,
        attachment=said.attachment,
        attachment_name=NAME if said.attachment else "",
        attachment_type=attachment_type(kind) if said.attachment else "",
        first_hour=rule.first_hour,
        last_hour=rule.last_hour,
    )


@operation
def decide_unknown(*, actor: User, on: date, message_id: int, decision: Decision, reason: str) -> Message:
    """Say what to do with a message nobody knows the fate of; refused for any other. The reason is kept."""
    authority_id = Message.objects.values_list("authority_id", flat=True).get(pk=message_id)
    require(actor, Permission.IMPORT_RUN, on=on, authority_id=authority_id)
    acts = {
        Decision.AGAIN: outbox.send_again,
        Decision.SENT: outbox.consider_sent,
        Decision.NOT_SENT: outbox.consider_not_sent,
    }
    return acts[decision](message_id=message_id, user_id=actor.pk, reason=reason)
