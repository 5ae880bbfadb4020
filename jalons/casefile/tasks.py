"""Work in the background: drafts nobody took up again are erased. Numbers only in the log."""

from __future__ import annotations

import logging

from jalons.casefile.erasing import erase_drafts
from jalons.kernel import clock
from jalons.kernel.jobs import job
from jalons.network.operations import system_user

log = logging.getLogger(__name__)


@job(cron="30 2 * * *")
def erase_old_drafts(timestamp: int) -> None:
    """Erase the drafts kept long enough, every night; they are dated by the real clock, which nothing moves."""
    log.info("drafts of notes: %d erased", erase_drafts(actor=system_user(), on=clock.now().date()))
