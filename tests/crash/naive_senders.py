"""Two ways one would send in an hour, kept to prove that the test of the outbox can fail.

The first writes « sent » after sending, and sends again whatever did not say yes: persons get it twice. The second writes it
before: nobody gets it twice, and some never.
"""

from __future__ import annotations

from typing import Any

from jalons.kernel.outbox import Accepted, Letter, Message, State


def send_then_mark(client: Any) -> None:
    """At least once."""
    while (message := _first()) is not None:
        if isinstance(client.deliver(_letter(message)), Accepted):
            _mark(message)


def mark_then_send(client: Any) -> None:
    """At most once."""
    while (message := _first()) is not None:
        _mark(message)
        client.deliver(_letter(message))


def _first() -> Message | None:
    return Message.objects.filter(state=State.QUEUED).order_by("?").first()


def _mark(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(state=State.SENT, settled_at=message.queued_at)


def _letter(message: Message) -> Letter:
    return Letter(message.key, message.address, message.title, message.body)


SENDERS = {"send_then_mark": send_then_mark, "mark_then_send": mark_then_send}
