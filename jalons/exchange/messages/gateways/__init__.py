"""The ways out: which gateway serves each channel in this installation."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from jalons.exchange.messages.gateways.local import LocalSink
from jalons.exchange.messages.gateways.smtp import SmtpGateway
from jalons.kernel.outbox import Channel, Gateway


def gateway(*, channel: str) -> Gateway | None:
    """Return the gateway of ``channel``, None when none is set. Fictitious persons are never written to: a folder receives all."""
    folder = Path(settings.JALONS_MESSAGES_FOLDER)
    if settings.JALONS_FICTITIOUS:
        return LocalSink(folder, channel=channel)
    if channel == Channel.EMAIL and settings.EMAIL_HOST:
        return SmtpGateway()
    if channel == Channel.SMS and settings.JALONS_SMS_PROVIDER == "local":
        return LocalSink(folder, channel=channel)
    return None
