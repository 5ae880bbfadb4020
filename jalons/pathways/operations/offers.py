"""Propose a job offer, within what the person said acceptable at the first interview (R-073)."""

from __future__ import annotations

from datetime import date

from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Step
from jalons.pathways.offer_rules import Offer, objections
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.operations.steps import propose_step
from jalons.pathways.queries.assessments import wishes_of_enrolment


@operation
def propose_offer(*, actor: User, on: date, enrolment_id: int, offer: Offer, kind: str) -> Step:
    """Propose an offer as a step of the pathway. Refused when it is not within what the person said acceptable."""
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.STEP_WRITE)
    against = objections(offer, wishes_of_enrolment(enrolment_id, on=on))
    if against:
        raise Refusal(" ".join([*against, "L’offre n’est pas proposée."]), code="offer_not_acceptable")
    label = f"Offre : {offer.trade.strip()}"
    return propose_step(
        actor=actor, on=on, enrolment_id=enrolment_id, kind=kind, label=label[:200], operator=offer.employer.strip()
    )
