"""Open an action beside the orientation in force: « positionnement » by who orients (R-039, R-040, R-058)."""

from __future__ import annotations

from datetime import date

from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.pathways.models import Enrolment, Orientation
from jalons.pathways.operations.enrolment import NewEnrolment, enrol_many


@operation
def open_beside(
    *, actor: User, on: date, person_id: int, line_id: int, start_on: date, caseworker_id: int | None = None
) -> Enrolment:
    """Enrol in another action while the orientation and its accompaniment go on.

    The other conditions of the rulebook hold (rights, domicile, an action that must be running…). Refused without an
    orientation in force: the first decision is an orientation.
    """
    in_force = Orientation.objects.filter(person_id=person_id, decided_on__lte=start_on).exclude(closed_on__lt=start_on)
    if not in_force.exists():
        raise Refusal("Cette personne n’a pas d’orientation en cours : orientez-la d’abord.", code="nothing_beside")
    entry = NewEnrolment(person_id, line_id, start_on, caseworker_id=caseworker_id, positioned=True)
    return enrol_many(actor=actor, on=on, entries=[entry])[0]
