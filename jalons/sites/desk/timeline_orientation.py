"""What surrounds an orientation, told on the line of time: evaluation, suggestion of the CAF, request, notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from jalons.pathways.grids import TYPES, causes, exemptions
from jalons.pathways.models import Evaluation, IntegrationNotice, Preflag, SessionExemption
from jalons.pathways.queries.reorientations import requests_of_person
from jalons.ui.french import date_long

Told = tuple[date, str, str, str]  # day, title, detail, longer text


def around_orientation(person_id: int) -> Iterator[Told]:
    """Yield what happened around the decisions of a person, in no order."""
    for made in Evaluation.objects.filter(person_id=person_id).select_related("made_by"):
        words = TYPES.get(made.proposed_type, "sans proposition")
        yield made.made_on, "Grille d’orientation remplie", f"{words} – par {made.made_by}", ""
    for told in Preflag.objects.filter(person_id=person_id):
        yield told.received_on, "Suggestion de la CAF", told.value, ""
    for one in SessionExemption.objects.filter(person_id=person_id):
        yield one.decided_on, "Dispense d’information collective", exemptions().get(one.reason, one.reason), ""
    for request in requests_of_person(person_id):
        cause = causes()[request.cause].label if request.cause in causes() else request.cause
        yield request.asked_on, "Réorientation demandée", f"{cause} – {request.asked_by}", request.reason
        if request.decided_on and request.result_id is None:
            yield (
                request.decided_on,
                f"Réorientation : {request.get_state_display().lower()}",
                str(request.decided_by),
                request.decision_reason,
            )
    for notice in IntegrationNotice.objects.filter(enrolment__person_id=person_id).select_related("recipient"):
        seen = f", lue le {date_long(notice.seen_on)}" if notice.seen_on else ""
        yield notice.sent_on, "Entrée annoncée", f"à {notice.recipient}{seen}", ""
