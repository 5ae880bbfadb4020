"""Throw-away databases: a private cluster in a temporary folder, or databases of our own on the server of `DATABASE_URL`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from jalons.kernel.database import ensure_running, resolve_urls, stop
from jalons.kernel.database.places import cluster_folder, data_folder, socket_folder
from jalons.kernel.database.roles import prepare_database
from jalons.kernel.database.urls import admin_url

PREFIX = "jalons_bench"
TODAY = "2020-10-15"
TRIES = 40  # half a second each: a server stopped a moment ago closes its sessions by then


SETTINGS = {
    "JALONS_TODAY": TODAY,
    "JALONS_FICTITIOUS": "1",
    "JALONS_DEMO_PASSWORD": "jalons-bench-2020",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}


@contextmanager
def throw_away() -> Iterator[str]:
    """Give the name of a migrated database without rows, to be copied; everything is removed at the end.

    The project's own tests give theirs in ``JALONS_BENCH_BASE``: it is copied where it is, which spares the migrations.
    """
    os.environ |= SETTINGS
    template = f"{PREFIX}_{os.getpid()}"
    base = os.environ.get("JALONS_BENCH_BASE")
    if base:
        try:
            yield copy(base, template)
        finally:
            _remove(template)
        return
    with tempfile.TemporaryDirectory(prefix="jalons-bench-") as folder:
        Path(folder).chmod(0o711)  # the account of the server goes through
        os.environ["JALONS_DATA"] = str(Path(folder) / "data")
        os.environ.pop("JALONS_DATABASE_NAME", None)
        try:
            _make(template)
            yield template
        finally:
            if resolve_urls().embedded:
                _remove_cluster()
            else:
                _remove(template)


def _make(name: str) -> None:
    if resolve_urls().embedded:
        ensure_running()
    _create(name)
    os.environ["JALONS_DATABASE_NAME"] = name
    urls = ensure_running()
    prepare_database(urls.owner, urls.app_role)
    subprocess.run([sys.executable, "-m", "jalons", "migrate", "--quiet"], check=True)


def copy(source: str, name: str) -> str:
    """Make the database ``name`` as ``source`` is; nobody may be connected to it."""
    drop(name)
    with _server() as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source)))
    return name


def drop(name: str) -> None:
    """Drop a database if it is there, once those who use it have left (the owner may not end their sessions)."""
    with _server() as server:
        for attempt in range(TRIES):
            try:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
                return
            except psycopg.errors.ObjectInUse:
                if attempt == TRIES - 1:
                    raise
                time.sleep(0.5)


@contextmanager
def bulk(name: str | None = None) -> Iterator[psycopg.Cursor[tuple[object, ...]]]:
    """Give a cursor that writes rows without history nor foreign key checks, in one transaction.

    The embedded cluster has a superuser for it; on a server given by `DATABASE_URL` the owner must be allowed to set
    ``session_replication_role``.
    """
    urls = resolve_urls()
    address = admin_url(data_folder()) if urls.embedded else urls.owner
    name = name or os.environ["JALONS_DATABASE_NAME"]
    with psycopg.connect(make_conninfo(address, dbname=name)) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor


def analyse(name: str | None = None) -> None:
    """Let the planner know the rows, and the pages be marked all visible, as autovacuum would have."""
    name = name or os.environ["JALONS_DATABASE_NAME"]
    with psycopg.connect(make_conninfo(resolve_urls().owner, dbname=name), autocommit=True) as connection:
        try:
            connection.execute("VACUUM ANALYZE")
        except psycopg.errors.UndefinedTable:  # a table of somebody's session went away meanwhile
            connection.execute("VACUUM ANALYZE")


def _create(name: str) -> None:
    with _server() as server:
        server.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(name)))


def _server() -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(make_conninfo(resolve_urls().owner, dbname="postgres"), autocommit=True)


def _remove(template: str) -> None:
    with _server() as server:
        rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [template]).fetchall()
    for (name,) in rows:
        drop(str(name))


def _remove_cluster() -> None:
    data = data_folder()
    stop()
    for folder in (cluster_folder(data), socket_folder(data)):
        shutil.rmtree(folder, ignore_errors=True)
