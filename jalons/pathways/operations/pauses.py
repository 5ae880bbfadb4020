"""« Veilles » and suspensions of an enrolment (R-142), and the documents noted in its file."""

from __future__ import annotations

from datetime import date

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Pause, Piece
from jalons.pathways.operations._door import open_enrolment


@operation
def start_pause(
    *, actor: User, on: date, enrolment_id: int, start_on: date, reason: str, end_on: date | None = None
) -> Pause:
    """Put an enrolment on hold: the person leaves the active caseload meanwhile."""
    if not reason.strip():
        raise Refusal("Une veille demande un motif.", code="pause_without_reason")
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.ENROLMENT_MANAGE)
    if start_on < enrolment.start_on or (enrolment.end_on is not None and start_on > enrolment.end_on):
        raise Refusal("La veille commence pendant l’inscription.", code="pause_outside_enrolment")
    touch(days={start_on, end_on or on})
    return Pause.objects.create(
        enrolment=enrolment, start_on=start_on, end_on=end_on, reason=reason.strip(), decided_by=actor
    )


@operation
def end_pause(*, actor: User, on: date, pause_id: int, last_day: date) -> Pause:
    """End a hold on its last day."""
    enrolment_id = Pause.objects.values_list("enrolment_id", flat=True).get(pk=pause_id)
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.ENROLMENT_MANAGE)
    pause = Pause.objects.get(pk=pause_id)
    if last_day < pause.start_on:
        raise Refusal("La fin ne peut pas précéder le début.", code="pause_dates_ordered")
    touch(days={pause.start_on, pause.end_on or on, last_day})
    pause.end_on = last_day
    pause.save(update_fields=["end_on"])
    return pause


@operation
def record_piece(*, actor: User, on: date, enrolment_id: int, kind: str, dated_on: date) -> Piece:
    """Note that a document is in the file: its kind and date, never its content (R-128, R-167)."""
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.STEP_WRITE)
    touch(days={dated_on})
    return Piece.objects.create(
        enrolment=enrolment, person_id=enrolment.person_id, kind=kind, dated_on=dated_on, recorded_by=actor
    )
