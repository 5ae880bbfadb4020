"""Work in the background: ask for what is due, send what waits, notice what was interrupted. Numbers only in the log."""

from __future__ import annotations

import logging
from collections import Counter

from jalons.exchange.messages.operations import ask_for_due
from jalons.kernel import clock
from jalons.kernel.jobs import job
from jalons.kernel.outbox import deliver_next, sweep
from jalons.network.operations import system_user

log = logging.getLogger(__name__)
SENT_IN_A_ROUND = 2000  # then the round ends, so that a job never lasts for ever; the next minute goes on


@job(cron="*/5 * * * *", queue="messages")
def ask(timestamp: int) -> None:
    """Ask for the reminders and news that are due."""
    asked = ask_for_due(actor=system_user(), on=clock.today(), at=clock.instant())
    log.info("%d messages asked for", asked)


@job(cron="* * * * *", queue="messages")
def send(timestamp: int) -> None:
    """Send what waits; several workers share it without ever taking the same message."""
    sweep()
    done: Counter[str] = Counter()
    while done.total() < SENT_IN_A_ROUND:
        state = deliver_next(at=clock.instant())
        if state is None:
            break
        done[state] += 1
    log.info("messages: %s", dict(done))
