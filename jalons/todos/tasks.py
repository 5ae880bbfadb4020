"""Work in the background: everybody's to-dos on a new day or under new rules, and the agreement lines after a write."""

from __future__ import annotations

import logging

from jalons.kernel.clock import today
from jalons.kernel.jobs import job
from jalons.todos.models import Round
from jalons.todos.operations import go_round, refresh_lines

log = logging.getLogger(__name__)
LINES = "todos.lines"
# Several enrolments in a row ask for one count of the lines.
LINES_AFTER_SECONDS = 10


@job(cron="*/15 * * * *")
def refresh_all(timestamp: int) -> None:
    """Recompute everybody once a day, and again under newly adopted rulebooks; every other quarter of an hour finds it done.

    A night missed, or a round killed, is made up for at the next quarter.
    """
    go_round(as_of=today(), tell=_log)


def _log(current: Round) -> None:
    log.info("to-dos of %s: %d persons of %d, %d written", current.day, current.done, current.total, current.written)


@job()
def recount_lines() -> None:
    """Recompute the to-dos of agreement lines, after the commit of what changed them."""
    refresh_lines(as_of=today())


def lines_changed() -> None:
    """Ask for ``recount_lines``, soon and once; to be called when the write is committed."""
    recount_lines.enqueue(once=LINES, after_seconds=LINES_AFTER_SECONDS)
