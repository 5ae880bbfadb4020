"""Ask for messages, in the transaction of the fact that asks for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from jalons.kernel.outbox.models import Channel, Message, MessageEvent, State

BATCH = 1000


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to ask for; see ``Message`` for the meaning of each field."""

    channel: Channel
    kind: str
    subject_kind: str
    subject_id: int
    authority_id: int
    address: str
    body: str
    title: str = ""
    person_id: int | None = None
    organisation_id: int | None = None
    attachment: bytes | None = None
    attachment_name: str = ""
    attachment_type: str = ""
    first_hour: int | None = None
    last_hour: int | None = None


def queue(messages: Collection[NewMessage]) -> list[Message]:
    """Write messages to send once the running transaction commits, and return those written.

    What was already asked (same kind, subject and channel) is left as it is: asking twice says it once. RuntimeError
    outside a transaction: a message lives and dies with its fact.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("queue() is called in the transaction of the fact that asks for the message")
    wanted = [_row(one) for one in messages]
    Message.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=BATCH)
    written = list(Message.objects.filter(key__in=[row.key for row in wanted]).order_by("pk"))
    MessageEvent.objects.bulk_create(
        [MessageEvent(message=row, state=State.QUEUED) for row in written], batch_size=BATCH
    )
    return written


def _row(new: NewMessage) -> Message:
    return Message(
        channel=new.channel,
        kind=new.kind,
        subject_kind=new.subject_kind,
        subject_id=new.subject_id,
        authority_id=new.authority_id,
        person_id=new.person_id,
        organisation_id=new.organisation_id,
        address=new.address,
        title=new.title,
        body=new.body,
        attachment=new.attachment,
        attachment_name=new.attachment_name,
        attachment_type=new.attachment_type,
        first_hour=new.first_hour,
        last_hour=new.last_hour,
    )
