"""The guard of every page: who may open it, what its reading leaves as a trace, and that reading writes nothing else.

Denied by default: a view without ``screen`` or ``public`` fails a house test, and the matrix of tests lists every route.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.template.response import SimpleTemplateResponse

from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed
from jalons.network.models import User
from jalons.network.permissions import Permission, require
from jalons.network.traces import FIRST_STATUS_WITHOUT_CONTENT, ReadKind, UntracedRead, trace_read
from jalons.people.models import Person
from jalons.people.permissions import reachable_persons
from jalons.sites.frame.errors import refused

View = Callable[..., HttpResponseBase]
READING = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Screen:
    """What a route declares. ``permission`` None: any signed-in user. ``public``: nobody has to sign in."""

    permission: Permission | None = None
    trace: ReadKind | None = None
    of_person: bool = False
    public: bool = False
    methods: tuple[str, ...] = ("GET",)


@dataclass(slots=True)
class Reading:
    """What a page says it showed, written as traces when it has been drawn."""

    rows: list[tuple[ReadKind, int | None, int]] = field(default_factory=list)


def user_of(request: HttpRequest) -> User:
    """Return the signed-in user of a guarded page."""
    assert isinstance(request.user, User)
    return request.user


def showed(request: HttpRequest, count: int, *, kind: ReadKind | None = None, person_id: int | None = None) -> None:
    """Say how many persons this page shows (0 for an empty list); ``kind`` replaces the one its route declares."""
    reading: Reading = request.jalons_reading  # type: ignore[attr-defined]
    declared: Screen = request.jalons_screen  # type: ignore[attr-defined]
    reading.rows.append((kind or declared.trace or ReadKind.LIST, person_id, count))


def public(view: View) -> View:
    """Mark a page nobody has to sign in for. It shows no person."""

    @functools.wraps(view)
    def open_to_all(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    marked: Any = login_not_required(open_to_all)
    marked.screen = Screen(public=True, methods=("GET", "POST"))
    return open_to_all


def screen(
    *,
    permission: Permission | None,
    trace: str | None = None,
    of_person: bool = False,
    methods: tuple[str, ...] = ("GET",),
) -> Callable[[View], View]:
    """Declare a page. ``permission`` is needed somewhere (None: signed in is enough).

    ``of_person``: the route carries ``person_key``; the view receives ``person``, whom the user reaches with the
    permission. A person unknown or out of reach is « page introuvable », the same for both.
    ``trace``: file, list, search, drilldown or export. A traced page says what it showed (``showed``), except that of one
    person, traced by itself; a page with content and no trace is not sent.
    """
    declared = Screen(permission, ReadKind(trace) if trace else None, of_person, methods=methods)

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in (*methods, "HEAD"):
                return HttpResponseNotAllowed(methods)
            request.jalons_screen = declared  # type: ignore[attr-defined]
            request.jalons_reading = Reading()  # type: ignore[attr-defined]
            try:
                with _together():
                    response = _answer(declared, view, request, *args, **kwargs)
                    _write_traces(declared, request, response, kwargs)
                    return response
            except NotAllowed as refusal:
                return refused(request, refusal.sentence)

        marked: Any = guarded
        marked.screen = declared
        return guarded

    return decorate


def _answer(declared: Screen, view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    user, on = user_of(request), clock.today()
    if declared.permission is not None:
        require(user, declared.permission, on=on)
    if request.method not in READING:
        return _drawn(view(request, *args, **_with_person(declared, request, kwargs)))
    with reading_only():
        return _drawn(view(request, *args, **_with_person(declared, request, kwargs)))


def _with_person(declared: Screen, request: HttpRequest, kwargs: dict[str, Any]) -> dict[str, Any]:
    if not declared.of_person:
        return kwargs
    assert declared.permission is not None
    found = reachable_persons(user_of(request), on=clock.today(), permission=declared.permission)
    person: Person | None = found.select_related("territory", "authority").filter(key=kwargs["person_key"]).first()
    if person is None:
        raise Http404("person")
    if declared.trace is not None:
        showed(request, 1, person_id=person.pk)
    return {**{name: value for name, value in kwargs.items() if name != "person_key"}, "person": person}


def _drawn(response: HttpResponseBase) -> HttpResponseBase:
    """What a template reads belongs to the same guarded transaction."""
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.render()
    return response


def _write_traces(declared: Screen, request: HttpRequest, response: HttpResponseBase, kwargs: dict[str, Any]) -> None:
    if declared.trace is None or response.status_code >= FIRST_STATUS_WITHOUT_CONTENT:
        return
    reading: Reading = request.jalons_reading  # type: ignore[attr-defined]
    match = request.resolver_match
    name = match.view_name if match else ""
    if not reading.rows:
        raise UntracedRead(f"the page {name} shows persons without a trace")
    for kind, person_id, count in reading.rows:
        trace_read(user_of(request), kind, name, person_id=person_id, count=count)


def _together() -> AbstractContextManager[Any]:
    """The transaction of the page and its trace: that of the request (ATOMIC_REQUESTS) when there is one."""
    return nullcontext() if connection.in_atomic_block else transaction.atomic()


@contextmanager
def reading_only() -> Iterator[None]:
    """Let the database refuse any write inside; the mode ends with the savepoint, so the trace can follow.

    Written by hand rather than with ``atomic``: the savepoint and its mode are one round trip, on every page.
    """
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT jalons_reading; SET TRANSACTION READ ONLY")
    try:
        yield
    except BaseException:
        if connection.needs_rollback:  # a failed statement: the whole request is rolled back further out
            raise
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT jalons_reading; RELEASE SAVEPOINT jalons_reading")
        raise
    with connection.cursor() as cursor:
        cursor.execute("RELEASE SAVEPOINT jalons_reading")
