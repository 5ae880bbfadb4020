"""Work in the background: extracts kept long enough are erased. Numbers only in the log."""

from __future__ import annotations

import logging

from jalons.exchange.caf.operations.erasing import erase_extracts
from jalons.kernel import clock
from jalons.kernel.jobs import job
from jalons.network.operations import system_user

log = logging.getLogger(__name__)


@job(cron="30 2 * * *")
def erase_old_extracts(timestamp: int) -> None:
    """Erase the extracts nobody decided about in time, every night; runs are dated by the real clock."""
    erased = erase_extracts(actor=system_user(), on=clock.now().date())
    log.info("households set aside: %d given up", erased)
