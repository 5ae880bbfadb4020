"""What the outbox asks of higher rooms, bound in ``jalons.wiring``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jalons.kernel.outbox.gateways import Gateway
from jalons.kernel.outbox.models import Message
from jalons.kernel.ports import port


@dataclass(frozen=True, slots=True)
class Content:
    """What the message should say now, and to which address."""

    address: str
    title: str
    body: str
    attachment: bytes | None = None


@port
def gateway_of(*, channel: str) -> Gateway | None:
    """Return the gateway of a channel, None when none is set: its messages then wait."""


@port
def still_right(*, message: Message, at: datetime) -> Content | str:
    """Say what the message should say at the instant ``at``, or, as a French sentence, why it must not leave any more."""
    raise NotImplementedError
