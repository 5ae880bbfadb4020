"""Fact rows given by a test, on each engine: complete rows from the few columns a case speaks of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connections, transaction

from jalons.facts.builder import POSTGRES_TYPES
from jalons.facts.contracts import BY_NAME, TABLES
from jalons.facts.engines import PostgresExecutor

Rows = dict[str, list[dict[str, Any]]]

ALWAYS: dict[str, Any] = {"authority_id": 1, "organisation_id": 1, "action_code": "a", "framework_code": "f"}
DEFAULTS: dict[str, dict[str, Any]] = {
    "organisation": {"name": "Organisme", "kind": "association"},
    "enrolment": {"line_id": 1, "agreement_id": 1},
    "agreement_line": {"agreement_id": 1, "kind": "convention", "start_on": date(2000, 1, 1), "places": 0},
    "appointment": {"kind": "individual", "mode": "face_to_face", "outcome": "held", "proved": False},
    "step": {"enrolment_id": 1, "kind": "cdd", "source": "common_law", "state": "started", "qualifying": False},
    "exit": {"line_id": 1, "destination": "other", "state": "confirmed"},
    "contract": {"kind": "engagement", "rank": 1, "state": "validated"},
    "job": {"contract_kind": "cdi", "employer_kind": "ordinary"},
    "orientation": {"accompaniment_type": "employment", "channel": "individual"},
    "authority": {"code": "authority", "name": "Autorité"},
    "rule_value": {
        "rulebook_code": "r",
        "authority_code": "authority",
        "version": "1",
        "valid_from": date(2000, 1, 1),
        "basis": "stated",
    },
    "right": {"household_id": 1, "state": "open", "basic_rsa": True},
    "person": {},
}


def complete(given: Mapping[str, Sequence[Mapping[str, Any]]]) -> Rows:
    """Return full fact rows: ``repeat: n`` makes n rows, « @ » stands for the rank, other columns take a default."""
    rows: Rows = {}
    for name, some in given.items():
        table = BY_NAME[name]
        rows[name] = []
        for row in some:
            for rank in range(1, int(row.get("repeat", 1)) + 1):
                rows[name].append(_row(name, {k: _ranked(v, rank) for k, v in row.items() if k != "repeat"}))
        for rank, made in enumerate(rows[name], start=1):
            for key in table.key:
                if table.column(key).type == "id":
                    made.setdefault(key, rank)
    return rows


def _ranked(value: Any, rank: int) -> Any:
    if isinstance(value, float):
        return Decimal(str(value))
    return rank + int(value[1:] or 0) if isinstance(value, str) and value.startswith("@") else value


def _row(name: str, given: dict[str, Any]) -> dict[str, Any]:
    columns = {column.name for column in BY_NAME[name].columns}
    row = {k: v for k, v in ALWAYS.items() if k in columns} | DEFAULTS.get(name, {}) | given
    if name == "enrolment":
        row.setdefault("oriented_on", row["start_on"])
    if name == "appointment":
        row.setdefault("month", row["on_date"].replace(day=1))
    if name == "rule_value":
        row.setdefault("number", None)
    return row


@contextmanager
def on_postgres(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[PostgresExecutor]:
    """Put ``rows`` in real tables under the schema ``facts`` for the time of a test, then roll back."""
    with transaction.atomic(using="owner"):
        with connections["owner"].cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS facts CASCADE; CREATE SCHEMA facts")
            for table in TABLES:
                columns = ", ".join(f'"{c.name}" {POSTGRES_TYPES[c.type]}' for c in table.columns)
                cursor.execute(f'CREATE TABLE facts."{table.name}" ({columns})')
                if rows.get(table.name):
                    text = json.dumps(list(rows[table.name]), default=_json)
                    cursor.execute(
                        f'INSERT INTO facts."{table.name}" SELECT * FROM'
                        f' json_populate_recordset(NULL::facts."{table.name}", %s)',
                        [text],
                    )
        yield PostgresExecutor("owner")
        transaction.set_rollback(True, using="owner")


def _json(value: Any) -> Any:
    if isinstance(value, Decimal | date):
        return str(value)
    raise TypeError(type(value))
