"""Work in the background: what was kept long enough is erased. Numbers only in the log."""

from __future__ import annotations

import logging

from jalons.kernel import clock
from jalons.kernel.jobs import job
from jalons.network.erasing import erase_traces
from jalons.network.operations import system_user

log = logging.getLogger(__name__)


@job(cron="10 2 * * *")
def erase_old_traces(timestamp: int) -> None:
    """Erase the read traces kept long enough, every night; a night missed is made up for by the next."""
    erased = 0
    while count := erase_traces(actor=system_user(), on=clock.now().date()):
        erased += count
    log.info("read traces: %d erased", erased)
