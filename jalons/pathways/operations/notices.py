"""Tell who oriented a person that she has entered an action (R-041)."""

from __future__ import annotations

from datetime import date

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import IntegrationNotice, Mandate, Piece
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.orientation_rules import awaits_document
from jalons.people.permissions import may_reach

NOTICE = "orienting_referent_notice"  # the document some rulebooks await (003 fiche I.2 l.538)


@operation
def announce_integration(*, actor: User, on: date, enrolment_id: int) -> IntegrationNotice:
    """Send the dated notice of an entry to the référent unique of another house, else to who decided the orientation.

    An action whose rulebook awaits the notice gets it in its file. Refused: twice, or nobody else who could read it.
    """
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.STEP_WRITE)
    if IntegrationNotice.objects.filter(enrolment=enrolment).exists():
        raise Refusal("Cette entrée est déjà annoncée.", code="integration_notice_once")
    mandate = (
        Mandate.objects.filter(person_id=enrolment.person_id, start_on__lte=on)
        .exclude(end_on__lt=on)
        .exclude(organisation_id=enrolment.organisation_id)
        .select_related("caseworker")
        .first()
    )
    recipient = _reader(mandate.caseworker if mandate else None, enrolment.person_id, on=on)
    if recipient is None and enrolment.orientation is not None:
        recipient = _reader(enrolment.orientation.decided_by, enrolment.person_id, on=on)
    if recipient is None:
        raise Refusal(
            "Aucun autre référent, et personne qui ait orienté ne se connecte : il n’y a personne à prévenir.",
            code="nobody_to_tell",
        )
    notice = IntegrationNotice.objects.create(enrolment=enrolment, recipient=recipient, sent_on=on, sent_by=actor)
    if awaits_document(enrolment.action_code, NOTICE, on=on):
        Piece.objects.create(
            enrolment=enrolment, person_id=enrolment.person_id, kind=NOTICE, dated_on=on, recorded_by=actor
        )
        touch(days={on})
    return notice


def _reader(user: User | None, person_id: int, *, on: date) -> User | None:
    """Who left, what no one signs in as, or who reaches the person no more reads nothing."""
    if user is None or not user.is_active or user.is_system:
        return None
    return user if may_reach(user, person_id, on=on, permission=Permission.PERSON_LIST) else None


@operation
def see_notice(*, actor: User, on: date, notice_id: int) -> IntegrationNotice:
    """Say that the notice was read; by its recipient only."""
    notice = IntegrationNotice.objects.get(pk=notice_id)
    if notice.recipient_id != actor.pk:
        raise NotAllowed("Cet avis est adressé à quelqu’un d’autre.", code="notice_of_another")
    if notice.seen_on is None:
        notice.seen_on = on
        notice.save(update_fields=["seen_on"])
    return notice
