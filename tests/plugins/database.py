"""The database of the tests: made by the owner, used by the application role, copied from a template already migrated.

The template is made again only when a migration (or a dependency) changes; each run copies it in a fraction of a second,
then rebuilds the triggers, the fact views and the grants. `JALONS_TEST_DB` names the copy; each xdist worker has its own.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from pgtrigger.installation import install as install_triggers
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pytest_django import DjangoDbBlocker

from jalons.facts.builder import drop_views, rebuild_views
from jalons.kernel.database import DatabaseUrls, ensure_running
from jalons.kernel.database.grants import apply_grants
from jalons.kernel.database.history_plans import settle_history_plans
from jalons.kernel.database.launcher import alone
from jalons.kernel.database.roles import prepare_database

PROJECT = Path(__file__).resolve().parents[2]
TEMPLATE_PREFIX = "tpl_jalons_"
DEFAULT_PREFIX = "test_jalons_"
TEMPLATES_KEPT = 3


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Replaces pytest-django's: one database per process, dropped at the end."""
    urls = ensure_running()
    name = _test_name(request.config)
    with django_db_blocker.unblock():
        with alone("test-templates"), _server(urls) as server:
            _drop_abandoned(server)
            template = _template(server, urls)
            _drop(server, name)
            _copy(server, template, name)
        _point_to(name)
        _finish(urls)
    # Emptying tables between tests announces a migration too, as the role of the application, who installs nothing.
    settings.PGTRIGGER_INSTALL_ON_MIGRATE = False
    os.environ["JALONS_DATABASE_NAME"] = name  # a child process of a test works on the same database
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        with _server(urls) as server:
            _drop(server, name)


def _test_name(config: pytest.Config) -> str:
    worker = getattr(config, "workerinput", {}).get("workerid", "")
    base = os.environ.get("JALONS_TEST_DB") or f"{DEFAULT_PREFIX}{os.getpid()}"
    return f"{base}_{worker}" if worker else base


def _server(urls: DatabaseUrls) -> psycopg.Connection[tuple[object, ...]]:
    """Connect as the owner, outside the databases that are made and dropped."""
    return psycopg.connect(make_conninfo(urls.owner, dbname="postgres"), autocommit=True)


def _template(server: psycopg.Connection[tuple[object, ...]], urls: DatabaseUrls) -> str:
    name = f"{TEMPLATE_PREFIX}{_fingerprint(server)}"
    if _exists(server, name):
        return name
    part = f"{name}_part"
    _drop(server, part)
    server.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(part)))
    prepare_database(make_conninfo(urls.owner, dbname=part), urls.app_role)
    _point_to(part)
    drop_views(using="owner")
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    call_command("createcachetable", database="owner", verbosity=0)
    connections.close_all()
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(part), sql.Identifier(name)))
    _forget_old_templates(server)
    return name


def _fingerprint(server: psycopg.Connection[tuple[object, ...]]) -> str:
    """Everything the template depends on: migrations, locked dependencies, the preparation, the server."""
    digest = hashlib.sha256(str(server.info.server_version).encode())
    files = [*PROJECT.glob("jalons/**/migrations/*.py"), PROJECT / "requirements" / "run.txt"]
    files.append(PROJECT / "jalons" / "kernel" / "database" / "roles.py")
    for file in sorted(files):
        digest.update(str(file.relative_to(PROJECT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _finish(urls: DatabaseUrls) -> None:
    """Triggers, views and grants as `jalons migrate` makes them; emptying tables is allowed in the tests' database only."""
    install_triggers(database="owner")  # they may have changed since the template: no migration carries them
    rebuild_views(using="owner")
    apply_grants(using="owner")
    settle_history_plans(using="owner")
    role = sql.Identifier(urls.app_role)
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql.SQL("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {}").format(role))  # type: ignore[arg-type]
    connections["owner"].close()


def _point_to(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def _copy(server: psycopg.Connection[tuple[object, ...]], template: str, name: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    server.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


def _drop(server: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _exists(server: psycopg.Connection[tuple[object, ...]], name: str) -> bool:
    return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _drop_abandoned(server: psycopg.Connection[tuple[object, ...]]) -> None:
    """Databases named after a process that was killed before it could drop them."""
    rows = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{DEFAULT_PREFIX}%"]).fetchall()
    for (name,) in rows:
        process = re.fullmatch(rf"{DEFAULT_PREFIX}(\d+)(_gw\d+)?", str(name))
        if process and not Path(f"/proc/{process[1]}").exists() and Path("/proc/self").exists():
            _drop(server, str(name))


def _forget_old_templates(server: psycopg.Connection[tuple[object, ...]]) -> None:
    rows = server.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid DESC", [f"{TEMPLATE_PREFIX}%"]
    ).fetchall()
    for (name,) in rows[TEMPLATES_KEPT:]:
        _drop(server, str(name))
