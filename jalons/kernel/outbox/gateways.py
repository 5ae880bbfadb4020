"""What a gateway takes and answers. An adapter says what it *knows*; in doubt it says ``Uncertain``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Letter:
    """What a gateway sends. ``key`` is the idempotency key: equal for equal messages, whatever the attempt."""

    key: UUID
    address: str
    title: str
    body: str
    attachment: bytes | None = None
    attachment_name: str = ""
    attachment_type: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The other side said yes. ``reference`` is its own name of the message, to ask about it later."""

    reference: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The other side said no for good (« no such address »): trying again would get the same answer. French reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """Nothing was accepted, surely, and it may work later (no answer before anything was sent, « try later »)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may have been accepted: the answer never came, or cannot be read."""

    reason: str


Delivery = Accepted | Refused | NotAccepted | Uncertain


class Gateway(Protocol):
    """A way out. An exception that leaves ``deliver`` counts as ``Uncertain``."""

    def deliver(self, letter: Letter) -> Delivery:
        """Hand the letter over; it must answer within a minute, well under the lease of ``delivery.sweep``."""
