"""Makes the views ``facts.*`` from what the rooms publish: dropped before, rebuilt after each migrate.

Plain views with ``security_invoker``: who reads a fact needs the right to read the rows behind it, and nothing is
stored twice. They belong to the owner role; the role that serves may only read them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.db.utils import ProgrammingError

from jalons.facts.contracts import TABLES, ColumnType, Table
from jalons.facts.publishing import Published

POSTGRES_TYPES: dict[ColumnType, str] = {
    "id": "bigint",
    "text": "text",
    "int": "integer",
    "decimal": "numeric",
    "bool": "boolean",
    "date": "date",
}

# What may stand behind each type: these casts lose nothing.
ACCEPTED: dict[ColumnType, frozenset[str]] = {
    "id": frozenset({"bigint", "integer", "smallint"}),
    "text": frozenset({"text", "character varying"}),
    "int": frozenset({"integer", "smallint"}),
    "decimal": frozenset({"numeric", "integer", "bigint", "smallint"}),
    "bool": frozenset({"boolean"}),
    "date": frozenset({"date"}),
}


class PublishingError(Exception):
    """What a room publishes does not fit the contract; the message says where, what and what to do, in French."""


@dataclass(frozen=True, slots=True)
class Built:
    """What ``rebuild_views`` made: tables with a publisher, and those still empty because no room publishes them."""

    published: tuple[str, ...]
    empty: tuple[str, ...]


def discover() -> list[tuple[str, Published]]:
    """Return (room, mapping) for every ``PUBLISHED`` of the installed applications, in their order."""
    found: list[tuple[str, Published]] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.published"
        if find_spec(name) is not None:
            found += [(config.name, mapping) for mapping in import_module(name).PUBLISHED]
    return found


def one_publisher_each(found: Iterable[tuple[str, Published]]) -> dict[str, tuple[str, Published]]:
    """Return table → (room, mapping); a table published twice, or out of the contracts, raises PublishingError."""
    by_table: dict[str, tuple[str, Published]] = {}
    for room, mapping in found:
        name = mapping.table.name
        if mapping.table not in TABLES:
            raise PublishingError(
                f"{room} publie « {name} », qui n’a pas de contrat. Ajoutez la table à TABLES dans jalons/facts/contracts.py."
            )
        if name in by_table:
            raise PublishingError(
                f"« {name} » est publiée deux fois, par {by_table[name][0]} et par {room}. Gardez une seule des deux."
            )
        by_table[name] = (room, mapping)
    return by_table


def empty_select(table: Table) -> str:
    """Return a SELECT without rows that has the columns of ``table``."""
    columns = ", ".join(f'NULL::{POSTGRES_TYPES[c.type]} AS "{c.name}"' for c in table.columns)
    return f"SELECT {columns} WHERE false"


def fitted_select(cursor: CursorWrapper, room: str, mapping: Published) -> str:
    """Check the columns and types of ``mapping`` against its contract; return its SELECT with the contract's types."""
    table = mapping.table
    text = mapping.select.strip().rstrip(";")
    try:
        cursor.execute(f'CREATE OR REPLACE TEMPORARY VIEW "_fit_{table.name}" AS {text}')
    except ProgrammingError as error:
        raise PublishingError(
            f"{room} publie « {table.name} » par une requête refusée par PostgreSQL : {error}"
        ) from error
    cursor.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
        " WHERE attrelid = to_regclass(%s) AND attnum > 0 ORDER BY attnum",
        [f'pg_temp."_fit_{table.name}"'],
    )
    types: dict[str, str] = dict(cursor.fetchall())
    cursor.execute(f'DROP VIEW pg_temp."_fit_{table.name}"')
    expected = [column.name for column in table.columns]
    missing = [name for name in expected if name not in types]
    unknown = [name for name in types if name not in expected]
    if missing or unknown:
        raise PublishingError(
            f"{room} publie « {table.name} » avec d’autres colonnes que le contrat."
            f" Manquantes : {', '.join(missing) or 'aucune'}. Inconnues : {', '.join(unknown) or 'aucune'}."
            " Corrigez le SELECT de published.py, ou le contrat si le sens a changé."
        )
    columns = []
    for column in table.columns:
        wanted, given = POSTGRES_TYPES[column.type], types[column.name]
        if given not in ACCEPTED[column.type]:
            raise PublishingError(
                f"{room} publie « {table.name}.{column.name} » en {given} ; le contrat demande {wanted}"
                f" ({column.type}). Convertissez la colonne dans le SELECT de published.py."
            )
        columns.append(f'"{column.name}"' if given == wanted else f'"{column.name}"::{wanted} AS "{column.name}"')
    return f"SELECT {', '.join(columns)} FROM ({text}) AS published"


def drop_views(*, using: str = "owner") -> None:
    """Drop every fact view, so that a migration may change the columns behind them."""
    with connections[using].cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS facts CASCADE")


def rebuild_views(*, using: str = "owner", found: Iterable[tuple[str, Published]] | None = None) -> Built:
    """Drop and create all fact views in one transaction, and let the serving role read them.

    ``found`` replaces the discovery of published mappings, for tests. Raises PublishingError before anything changes.
    """
    publishers = one_publisher_each(discover() if found is None else found)
    reader = connections["default"].settings_dict["USER"]
    owner = connections[using].settings_dict["USER"]
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        selects = {
            table.name: fitted_select(cursor, *publishers[table.name])
            if table.name in publishers
            else empty_select(table)
            for table in TABLES
        }
        cursor.execute("DROP SCHEMA IF EXISTS facts CASCADE")
        cursor.execute("CREATE SCHEMA facts")
        for name, select in selects.items():
            cursor.execute(f'CREATE VIEW facts."{name}" WITH (security_invoker = true) AS {select}')
        if reader and reader != owner:
            cursor.execute(f'GRANT USAGE ON SCHEMA facts TO "{reader}"')
            cursor.execute(f'GRANT SELECT ON ALL TABLES IN SCHEMA facts TO "{reader}"')
    return Built(
        published=tuple(name for name in selects if name in publishers),
        empty=tuple(name for name in selects if name not in publishers),
    )
