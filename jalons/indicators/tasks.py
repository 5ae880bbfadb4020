"""Work in the background: count the months that changed, and check the whole cube every night."""

from __future__ import annotations

import logging

from jalons.indicators.operations import refresh_cube, verify_cube
from jalons.kernel.clock import today
from jalons.kernel.jobs import job

log = logging.getLogger(__name__)


@job(cron="*/5 * * * *")
def refresh_changed_months(timestamp: int) -> None:
    """Count the months marked since the last time."""
    refresh_cube(until=today())


@job(cron="30 2 * * *")
def verify_whole_cube(timestamp: int) -> None:
    """Compare the cube with a full count; say what differs, and count again when something does."""
    found = verify_cube()
    if found:
        log.error("the monthly cube differs from a full count on %d cells, first: %s", len(found), found[0])
        refresh_cube(until=today(), whole=True)
