"""Writes the letters of a batch by chunks, each committed, then binds them; several workers may help, none writes one twice."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

from django.db import OperationalError, connection
from django.db.models import QuerySet

from jalons.documents.models import LetterKind
from jalons.documents.operations import keep
from jalons.documents.queries import bytes_of
from jalons.documents.rendering import BUNDLE, PDF, page_count, render_bundle
from jalons.exchange.letters.models import Letter, LetterBatch, Way
from jalons.exchange.letters.permissions import require_letters
from jalons.exchange.letters.writing import KIND, paper, write
from jalons.kernel.operation import operation
from jalons.network.models import User
from jalons.network.operations import system_user

log = logging.getLogger(__name__)
CHUNK = 25  # half a second of work: what a killed worker loses, and how often progress moves
STOPPED = "L’écriture s’est arrêtée sur une erreur. Rien n’est perdu : relancez-la, ou prévenez l’assistance."


def unfinished() -> list[int]:
    """Return the batches still to write, oldest first."""
    return list(LetterBatch.objects.filter(finished=False, stopped="").order_by("pk").values_list("pk", flat=True))


def go_on(batch_id: int) -> int:
    """Write all that is left of a batch, bind it, and return how many letters this call wrote.

    An error of ours stops the batch and says so on its page; a database that goes away does not: the next minute goes on.
    """
    batch = LetterBatch.objects.select_related("asked_by").get(pk=batch_id)
    given: dict[str, Any] = {"actor": batch.asked_by, "on": batch.asked_on, "batch_id": batch_id}
    written = 0
    try:
        while count := write_some(**given):
            written += count
        bind(**given)
    except OperationalError:
        raise
    except Exception:
        stop(actor=system_user(), on=batch.asked_on, batch_id=batch_id)
        raise
    return written


@operation
def write_some(*, actor: User, on: date, batch_id: int) -> int:
    """Write the next letters of a batch that nobody else is writing, and return how many."""
    letters = list(
        _to_write(batch_id)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("version__model__authority", "asked_by")
        .order_by("pk")[:CHUNK]
    )
    if letters:
        write(letters, authority=letters[0].version.model.authority)
    return len(letters)


@operation
def bind(*, actor: User, on: date, batch_id: int) -> LetterBatch:
    """Bind the papers of a batch in one PDF, kept, once all are written; a batch sent by e-mail only has none.

    The batch is locked once the papers are typeset, which takes a while: who cancels a letter meanwhile does not wait, and
    the papers are then typeset again without it.
    """
    if not _alone(batch_id):
        return _batch(batch_id)
    bound: list[int] | None = None
    raw, title = b"", ""
    while True:
        batch = LetterBatch.objects.select_for_update().get(pk=batch_id) if bound is not None else _batch(batch_id)
        if batch.finished or _to_write(batch_id).exists():  # another worker holds the rest: it will bind
            return batch
        printed = _printed(batch)
        wanted = list(printed.values_list("pk", flat=True))
        if bound == wanted:
            break
        raw, title = _typeset(batch, printed)
        bound = wanted
    if bound:
        batch.bundle = keep(actor=actor, on=on, raw=raw, kind=KIND, title=title, media_type=PDF, template=BUNDLE.name)
    batch.finished = True
    batch.save(update_fields=("bundle", "finished"))
    return batch


def _alone(batch_id: int) -> bool:
    """Say whether nobody else is binding this batch: a thousand letters are typeset once, not once a worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"jalons.letters.bind:{batch_id}"])
        (alone,) = cursor.fetchone()
    return bool(alone)


def _batch(batch_id: int) -> LetterBatch:
    return LetterBatch.objects.get(pk=batch_id)


def _printed(batch: LetterBatch) -> QuerySet[Letter]:
    rows = Letter.objects.filter(batch=batch, cancelled_on__isnull=True).exclude(way=Way.EMAIL)
    return rows.select_related("version__model__authority", "document").order_by("pk")


def _typeset(batch: LetterBatch, printed: QuerySet[Letter]) -> tuple[bytes, str]:
    """Return the one PDF of these letters, and its title; nothing when there is none."""
    papers, pages = [], []
    for one in printed.iterator(chunk_size=CHUNK):
        assert one.document is not None
        papers.append(paper(one, one.version.model.authority))
        pages.append(page_count(bytes_of(one.document)))
    title = f"{batch.version.model.name} : {len(papers)} courriers"
    return (render_bundle(title, papers[0].author, batch.asked_on, papers, pages) if papers else b""), title


@operation
def stop(*, actor: User, on: date, batch_id: int) -> None:
    """Say on the page of a batch that it stopped: the worker says so, or who may write these letters."""
    if not actor.is_system:
        _require(actor, on, batch_id)
    LetterBatch.objects.filter(pk=batch_id, finished=False).update(stopped=STOPPED)


@operation
def restart(*, actor: User, on: date, batch_id: int) -> None:
    """Try again what stopped; the next minute goes on. Refused to who may not write all these letters."""
    _require(actor, on, batch_id)
    LetterBatch.objects.filter(pk=batch_id).update(stopped="")


def _require(actor: User, on: date, batch_id: int) -> None:
    batch = LetterBatch.objects.select_related("version__model").get(pk=batch_id)
    persons = Letter.objects.filter(batch=batch).values_list("person_id", flat=True)
    require_letters(actor, LetterKind(batch.version.model.kind), persons, on=on)


def _to_write(batch_id: int) -> QuerySet[Letter]:
    return Letter.objects.filter(batch_id=batch_id, document__isnull=True, cancelled_on__isnull=True)
