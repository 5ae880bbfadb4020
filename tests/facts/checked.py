"""What tests hold definitions and engines to: the columns a text reads are in a contract, whole tables have one checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlglot
from sqlglot import exp

from jalons.facts.contracts import BY_NAME, Table
from jalons.facts.engines import Executor


def fact_columns(sql: str) -> set[tuple[str, str]]:
    """Return the (table, column) pairs of ``facts`` that ``sql`` reads; raise ValueError for what no contract holds.

    Columns are resolved by their table alias; a bare column is searched in the fact tables of its own SELECT. ``*`` is
    refused: a definition names what it reads.
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    read: set[tuple[str, str]] = set()
    for select in tree.find_all(exp.Select):
        sources = [
            node.this
            for node in [
                select.args.get("from_") or select.args.get("from"),
                *(select.args.get("joins") or []),
            ]
            if node
        ]
        tables = {s.alias_or_name: s.name for s in sources if isinstance(s, exp.Table) and s.db == "facts"}
        others = {s.alias_or_name for s in sources if not (isinstance(s, exp.Table) and s.db == "facts")}
        for name in tables.values():
            if name not in BY_NAME:
                raise ValueError(f"facts.{name} has no contract")
        for column in select.find_all(exp.Column):
            if column.find_ancestor(exp.Select) is not select:
                continue
            read |= _resolved(column, tables, others)
        if tables and any(isinstance(e, exp.Star) for e in select.expressions):
            raise ValueError(f"SELECT * over facts.{', facts.'.join(tables.values())}: name the columns")
    return read


def _resolved(column: exp.Column, tables: dict[str, str], others: set[str]) -> set[tuple[str, str]]:
    name = column.name
    if column.table:
        if column.table not in tables:
            return set()
        BY_NAME[tables[column.table]].column(name)  # raises KeyError naming the columns
        return {(tables[column.table], name)}
    owners = {t for t in tables.values() if any(c.name == name for c in BY_NAME[t].columns)}
    if tables and not owners and not others:
        raise ValueError(f"column {name!r} is in no contract of facts.{', facts.'.join(sorted(tables.values()))}")
    return {(owner, name) for owner in owners}


def checksum(rows: Sequence[Sequence[Any]]) -> str:
    """Return a hash of ``rows`` that ignores their order and the number types of the engine."""
    lines = sorted("\x1f".join(_plain(value) for value in row) for row in rows)
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()


def _plain(value: Any) -> str:
    if value is None:
        return "\x00"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        number = Decimal(str(value)).normalize()
        return format(number, "f")
    return str(value)


def table_checksum(executor: Executor, table: Table) -> str:
    """Return a checksum of a whole fact table computed inside the engine: counts, sums and extremes of each column."""
    parts = ["count(*)"]
    for column in table.columns:
        name = f't."{column.name}"'
        parts.append(f"count({name})")
        if column.type in ("id", "int", "decimal"):
            parts += [f"coalesce(sum({name}), 0)", f"min({name})", f"max({name})"]
        elif column.type == "date":
            parts += [
                f"coalesce(sum(date_diff('day', date '2000-01-01', {name})), 0)",
                f"min({name})",
                f"max({name})",
            ]
        elif column.type == "bool":
            parts.append(f"sum(case when {name} then 1 else 0 end)")
        else:
            parts += [f"coalesce(sum(length({name})), 0)", f"count(distinct {name})"]
    return checksum(executor.run(f'select {", ".join(parts)} from facts."{table.name}" as t').rows)
