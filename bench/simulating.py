"""A reform of every framework tried on the whole caseload: the live base against a columnar snapshot, the same counts."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import django

from bench import databases, timing
from bench.report import Line, count, seconds, tell
from bench.run import size_asked
from bench.sizes import SIZES
from bench.world import TODAY, World, fill


def main() -> None:
    """Fill, then count what changes when every delay grows by one, on both engines."""
    django.setup()
    from jalons.facts.engines import DuckDBExecutor, PostgresExecutor
    from jalons.facts.snapshot import take_snapshot
    from jalons.network.operations import system_user
    from jalons.rulebooks.operations import load_shipped
    from jalons.rulebooks.queries import adopted

    size = SIZES[size_asked()]
    load_shipped(actor=system_user(), on=date(2020, 1, 1))
    books = adopted()
    with databases.bulk() as cursor:
        fill(cursor, World(size.enrolments, size.organisations, appointments=10, steps=2), books)
    databases.analyse()

    asked = count(size.enrolments, "inscriptions")
    first, found = timing.once(lambda: _counted(books, PostgresExecutor()))
    tell(Line("simulation d’une réforme, PostgreSQL, première fois", asked, seconds(first)))
    again, _ = timing.once(lambda: _counted(books, PostgresExecutor()))
    tell(Line("  la même, de nouveau", asked, seconds(again)))
    with tempfile.TemporaryDirectory(prefix="jalons-bench-facts-") as folder:
        take_snapshot(Path(folder), at=datetime(2020, 10, 15, tzinfo=UTC))
        with DuckDBExecutor.over_snapshot(Path(folder)) as engine:
            columnar, same = timing.once(lambda: _counted(books, engine))
    tell(Line("simulation d’une réforme, DuckDB sur instantané Parquet", asked, seconds(columnar)))
    if found != same:
        raise SystemExit("simulating: the engines disagree")
    answers = sum(cell.answers for one in found for cell in one.cells)
    changed = sum(cell.changed for one in found for cell in one.cells)
    tell(Line("  réponses, dont celles qui changent", asked, f"{count(answers, '')} dont {count(changed, '')}"))
    tell(Line("  mémoire de pointe du processus", asked, f"{timing.peak() / 1e6:.0f} Mo"))


def _counted(books: Sequence[Any], engine: Any) -> list[Any]:
    from jalons.todos.comparison.caseload import Question, count, read_only
    from jalons.todos.comparison.reform import reform

    with read_only():
        return [count(Question(reform(_slower(book), [book]), TODAY), engine) for book in books]


def _slower(book: Any) -> Any:
    """The same rulebook with one more day, week, month or year in each delay."""
    obligations = []
    for one in book.obligations:
        delay = getattr(one, "delay", None)
        if delay is not None:
            one = one.model_copy(update={"delay": delay.model_copy(update={"count": delay.count + 1})})
        obligations.append(one)
    return book.model_copy(update={"obligations": tuple(obligations)})


if __name__ == "__main__":
    main()
