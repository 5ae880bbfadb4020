"""Bring an accompaniment before a body, and note what it decided: a « veille », a long pathway (R-142, R-143, R-144)."""

from __future__ import annotations

from datetime import date

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import CaseReview, Enrolment, Pause, Piece, ReviewDecision
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.operations.pauses import write_pause
from jalons.pathways.reference import bodies
from jalons.pathways.rulebook import rules_of
from jalons.pathways.rules import require_not_after
from jalons.rulebooks.schema.accompaniment import Review

DECISIONS = {
    "pause": (ReviewDecision.GRANTED, ReviewDecision.REFUSED),
    "continuation": (ReviewDecision.CONTINUED, ReviewDecision.REORIENT, ReviewDecision.END),
}


@operation
def ask_review(
    *,
    actor: User,
    on: date,
    enrolment_id: int,
    kind: str,
    reason: str,
    body: str = "",
    start_on: date | None = None,
    end_on: date | None = None,
) -> CaseReview:
    """Ask a body to look at an accompaniment; for a « veille », ``start_on`` and maybe ``end_on`` are those wished.

    ``kind`` is one of the rulebook's reviews; ``body`` may be left out when it names a single one.
    """
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.REVIEW_ASK)
    if enrolment.end_on is not None and enrolment.end_on < (start_on or on):
        raise Refusal("Cet accompagnement est terminé.", code="enrolment_ended")
    review = review_of(enrolment, kind, on=on)
    if not reason.strip():
        raise Refusal("Une demande d’examen dit pourquoi.", code="review_without_reason")
    if review.purpose == "pause":
        start_on = start_on or on
        if start_on < enrolment.start_on or (end_on is not None and end_on < start_on):
            raise Refusal("Les dates de la veille ne se suivent pas, ou précèdent l’entrée.", code="review_dates")
    else:
        start_on = end_on = None
    touch(days={on})
    return CaseReview.objects.create(
        enrolment=enrolment,
        person_id=enrolment.person_id,
        kind=kind,
        body=_body(review, body),
        reason=reason.strip(),
        start_on=start_on,
        end_on=end_on,
        requested_on=on,
        requested_by=actor,
    )


@operation
def decide_review(
    *,
    actor: User,
    on: date,
    review_id: int,
    decision: ReviewDecision,
    examined_on: date,
    answer: str = "",
    start_on: date | None = None,
    end_on: date | None = None,
) -> CaseReview:
    """Note what the body decided. A « veille » granted begins; a decision on a long pathway puts its document in the file.

    Nothing closes by itself: « end » and « reorient » ask somebody to prepare it (R-025).
    """
    enrolment_id = CaseReview.objects.values_list("enrolment_id", flat=True).get(pk=review_id)
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.REVIEW_DECIDE)
    row = CaseReview.objects.get(pk=review_id)
    review = review_of(enrolment, row.kind, on=row.requested_on)
    _require_open(row)
    require_not_after(examined_on, on=on, what="Cet examen")
    if decision not in DECISIONS[review.purpose]:
        raise Refusal("Cette décision ne répond pas à cette demande.", code="review_decision")
    if decision != ReviewDecision.GRANTED and decision != ReviewDecision.CONTINUED and not answer.strip():
        raise Refusal(
            "Dites pourquoi : la personne et son référent liront cette réponse.", code="review_without_answer"
        )
    row.examined_on, row.decision, row.answer, row.decided_by = examined_on, decision, answer.strip(), actor
    if decision == ReviewDecision.GRANTED:
        row.pause = _granted(actor, enrolment, row, on=on, start_on=start_on, end_on=end_on)
    elif review.piece is not None:
        _file(actor, enrolment, review.piece, examined_on)
    row.save()
    touch(days={on, examined_on})
    return row


@operation
def withdraw_review(*, actor: User, on: date, review_id: int, reason: str) -> CaseReview:
    """Take back a request not examined yet."""
    enrolment_id = CaseReview.objects.values_list("enrolment_id", flat=True).get(pk=review_id)
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.REVIEW_ASK)
    row = CaseReview.objects.get(pk=review_id)
    _require_open(row)
    row.examined_on, row.decision, row.answer, row.decided_by = on, ReviewDecision.WITHDRAWN, reason.strip(), actor
    row.save()
    return row


def review_of(enrolment: Enrolment, kind: str, *, on: date) -> Review:
    """Return the review of the rulebook, or refuse with those the action has."""
    reviews = rules_of(enrolment.action_code, on=on).reviews
    for one in reviews:
        if one.code == kind:
            return one
    known = ", ".join(f"« {one.label} »" for one in reviews)
    said = f" : {known}." if known else " ; cette action n’en prévoit aucun."
    raise Refusal(f"Cet examen n’est pas prévu pour cette action{said}", code="review_unknown")


def _body(review: Review, body: str) -> str:
    chosen = body or (review.bodies[0] if len(review.bodies) == 1 else "")
    if chosen not in review.bodies:
        known = ", ".join(f"« {bodies().get(one, one)} »" for one in review.bodies)
        raise Refusal(f"Choisissez l’instance : {known}.", code="review_body")
    return chosen


def _require_open(row: CaseReview) -> None:
    if row.decision:
        raise Refusal(f"Cette demande a déjà sa réponse : « {row.get_decision_display()} ».", code="review_decided")


def _granted(
    actor: User, enrolment: Enrolment, row: CaseReview, *, on: date, start_on: date | None, end_on: date | None
) -> Pause:
    first = start_on or row.start_on or on
    return write_pause(actor, enrolment, on=on, start_on=first, end_on=end_on or row.end_on, reason=row.reason)


def _file(actor: User, enrolment: Enrolment, kind: str, dated_on: date) -> None:
    Piece.objects.create(
        enrolment=enrolment, person_id=enrolment.person_id, kind=kind, dated_on=dated_on, recorded_by=actor
    )
