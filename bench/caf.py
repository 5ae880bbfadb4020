"""A CAF file imported: its writes against a raw COPY, the whole against a loop of ``update_or_create``, the memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import django
from django.db import connections

from bench import databases, timing
from bench.report import Line, count, megabytes, seconds, tell
from bench.run import size_asked
from bench.sizes import SIZES, Size

DAY, SEED = date(2019, 12, 31), 69
ONE_RUN_FROM = 20_000  # households: a longer import is run once


def main() -> None:
    """Write a file, then import it in all the ways that are compared, each on a fresh copy of one database."""
    django.setup()
    size = SIZES[size_asked()]
    base = os.environ["JALONS_DATABASE_NAME"]
    _stage()
    connections.close_all()
    with tempfile.TemporaryDirectory(prefix="jalons-bench-caf-") as folder:
        path = Path(folder) / "mensuel.xml"
        households = _write_file(path, size.households)
        _whole(base, path, households, size)
        _writes(base, path, households, Path(folder), 1 if households >= ONE_RUN_FROM else size.runs)


def _stage() -> None:
    from jalons.network.operations import system_user
    from jalons.rulebooks.operations import load_shipped
    from jalons.simulation.setting import YEAR, set_the_stage

    actor = system_user()
    load_shipped(actor=actor, on=YEAR[0])
    set_the_stage(actor=actor, on=YEAR[0])


def _write_file(path: Path, households: int) -> int:
    """Write a monthly file of about ``households`` with the simulation; return how many it carries."""
    from jalons.simulation.caf_files import write_monthly
    from jalons.simulation.population import dossiers_on

    sample = 2_000
    per_person = sum(1 for _ in dossiers_on(DAY, people=sample, start=DAY, seed=SEED)) / sample
    return write_monthly(path, day=DAY, people=round(households / per_person), start=DAY, seed=SEED)


def _whole(base: str, path: Path, households: int, size: Size) -> None:
    naive = _child(base, "bench.caf_naive", path, str(min(size.households_sample, households)))
    one_by_one = naive["seconds"] / naive["households"] * households
    taken = f"{naive['households']} foyers un à un, extrapolé : {seconds(one_by_one)}"
    asked = count(households, "foyers")
    for processes, goal in ((1, 20), (2, 40)):
        done = _child(base, "bench.caf_import", path, str(processes))
        memory = max(done["peak"], done["together"])
        tell(
            Line(
                f"import CAF entier, {processes} analyseur(s), contre update_or_create",
                f"{asked}, {megabytes(path.stat().st_size)}",
                seconds(done["seconds"]),
                taken,
                one_by_one / done["seconds"],
                goal,
                "at least",
            ),
            Line(
                f"  dont lecture et dépôt {seconds(done['read'])}, fusion {seconds(done['seconds'] - done['read'])}",
                asked,
                f"{households / done['seconds']:.0f}/s",
            ),
            Line(
                f"  mémoire de pointe, {processes} analyseur(s), contre 500 Mo",
                asked,
                megabytes(memory),
                "500 Mo",
                memory / 500e6,
                1,
            ),
        )


def _writes(base: str, path: Path, households: int, folder: Path, runs: int) -> None:
    """The import without its parsing, against COPY of all it wrote (history too) into the same indexed tables."""
    ours, raw, rows = [], [], 0
    for _ in range(runs):
        written = databases.copy(base, f"{base}_written")
        plain = databases.copy(base, f"{base}_plain")
        ours.append(_run(written, "bench.caf_import", path, "1", "--writes")["seconds"])
        done = _run(plain, "bench.caf_copy", written, folder)
        raw.append(done["seconds"])
        rows = done["rows"]
        databases.drop(written)
        databases.drop(plain)
    value, baseline = statistics.median(ours), statistics.median(raw)
    tell(
        Line(
            "import CAF, écritures (historique compris) contre COPY brut",
            f"{count(households, 'foyers')}, {count(rows, 'lignes')}",
            seconds(value),
            f"COPY, mêmes lignes, mêmes tables : {seconds(baseline)}",
            value / baseline,
            3,
        )
    )


def _child(base: str, module: str, *arguments: object) -> dict[str, Any]:
    """Run a module on a fresh copy of the database."""
    database = databases.copy(base, f"{base}_one")
    try:
        return _run(database, module, *arguments)
    finally:
        databases.drop(database)


def _run(database: str, module: str, *arguments: object) -> dict[str, Any]:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    environment = {**os.environ, "JALONS_DATABASE_NAME": database}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def told(**values: float) -> None:
    """Answer the process that measures."""
    memory = {"peak": timing.peak(), "peak_of_children": timing.peak_of_children()}
    print(json.dumps(values | memory))


if __name__ == "__main__":
    main()
