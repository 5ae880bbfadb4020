"""The door by which letters are written, printed, sent and cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from jalons.documents.letters.operations import usual_version
from jalons.documents.letters.queries import last_version, text_of
from jalons.documents.models import LetterKind, LetterVersion
from jalons.exchange.letters import queries
from jalons.exchange.letters.models import Letter, LetterBatch, Way
from jalons.exchange.letters.permissions import letters_of, require_letters
from jalons.exchange.letters.planning import Plan, Planned, plan_letters
from jalons.exchange.letters.tasks import write_batch
from jalons.exchange.letters.writing import write
from jalons.kernel.operation import operation
from jalons.kernel.outbox import Message, State
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import User


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: the batch, and the facts for which no letter can be written, each with its reason."""

    batch: LetterBatch
    refused: Sequence[Planned]


@operation
def write_letter(
    *,
    actor: User,
    on: date,
    kind: LetterKind,
    subject_id: int,
    model_id: int | None = None,
    by_email: bool = False,
) -> Letter:
    """Write one letter at once about a fact: an appointment, an orientation, a contract or a report, as ``kind`` says.

    ``model_id`` None: the usual model of the authority. Refused, with the reason: the person is out of reach, the fact is
    off, a mention has no value, a letter is already written for it.
    """
    plan, version = _plan(actor, on, kind, [subject_id], model_id, by_email)
    if plan.refused:
        raise Refusal(plan.refused[0].refused, code="letter_unfit")
    letter = _asked(plan.fit, version, actor, on, None)[0]
    write([letter], authority=plan.authority)
    return letter


@operation
def ask_letters(
    *,
    actor: User,
    on: date,
    kind: LetterKind,
    subject_ids: Sequence[int],
    model_id: int | None = None,
    by_email: bool = False,
) -> Asked:
    """Ask for many letters: they are written in the background, then bound in one PDF. Refused when none can be written."""
    plan, version = _plan(actor, on, kind, subject_ids, model_id, by_email)
    if not plan.fit:
        reasons = " ".join(dict.fromkeys(one.refused for one in plan.refused))
        raise Refusal(f"Aucun courrier ne peut être écrit. {reasons}", code="letters_none_fit")
    batch = LetterBatch.objects.create(
        authority=plan.authority,
        version=version,
        total=len(plan.fit),
        asked_on=on,
        asked_by=actor,
        unfit=[[one.subject_id, one.person.pk, one.refused] for one in plan.refused],
    )
    _asked(plan.fit, version, actor, on, batch)
    write_batch.enqueue(batch_id=batch.pk)
    return Asked(batch, plan.refused)


@operation
def mark_sent(*, actor: User, on: date, letter_ids: Sequence[int], sent_on: date | None = None) -> int:
    """Say that papers left, by post or by hand, and return how many. Those already gone or cancelled are left as they are."""
    day = sent_on or on
    if day > on:
        raise Refusal("Un courrier ne peut pas être parti dans le futur.", code="letter_sent_in_the_future")
    found = _mine(actor, on, letter_ids)
    waiting = queries.to_send(Letter.objects.filter(pk__in=[one.pk for one in found]))
    rows = list(waiting)
    if any(one.asked_on > day for one in rows):
        raise Refusal("Un courrier ne peut pas partir avant d’être écrit.", code="letter_sent_before_written")
    return Letter.objects.filter(pk__in=[one.pk for one in rows]).update(sent_on=day, sent_by=actor)


@operation
def cancel_letters(*, actor: User, on: date, letter_ids: Sequence[int], reason: str) -> int:
    """Cancel letters that have not left, and return how many were. Refused as a whole when one has left, or may have."""
    if not reason.strip():
        raise Refusal("Dites pourquoi ces courriers sont annulés.", code="letter_cancel_reason")
    rows = [one for one in _mine(actor, on, letter_ids) if one.cancelled_on is None]
    # Locked: the outbox claims a message by a lock too. Before us, it has left; after us, it reads that the letter is cancelled.
    mailed = Message.objects.select_for_update().filter(
        subject_kind=queries.SUBJECT, subject_id__in=[one.pk for one in rows]
    )
    left = {one.subject_id for one in mailed if one.state in (State.SENDING, State.SENT, State.UNKNOWN)}
    gone = len(left | {one.pk for one in rows if one.sent_on is not None})
    if gone:
        raise Refusal(
            f"{gone} de ces courriers sont partis, ou ont pu partir : rien n’est annulé.",
            code="letter_gone_is_not_cancelled",
        )
    count = Letter.objects.filter(pk__in=[one.pk for one in rows]).update(
        cancelled_on=on, cancelled_by=actor, cancelled_reason=reason.strip()[:200]
    )
    _bind_again({one.batch_id for one in rows if one.batch_id is not None and one.way != Way.EMAIL})
    return count


def _bind_again(batch_ids: set[int]) -> None:
    """What is printed from now on is without the letters cancelled.

    Race: a binding ends under the lock of its batch, after a last look at what is cancelled. Before us, its bundle is seen
    here; after us, it sees what we cancelled.
    """
    for batch in LetterBatch.objects.select_for_update().filter(pk__in=batch_ids).order_by("pk"):
        if batch.bundle_id is not None:
            LetterBatch.objects.filter(pk=batch.pk).update(bundle=None, finished=False)
            write_batch.enqueue(batch_id=batch.pk)


def _plan(
    actor: User, on: date, kind: LetterKind, subject_ids: Sequence[int], model_id: int | None, by_email: bool
) -> tuple[Plan, LetterVersion]:
    """The right is checked before a first model may be written."""
    first = plan_letters(actor, kind, subject_ids, None, on=on)
    if model_id is None:
        version = usual_version(actor=actor, on=on, authority_id=first.authority.pk, kind=kind)
    else:
        found = last_version(model_id)
        if found is None or found.model.authority_id != first.authority.pk or found.model.kind != kind:
            raise Refusal(
                "Ce modèle ne sert pas pour ces courriers : choisissez-en un autre.", code="letter_model_other"
            )
        version = found
    return plan_letters(actor, kind, subject_ids, text_of(version), on=on, by_email=by_email), version


def _asked(
    planned: Sequence[Planned], version: LetterVersion, actor: User, on: date, batch: LetterBatch | None
) -> list[Letter]:
    return Letter.objects.bulk_create(
        [
            Letter(
                person_id=one.person.pk,
                organisation_id=one.organisation_id,
                kind=version.model.kind,
                subject_id=one.subject_id,
                version=version,
                batch=batch,
                values=dict(one.values),
                recipient=list(one.recipient),
                way=one.way,
                asked_on=on,
                asked_by=actor,
            )
            for one in planned
        ]
    )


def _mine(actor: User, on: date, letter_ids: Sequence[int]) -> list[Letter]:
    """Lock letters, in one order, after checking that ``actor`` may write all of them."""
    rows: QuerySet[Letter] = Letter.objects.select_for_update(of=("self",)).filter(pk__in=letter_ids).order_by("pk")
    found = list(rows)
    for kind in {LetterKind(one.kind) for one in found}:
        require_letters(actor, kind, {one.person_id for one in found if one.kind == kind}, on=on)
    if letters_of(actor, on=on).filter(pk__in=[one.pk for one in found]).count() != len(found):
        raise NotAllowed(
            "Un de ces courriers est d’un autre organisme, ou de l’autorité : c’est à qui l’a écrit de l’envoyer ou de l’annuler.",
            code="letter_of_another_house",
        )
    return found
