"""Importer and database killed (``kill -9``) at random points and resumed: nothing lost, nothing doubled.

Everything runs in processes of its own, on a private cluster thrown away afterwards. The points are random but drawn from a
seed; ``JALONS_CRASH_SEED`` gives other ones.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import pytest
from django.db import connections
from psycopg.conninfo import make_conninfo

from jalons.kernel.database import resolve_urls
from jalons.kernel.database.binaries import find_binaries
from jalons.simulation.caf_files import write_monthly

PROJECT = Path(__file__).resolve().parents[2]
PEOPLE = 160
START = date(2020, 8, 31)
KILLS = 3
SEED = int(os.environ.get("JALONS_CRASH_SEED", "20201015"))
Content = dict[str, list[list[str]]]


@dataclass(frozen=True)
class Place:
    """A cluster of its own and two monthly files."""

    folder: Path
    files: tuple[Path, Path]

    def start(self, *arguments: str, pause: int = 0) -> subprocess.Popen[str]:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("JALONS_DATABASE", "DATABASE_URL"))
        }
        return subprocess.Popen(
            [sys.executable, "-m", "tests.crash.worker", *arguments],
            cwd=PROJECT,
            env={
                **environment,
                "JALONS_DATA": str(self.folder),
                "JALONS_SEALING_KEY": "crash-tests-only",
                "JALONS_CRASH_PAUSE": str(pause),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, *arguments: str) -> str:
        """Run a command to its end and return what it printed."""
        process = self.start(*arguments)
        output, errors = process.communicate()
        assert process.returncode == 0, errors
        return output

    def work(self, importer: str, *codes: str) -> tuple[str, ...]:
        """Return the command that imports both files (the naive importer knows nothing of a second month)."""
        if importer == "naive":
            return ("work", importer, ",".join(codes), str(self.files[0]))
        return ("work", importer, ",".join(codes), *(str(file) for file in self.files))

    def content(self, *codes: str) -> list[Content]:
        answer: list[Content] = json.loads(self.finish("content", *codes))
        return answer

    def kill_database(self) -> None:
        """Kill the server and its children at once, as a power cut of the service would."""
        server = int((self.folder / "postgresql" / "postmaster.pid").read_text().split()[0])
        children = [int(stat.parent.name) for stat in Path("/proc").glob("[0-9]*/stat") if _parent(stat) == server]
        for process in (server, *children):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def _parent(stat: Path) -> int | None:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError):
        return None


CODES = ("undisturbed", "worker", "database", "naive_undisturbed", "naive_worker")


def dump_schema(target: Path) -> Path:
    """Write the tables of the tests' database as SQL that any client can run."""
    program = find_binaries()[0].program("pg_dump")
    source = make_conninfo(resolve_urls().owner, dbname=connections["owner"].settings_dict["NAME"])
    command = [
        program,
        "--schema-only",
        "--schema=public",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        f"--dbname={source}",
    ]
    dump = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    target.write_text(
        "\n".join(line for line in dump.splitlines() if not line.startswith(("\\", "CREATE SCHEMA public")))
    )
    return target


@pytest.fixture(scope="module")
def place(django_db_setup: None) -> Iterator[Place]:
    folder = Path(tempfile.mkdtemp(prefix="jalons-crash-"))
    folder.chmod(0o711)
    files = (folder / "august.xml", folder / "september.xml")
    for file, day in zip(files, (START, date(2020, 9, 30)), strict=True):
        write_monthly(file, day=day, people=PEOPLE, start=START, seed=SEED)
    made = Place(folder, files)
    made.finish("prepare", str(dump_schema(folder / "schema.sql")), *CODES)
    yield made
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def statements(place: Place) -> int:
    """Import undisturbed, and count the statements there are to be killed after."""
    return place.finish(*place.work("jalons", "undisturbed")).count("statement")


def interrupt(place: Place, command: tuple[str, ...], after: int, *, database: bool, exactly: bool = False) -> None:
    """Let the work go on for ``after`` statements, then kill it or the database under it: in its course, or ``exactly`` there."""
    process = place.start(*command, pause=after if exactly else 0)
    assert process.stdout is not None
    for _ in range(after):
        if process.stdout.readline() != "statement\n":
            break  # it finished before: the point was drawn beyond its end
    if database:
        place.kill_database()
    else:
        process.kill()
    process.communicate()


def differences(found: Content, expected: Content) -> dict[str, tuple[int, int]]:
    """Return, for each table that differs, how many rows are lost and how many are too many."""
    result = {}
    for name, rows in expected.items():
        wanted, got = Counter(map(tuple, rows)), Counter(map(tuple, found[name]))
        lost, doubled = (wanted - got).total(), (got - wanted).total()
        if lost or doubled:
            result[name] = (lost, doubled)
    return result


@pytest.mark.parametrize("victim", ["worker", "database"])
def test_nothing_is_lost_nor_doubled(place: Place, statements: int, victim: str) -> None:
    random = Random(f"{SEED}/{victim}")
    command = place.work("jalons", victim)
    for after in sorted(random.sample(range(5, statements), KILLS)):
        interrupt(place, command, after, database=victim == "database")
    place.finish(*command)

    expected, found = place.content("undisturbed", victim)
    assert len(expected["persons"]) > PEOPLE
    assert expected["movements"]
    assert differences(found, expected) == {}


def test_a_naive_importer_fails_the_same_check(place: Place) -> None:
    # Well inside a batch: the checkpoint is behind what is written.
    interrupt(place, place.work("naive", "naive_worker"), 300, database=False, exactly=True)
    place.finish(*place.work("naive", "naive_worker", "naive_undisturbed"))

    expected, found = place.content("naive_undisturbed", "naive_worker")
    assert differences(found, expected)["persons"][1] > 0, "the check let doubled persons through: it proves nothing"
