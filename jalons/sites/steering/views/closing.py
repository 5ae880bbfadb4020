"""« Fins de droits »: the system proposes, a human closes the accompaniment or maintains it, and may take a closure back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.permissions import Permission, may
from jalons.pathways.models import ClosureProposal, ProposalState
from jalons.pathways.operations import close_proposal, maintain, reopen_closure
from jalons.pathways.operations.enrolment import within_line
from jalons.pathways.queries.closures import closures_decided, closures_to_decide
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.steering.forms import CLOSE, ClosureForm, ReasonForm
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.forms import refusals_on
from jalons.ui.tables import Column, page_of

COLUMNS = (
    Column("Personne"),
    Column("Organisme"),
    Column("Action"),
    Column("Fin de droits"),
    Column("Cause"),
    Column("Proposée le"),
)
STATES = {"clos": "Accompagnements clos"}
CAUSES = {
    "right_closed": "Droit au RSA clos",
    "duties_ended": "Fin des droits et devoirs",
    "household_left": "Départ du foyer",
    "mutation": "Mutation vers une autre caisse",
    "missing_from_file": "Absence du fichier mensuel",
}


def cause_label(code: str) -> str:
    """Return the cause of an end of rights in words; an unknown code as it is."""
    return CAUSES.get(code, code.replace("_", " ").capitalize())


@screen(permission=Permission.CLOSURE_DECIDE, trace="list")
def closures(request: HttpRequest) -> HttpResponse:
    """Show the accompaniments to close or to maintain, the oldest end of rights first; or those closed, the last first."""
    user, on = user_of(request), clock.today()
    state = chosen(request.GET, "etat", STATES)
    page = page_of(request, (closures_decided if state else closures_to_decide)(user, on=on))
    showed(request, len(page.object_list))
    context = {
        "page": page,
        "columns": (*COLUMNS[:-1], Column("Clos le")) if state else COLUMNS,
        "state": state,
        "choices": [Choice("etat", "À décider", [Option(*one) for one in STATES.items()], state)],
        "labels": Labels(on=on),
        "cause": cause_label,
    }
    return render(request, "steering/closures.html", context)


@screen(permission=Permission.CLOSURE_DECIDE, trace="file", methods=("GET", "POST"))
def closure(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Close or maintain one accompaniment; take back a closure decided by mistake."""
    user, on = user_of(request), clock.today()
    rows = (some(user, on=on).filter(pk=proposal_id).first() for some in (closures_to_decide, closures_decided))
    proposal = next((one for one in rows if one is not None), None)
    if proposal is None:
        raise Http404("proposal")
    enrolment = proposal.enrolment
    showed(request, 1, person_id=enrolment.person_id)
    if proposal.state == ProposalState.CLOSED:
        return _closed(request, proposal)
    may_maintain = may(
        user,
        Permission.CLOSURE_MAINTAIN,
        on=on,
        organisation_id=enrolment.organisation_id,
        authority_id=enrolment.authority_id,
        territory_id=enrolment.person.territory_id,
    )
    form = ClosureForm(
        request.POST or None, may_maintain=may_maintain, initial={"last_day": within_line(enrolment, on)}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        common: dict[str, Any] = {"actor": user, "on": on, "proposal_id": proposal.pk, "reason": data["reason"]}
        closing = data["decision"] == CLOSE
        with refusals_on(form):
            if closing:
                close_proposal(**common, last_day=data["last_day"])
            else:
                maintain(**common, until=data["until"])
        if form.is_valid():
            messages.success(request, "Accompagnement clos." if closing else "Accompagnement maintenu.")
            return redirect("steering:closures")
    context = {
        "proposal": proposal,
        "person": enrolment.person,
        "enrolment": enrolment,
        "form": form,
        "may_maintain": may_maintain,
        "cause": cause_label,
        "labels": Labels(on=on),
    }
    return render(request, "steering/closure.html", context)


def _closed(request: HttpRequest, proposal: ClosureProposal) -> HttpResponse:
    user, on = user_of(request), clock.today()
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            reopen_closure(actor=user, on=on, proposal_id=proposal.pk, reason=form.cleaned_data["reason"])
        if form.is_valid():
            messages.success(request, "L’accompagnement reprend, comme avant la clôture.")
            return redirect("steering:closures")
    context = {
        "proposal": proposal,
        "person": proposal.enrolment.person,
        "enrolment": proposal.enrolment,
        "form": form,
        "may_maintain": True,
        "cause": cause_label,
        "labels": Labels(on=on),
    }
    return render(request, "steering/closure.html", context)
