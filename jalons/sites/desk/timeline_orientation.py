"""What surrounds an orientation, told on the line of time: evaluation, suggestion of the CAF, request, notice. One query."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from jalons.pathways.grids import TYPES, causes, exemptions
from jalons.pathways.models import (
    Evaluation,
    IntegrationNotice,
    Preflag,
    ReorientationRequest,
    RequestState,
    SessionExemption,
)

Told = tuple[date, str, str, str]  # day, title, detail, longer text
TITLES = {
    "evaluation": "Grille d’orientation remplie",
    "preflag": "Suggestion de la CAF",
    "exemption": "Dispense d’information collective",
    "request": "Réorientation demandée",
    "refused": "Réorientation refusée",
    "withdrawn": "Demande de réorientation retirée",
    "notice": "Entrée annoncée à qui a orienté",
}


def around_orientation(person_id: int) -> Iterator[Told]:
    """Yield what happened around the decisions of a person, in no order."""
    requests = ReorientationRequest.objects.filter(person_id=person_id)
    said_no = requests.filter(state__in=(RequestState.REFUSED, RequestState.WITHDRAWN))
    parts = [
        _part(Evaluation.objects.filter(person_id=person_id), "made_on", Value("evaluation"), F("proposed_type")),
        _part(Preflag.objects.filter(person_id=person_id), "received_on", Value("preflag"), F("value")),
        _part(SessionExemption.objects.filter(person_id=person_id), "decided_on", Value("exemption"), F("reason")),
        _part(requests, "asked_on", Value("request"), F("cause"), F("reason")),
        _part(said_no, "decided_on", F("state"), Value(""), F("decision_reason")),
        _part(IntegrationNotice.objects.filter(enrolment__person_id=person_id), "sent_on", Value("notice"), Value("")),
    ]
    for day, kind, code, text in parts[0].union(*parts[1:], all=True):
        yield day, TITLES[kind], _words(kind, code), text


def _part(rows: QuerySet[Any], day: str, kind: Any, code: Any, text: Any = None) -> Any:  # rows of values
    told = {"told_kind": kind, "told_code": code, "told_text": text or Value("")}
    columns = {name: Cast(value, CharField()) for name, value in told.items()}
    return rows.order_by().annotate(told_day=F(day), **columns).values_list("told_day", *columns)


def _words(kind: str, code: str) -> str:
    if kind == "evaluation":
        return TYPES.get(code, "sans proposition")
    if kind == "exemption":
        return exemptions().get(code, code)
    if kind == "request" and code in causes():
        return causes()[code].label
    return code
