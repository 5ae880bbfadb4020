"""The process that the crash tests kill: ``python -m tests.crash.worker COMMAND ARGUMENTS``.

While it works it prints one line per SQL statement, so that the test can kill it, or the database, after any of them. With
``JALONS_CRASH_PAUSE`` it waits after that statement, so that it is killed there and not where a slow reader lets it go.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import django

ON = date(2020, 10, 15)
BATCH = 40  # households, so that a small file has many batches


def prepare(schema: str, *codes: str) -> None:
    """Make the schema (from a dump of the tests' database: ten times faster than migrating) and one authority per scenario."""
    from django.db import connections

    from jalons.facts.builder import rebuild_views
    from jalons.kernel.database.grants import apply_grants
    from jalons.network.models import Authority
    from jalons.network.operations import system_user

    with connections["owner"].cursor() as cursor:
        cursor.execute(Path(schema).read_text())
        cursor.execute("SET search_path TO DEFAULT")
    rebuild_views(using="owner")
    apply_grants(using="owner")
    system_user()
    for code in codes:
        Authority.objects.create(code=code, name=code, short_name=code)


def work(importer: str, codes: str, *files: str) -> None:
    """Import files with one of the importers for authorities (separated by commas), telling each statement."""
    from django.db import connection

    from jalons.network.models import Authority

    statements = count(1)
    pause = int(os.environ.get("JALONS_CRASH_PAUSE", "0"))
    importers: dict[str, Callable[[Authority, Path], None]] = {"jalons": _jalons, "naive": _naive}

    def told(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        result = execute(sql, parameters, many, context)
        print("statement", flush=True)
        if next(statements) == pause:
            signal.pause()
        return result

    with connection.execute_wrapper(told):
        for code in codes.split(","):
            for file in files:
                importers[importer](Authority.objects.get(code=code), Path(file))
    print("done", flush=True)


def _jalons(authority: Any, path: Path) -> None:
    from jalons.exchange.caf import batches
    from jalons.exchange.caf.operations import import_file
    from jalons.network.operations import system_user

    batches.BATCH = BATCH
    import_file(actor=system_user(), on=ON, authority=authority, path=path)


def _naive(authority: Any, path: Path) -> None:
    from tests.crash.naive_importer import import_naively

    import_naively(authority, path)


def content(*codes: str) -> None:
    """Print what each authority holds, by natural keys, as JSON: sorted rows of each table."""
    from tests.crash.content import content_of

    print(json.dumps([content_of(code) for code in codes]))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from jalons.kernel.database import ensure_running

    ensure_running()
    command, *arguments = sys.argv[1:]
    {"prepare": prepare, "work": work, "content": content}[command](*arguments)


if __name__ == "__main__":
    main()
