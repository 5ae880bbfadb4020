"""Traces of what was read: written in the transaction of the page, so that without a trace there is no page (goal P1).

A face calls ``trace_read`` and wraps every view that shows a file, or a list of persons, with ``must_trace``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse

from jalons.kernel import clock
from jalons.network.models import ReadTrace, User

View = Callable[..., HttpResponseBase]
FIRST_STATUS_WITHOUT_CONTENT = 300


class ReadKind(StrEnum):
    """What was read."""

    FILE = "file"  # one person's file, or a part of it
    LIST = "list"
    SEARCH = "search"
    DRILLDOWN = "drilldown"  # the persons behind a figure
    EXPORT = "export"


class UntracedRead(RuntimeError):
    """A page shows persons and left no trace: it is not sent. A fault of the page, never of its user."""


_written: ContextVar[int | None] = ContextVar("jalons_traces_written", default=None)


def trace_read(
    user: User,
    kind: ReadKind | str,
    screen: str,
    *,
    person_id: int | None = None,
    count: int = 1,
    reason: str = "",
) -> ReadTrace:
    """Write that ``user`` read something; ``screen`` is the name of the route, never its parameters.

    ``person_id`` for one file; for a list, a search or an export, ``count`` says how many persons were shown (0 for an
    empty list). Raises RuntimeError outside a transaction: the trace and the page must stand or fall together.
    """
    kind = ReadKind(kind)
    if kind is ReadKind.FILE and person_id is None:
        raise ValueError("reading a file needs its person_id")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a read is traced in the transaction of its page")
    trace = ReadTrace.objects.create(
        at=clock.now(),
        user_id=user.pk,
        person_id=person_id,
        kind=kind,
        screen=screen,
        count=count,
        reason=reason,
    )
    written = _written.get()
    if written is not None:
        _written.set(written + 1)
    return trace


def must_trace(view: View) -> View:
    """Decorator of a view that shows persons: it answers with content only when it wrote a trace in its transaction.

    Redirections and refusals need none. Otherwise raises UntracedRead, and nothing of the page leaves.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        token = _written.set(0)
        try:
            with transaction.atomic():
                response = view(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                    response.render()  # what the template reads belongs to the same transaction
                if response.status_code < FIRST_STATUS_WITHOUT_CONTENT and not _written.get():
                    raise UntracedRead(f"{view.__module__}.{view.__qualname__} shows persons without a trace")
                return response
        finally:
            _written.reset(token)

    marked: Any = guarded
    marked.must_trace = True  # what house tests look for
    return guarded
