"""The tables of the kernel: what leaves the house."""

from __future__ import annotations

from jalons.kernel.outbox.models import Message, MessageEvent

__all__ = ["Message", "MessageEvent"]
