"""Say that a person need not come to an information session (R-033, S-07)."""

from __future__ import annotations

from datetime import date

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.grids import exemptions
from jalons.pathways.models import Enrolment, Piece, SessionExemption
from jalons.pathways.operations._door import open_persons
from jalons.pathways.orientation_rules import awaits_document
from jalons.pathways.queries.sessions import exemption_of

DOCUMENT = "information_session_exemption"


@operation
def exempt_from_session(*, actor: User, on: date, person_id: int, reason: str) -> SessionExemption:
    """Exempt a person; an accompaniment whose rulebook awaits the exemption gets it in its file.

    Refused: twice. An exemption of former droits et devoirs gives way to the new one; history keeps it.
    """
    open_persons(actor, [person_id], on=on, permission=Permission.ORIENTATION_DECIDE)
    if reason not in exemptions():
        raise Refusal("Choisissez le motif de la dispense dans la liste.", code="exemption_reason")
    if exemption_of(person_id, on=on) is not None:
        raise Refusal("Cette personne est déjà dispensée.", code="exemption_once")
    new = {"reason": reason, "decided_on": on, "decided_by": actor}
    row, _ = SessionExemption.objects.update_or_create(person_id=person_id, defaults=new)
    running = Enrolment.objects.filter(person_id=person_id, start_on__lte=on).exclude(end_on__lt=on)
    for one in running:
        if awaits_document(one.action_code, DOCUMENT, on=on):
            Piece.objects.create(enrolment=one, person_id=person_id, kind=DOCUMENT, dated_on=on, recorded_by=actor)
    touch(days={on})
    return row


@operation
def withdraw_exemption(*, actor: User, on: date, person_id: int) -> None:
    """Take the exemption back: the person is to convene again, the documents it put in the files go. History keeps it."""
    open_persons(actor, [person_id], on=on, permission=Permission.ORIENTATION_DECIDE)
    row = exemption_of(person_id, on=on)
    if row is None:
        raise Refusal("Cette personne n’est pas dispensée.", code="exemption_none")
    own = Piece.objects.filter(person_id=person_id, kind=DOCUMENT, document=None, dated_on=row.decided_on)
    own.filter(recorded_by=row.decided_by_id).delete()
    row.delete()
    touch(days={on, row.decided_on})
