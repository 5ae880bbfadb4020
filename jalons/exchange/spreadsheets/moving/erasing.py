"""Rows nobody took are not kept for ever: once the period of ``retention.yaml`` is over they are erased, and the table says so."""

from __future__ import annotations

from datetime import date

from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from jalons.exchange.spreadsheets.models import Move, MoveState
from jalons.kernel.operation import operation
from jalons.network.erasing import require_system
from jalons.network.models import User
from jalons.network.retention import kept

ROWS = "moving_rows"


def kept_until(move: Move) -> date:
    """Return the last day on which the rows nobody took are kept: counted from the file, or from the last import of it."""
    return kept(ROWS).last_day(max(move.at, move.applied_at or move.at))


def too_old(on: date) -> QuerySet[Move]:
    """Return the tables whose waiting rows were kept long enough, on a day."""
    dated = Move.objects.annotate(last=Greatest("at", F("applied_at")))  # in PostgreSQL, of those that are not null
    waiting = dated.filter(last__lt=kept(ROWS).erased_before(on), rows__taken=False)
    return waiting.order_by("pk").distinct()


@operation
def erase_rows(*, actor: User, on: date) -> int:
    """Erase the rows that were kept long enough without being taken, and return how many; only the nightly work may.

    What was taken keeps its journal, which holds no cell. A table at work at this instant is left for the next day.
    """
    require_system(actor)
    found = list(too_old(on).values_list("pk", flat=True))
    moves = Move.objects.select_for_update(skip_locked=True).filter(pk__in=found).order_by("pk")
    return sum(_erase(move, on) for move in moves)


def _erase(move: Move, on: date) -> int:
    count, _ = move.rows.filter(taken=False).only("pk").delete()
    if move.state != MoveState.UNDONE:
        move.state = MoveState.DONE if move.rows.exists() else MoveState.ERASED
    move.unknown = {}  # words of the rows erased
    move.erased_rows += count
    move.erased_on = on
    move.save(update_fields=["state", "unknown", "erased_rows", "erased_on"])
    return count
