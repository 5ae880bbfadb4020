"""The documents that a complete grid brings to the file follow it: written again, another day or incomplete, it proves that."""

from __future__ import annotations

from datetime import date

from jalons.kernel.operation import touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.pathways.diagnosing import missing, pieces_of
from jalons.pathways.models import Assessment, ExitState, Piece
from jalons.pathways.operations.pauses import NewPiece, record_pieces
from jalons.pathways.queries.assessments import answers_of
from jalons.pathways.rulebook import ActionRules

Made = set[tuple[str, date]]


def made_by(row: Assessment, rules: ActionRules) -> Made:
    """Return the documents, kind and day, that a grid makes as it stands; none while it is incomplete."""
    grid = rules.diagnosis
    if grid is None:
        return set()
    answers = answers_of([row.pk]).get(row.pk, {})
    if missing(grid, answers, plan=row.plan.exists(), confirmed_on=row.confirmed_on):
        return set()
    return {(kind, row.made_on) for kind in pieces_of(grid, answers)}


def follow_grid(row: Assessment, rules: ActionRules, *, before: Made, actor: User, on: date) -> None:
    """Bring the documents of a grid written again to what it makes now; ``before``: what it made. No other grid is of that day.

    A file received in the meantime stays: it is a document by itself. Refused once an exit is confirmed on the file, as for
    any document taken back (R-128).
    """
    now = made_by(row, rules)
    for kind, day in sorted(before - now):
        piece = Piece.objects.filter(enrolment=row.enrolment_id, kind=kind, dated_on=day, document=None).first()
        if piece is None:
            continue
        if row.enrolment.exits.filter(state=ExitState.CONFIRMED).exists():
            raise Refusal(
                "Une sortie a été confirmée sur ce dossier, et ce bilan y compte comme pièce : annulez-la avant d’en"
                " changer la date ou d’en retirer des réponses.",
                code="piece_of_exit",
            )
        touch(days={day})
        piece.delete()
    known = set(Piece.objects.filter(enrolment=row.enrolment_id).values_list("kind", "dated_on"))
    news = [NewPiece(row.enrolment_id, kind, day) for kind, day in sorted(now - before - known)]
    if news:
        record_pieces(actor=actor, on=on, pieces=news)
