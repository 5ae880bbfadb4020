"""The two roles, the database and what a database needs before its first migration."""

from __future__ import annotations

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from jalons.kernel.database.urls import APP_ROLE, DATABASE, OWNER_ROLE

EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist")  # all "trusted": the owner of a database may create them


def make_embedded(admin: str) -> None:
    """Make the two roles and the database of the private cluster, those that are missing (superuser's address)."""
    with psycopg.connect(admin, autocommit=True) as connection:
        make_role(connection, OWNER_ROLE, "LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOBYPASSRLS")
        make_role(connection, APP_ROLE, "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")
        _grant_membership(connection, APP_ROLE, OWNER_ROLE)
        make_database(connection, DATABASE, OWNER_ROLE)


def make_role(connection: psycopg.Connection[tuple[object, ...]], name: str, attributes: str) -> None:
    """Create a role unless it is there. `attributes` is one of our own constants."""
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
        statement = sql.SQL("CREATE ROLE {} " + attributes)
        connection.execute(statement.format(sql.Identifier(name)))


def make_database(connection: psycopg.Connection[tuple[object, ...]], name: str, owner: str) -> None:
    """Create a UTF-8 database unless it is there."""
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        statement = sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(owner)))


def make_external(owner: str, app: str) -> None:
    """On a server given by `DATABASE_URL`: make the application role when missing, with its derived password."""
    wanted = conninfo_to_dict(app)
    role, password = str(wanted["user"]), str(wanted.get("password") or "")
    with psycopg.connect(owner, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            return
        statement = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}")
        connection.execute(statement.format(sql.Identifier(role), sql.Literal(password)))
        _grant_membership(connection, role, connection.info.user)


def _grant_membership(connection: psycopg.Connection[tuple[object, ...]], role: str, member: str) -> None:
    """Let the owner act as the application role: it may then end its connections, to drop a database."""
    connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(member)))


def prepare_database(owner: str, app_role: str = APP_ROLE) -> None:
    """Give a database its extensions, the schema of facts, and default privileges for what migrations will create.

    Idempotent. A database made from a prepared template has all of it already.
    """
    app = sql.Identifier(app_role)
    with psycopg.connect(owner) as connection:
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        connection.execute("CREATE SCHEMA IF NOT EXISTS facts")
        for statement in (
            "GRANT USAGE ON SCHEMA public, facts TO {}",
            "ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
            "ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO {}",
        ):
            connection.execute(sql.SQL(statement).format(app))
