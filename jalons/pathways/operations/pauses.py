"""« Veilles » and suspensions of an enrolment (R-142), and the documents noted in its file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import CaseReview, Enrolment, ExitState, FinalReview, Pause, Piece
from jalons.pathways.operations._door import open_enrolment, open_enrolments
from jalons.pathways.reference import bodies
from jalons.pathways.rulebook import rules_of
from jalons.pathways.rules import OWNED_PIECES, require_not_after


@operation
def start_pause(
    *, actor: User, on: date, enrolment_id: int, start_on: date, reason: str, end_on: date | None = None
) -> Pause:
    """Put an enrolment on hold: the person leaves the active caseload meanwhile.

    Where the rulebook has a body grant it, ask that body instead (``ask_review``): refused here (R-142).
    """
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.ENROLMENT_MANAGE)
    granted = [one for one in rules_of(enrolment.action_code, on=on).reviews if one.purpose == "pause"]
    if granted:
        names = " ou ".join(bodies().get(code, code) for code in granted[0].bodies)
        raise Refusal(f"Une veille est accordée par l’instance : {names}. Demandez-la.", code="pause_by_a_body")
    return write_pause(actor, enrolment, on=on, start_on=start_on, end_on=end_on, reason=reason)


def write_pause(
    actor: User, enrolment: Enrolment, *, on: date, start_on: date, end_on: date | None, reason: str
) -> Pause:
    """Write a hold that somebody may decide, inside an operation."""
    if not reason.strip():
        raise Refusal("Une veille demande un motif.", code="pause_without_reason")
    if start_on < enrolment.start_on or (enrolment.end_on is not None and start_on > enrolment.end_on):
        raise Refusal("La veille commence pendant l’inscription.", code="pause_outside_enrolment")
    _require_inside(enrolment, end_on)
    touch(days={start_on, end_on or on})
    return Pause.objects.create(
        enrolment=enrolment, start_on=start_on, end_on=end_on, reason=reason.strip(), decided_by=actor
    )


@operation
def end_pause(*, actor: User, on: date, pause_id: int, last_day: date) -> Pause:
    """End a hold on its last day. What a body granted may end sooner; to go on longer, ask it again (R-142)."""
    enrolment_id = Pause.objects.values_list("enrolment_id", flat=True).get(pk=pause_id)
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.ENROLMENT_MANAGE)
    pause = Pause.objects.get(pk=pause_id)
    if last_day < pause.start_on:
        raise Refusal("La fin ne peut pas précéder le début.", code="pause_dates_ordered")
    _require_inside(enrolment, last_day)
    if pause.end_on is not None and last_day > pause.end_on and CaseReview.objects.filter(pause=pause).exists():
        raise Refusal(
            f"Cette veille est accordée jusqu’au {pause.end_on:%d/%m/%Y} : pour la prolonger, demandez un nouvel examen.",
            code="pause_by_a_body",
        )
    touch(days={pause.start_on, pause.end_on or on, last_day})
    pause.end_on = last_day
    pause.save(update_fields=["end_on"])
    return pause


def _require_inside(enrolment: Enrolment, last_day: date | None) -> None:
    """Refuse a hold that goes on after an accompaniment that has ended."""
    if enrolment.end_on is not None and (last_day is None or last_day > enrolment.end_on):
        raise Refusal(
            f"Cet accompagnement s’est terminé le {enrolment.end_on:%d/%m/%Y} : la veille finit ce jour-là au plus tard.",
            code="pause_outside_enrolment",
        )


@dataclass(frozen=True, slots=True)
class NewPiece:
    """A document received: its kind and date; ``job_id`` or ``step_id`` when it proves one; ``document_id`` its bytes."""

    enrolment_id: int
    kind: str
    dated_on: date
    document_id: int | None = None
    job_id: int | None = None
    step_id: int | None = None


@operation
def record_pieces(*, actor: User, on: date, pieces: Collection[NewPiece], owned: bool = False) -> list[Piece]:
    """Note that documents are in the files: their kind and date, never their content (R-128, R-167).

    Refused: a document dated after ``on``; a report or a breach of contract, which its own act writes (``owned``).
    """
    for one in pieces:
        if one.kind in OWNED_PIECES and not owned:
            raise Refusal(
                "Un signalement ou un non-respect du contrat s’écrit avec ses faits, depuis « Signalements ».",
                code="piece_of_an_act",
            )
        require_not_after(one.dated_on, on=on, what="Cette pièce")
    enrolments = open_enrolments(actor, {one.enrolment_id for one in pieces}, on=on, permission=Permission.STEP_WRITE)
    touch(days={one.dated_on for one in pieces})
    return Piece.objects.bulk_create(
        Piece(
            enrolment_id=one.enrolment_id,
            person_id=enrolments[one.enrolment_id].person_id,
            kind=one.kind,
            dated_on=one.dated_on,
            document_id=one.document_id,
            job_id=one.job_id,
            step_id=one.step_id,
            recorded_by=actor,
        )
        for one in pieces
    )


@operation
def record_piece(*, actor: User, on: date, enrolment_id: int, kind: str, dated_on: date, owned: bool = False) -> Piece:
    """Note that one document is in a file."""
    return record_pieces(actor=actor, on=on, pieces=[NewPiece(enrolment_id, kind, dated_on)], owned=owned)[0]


@operation
def withdraw_piece(*, actor: User, on: date, piece_id: int) -> None:
    """Take back a document noted by mistake; the history keeps it. Refused once an exit is confirmed on the file (R-128)."""
    enrolment_id = Piece.objects.values_list("enrolment_id", flat=True).get(pk=piece_id)
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.STEP_WRITE)
    if enrolment.exits.filter(state=ExitState.CONFIRMED).exists():
        raise Refusal(
            "Une sortie a été confirmée sur ce dossier : annulez-la avant de retirer une pièce.", code="piece_of_exit"
        )
    row = Piece.objects.get(pk=piece_id)
    if FinalReview.objects.filter(piece=row).exists():
        raise Refusal("Ce document est le bilan de fin d’action : rouvrez le bilan.", code="piece_of_an_act")
    touch(days={row.dated_on})
    row.delete()
