"""Orient, begin and name the référent in one act: at the end of an information session, or of an interview (R-035)."""

from __future__ import annotations

from datetime import date

from jalons.agreements.models import AgreementLine
from jalons.kernel.operation import operation
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
    authority_id = AgreementLine.objects.values_list("agreement__authority_id", flat=True).get(pk=line_id)
    in_force = Orientation.objects.filter(person_id=person_id, authority_id=authority_id, closed_on__isnull=True)
    decision = (reorient if in_force.exists() else orient)(
        actor=actor, on=on, person_id=person_id, line_id=line_id, reason=reason, channel=channel, opinion=opinion
    )
    return enrol(
        actor=actor,
        on=on,
        person_id=person_id,
        line_id=line_id,
        start_on=on,
        orientation_id=decision.pk,
        caseworker_id=caseworker_id,
    )
