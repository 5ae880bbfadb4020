"""Work in the background: taking, or taking back, a table too large for a page. Numbers only in the log."""

from __future__ import annotations

import logging
from datetime import date

from jalons.exchange.spreadsheets.erasing import erase_refused
from jalons.exchange.spreadsheets.moving.erasing import erase_rows
from jalons.exchange.spreadsheets.moving.operations import retry
from jalons.exchange.spreadsheets.moving.taking import take_all, undo_all
from jalons.kernel import clock
from jalons.kernel.jobs import job
from jalons.network.models import User
from jalons.network.operations import system_user

log = logging.getLogger(__name__)


@job(queue="default")
def take_table(move_id: int, user_id: int, on: str) -> None:
    """Take the rows of a table, batch by batch; started again after a stop, it goes on from there."""
    settled = take_all(actor=User.objects.get(pk=user_id), on=date.fromisoformat(on), move_id=move_id)
    log.info("table %d: %d rows settled", move_id, settled)


@job(queue="default")
def undo_table(move_id: int, user_id: int, on: str) -> None:
    """Take a table back, persons by persons."""
    undo_all(actor=User.objects.get(pk=user_id), on=date.fromisoformat(on), move_id=move_id)


@job(queue="default")
def retry_table(move_id: int, user_id: int, on: str) -> None:
    """Try again the rows of a large table after one was corrected or left out."""
    retry(actor=User.objects.get(pk=user_id), on=date.fromisoformat(on), move_id=move_id)


@job(cron="20 2 * * *")
def erase_old_rows(timestamp: int) -> None:
    """Erase the rows nobody took in time, every night; rows are dated by the real clock, which nothing moves."""
    day, system = clock.now().date(), system_user()
    log.info("rows of tables: %d erased", erase_rows(actor=system, on=day))
    log.info("refused rows of lists: %d erased", erase_refused(actor=system, on=day))
