"""A form that acts once: sent twice (double click, page reloaded), the second sending is answered with what the first did."""

from __future__ import annotations

import functools
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect

from jalons.ui.french import typography

FIELD = "once"
ENVELOPE = ("csrfmiddlewaretoken", "page_stamp", "kept_form", FIELD)  # what is sent with a form and is not its content
MOST_KEPT = 30  # sendings remembered by a session: a second click comes at once
DOUBLE = "Cette page avait déjà été envoyée : rien n’a été écrit deux fois."


def acts_once(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give the forms of a page a one-time token; the same form sent a second time lands where the first one led.

    Goes under ``screen``. Only what led somewhere (a redirection) is kept: a form refused is looked at anew. The same token with
    other words is another act: who comes back to a page and changes what they typed is never taken for a second click.
    """

    @functools.wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        token = token_of(request)
        request.once_token = token or uuid4()  # type: ignore[attr-defined]
        if request.method != "POST" or token is None:
            return view(request, *args, **kwargs)
        key = f"sent:{token}:{_content(request)}"
        led = done_before(request, key)
        if led is not None:
            messages.info(request, typography(DOUBLE))
            return redirect(led)
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseRedirect):
            _forget_old(request)
            keep(request, key, response.url)
        return response

    marked: Any = once
    marked.acts_once = True
    return once


def _content(request: HttpRequest) -> str:
    """Return a digest of the address, of what was typed and of the files chosen."""
    found = sha256(request.get_full_path().encode())
    for name, texts in sorted(request.POST.lists()):
        if name not in ENVELOPE:
            found.update(repr((name, texts)).encode())
    for name in sorted(request.FILES):
        file: Any = request.FILES[name]
        found.update(repr((name, file.name, file.size)).encode())
        for chunk in file.chunks():
            found.update(chunk)
        file.seek(0)
    return found.hexdigest()


def _forget_old(request: HttpRequest) -> None:
    sent = [key for key in request.session.keys() if key.startswith("sent:")]  # noqa: SIM118 - a session is not a dict
    for key in sent[: -MOST_KEPT + 1]:
        del request.session[key]


def token_of(request: HttpRequest) -> UUID | None:
    """Return the one-time token of the form sent, None when it has none."""
    try:
        return UUID(request.POST.get(FIELD, ""))
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
