"""Work in the background: the letters of a batch, a few at a time, then their one PDF.

A worker killed leaves the batch unfinished: what it wrote is kept, the rest is written at the next minute, never twice.
"""

from __future__ import annotations

import logging

from procrastinate import RetryStrategy

from jalons.exchange.letters.batches import go_on, unfinished
from jalons.kernel.jobs import job

log = logging.getLogger(__name__)


@job(queue="letters", retry=RetryStrategy(max_attempts=1))
def write_batch(batch_id: int) -> None:
    """Write what is left of a batch; ``resume`` goes on with it when this one dies."""
    log.info("letters of batch %d: %d written", batch_id, go_on(batch_id))


@job(cron="* * * * *", queue="letters", retry=RetryStrategy(max_attempts=1))
def resume(timestamp: int) -> None:
    """Go on with the batches nobody is writing."""
    for batch_id in unfinished():
        log.info("letters of batch %d: %d written", batch_id, go_on(batch_id))
