"""Everybody's to-dos on a new day: batch after batch, taken up where it stopped, by one process at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from jalons.rulebooks.queries import version_key
from jalons.todos.models import Round
from jalons.todos.operations.refreshing import Changes, batches, concerned, refresh_batch, refresh_lines

_LOCK = "jalons.todos.round"


def rulebooks_digest() -> str:
    """Return what tells one set of adopted rulebooks from another: a new one calls for a new round the same day."""
    return hashlib.sha256(repr(version_key()).encode()).hexdigest()


def go_round(*, as_of: date, tell: Callable[[Round], None] | None = None) -> Round | None:
    """Recompute everybody for ``as_of`` unless it is done; return the round, or None while another process does it.

    1. Each batch is one transaction: its to-dos and « done up to this person » are kept together or not at all.
    2. Killed, it is taken up after the last batch kept; files written meanwhile were recomputed by their own write.
    3. The lock belongs to the connection: the server frees it when the process dies.
    4. A rulebook adopted during the round ends it: the next call begins one with the new set.

    ``tell`` receives the round after each batch.
    """
    with _alone() as mine:
        if not mine:
            return None
        current, _ = Round.objects.get_or_create(
            day=as_of, rulebooks=rulebooks_digest(), defaults={"started_at": Now()}
        )
        if current.finished_at is None:
            _go_on(current, tell)
        current.refresh_from_db()
        return current


def _go_on(current: Round, tell: Callable[[Round], None] | None) -> None:
    ids = concerned(after=current.last_person_id)
    Round.objects.filter(pk=current.pk).update(total=F("done") + len(ids))
    for batch in batches(ids):
        with transaction.atomic():
            changes = refresh_batch(batch, as_of=current.day)
            _note(current, changes, done=len(batch), last=batch[-1])
        if tell is not None:
            current.refresh_from_db()
            tell(current)
        if rulebooks_digest() != current.rulebooks:
            return
    with transaction.atomic():
        _note(current, refresh_lines(as_of=current.day), done=0, last=current.last_person_id)
        Round.objects.filter(pk=current.pk).update(finished_at=Now())


def _note(current: Round, changes: Changes, *, done: int, last: int) -> None:
    current.last_person_id = last
    Round.objects.filter(pk=current.pk).update(
        last_person_id=last,
        done=F("done") + done,
        written=F("written") + changes.written,
        deleted=F("deleted") + changes.deleted,
    )


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [_LOCK])
        (mine,) = cursor.fetchone() or (False,)
    try:
        yield bool(mine)
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [_LOCK])
