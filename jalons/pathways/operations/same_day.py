"""Orient, begin and name the référent in one act: at the end of an information session, or of an interview (R-035)."""

from __future__ import annotations

from datetime import date

from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.pathways.models import Channel, Enrolment, Orientation
from jalons.pathways.operations.enrolment import enrol
from jalons.pathways.operations.orientation import OpinionGiven, orient, reorient


@operation
def orient_and_begin(
    *,
    actor: User,
    on: date,
    person_id: int,
    line_id: int,
    reason: str,
    channel: Channel = Channel.INDIVIDUAL,
    opinion: OpinionGiven | None = None,
    caseworker_id: int | None = None,
) -> Enrolment:
    """Decide, enrol from today and name the référent when given. One refusal and nothing is written."""
    already = Orientation.objects.filter(person_id=person_id, closed_on__isnull=True).exists()
    decision = (reorient if already else orient)(
        actor=actor, on=on, person_id=person_id, line_id=line_id, reason=reason, channel=channel, opinion=opinion
    )
    if Enrolment.objects.filter(orientation=decision).exists():
        raise Refusal("L’accompagnement a déjà commencé.", code="already_begun")
    return enrol(
        actor=actor,
        on=on,
        person_id=person_id,
        line_id=line_id,
        start_on=on,
        orientation_id=decision.pk,
        caseworker_id=caseworker_id,
    )
