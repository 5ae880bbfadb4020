"""Requests to re-orient: the queue, then one request with its opinion and its decision (R-042, R-043)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.grids import TYPES, causes
from jalons.pathways.models import ReorientationRequest, RequestState
from jalons.pathways.operations import give_opinion, grant_request, refuse_request, see_notice
from jalons.pathways.queries.places import Offer, open_offers
from jalons.pathways.queries.reorientations import notices_for, requests_to_decide
from jalons.people.permissions import reachable_persons
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.opinions import OpinionForm
from jalons.sites.steering.forms_orienting import GRANT, RequestDecisionForm
from jalons.sites.steering.orienting_tabs import tabs
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.forms import refusals_on
from jalons.ui.tables import Column, page_of

COLUMNS = (
    Column("Personne"),
    Column("Demandée par"),
    Column("Cause"),
    Column("Demandée le"),
    Column("Avis"),
    Column("Attente", "num"),
)
DECIDED = {code: label for code, label in RequestState.choices if code != RequestState.OPEN}


@screen(permission=Permission.ORIENTATION_DECIDE, trace="list")
def reorientations(request: HttpRequest) -> HttpResponse:
    """Show the requests to decide, the oldest first, or those decided; and the entries announced to the user."""
    user, on = user_of(request), clock.today()
    state = chosen(request.GET, "etat", DECIDED)
    page = page_of(request, requests_to_decide(user, on=on, state=state or RequestState.OPEN))
    notices = list(notices_for(user, on=on)[:20])
    showed(request, len(page.object_list) + len(notices))
    context = {
        "page": page,
        "columns": COLUMNS,
        "state": state,
        "choices": [Choice("etat", "À décider", [Option(*one) for one in DECIDED.items()], state)],
        "notices": notices,
        "causes": causes(),
        "labels": Labels(on=on),
        "tabs": tabs(user, "steering:reorientations", on=on),
    }
    return render(request, "steering/reorientations.html", context)


def _found(user: User, request_id: int) -> ReorientationRequest:
    reached = reachable_persons(user, on=clock.today(), permission=Permission.ORIENTATION_DECIDE)
    rows = ReorientationRequest.objects.filter(pk=request_id, person__in=reached)
    found = rows.select_related(
        "person__territory", "orientation__organisation", "asked_by", "opinion_by", "decided_by", "result__organisation"
    ).first()
    if found is None:
        raise Http404("request")
    return found


@screen(permission=Permission.ORIENTATION_DECIDE, trace="file", methods=("GET", "POST"))
def reorientation(request: HttpRequest, request_id: int) -> HttpResponse:
    """Show a request; note the opinion; decide."""
    user, on = user_of(request), clock.today()
    found = _found(user, request_id)
    showed(request, 1, person_id=found.person_id)
    labels = Labels(on=on)
    offers = _offers(found) if found.state == RequestState.OPEN else []
    lines = [
        (row.line.pk, f"{row.line.agreement.organisation} – {labels.action(row.line.action_code)}") for row in offers
    ]
    giving = request.method == "POST" and "opinion" in request.POST
    deciding = request.method == "POST" and not giving
    opinion = OpinionForm(request.POST if giving else None, initial=_opinion(found), prefix="")
    decision = RequestDecisionForm(request.POST if deciding else None, lines=lines)
    if giving and opinion.is_valid():
        given = opinion.given()
        assert given is not None
        with refusals_on(opinion):
            give_opinion(actor=user, on=on, request_id=found.pk, opinion=given)
        if opinion.is_valid():
            messages.success(request, "Avis enregistré.")
            return redirect("steering:reorientation", found.pk)
    if deciding and decision.is_valid():
        _decide(user, found, decision)
        if decision.is_valid():
            messages.success(request, "Décision enregistrée.")
            return redirect("steering:reorientations")
    context = {
        "request_": found, "person": found.person, "offers": offers, "opinion": opinion, "decision": decision,
        "labels": labels, "cause": causes().get(found.cause), "wanted": TYPES.get(found.wanted_type, ""),
    }  # fmt: skip
    return render(request, "steering/reorientation.html", context)


def _offers(found: ReorientationRequest) -> list[Offer]:
    rows = [
        row for row in open_offers(found.authority_id, on=clock.today()) if row.line.pk != found.orientation.line_id
    ]
    return sorted(
        rows,
        key=lambda row: (
            row.full,
            row.line.territory_id != found.person.territory_id,
            row.line.agreement.organisation.name,
        ),
    )


def _opinion(found: ReorientationRequest) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("opinion_body", "opinion_on", "opinion")}


def _decide(user: User, found: ReorientationRequest, form: RequestDecisionForm) -> None:
    common: dict[str, Any] = {
        "actor": user,
        "on": clock.today(),
        "request_id": found.pk,
        "reason": form.cleaned_data["reason"],
    }
    with refusals_on(form):
        if form.cleaned_data["decision"] == GRANT:
            grant_request(**common, line_id=form.cleaned_data["line"])
        else:
            refuse_request(**common)


@screen(permission=Permission.ORIENTATION_DECIDE, methods=("POST",))
def notice_seen(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Say that an entry announced was read."""
    user, on = user_of(request), clock.today()
    if not notices_for(user, on=on).filter(pk=notice_id).exists():
        raise Http404("notice")
    see_notice(actor=user, on=on, notice_id=notice_id)
    messages.success(request, "Avis d’intégration lu.")
    return redirect("steering:reorientations")
