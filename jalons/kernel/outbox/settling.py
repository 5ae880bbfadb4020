"""What a human decides of a message of unknown fate. Who may is checked by the room that offers the act."""

from __future__ import annotations

from django.db.models.functions import Now

from jalons.kernel.outbox.models import Message, MessageEvent, State
from jalons.kernel.refusals import Refusal


def send_again(*, message_id: int, user_id: int, reason: str) -> Message:
    """Put an unknown message back in the queue, under the same idempotency key: it may arrive twice, a human took it on them."""
    message = _decided(message_id, user_id=user_id, reason=reason)
    message.state, message.settled_at, message.attempts, message.reason = State.QUEUED, None, 0, ""
    message.next_attempt_at = Now()
    return _saved(message, reason)


def consider_sent(*, message_id: int, user_id: int, reason: str) -> Message:
    """Say that an unknown message did leave (the person says so, the provider's log shows it)."""
    message = _decided(message_id, user_id=user_id, reason=reason)
    message.state, message.settled_at, message.reason = State.SENT, Now(), reason
    return _saved(message, reason)


def consider_not_sent(*, message_id: int, user_id: int, reason: str) -> Message:
    """Say that an unknown message did not leave and need not any more: the person was told otherwise."""
    message = _decided(message_id, user_id=user_id, reason=reason)
    message.state, message.settled_at, message.reason = State.REFUSED, Now(), reason
    return _saved(message, reason)


def _decided(message_id: int, *, user_id: int, reason: str) -> Message:
    message = Message.objects.select_for_update().get(pk=message_id)
    if message.state != State.UNKNOWN:
        label = State(message.state).label
        raise Refusal(f"Ce message est « {label} » : il n’y a rien à décider.", code="message_not_unknown")
    if not reason.strip():
        raise Refusal("Dites sur quoi repose la décision.", code="message_reason_missing")
    message.claim, message.claimed_at = None, None  # the worker that slept through it has no word to say any more
    message.decided_by_id, message.decided_at = user_id, Now()
    return message


def _saved(message: Message, reason: str) -> Message:
    message.save()
    MessageEvent.objects.create(message=message, state=message.state, reason=reason, user_id=message.decided_by_id)
    message.refresh_from_db()
    return message
