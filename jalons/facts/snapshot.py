"""The fact tables as Parquet files: streamed from PostgreSQL in constant memory, one file per month where a date cuts them.

A snapshot is one moment of the database (one repeatable-read transaction). Only what changed is written again: each part
has a content watermark, the sum of the hashes of its rows. Files carry their watermark in their name and are never
changed; the manifest is replaced last, in one step, so a reader sees the old snapshot or the new one, never a mixture.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connections
from psycopg.conninfo import make_conninfo

from jalons.facts.contracts import TABLES, Table
from jalons.facts.engines import ARROW_TYPES, MANIFEST

FORMAT = 1
READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One file: the first day of its month (empty when the table is in one piece), its rows and its hash."""

    file: str
    month: str
    rows: int
    watermark: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What a snapshot did: rows in all, files written, files kept as they were."""

    folder: Path
    rows: int
    written: int
    kept: int


def take_snapshot(folder: Path, *, at: datetime, using: str = "default") -> Taken:
    """Write the fact tables under ``folder``; unchanged parts are kept. ``at`` is noted in the manifest."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = _manifest(folder)
    tables: dict[str, list[Part]] = {}
    written = kept = 0
    with _one_moment(using) as cursor:
        for table in TABLES:
            old = {(p["month"], p["watermark"]): p for p in before.get("tables", {}).get(table.name, ())}
            tables[table.name] = []
            for month, rows, watermark in _parts(cursor, table):
                known = old.get((month, watermark))
                if known is not None and (folder / known["file"]).exists():
                    tables[table.name].append(Part(**known))
                    kept += 1
                else:
                    tables[table.name].append(_write(cursor, folder, table, month, rows, watermark))
                    written += 1
    manifest = {
        "format": FORMAT,
        "taken_at": at.isoformat(),
        "tables": {name: [asdict(part) for part in parts] for name, parts in tables.items()},
    }
    _replace(folder / MANIFEST, json.dumps(manifest, indent=1).encode())
    _remove_unused(folder, before, manifest)
    return Taken(folder, sum(part.rows for parts in tables.values() for part in parts), written, kept)


@contextmanager
def _one_moment(using: str) -> Iterator[adbc.Cursor]:
    parameters = connections[using].get_connection_params()
    wanted = {k: parameters[k] for k in ("host", "port", "dbname", "user", "password") if parameters.get(k)}
    with adbc.connect(make_conninfo(**wanted)) as connection, connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield cursor


def _month_sql(table: Table) -> str:
    if table.partition is None:
        return "''"
    return f"coalesce(to_char(t.\"{table.partition}\", 'YYYY-MM-01'), 'none')"


def _parts(cursor: adbc.Cursor, table: Table) -> list[tuple[str, int, str]]:
    """Return (month, rows, watermark) of each part: one scan, hashes computed by the server."""
    cursor.execute(
        f"SELECT {_month_sql(table)} AS month, count(*) AS counted,"
        f" coalesce(sum(hash_record_extended(t.*, 0)), 0)::text AS content"
        f' FROM facts."{table.name}" AS t GROUP BY 1 ORDER BY 1'
    )
    columns = ",".join(f"{c.name}:{c.type}" for c in table.columns)
    found = []
    for month, rows, content in cursor.fetchall():
        mark = hashlib.sha256(f"{FORMAT}|{columns}|{rows}|{content}".encode()).hexdigest()[:16]
        found.append((month, rows, mark))
    return found


def _write(cursor: adbc.Cursor, folder: Path, table: Table, month: str, rows: int, watermark: str) -> Part:
    # The driver gives numeric as text: it is asked for as text and made a decimal here.
    columns = ", ".join(f't."{c.name}"{"::text" if c.type == "decimal" else ""} AS "{c.name}"' for c in table.columns)
    where = f" WHERE {_month_condition(table, month)}" if table.partition else ""
    cursor.execute(f'SELECT {columns} FROM facts."{table.name}" AS t{where}')
    (folder / table.name).mkdir(exist_ok=True)
    name = f"{table.name}/{month or 'all'}-{watermark}.parquet"
    part = folder / f"{name}.part"
    schema = pa.schema([pa.field(c.name, ARROW_TYPES[c.type]) for c in table.columns])
    with pq.ParquetWriter(part, schema, compression="zstd") as writer:
        for batch in cursor.fetch_record_batch():
            writer.write_batch(_typed(batch, schema))
    part.replace(folder / name)
    return Part(name, month, rows, watermark, _sha256(folder / name))


def _month_condition(table: Table, month: str) -> str:
    if month == "none":
        return f't."{table.partition}" IS NULL'
    first = date.fromisoformat(month)
    return (
        f"t.\"{table.partition}\" >= date '{first}' AND t.\"{table.partition}\" < date '{first}' + interval '1 month'"
    )


def _typed(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [batch.column(field.name).cast(field.type) for field in schema]
    return pa.record_batch(columns, schema=schema)


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return manifest if manifest.get("format") == FORMAT else {}


def _replace(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def _remove_unused(folder: Path, *manifests: dict[str, Any]) -> None:
    """Remove files of neither the new snapshot nor the one before, which somebody may still be reading."""
    used = {part["file"] for m in manifests for parts in m.get("tables", {}).values() for part in parts}
    for table in TABLES:
        for file in (folder / table.name).glob("*"):
            if f"{table.name}/{file.name}" not in used:
                file.unlink()


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(READ_BYTES):
            digest.update(block)
    return digest.hexdigest()
