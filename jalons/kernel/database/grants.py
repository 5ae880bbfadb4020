"""What the application role may do, set after each migration: read and write, but never rewrite history."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.db import connections
from django.db.backends.utils import CursorWrapper
from pghistory.models import Event
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from jalons.kernel.database.urls import resolve_urls

# Written by the migrations only, read by everyone.
MIGRATION_TABLES = ("django_migrations",)
SCHEMAS = {"public": "SELECT, INSERT, UPDATE, DELETE", "facts": "SELECT"}


def history_tables() -> list[str]:
    """Return the tables of history: those of the `pghistory` event models."""
    models = (model for model in apps.get_models() if issubclass(model, Event))
    return sorted(model._meta.db_table for model in models if not model._meta.proxy and model._meta.managed)


def append_only_tables() -> list[str]:
    """Return the tables of the models that say `append_only = True`: journals and traces, added to and never changed."""
    return sorted(model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False))


def aging_tables() -> dict[str, tuple[str, int]]:
    """Return table → (column, months) of the models that say `erased_after_months`: the only rows to go are the older ones."""
    found = {model._meta.db_table: getattr(model, "erased_after_months", None) for model in apps.get_models()}
    return {table: aged for table, aged in sorted(found.items()) if aged is not None}


def apply_grants(*, using: str = "owner", app_role: str | None = None) -> None:
    """Give the application role its exact privileges on every table, sequence and view. Idempotent.

    `using` is the alias of the owner's connection; `app_role` the role that serves, by default the one of the settings.
    """
    role = app_role or str(conninfo_to_dict(resolve_urls().app)["user"])
    app = sql.Identifier(role)
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s)", [list(SCHEMAS)])
        for (schema,) in cursor.fetchall():
            everything = sql.Identifier(schema)
            _run(cursor, "GRANT USAGE ON SCHEMA {} TO {}", everything, app)
            _run(cursor, "REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}", everything, app)
            _run(cursor, f"GRANT {SCHEMAS[schema]} ON ALL TABLES IN SCHEMA {{}} TO {{}}", everything, app)
            _run(cursor, "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {} TO {}", everything, app)
        _revoke(cursor, "UPDATE, DELETE, TRUNCATE", history_tables(), app)
        _revoke(cursor, "UPDATE, TRUNCATE", append_only_tables(), app)
        _revoke(cursor, "DELETE", sorted(set(append_only_tables()) - aging_tables().keys()), app)
        for table, (column, months) in aging_tables().items():
            _keep_young(cursor, sql.Identifier(table), sql.Identifier(column), months)
        # The context of history is one row per request, completed as the request goes on, and never deleted.
        _revoke(cursor, "DELETE, TRUNCATE", ["pghistory_context"], app)
        _revoke(cursor, "INSERT, UPDATE, DELETE, TRUNCATE", MIGRATION_TABLES, app)


def _keep_young(cursor: CursorWrapper, table: sql.Identifier, column: sql.Identifier, months: int) -> None:
    """Let only the rows older than so many months be deleted: a row policy, which no setting of a session turns off."""
    _run(cursor, "ALTER TABLE {} ENABLE ROW LEVEL SECURITY", table)
    old = f"{{}} < now() - make_interval(months => {int(months)})"
    for what, condition in (("SELECT", "USING (true)"), ("INSERT", "WITH CHECK (true)"), ("DELETE", f"USING ({old})")):
        name = sql.Identifier(f"aging_{what.lower()}")
        _run(cursor, "DROP POLICY IF EXISTS {} ON {}", name, table)
        parts = (name, table, column) if what == "DELETE" else (name, table)
        _run(cursor, f"CREATE POLICY {{}} ON {{}} FOR {what} {condition}", *parts)


def _revoke(cursor: CursorWrapper, privileges: str, tables: Iterable[str], app: sql.Identifier) -> None:
    cursor.execute("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relname = ANY(%s)", [list(tables)])
    for (table,) in cursor.fetchall():
        _run(cursor, f"REVOKE {privileges} ON {{}} FROM {{}}", sql.Identifier(table), app)


def _run(cursor: CursorWrapper, statement: str, *parts: sql.Identifier) -> None:
    cursor.execute(sql.SQL(statement).format(*parts))
