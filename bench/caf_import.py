"""The real import in a process of its own: ``python -m bench.caf_import FILE PROCESSES [--writes]``."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from unittest.mock import patch

import django

from bench import timing
from bench.caf import told

ON = date(2020, 1, 5)


def main() -> None:
    """Import the file and tell how long reading and the rest took; with ``--writes`` parsing is done before."""
    django.setup()
    from jalons.exchange.caf.operations import import_file
    from jalons.network.models import Authority
    from jalons.network.operations import system_user

    path, processes = Path(sys.argv[1]), int(sys.argv[2])
    given = {"actor": system_user(), "on": ON, "authority": Authority.objects.get(code="metropole_lyon")}
    last = [0.0]
    start = 0.0

    def progress(households: int) -> None:
        last[0] = time.perf_counter() - start

    with _parsed_before(path) if "--writes" in sys.argv else _as_it_is(), timing.Memory() as memory:
        start = time.perf_counter()
        run = import_file(path=path, processes=processes, progress=progress, **given)  # type: ignore[arg-type]
        took = time.perf_counter() - start
    told(seconds=took, read=last[0], households=run.households or 0, together=memory.peak)


def _as_it_is() -> patch:  # type: ignore[valid-type]
    return patch.dict({})


def _parsed_before(path: Path) -> patch:  # type: ignore[valid-type]
    from jalons.exchange.caf.batches import Part, read_parts

    parts = list(read_parts(path))

    def already(path: Path, *, processes: int = 1, skip: int = 0) -> Iterator[Part]:
        return iter(parts)

    return patch("jalons.exchange.caf.operations.importing.read_parts", already)


if __name__ == "__main__":
    main()
