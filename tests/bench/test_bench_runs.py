"""The benches run at their smallest size and print every line they promise. No time is judged here."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest
from django.db import connections
from psycopg.conninfo import make_conninfo

from jalons.kernel.database import resolve_urls
from tests.house.floors import PROJECT

LINES = {
    "caf": (
        "import CAF entier, 1 analyseur",
        "import CAF entier, 2 analyseur",
        "mémoire de pointe",
        "contre COPY brut",
    ),
    "obligations": (
        "obligations, PostgreSQL",
        "obligations, DuckDB",
        "égales sur les deux",
        "un seul dossier",
        "RDV fait",
    ),
    "scaling": ("toutes les obligations, DuckDB", "dix fois la taille précédente", "mémoire de pointe"),
    "indicators": ("DuckDB sur Parquet", "pandas", "balayage nu", "dans PostgreSQL"),
    "pages": ("requêtes", "temps", "lecteurs pendant"),
    "letters": ("travailleur tué", "une liasse", "mémoire de pointe"),
}


@pytest.fixture
def base(django_db_setup: None) -> str:
    """The tests' own database, as it is between two tests: empty and migrated, and with nobody in it while it is copied.

    A thread of the browser tests' server may keep its session open after its last answer: it is ended, and checked by
    Django before its next use.
    """
    name = str(connections["default"].settings_dict["NAME"])
    connections.close_all()
    _end_sessions(name)
    return name


def _end_sessions(name: str) -> None:
    """Each role ends its own: the owner of the tests is no superuser."""
    urls = resolve_urls()
    statement = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user"
    for address in (urls.app, urls.owner):
        with psycopg.connect(make_conninfo(address, dbname="postgres"), autocommit=True) as server:
            server.execute(statement, [name])


@pytest.mark.parametrize("bench", LINES)
def test_a_bench_prints_its_lines(bench: str, base: str) -> None:
    environment = {**os.environ, "JALONS_BENCH_BASE": base}
    command = [sys.executable, "-m", "bench", "--tiny", "--only", bench]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for line in LINES[bench]:
        assert line in done.stdout, done.stdout
