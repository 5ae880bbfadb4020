"""What leaves the house, kept with the fact that asked for it: written in its transaction, sent after its commit.

    queued → sending → sent | refused | unknown        queued, sending → cancelled (no longer right to send)

Without the help of the other side, « exactly once » is impossible: a gateway may accept a message and never say so. Such a
message is *unknown*: it is never sent again by itself, and waits for a human who decides. One that surely was not accepted
is tried again, then refused.
"""

from __future__ import annotations

from jalons.kernel.outbox.delivery import DEFAULT_WAITS, deliver_next, sweep
from jalons.kernel.outbox.gateways import Accepted, Delivery, Gateway, Letter, NotAccepted, Refused, Uncertain
from jalons.kernel.outbox.models import Channel, Message, MessageEvent, State
from jalons.kernel.outbox.ports import Content, gateway_of, still_right
from jalons.kernel.outbox.queueing import NewMessage, queue
from jalons.kernel.outbox.settling import consider_not_sent, consider_sent, send_again

__all__ = [
    "DEFAULT_WAITS",
    "Accepted",
    "Channel",
    "Content",
    "Delivery",
    "Gateway",
    "Letter",
    "Message",
    "MessageEvent",
    "NewMessage",
    "NotAccepted",
    "Refused",
    "State",
    "Uncertain",
    "consider_not_sent",
    "consider_sent",
    "deliver_next",
    "gateway_of",
    "queue",
    "send_again",
    "still_right",
    "sweep",
]
