"""The limit: COPY of the rows an import wrote into the same tables, with their indexes and foreign keys.

``python -m bench.caf_copy WRITTEN FOLDER``: WRITTEN is the database the import filled; the present one is as it was before.
The triggers that write history are off, since the history rows are copied as rows.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from bench.caf import told
from jalons.kernel.database import resolve_urls

BLOCK = 1 << 20
PARTS = ("people_", "caf_")


def main() -> None:
    """Copy out, then copy in, and tell how long the second took."""
    written, folder = sys.argv[1], Path(sys.argv[2])
    with _connect(written) as source:
        tables = [name for name in _tables(source) if _rows(source, name)]
        rows = sum(_rows(source, name) for name in tables)
        for name in tables:
            _out(source, name, folder / f"{name}.copy")
    with _connect(os.environ["JALONS_DATABASE_NAME"]) as target:
        for name in tables:
            target.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(name)))
        target.commit()
        start = time.perf_counter()
        for name in tables:
            _in(target, name, folder / f"{name}.copy")
        target.commit()  # where the foreign keys are checked
        took = time.perf_counter() - start
    told(seconds=took, rows=rows)


Connection = psycopg.Connection[tuple[object, ...]]


def _connect(name: str) -> Connection:
    return psycopg.connect(make_conninfo(resolve_urls().owner, dbname=name))


def _tables(connection: Connection) -> list[str]:
    rows = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY oid"
    ).fetchall()
    return [str(name) for (name,) in rows if str(name).startswith(PARTS) and "_staged_" not in str(name)]


def _rows(connection: Connection, name: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
    assert row is not None
    return int(str(row[0]))


def _out(connection: Connection, name: str, path: Path) -> None:
    statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))
    with path.open("wb") as file, connection.cursor().copy(statement) as copy:
        for block in copy:
            file.write(block)


def _in(connection: Connection, name: str, path: Path) -> None:
    statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))
    with path.open("rb") as file, connection.cursor().copy(statement) as copy:
        while block := file.read(BLOCK):
            copy.write(block)


if __name__ == "__main__":
    main()
