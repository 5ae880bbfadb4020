"""The application to the body that admits: the diagnosis and the signed contract are presented together (R-070, R-089)."""

from __future__ import annotations

from datetime import date

from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Piece
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.operations.pauses import record_piece
from jalons.pathways.queries.assessments import missing_for_body
from jalons.pathways.rulebook import rules_of


@operation
def present_application(*, actor: User, on: date, enrolment_id: int, presented_on: date) -> Piece:
    """Note that the application was presented. Refused, with all that is missing, while it is incomplete."""
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.SITUATION_WRITE)
    lacking = missing_for_body(enrolment, on=presented_on)
    grid = rules_of(enrolment.action_code, on=on).diagnosis
    if lacking is None or grid is None or grid.presented_to is None:
        raise Refusal("Le cadre ne prévoit pas de présentation à une instance.", code="application_not_planned")
    if lacking:
        raise Refusal(f"La demande est incomplète. {' '.join(lacking)}", code="application_incomplete")
    return record_piece(
        actor=actor, on=on, enrolment_id=enrolment_id, kind=grid.presented_to.piece, dated_on=presented_on
    )
