"""A form that acts once: sent twice (double click, page reloaded), the second sending is answered with what the first did."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest


def token_of(request: HttpRequest) -> UUID | None:
    """Return the one-time token of the form sent, None when it has none."""
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        return None


def done_before(request: HttpRequest, key: str) -> Any:
    """Return what ``keep`` kept under ``key`` for this visitor, None when nothing was.

    Race: two sendings of one form wait for each other here until the transaction of the page ends; the session is then read
    again, because the one in hand was loaded before the wait.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    return SessionStore(request.session.session_key).get(key)


def keep(request: HttpRequest, key: str, value: Any) -> None:
    """Keep what was done in the session, in the transaction of the page: with what it did, or not at all."""
    request.session[key] = value
    request.session.save()
