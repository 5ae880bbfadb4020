"""Reads of letters: those of a person, of a batch, what is still to send, the progress of a batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from jalons.exchange.letters.models import Letter, LetterBatch, Way
from jalons.exchange.letters.permissions import readable
from jalons.exchange.letters.standing import not_to_send
from jalons.kernel.outbox import Message, State
from jalons.network.models import User

SUBJECT = "letter"  # of the messages of the outbox
NOT_GONE = (State.REFUSED, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is: ``written`` of ``total``, ``cancelled`` among them, ``to_send`` papers that have not left."""

    total: int
    written: int
    cancelled: int
    to_send: int
    emailed: int

    @property
    def percent(self) -> int:
        """Return what is written, in whole percent, 100 only when all is."""
        return self.written * 100 // self.total if self.total else 100


def visible(user: User, *, on: date) -> QuerySet[Letter]:
    """Return the letters ``user`` may read, newest first, with what became of their e-mail (``mail_state``)."""
    mail = Message.objects.filter(subject_kind=SUBJECT, subject_id=OuterRef("pk")).order_by("-pk")
    return (
        readable(user, on=on)
        .annotate(mail_state=Subquery(mail.values("state")[:1]))
        .select_related("person", "version__model", "organisation", "asked_by")
        .order_by("-pk")
    )


def to_send(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    """Keep the written letters that wait for somebody: on paper, or whose e-mail was never asked for or could not leave."""
    alive = Message.objects.filter(subject_kind=SUBJECT, subject_id=OuterRef("pk")).exclude(state__in=NOT_GONE)
    return letters.filter(
        ~Q(way=Way.EMAIL) | ~Exists(alive), document__isnull=False, sent_on__isnull=True, cancelled_on__isnull=True
    )


def batches(user: User, *, on: date) -> QuerySet[LetterBatch]:
    """Return the batches with at least one letter ``user`` may read, newest first."""
    mine = readable(user, on=on).filter(batch_id=OuterRef("pk"))
    return LetterBatch.objects.filter(Exists(mine)).select_related("version__model", "asked_by").order_by("-pk")


def progress(batch: LetterBatch) -> Progress:
    """Return how far a batch is; one query."""
    letters = Letter.objects.filter(batch=batch)
    counted = letters.aggregate(
        written=Count("pk", filter=Q(document__isnull=False) | Q(cancelled_on__isnull=False)),
        cancelled=Count("pk", filter=Q(cancelled_on__isnull=False)),
        emailed=Count("pk", filter=Q(way=Way.EMAIL, cancelled_on__isnull=True)),
    )
    return Progress(total=batch.total, to_send=to_send(letters).count(), **counted)


def looked_at_again(letters: Iterable[Letter], *, on: date) -> list[Letter]:
    """Return letters of ``visible``, each with why it is not to be sent any more (``outdated``), empty when it still is."""
    rows = list(letters)
    why = not_to_send([one for one in rows if one.sent_on is None], on=on)
    for one in rows:
        one.outdated = why.get(one.pk, "")  # type: ignore[attr-defined]
    return rows


def state_of(one: Letter) -> tuple[str, str, str]:
    """Return the state of a letter of ``visible`` (``looked_at_again`` where it may still leave): a word, its look, its icon."""
    if one.cancelled_on is not None:
        return "Annulé", "", "cross"
    if one.document_id is None:
        return "En cours d’écriture", "", "clock"
    if one.sent_on is not None:
        return f"Parti le {one.sent_on:%d/%m/%Y}", "done", "check"
    mail = getattr(one, "mail_state", None)
    outdated = getattr(one, "outdated", "")
    if outdated and mail not in (State.SENT, State.SENDING, State.UNKNOWN):
        return f"À ne plus envoyer : {outdated}", "late", "warning"
    if one.way == Way.EMAIL and mail is not None and mail not in NOT_GONE:
        looks = {
            State.SENT: ("Parti par courriel", "done", "check"),
            State.UNKNOWN: ("Sort inconnu", "soon", "warning"),
        }
        return looks.get(State(mail), ("Courriel en attente", "", "clock"))
    if one.way == Way.EMAIL:
        return "Courriel non parti : à envoyer sur papier", "late", "warning"
    return "À envoyer", "soon", "clock"
