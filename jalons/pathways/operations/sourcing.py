"""Position one person on an offer, straight from those it may suit (R-114)."""

from __future__ import annotations

from datetime import date

from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Step, StepOffer, StepSource, StepState
from jalons.pathways.offer_rules import Offer, objections
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.operations.prescribing import prescribe
from jalons.pathways.operations.steps import propose_step
from jalons.pathways.queries.assessments import wishes_of_enrolment


@operation
def position_on_offer(*, actor: User, on: date, offer_id: int, enrolment_id: int) -> Step:
    """Propose the step of an offer and prescribe it on the same day; its preparation, answer and result follow on the step.

    Refused: on this offer already, or an offer out of what the person said acceptable (R-073).
    """
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.STEP_WRITE)
    offer = StepOffer.objects.get(pk=offer_id)
    there = Step.objects.filter(offer=offer, person=enrolment.person_id).exclude(state=StepState.CANCELLED)
    if there.exists():
        raise Refusal("Cette personne est déjà positionnée sur cette offre.", code="offer_positioned_already")
    against = objections(Offer(offer.label, employer=offer.provider), wishes_of_enrolment(enrolment_id, on=on))
    if against:
        raise Refusal(" ".join([*against, "L’offre n’est pas proposée."]), code="offer_not_acceptable")
    step = propose_step(
        actor=actor,
        on=on,
        enrolment_id=enrolment_id,
        kind=offer.kind,
        label=offer.label,
        source=StepSource(offer.source),
    )
    return prescribe(actor=actor, on=on, step_id=step.pk, offer_id=offer.pk)
