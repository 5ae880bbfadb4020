"""Work in the background: a simulation too large for a page; files deposited and left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from django.db import connections
from procrastinate import RetryStrategy

from jalons.kernel.jobs import job
from jalons.kernel.refusals import Refusal
from jalons.sites.steering import deposits
from jalons.sites.steering.simulating import Kept, Progress, count_now, keep, note, question_of


@job(retry=RetryStrategy(max_attempts=1))
def simulate_proposal(
    key: str, proposal_id: int, against: str, as_of: str, from_on: str | None, authority_id: int
) -> None:
    """Count what a proposal changes and keep the counts under ``key``; days are ISO texts.

    Progress is noted from another thread, hence another connection: the one that counts may not write.
    """
    start = date.fromisoformat(from_on) if from_on else None
    with ThreadPoolExecutor(max_workers=1) as pen:
        try:
            question = question_of(proposal_id, against, date.fromisoformat(as_of), start, authority_id)
            found = count_now(question, lambda done, total: pen.submit(_note, key, Progress(done, total)).result())
        except Refusal as refusal:
            note(key, Progress(0, 0, refusal.sentence))
            return
        except Exception:
            note(key, Progress(0, 0, "Le calcul s’est arrêté avant la fin. Relancez-le."))
            raise
    keep(key, found)


def _note(key: str, what: Kept | Progress) -> None:
    try:
        note(key, what)
    finally:
        connections.close_all()


@job(cron="50 * * * *")
def drop_old_deposits(timestamp: int) -> None:
    """Drop, every hour, the files whose import nobody went on with within a day."""
    deposits.drop_old()
