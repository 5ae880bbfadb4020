"""« Mes personnes »: its queries at two sizes, its time against its own rows in memory, then requests under load."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from unittest.mock import patch
from urllib.error import HTTPError
from urllib.request import urlopen

import django

from bench import databases, timing
from bench.report import Line, count, seconds, tell
from bench.run import size_asked
from bench.sizes import SIZES
from bench.world import FIRST_USER, World, fill

MOST_QUERIES = 15
WORKERS, THREADS = 2, 8
START_SECONDS = 60
PERSONS_PER_ORGANISATION = 140  # at least: two caseworkers whose pages are full
# The list of one caseworker, then that of the whole organisation.
ADDRESSES = {"mes personnes": "", "tout l’organisme": "?qui=toutes"}


def main() -> None:
    """The smaller size first, only for its queries; the rest at the size asked for."""
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    size = SIZES[size_asked()]
    base = os.environ["JALONS_DATABASE_NAME"]
    call_command("collectstatic", interactive=False, verbosity=0)
    _adopt()
    connections.close_all()
    smaller = databases.copy(base, f"{base}_smaller")
    counts = {name: [] for name in ADDRESSES}  # type: dict[str, list[int]]
    for database, persons in ((smaller, size.persons_before), (base, size.persons)):
        _point_to(database)
        _fill(database, persons, max(1, min(size.organisations, persons // PERSONS_PER_ORGANISATION)))
        for name, query in ADDRESSES.items():
            counts[name].append(_queries(query))
    databases.drop(smaller)
    asked = count(size.persons, "personnes")
    for name, query in ADDRESSES.items():
        _tell_queries(name, counts[name], size.persons_before, size.persons)
        _against_memory(name, query, asked, max(5, 10 * size.runs))
    connections.close_all()
    with _served() as port:
        for name, query in ADDRESSES.items():
            _load(name, port, query, asked, size.load_seconds // 2 or 1)
    tell(Line("  mémoire de pointe d’un processus du site", asked, f"{timing.peak_of_children() / 1e6:.0f} Mo"))


def _adopt() -> None:
    from jalons.network.operations import system_user
    from jalons.rulebooks.operations import load_shipped

    load_shipped(actor=system_user(), on=date(2020, 1, 1))


def _point_to(database: str) -> None:
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = database


def _fill(database: str, persons: int, organisations: int) -> None:
    from jalons.rulebooks.queries import adopted
    from jalons.todos.operations import refresh

    with databases.bulk(database) as cursor:
        fill(cursor, World(persons, organisations, appointments=8, steps=2), adopted())
    databases.analyse(database)
    refresh(as_of=date(2020, 10, 15))
    databases.analyse(database)


def _client() -> Any:
    from django.test import Client

    from jalons.network.models import User

    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get(pk=FIRST_USER))
    return client


def _address(query: str) -> str:
    from django.urls import reverse

    return reverse("desk:persons") + query


def _queries(query: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = _client()
    _page(client, query)
    with CaptureQueriesContext(connection) as captured:
        _page(client, query)
    return len(captured)


def _page(client: Any, query: str) -> bytes:
    answer = client.get(_address(query))
    if answer.status_code != 200:
        raise SystemExit(f"pages: {query or 'the list'} answers {answer.status_code}")
    return bytes(answer.content)


def _tell_queries(name: str, counted: list[int], before: int, after: int) -> None:
    sizes = f"{count(before, '')} → {count(after, 'pers.')}"
    constant = "constant" if len(set(counted)) == 1 else f"varie : {counted}"
    tell(
        Line(
            f"{name}, page de 50, requêtes",
            sizes,
            str(counted[-1]),
            f"{constant}, au plus {MOST_QUERIES}",
            counted[-1] / MOST_QUERIES,
            1,
        )
    )


class InMemory(list[Any]):
    """The rows of the page as the queryset would give them: sliced, iterated, counted."""


def _against_memory(name: str, query: str, asked: str, runs: int) -> None:
    from django.http import QueryDict

    from jalons.network.models import User
    from jalons.sites.desk import portfolio
    from jalons.sites.desk.views.persons import asked_by

    client, on = _client(), date(2020, 10, 15)
    user = User.objects.get(pk=FIRST_USER)
    wanted = asked_by(QueryDict(query.lstrip("?")), user, on=on)
    numbers = portfolio.counts(user, wanted, on=on)
    rows = list(portfolio.listed(user, wanted, on=on)[:50])
    given = {"counts": lambda *_, **__: numbers, "listed": lambda *_, **__: InMemory(rows)}
    whole = timing.median(lambda: _page(client, query), runs)
    with patch.multiple(portfolio, **given):
        memory = timing.median(lambda: _page(client, query), runs)
    baseline = f"la même, ses lignes en mémoire : {seconds(memory)}"
    tell(Line(f"{name}, page de {len(rows)}, temps", asked, seconds(whole), baseline, whole / memory, 2))


@contextmanager
def _served() -> Iterator[int]:
    """The real server on loopback: gunicorn, two processes, stopped at the end."""
    port = _free_port()
    environment = {**os.environ, "JALONS_BIND": f"127.0.0.1:{port}", "JALONS_WORKERS": str(WORKERS)}
    command = [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn"]
    server = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urlopen(f"http://127.0.0.1:{port}/", timeout=START_SECONDS).close()
        except HTTPError:
            return  # an answer, whatever it says
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("pages: gunicorn does not answer")


def _load(name: str, port: int, query: str, asked: str, length: int) -> None:
    cookie = _client().cookies["sessionid"].value
    command = [sys.executable, "-m", "bench.load", str(port), _address(query), str(THREADS), str(length)]
    done = subprocess.run(command, input=cookie, stdout=subprocess.PIPE, text=True, check=True)
    told = json.loads(done.stdout)
    baseline = f"p50 {seconds(told['p50'])}, p95 {seconds(told['p95'])}, {told['errors']} erreur(s)"
    tell(
        Line(
            f"{name}, {THREADS} lecteurs pendant {length} s, {WORKERS} processus",
            asked,
            f"{told['rate']:.1f} req/s".replace(".", ","),
            baseline,
        )
    )


if __name__ == "__main__":
    main()
