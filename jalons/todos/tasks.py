"""Work in the background: every night, the to-dos of everybody on the new day."""

from __future__ import annotations

import logging

from jalons.kernel.clock import today
from jalons.kernel.jobs import job
from jalons.todos.operations import refresh

log = logging.getLogger(__name__)


@job(cron="30 1 * * *")
def refresh_all(timestamp: int) -> None:
    """Recompute everybody's to-dos: windows that close and breaches that begin come with the day, not with a write."""
    changes = refresh(as_of=today())
    log.info("to-dos of the day: %d written, %d deleted", changes.written, changes.deleted)
