"""Send what waits: claim, check again, hand over, say what became of it. Three short transactions, never one around the sending.

A worker killed between the claim and the answer leaves a message « sending »; after the lease it becomes « unknown ».
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from jalons.kernel.outbox.gateways import Accepted, Delivery, Gateway, Letter, NotAccepted, Refused, Uncertain
from jalons.kernel.outbox.models import Channel, Message, MessageEvent, State
from jalons.kernel.outbox.ports import Content, gateway_of, still_right

log = logging.getLogger(__name__)
PARIS = ZoneInfo("Europe/Paris")
# After each failure known to be before acceptance: a short outage passes, a whole night too; then it is refused.
DEFAULT_WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))
# Ten times longer than a gateway may take: nobody alive is still sending.
LEASE = timedelta(minutes=10)
REASON_LENGTH = 300
INTERRUPTED = "L’envoi a été interrompu : rien ne dit si le message est parti."


def deliver_next(*, at: datetime, waits: Sequence[timedelta] = DEFAULT_WAITS) -> State | None:
    """Send the next message that is due and return what became of it; None when nothing waits that may leave.

    ``at`` is the instant the faces believe in (aware): it decides the hour and whether the content is still right.
    """
    gateways = {channel: gateway for channel in Channel.values if (gateway := gateway_of(channel=channel)) is not None}
    message = _claim(list(gateways), at=at)
    if message is None:
        return None
    checked = _checked(message, at=at)
    if isinstance(checked, str):
        return _settle(message, State.CANCELLED, reason=checked)
    if isinstance(checked, NotAccepted):
        return _outcome(message, checked, waits=waits)
    return _outcome(message, _handed_over(gateways[message.channel], message, checked), waits=waits)


def sweep(*, lease: timedelta = LEASE) -> int:
    """Make unknown what has been « sending » for longer than the lease, and return how many: their worker is dead."""
    with transaction.atomic(durable=True):
        stale = Message.objects.select_for_update(skip_locked=True).filter(
            state=State.SENDING, claimed_at__lte=Now() - lease
        )
        keys = list(stale.values_list("pk", flat=True))
        Message.objects.filter(pk__in=keys).update(state=State.UNKNOWN, settled_at=Now(), reason=INTERRUPTED)
        MessageEvent.objects.bulk_create(
            [MessageEvent(message_id=key, state=State.UNKNOWN, reason=INTERRUPTED) for key in keys]
        )
    if keys:
        log.warning("%d messages of unknown fate: their worker died while sending", len(keys))
    return len(keys)


def _claim(channels: list[str], *, at: datetime) -> Message | None:
    """Take one message and commit: from here on, only this worker may send it."""
    hour = at.astimezone(PARIS).hour
    with transaction.atomic(durable=True):
        waiting = Message.objects.select_for_update(skip_locked=True).filter(
            Q(first_hour__isnull=True) | Q(first_hour__lte=hour, last_hour__gt=hour),
            state=State.QUEUED,
            next_attempt_at__lte=Now(),
            channel__in=channels,
        )
        message = waiting.order_by("next_attempt_at", "pk").first()
        if message is None:
            return None
        claim = uuid.uuid4()
        Message.objects.filter(pk=message.pk).update(
            state=State.SENDING, claim=claim, claimed_at=Now(), attempts=F("attempts") + 1
        )
        message.claim, message.attempts = claim, message.attempts + 1
        return message


def _checked(message: Message, *, at: datetime) -> Letter | str | NotAccepted:
    """Return what is right to send now, why it is not any more, or that it could not be checked."""
    try:
        with transaction.atomic():
            content = still_right(message=message, at=at)
    except Exception as error:
        log.error("message %d could not be checked: %s", message.pk, type(error).__name__)
        return NotAccepted("Le contenu n’a pas pu être vérifié avant l’envoi.")
    if isinstance(content, str):
        return content
    if content.address != message.address:
        return "L’adresse a changé depuis la demande."
    if not _says_the_same(content, message):
        _rewrite(message, content)
    return _letter(message, content)


def _says_the_same(content: Content, message: Message) -> bool:
    return (content.title, content.body, content.attachment) == (
        message.title,
        message.body,
        _bytes(message.attachment),
    )


def _bytes(kept: Any) -> bytes | None:
    return None if kept is None else bytes(kept)


def _rewrite(message: Message, content: Content) -> None:
    """The row says what really leaves."""
    Message.objects.filter(pk=message.pk, claim=message.claim).update(
        title=content.title, body=content.body, attachment=content.attachment
    )


def _letter(message: Message, content: Content) -> Letter:
    letter = Letter(key=message.key, address=content.address, title=content.title, body=content.body)
    if content.attachment is None:
        return letter
    return replace(
        letter,
        attachment=content.attachment,
        attachment_name=message.attachment_name,
        attachment_type=message.attachment_type,
    )


def _handed_over(gateway: Gateway, message: Message, letter: Letter) -> Delivery:
    # A worker that slept past its lease finds its message declared unknown: a human may be deciding about it.
    if not Message.objects.filter(pk=message.pk, claim=message.claim, state=State.SENDING).exists():
        return Uncertain(INTERRUPTED)
    try:
        return gateway.deliver(letter)
    except Exception as error:
        log.error("message %d: the gateway failed with %s", message.pk, type(error).__name__)
        return Uncertain("Le prestataire d’envoi n’a pas répondu clairement.")


def _outcome(message: Message, delivery: Delivery, *, waits: Sequence[timedelta]) -> State:
    if isinstance(delivery, Accepted):
        return _settle(message, State.SENT, reference=delivery.reference)
    if isinstance(delivery, Refused):
        return _settle(message, State.REFUSED, reason=delivery.reason)
    if isinstance(delivery, Uncertain):
        return _settle(message, State.UNKNOWN, reason=delivery.reason)
    if message.attempts > len(waits):
        reason = f"{delivery.reason} Abandonné après {message.attempts} tentatives."
        return _settle(message, State.REFUSED, reason=reason)
    return _wait(message, delivery.reason, waits[message.attempts - 1])


def _wait(message: Message, reason: str, wait: timedelta) -> State:
    with transaction.atomic(durable=True):
        changed = Message.objects.filter(pk=message.pk, claim=message.claim, state=State.SENDING).update(
            state=State.QUEUED, claim=None, claimed_at=None, next_attempt_at=Now() + wait, reason=_short(reason)
        )
        if changed:
            MessageEvent.objects.create(message=message, state=State.QUEUED, reason=_short(reason))
    return State.QUEUED


def _settle(message: Message, state: State, *, reason: str = "", reference: str = "") -> State:
    """Write what became of it. A late answer is still the truth, as long as no human has decided (the claim is then gone)."""
    with transaction.atomic(durable=True):
        changed = Message.objects.filter(
            pk=message.pk, claim=message.claim, state__in=(State.SENDING, State.UNKNOWN)
        ).update(state=state, settled_at=Now(), reason=_short(reason), reference=reference[:200])
        if changed:
            MessageEvent.objects.create(message=message, state=state, reason=_short(reason))
    return state


def _short(reason: str) -> str:
    return reason[:REASON_LENGTH]
