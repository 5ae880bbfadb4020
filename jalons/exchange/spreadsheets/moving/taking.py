"""Goes through a whole table, one transaction per batch: stopped anywhere, it starts again where it was."""

from __future__ import annotations

from datetime import date
from typing import Any

from jalons.exchange.spreadsheets.moving.operations import BATCH, refuse_next, take_batch
from jalons.exchange.spreadsheets.moving.undoing import undo_batch
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import User


def take_all(*, actor: User, on: date, move_id: int, limit: int = BATCH) -> int:
    """Take every row that can be and return how many were settled.

    A rule held by the database at the end of a transaction names no row: the batch is then taken row by row.
    """
    common: dict[str, Any] = {"actor": actor, "on": on, "move_id": move_id}
    done = 0
    while True:
        try:
            settled = take_batch(**common, limit=limit)
        except NotAllowed:
            raise
        except Refusal:
            settled = sum(_alone(actor, on, move_id) for _ in range(limit))
        if not settled:
            return done
        done += settled


def _alone(actor: User, on: date, move_id: int) -> int:
    try:
        return take_batch(actor=actor, on=on, move_id=move_id, limit=1)
    except NotAllowed:
        raise
    except Refusal as refusal:
        refuse_next(actor=actor, on=on, move_id=move_id, reason=refusal.sentence)
        return 1


def undo_all(*, actor: User, on: date, move_id: int) -> None:
    """Take back all that can be of a table."""
    after = undo_batch(actor=actor, on=on, move_id=move_id)
    while after:
        after = undo_batch(actor=actor, on=on, move_id=move_id, after=after)
