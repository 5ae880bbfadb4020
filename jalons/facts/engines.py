"""One SQL text, several engines: definitions are written in the DuckDB dialect over ``facts.*`` and carried by sqlglot.

An engine is an ``Executor``: PostgreSQL (live rows) and DuckDB (a Parquet snapshot, or rows given by a test). Another one
(Spark, Trino) is one more class with the same two methods. Equal checksums on every engine are the contract.

Parameters are named: ``$first``, ``$ids``. A list parameter is used as ``x = any($ids)``. Two functions are ours because
engines disagree on them: ``add_months(day, n)`` and ``add_days(day, n)``, both of which return a date.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Protocol

import duckdb
import pyarrow as pa
import sqlglot
from django.db import connections, transaction
from sqlglot import exp

from jalons.facts.contracts import BY_NAME, TABLES, ColumnType, Table

Dialect = Literal["duckdb", "postgres", "spark"]
Value = int | str | bool | Decimal | date | None
Params = Mapping[str, Any]

MANIFEST = "manifest.json"
DECIMAL_SCALE = 6  # amounts, hours and rule values of the frameworks have at most 4 decimals
ARROW_TYPES: dict[ColumnType, pa.DataType] = {
    "id": pa.int64(),
    "text": pa.string(),
    "int": pa.int32(),
    "decimal": pa.decimal128(18, DECIMAL_SCALE),
    "bool": pa.bool_(),
    "date": pa.date32(),
}
DUCKDB_TYPES: dict[ColumnType, str] = {
    "id": "BIGINT",
    "text": "VARCHAR",
    "int": "INTEGER",
    "decimal": f"DECIMAL(18, {DECIMAL_SCALE})",
    "bool": "BOOLEAN",
    "date": "DATE",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of a query with the names of their columns; iterate for tuples, ``dicts()`` for mappings."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def dicts(self) -> list[dict[str, Any]]:
        """Return each row as a mapping from column to value."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class Executor(Protocol):
    """An engine that answers SQL of the DuckDB dialect over the fact tables."""

    name: str

    def run(self, sql: str, params: Params | None = None, *, bulk: bool = False) -> Answer:
        """Return the rows of ``sql``, with ``params`` for its ``$name`` parameters; ``bulk``: it reads many rows of each table."""
        ...


def _added(day: exp.Expression, count: exp.Expression, unit: str, dialect: Dialect) -> exp.Expression:
    # ``transform`` does not look inside what it replaces: a date may itself be an addition.
    day, count = day.transform(_ours, dialect), count.transform(_ours, dialect)
    if dialect == "spark":
        return exp.Anonymous(this="ADD_MONTHS" if unit == "months" else "DATE_ADD", expressions=[day, count])
    if dialect == "postgres":
        interval: exp.Expression = exp.Anonymous(
            this="MAKE_INTERVAL",
            expressions=[exp.Kwarg(this=exp.var(unit), expression=exp.cast(count, "int"))],
        )
    else:
        interval = exp.Anonymous(this=f"TO_{unit.upper()}", expressions=[exp.cast(count, "int")])
    return exp.cast(exp.paren(exp.Add(this=day, expression=interval)), "date")


def _ours(node: exp.Expression, dialect: Dialect) -> exp.Expression:
    """Replace ``add_months`` and ``add_days`` by what ``dialect`` understands."""
    if isinstance(node, exp.AddMonths):
        return _added(node.this, node.expression, "months", dialect)
    if isinstance(node, exp.Anonymous) and node.name.lower() in ("add_months", "add_days"):
        day, count = node.expressions
        return _added(day, count, node.name.lower().removeprefix("add_"), dialect)
    return node


@lru_cache(maxsize=512)
def transpile(sql: str, dialect: Dialect = "postgres") -> str:
    """Return ``sql`` (DuckDB dialect, ``$name`` parameters) in ``dialect``.

    The PostgreSQL text has ``%(name)s`` parameters and its literal percent signs doubled, ready for psycopg.
    Raises ``sqlglot.errors.ParseError`` with the place of the fault.
    """
    tree = sqlglot.parse_one(sql, read="duckdb").transform(_ours, dialect, copy=False)
    if dialect != "postgres":
        return tree.sql(dialect, copy=False)
    names = {node.name for node in tree.find_all(exp.Placeholder)}
    for node in list(tree.find_all(exp.Placeholder)):
        node.replace(exp.var(f"__parameter_{node.name}__"))
    text = tree.sql("postgres", copy=False).replace("%", "%%")
    for name in names:
        text = text.replace(f"__parameter_{name}__", f"%({name})s")
    return text


class PostgresExecutor:
    """Runs definitions on the live fact views through a Django connection."""

    name = "postgres"

    def __init__(self, using: str = "default") -> None:
        self.using = using

    def run(self, sql: str, params: Params | None = None, *, bulk: bool = False) -> Answer:
        """Return the rows of ``sql`` (DuckDB dialect).

        ``bulk``: joins go by hash only. PostgreSQL takes the result of a long text for one row, and would join a whole caseload
        to its facts by nested loops (minutes instead of seconds).
        """
        with ExitStack() as stack:
            if bulk:
                stack.enter_context(self._joining_by_hash())
            cursor = stack.enter_context(connections[self.using].cursor())
            cursor.execute(transpile(sql, "postgres"), dict(params or {}))
            columns = tuple(column.name for column in cursor.description or ())
            return Answer(columns, cursor.fetchall())

    @contextmanager
    def _joining_by_hash(self) -> Iterator[None]:
        with transaction.atomic(using=self.using), connections[self.using].cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = off")
            yield  # an error rolls the setting back with the rest
            cursor.execute("SET LOCAL enable_nestloop = on")


class DuckDBExecutor:
    """Runs definitions in process, on a Parquet snapshot or on given rows. Close it, or use it as a context."""

    name = "duckdb"

    def __init__(self, *, threads: int | None = None, memory_limit: str | None = None) -> None:
        self.connection = duckdb.connect(":memory:")
        self.connection.execute("CREATE SCHEMA facts")
        for unit in ("months", "days"):  # ours are macros here: the text runs as it is written
            self.connection.execute(
                f"CREATE MACRO add_{unit}(day, n) AS CAST(CAST(day AS DATE) + to_{unit}(CAST(n AS INT)) AS DATE)"
            )
        if threads:
            self.connection.execute(f"SET threads = {int(threads)}")
        if memory_limit:
            self.connection.execute("SET memory_limit = ?", [memory_limit])

    @classmethod
    def over_snapshot(cls, folder: Path, **options: Any) -> DuckDBExecutor:
        """Open the snapshot in ``folder``: a view ``facts.<table>`` per contract, empty where it has no row.

        Raises FileNotFoundError with a French sentence when there is no snapshot there.
        """
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise FileNotFoundError(
                f"Pas d’instantané dans {folder}. Faites-en un avec « jalons snapshot »."
            ) from error
        executor = cls(**options)
        for table in TABLES:
            files = [str(folder / part["file"]) for part in manifest["tables"].get(table.name, ())]
            if files:
                names = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
                columns = ", ".join(f'"{column.name}"' for column in table.columns)
                executor.connection.execute(
                    f'CREATE VIEW facts."{table.name}" AS SELECT {columns} FROM read_parquet([{names}])'
                )
            else:
                executor._create(table)
        return executor

    @classmethod
    def over_rows(cls, rows: Mapping[str, Sequence[Mapping[str, Any]]], **options: Any) -> DuckDBExecutor:
        """Hold the given fact rows (table → rows); a column left out is NULL, an unknown one raises ValueError."""
        executor = cls(**options)
        for name in rows:
            if name not in BY_NAME:
                raise ValueError(f"facts.{name} has no contract; tables: {', '.join(BY_NAME)}")
        for table in TABLES:
            executor._create(table)
            executor._fill(table, rows.get(table.name, ()))
        return executor

    def _create(self, table: Table) -> None:
        columns = ", ".join(f'"{column.name}" {DUCKDB_TYPES[column.type]}' for column in table.columns)
        self.connection.execute(f'CREATE TABLE facts."{table.name}" ({columns})')

    def _fill(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if not rows:
            return
        batch = arrow_table(table, rows)
        self.connection.register("_batch", batch)
        self.connection.execute(f'INSERT INTO facts."{table.name}" SELECT * FROM _batch')
        self.connection.unregister("_batch")

    def run(self, sql: str, params: Params | None = None, *, bulk: bool = False) -> Answer:
        """Return the rows of ``sql`` (DuckDB dialect); ``bulk`` changes nothing here."""
        cursor = self.connection.execute(sql, dict(params) if params else None)
        columns = tuple(column[0] for column in cursor.description or ())
        return Answer(columns, cursor.fetchall())

    def close(self) -> None:
        """Free the memory of the engine."""
        self.connection.close()

    def __enter__(self) -> DuckDBExecutor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def arrow_table(table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return ``rows`` as an Arrow table of the contract ``table``."""
    known = {column.name for column in table.columns}
    for row in rows:
        if unknown := sorted(set(row) - known):
            raise ValueError(
                f"facts.{table.name} has no column {', '.join(unknown)}; it has: {', '.join(sorted(known))}"
            )
    loose = pa.schema([pa.field(c.name, ARROW_TYPES[c.type]) for c in table.columns])
    return pa.table(
        {c.name: pa.array([row.get(c.name) for row in rows], type=loose.field(c.name).type) for c in table.columns},
        schema=loose,
    )
