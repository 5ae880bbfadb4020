"""Every route, every role, own and neighbour: the table of ``table.py``, generated against the routes themselves (goal S1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.matrix.table import PUBLIC, TABLE, USERS
from tests.matrix.things import ACTS, NAME, POSTED, arguments, furnish
from tests.worlds import World


def routes(
    resolver: URLResolver | None = None, prefix: str = "", taken: tuple[str, ...] = ()
) -> Iterator[tuple[str, URLPattern, tuple[str, ...]]]:
    """Yield (name with its namespace, pattern, names of its arguments) of each route."""
    for entry in (resolver or get_resolver()).url_patterns:
        arguments = (*taken, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            yield from routes(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix, arguments)
        else:
            yield f"{prefix}{entry.name}", entry, arguments


ROUTES = {name: route for name, route, _ in routes()}
PARAMETERS = {name: arguments for name, _, arguments in routes()}


def test_every_route_says_who_may_open_it() -> None:
    bare = [name for name, route in ROUTES.items() if getattr(route.callback, "screen", None) is None]
    assert bare == [], "declare them with @screen or @public (jalons.sites.frame.access)"


def test_every_route_has_its_line() -> None:
    assert sorted(ROUTES) == sorted([*TABLE, *PUBLIC]), "add the new route to tests/matrix/table.py"


def test_public_routes_are_those_listed() -> None:
    public = {
        name
        for name, route in ROUTES.items()
        if getattr(route.callback, "screen", None) and route.callback.screen.public
    }
    assert public == PUBLIC


@pytest.mark.req("R-164")
@pytest.mark.parametrize("face", sorted({name.rpartition(":")[0] for name in TABLE}))
def test_who_opens(face: str, world: World) -> None:
    values = arguments(world, furnish(world))
    wrong = {}
    for name, line in TABLE.items():
        if name.rpartition(":")[0] != face:
            continue
        address = _address(name, values)
        expected = dict(zip(USERS, line.split(), strict=True))
        for method in ROUTES[name].callback.screen.methods:
            seen = {user: _answer(world, user, method, name, address) for user in USERS}
            wrong |= {
                f"{method} {name} {user}": f"{seen[user]}, not {expected[user]}"
                for user in USERS
                if seen[user] != expected[user]
            }
    assert wrong == {}


def _address(name: str, values: dict[str, Any]) -> str:
    """Return the address of a route, with the arguments it takes and no other."""
    known = {**values, "act": ACTS.get(name, "")}
    face = name.rpartition(":")[0]  # « steering:contract_key »: this face speaks of another contract than the others
    return reverse(
        name, kwargs={wanted: known.get(f"{face}:{wanted}", known.get(wanted)) for wanted in PARAMETERS[name]}
    )


def _answer(world: World, user: str, method: str, name: str, address: str) -> str:
    client = Client(raise_request_exception=True)
    if user != "anonymous":
        client.force_login(getattr(world, user))
    with transaction.atomic():
        data = POSTED.get(name, {}) if method == "POST" else {}
        response = client.generic(method, address) if not data else client.post(address, data)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    code = _code(response)
    assert code == "o" or NAME.upper().encode() not in body.upper(), (
        f"{user} reads the name of a person on a refused page"
    )
    if user in ("stranger", "neighbour_head", "west_social_head", "foreign_officer"):
        assert NAME.upper().encode() not in body.upper(), f"{user} reads a person of the house on {address}"
    return code


def _code(response: Any) -> str:
    if response.status_code == 302 and response["Location"].startswith("/connexion/"):
        return ">"
    known = {200: "o", 302: "o", 403: "-", 404: "0"}
    return known.get(response.status_code, str(response.status_code))
