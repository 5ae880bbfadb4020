"""Figures of 12 months by organisation: DuckDB over Parquet against the same in pandas, a bare scan, and PostgreSQL."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import django

from bench import databases, timing
from bench.report import Line, count, megabytes, seconds, tell
from bench.run import size_asked
from bench.sizes import SIZES
from bench.world import World, fill

YEAR = (date(2020, 1, 1), date(2020, 12, 31))
# The families that read the events; pandas counts every measure of theirs, and the sums must be the same.
FAMILIES = ("contacts", "steps", "validations", "jobs")
PER_ENROLMENT = 28  # appointments: most events are, as in a real year


def main() -> None:
    """Fill, take a snapshot, then count the same measures in every way."""
    django.setup()
    from jalons.facts.engines import DuckDBExecutor, PostgresExecutor
    from jalons.facts.snapshot import take_snapshot
    from jalons.network.operations import system_user
    from jalons.rulebooks.operations import load_shipped
    from jalons.rulebooks.queries import adopted

    size = SIZES[size_asked()]
    load_shipped(actor=system_user(), on=YEAR[0])
    world = World(
        size.events // 24,
        size.organisations,
        appointments=PER_ENROLMENT,
        steps=3,
        contracts=2,
        first=YEAR[0],
        today=YEAR[1],
    )
    with databases.bulk() as cursor:
        fill(cursor, world, adopted())
    databases.analyse()
    with tempfile.TemporaryDirectory(prefix="jalons-bench-facts-") as name:
        folder = Path(name)
        export, taken = timing.once(lambda: take_snapshot(folder, at=datetime(2020, 12, 31, tzinfo=UTC)))
        events = _events(folder)
        asked = f"{count(events, 'évén.')}, {count(size.organisations, 'org.')}"
        tell(Line("instantané Parquet (une fois)", count(taken.rows, "lignes"), seconds(export)))
        with DuckDBExecutor.over_snapshot(folder) as engine:
            duck = timing.median(lambda: _counted(engine), size.runs)
            ours = _counted(engine)
            whole = timing.median(lambda: _everything(engine), 1, warm=False)
        memory = timing.peak()
        _against_pandas(folder, asked, duck, ours, size.runs, memory)
        _against_scan(folder, asked, duck, size.runs)
    postgres, theirs = timing.once(lambda: _counted(PostgresExecutor()))
    _equal("PostgreSQL", ours, theirs)
    slower = f"DuckDB : {seconds(duck)}, mêmes sommes"
    tell(Line("  les mêmes dans PostgreSQL", asked, seconds(postgres), slower, postgres / duck))
    tell(Line("  tout le catalogue, DuckDB (toutes les familles)", asked, seconds(whole)))


Rows = list[tuple[Any, ...]]


def _measures() -> list[str]:
    from jalons.indicators.definitions import catalogue

    return [name for family in FAMILIES for name in catalogue().families[family].measures]


def _counted(engine: Any) -> Rows:
    """Count the measures as the project does; return (measure, organisation, month, value) without zeros."""
    from jalons.indicators.cells import count as count_cells
    from jalons.indicators.definitions import catalogue

    cells = count_cells(catalogue(), _measures(), engine, first=YEAR[0], last=YEAR[1], level="organisation")
    return sorted(
        (measure, group[-1], month, int(value))
        for measure, groups in cells.items()
        for group, values in groups.items()
        for month, value in values.items()
        if value
    )


def _everything(engine: Any) -> object:
    from jalons.indicators.definitions import catalogue
    from jalons.indicators.engine import compute

    codes = [one.code for one in catalogue().indicators.values() if "organisation" in one.levels]
    return compute(codes, engine, first=YEAR[0], last=YEAR[1], level="organisation")


def _against_pandas(folder: Path, asked: str, duck: float, ours: Rows, runs: int, memory: int) -> None:
    from bench import in_pandas

    reading, frames = timing.once(lambda: in_pandas.read(folder))
    counting = timing.median(lambda: in_pandas.counted(frames, *YEAR), runs, warm=False)
    _equal("pandas", ours, sorted(in_pandas.counted(frames, *YEAR)))
    name = f"indicateurs, {len(_measures())} mesures × 12 mois, DuckDB sur Parquet"
    both = f"pandas, lecture comprise : {seconds(reading + counting)}"
    tell(
        Line(name, asked, seconds(duck), both, (reading + counting) / duck, 4, "at least"),
        Line(
            "  contre pandas, tables déjà en mémoire",
            asked,
            seconds(duck),
            f"pandas : {seconds(counting)}",
            counting / duck,
        ),
        Line("  mémoire de pointe", asked, megabytes(memory), f"avec pandas : {megabytes(timing.peak())}"),
    )


def _against_scan(folder: Path, asked: str, duck: float, runs: int) -> None:
    from bench import in_pandas

    arrays = in_pandas.columns(folder)
    weight = sum(array.nbytes for array in arrays)
    scan = timing.median(lambda: [array.max() for array in arrays if len(array)], runs)
    baseline = f"numpy, max() de {megabytes(weight)} de colonnes : {seconds(scan)}"
    tell(Line("  contre le balayage nu des colonnes lues", asked, seconds(duck), baseline, duck / scan))


def _equal(name: str, ours: Rows, theirs: Rows) -> None:
    from tests.facts.checked import checksum

    if checksum(ours) != checksum(theirs):
        different = sorted(set(ours) ^ set(theirs))[:6]
        raise SystemExit(f"indicators: {name} counts otherwise, for example {different}")


def _events(folder: Path) -> int:
    import pyarrow.parquet as pq

    tables = ("appointment", "contract", "step", "job", "exit")
    return sum(
        pq.read_metadata(file).num_rows for table in tables for file in sorted((folder / table).glob("*.parquet"))
    )


if __name__ == "__main__":
    main()
