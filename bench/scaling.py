"""All the obligations of all rulebooks on ten, then a hundred times the caseload: the time must grow like the caseload."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import django

from bench import databases, timing
from bench.report import Line, count, megabytes, seconds, tell
from bench.run import size_asked
from bench.sizes import SIZES
from bench.world import TODAY, World, fill

TIMES = (1, 10, 100)
GOAL = 1.3  # seconds a dossier on the larger caseload, against those on the smaller
APART = 10_000_000_000  # between the identifiers of two copies of a dossier
# What dossiers share: everything else of a copy has identifiers of its own.
SHARED = {"authority_id", "territory_id", "organisation_id", "agreement_id", "line_id", "caseworker_id", "report_id"}


def main() -> None:
    """Fill once, photograph, then answer for the same dossiers 1, 10 and 100 times over."""
    django.setup()
    from jalons.facts.snapshot import take_snapshot
    from jalons.network.operations import system_user
    from jalons.rulebooks.operations import load_shipped
    from jalons.rulebooks.queries import adopted

    size = SIZES[size_asked()]
    dossiers = max(size.enrolments // 10, 15)
    load_shipped(actor=system_user(), on=date(2020, 1, 1))
    books = adopted()
    with databases.bulk() as cursor:
        fill(cursor, World(dossiers, size.organisations, appointments=10, steps=2), books)
    databases.analyse()
    with tempfile.TemporaryDirectory(prefix="jalons-bench-facts-") as folder:
        take_snapshot(Path(folder), at=datetime(2020, 10, 15, tzinfo=UTC))
        _grow(books, Path(folder), dossiers)
    tell(
        Line("  mémoire de pointe du processus", count(dossiers * TIMES[-1], "inscriptions"), megabytes(timing.peak()))
    )


def _grow(books: Sequence[Any], folder: Path, dossiers: int) -> None:
    smaller, answered = 0.0, 0
    for times in TIMES:
        with copied(folder, times) as engine:
            took, answers = timing.once(lambda asked=engine: answers_to(books, asked))  # type: ignore[misc]
        if smaller and answers < answered * 10:
            raise SystemExit(f"scaling: {answers} answers for {times} times the caseload, {answered} for a tenth of it")
        asked = count(dossiers * times, "inscriptions")
        name = f"toutes les obligations, DuckDB, {count(answers, 'réponses')}"
        if smaller:
            baseline = f"dix fois la taille précédente : {seconds(smaller * 10)}"
            tell(Line(name, asked, seconds(took), baseline, took / (smaller * 10), GOAL))
        else:
            tell(Line(name, asked, seconds(took)))
        smaller, answered = took, answers


def copied(folder: Path, times: int) -> Any:
    """Return an engine whose dossiers are those of the snapshot, ``times`` times over, each copy with its own identifiers."""
    from jalons.facts.contracts import TABLES
    from jalons.facts.engines import DuckDBExecutor

    engine = DuckDBExecutor.over_snapshot(folder)
    for table in TABLES:
        if not any(column.name == "person_id" for column in table.columns):
            continue
        moved = ", ".join(
            f't."{column.name}" + c.n * {APART} AS "{column.name}"'
            if column.type == "id" and column.name not in SHARED
            else f't."{column.name}"'
            for column in table.columns
        )
        run = engine.connection.execute
        run(
            f'CREATE TABLE main."{table.name}" AS SELECT {moved} FROM facts."{table.name}" AS t, range({times}) AS c(n)'
        )
        run(f'DROP {_kind(engine, table.name)} facts."{table.name}"')
        run(f'CREATE VIEW facts."{table.name}" AS SELECT * FROM main."{table.name}"')
    return engine


def _kind(engine: Any, name: str) -> str:
    """VIEW over a file of the snapshot, or TABLE where it has no row."""
    looked = "SELECT table_type FROM information_schema.tables WHERE table_schema = 'facts' AND table_name = ?"
    ((kind,),) = engine.connection.execute(looked, [name]).fetchall()
    return "VIEW" if kind == "VIEW" else "TABLE"


def answers_to(books: Sequence[Any], engine: Any) -> int:
    """Answer everything inside the engine; return how many answers there are of persons."""
    from bench.obligations import SUMMED
    from jalons.rulebooks.engine import statements

    found = [engine.run(SUMMED.format(text=text), {"as_of": TODAY}).rows[0] for text in statements(books)]
    return int(sum((Decimal(row[5]) for row in found), Decimal(0)))


if __name__ == "__main__":
    main()
