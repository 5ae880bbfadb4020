"""The workers that the test of the batches kills: ``python -m tests.crash.letters_worker WRITER BATCH KILLS SEED FOLDER``.

Each life writes until it is killed (-9) just after a document was kept, before anything says so; the last one ends.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import django


class Fate:
    """Kills the worker at the Nth document it keeps; never for None."""

    def __init__(self, at: int | None) -> None:
        self.left = at

    def kept(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


def jalons(batch_id: int, fate: Fate) -> None:
    """Write with the product."""
    from jalons.exchange.letters import batches, writing

    keep_paper: Callable[..., Any] = writing.keep_paper

    def watched(**given: Any) -> Any:
        made = keep_paper(**given)
        fate.kept()
        return made

    writing.keep_paper = watched
    batches.CHUNK = 3
    batches.go_on(batch_id)


def live(writer: str, batch_id: int, place: Path, fate: Fate) -> None:
    """Be one worker."""
    from tests.crash import naive_letters

    if writer == "jalons":
        jalons(batch_id, fate)
    else:
        naive_letters.WRITERS[writer](batch_id, place, fate.kept)


def main() -> int:
    """Live as many lives as kills, and one more."""
    writer, batch_id, kills, seed, folder = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    random = Random(int(seed))
    fates = [random.randint(2, 4) for _ in range(int(kills))]
    for at in (*fates, None):
        process = os.fork()
        if process == 0:
            live(writer, int(batch_id), Path(folder) / "position", Fate(at))
            os._exit(0)
        _, status = os.waitpid(process, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
