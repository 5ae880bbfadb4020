"""The benches run at their smallest size and print every line they promise. No time is judged here."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.db import connections

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
}


@pytest.fixture
def base(django_db_setup: None) -> str:
    """The tests' own database, as it is between two tests: empty and migrated, and with nobody in it while it is copied."""
    name = str(connections["default"].settings_dict["NAME"])
    connections.close_all()
    return name


@pytest.mark.parametrize("bench", LINES)
def test_a_bench_prints_its_lines(bench: str, base: str) -> None:
    environment = {**os.environ, "JALONS_BENCH_BASE": base}
    command = [sys.executable, "-m", "bench", "--tiny", "--only", bench]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for line in LINES[bench]:
        assert line in done.stdout, done.stdout
