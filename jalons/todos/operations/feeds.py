"""The calendar of a professional: its secret address is drawn, drawn anew, closed."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date

from django.db.models.functions import Now

from jalons.kernel.operation import operation
from jalons.network.models import User
from jalons.network.permissions import Permission, require
from jalons.todos.models import CalendarFeed

SECRET_BYTES = 32


def hash_of(secret: str) -> bytes:
    """Return what is kept of a secret. It has 256 random bits: a plain hash cannot be gone back."""
    return hashlib.sha256(secret.encode()).digest()


@operation
def open_feed(*, actor: User, on: date) -> str:
    """Draw a new secret for the calendar of ``actor`` and return it, this once; the former address stops at once (R-165)."""
    require(actor, Permission.TODO_READ, on=on)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    CalendarFeed.objects.update_or_create(
        user=actor,
        defaults={
            "secret_hash": hash_of(secret), "made_on": on, "last_read_on": None, "content_hash": "", "changed_at": None,
        },
    )  # fmt: skip
    return secret


@operation
def close_feed(*, actor: User, on: date) -> bool:
    """Close the calendar of ``actor``: its address answers nothing more. Return whether there was one."""
    deleted, _ = CalendarFeed.objects.filter(user=actor).delete()
    return deleted > 0


@operation
def note_feed_read(*, actor: User, on: date, content_hash: str) -> CalendarFeed:
    """Keep that the calendar of ``actor`` was read on that day, and since when its contents are what they are.

    Writes at most once a day while nothing changes.
    """
    feed = CalendarFeed.objects.get(user=actor)
    changed = feed.content_hash != content_hash
    if changed or feed.last_read_on != on:
        feed.last_read_on, feed.content_hash = on, content_hash
        if changed:
            feed.changed_at = Now()
        feed.save(update_fields=["last_read_on", "content_hash", "changed_at"])
        feed.refresh_from_db()
    return feed
