"""The orientation of a person, seen by who accompanies her: its delays, a request for another one, the entry announced."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.pathways.grids import TYPES, causes, causes_for
from jalons.pathways.models import Orientation, ReorientationRequest
from jalons.pathways.operations import announce_integration, see_notice, withdraw_request
from jalons.pathways.operations import ask_reorientation as ask
from jalons.pathways.queries.evaluations import latest_evaluation
from jalons.pathways.queries.orientation import delays
from jalons.pathways.queries.reorientations import announced, may_ask, notices_for, requests_of_person
from jalons.people.models import Person
from jalons.sites.desk.forms_reorienting import ReorientationForm
from jalons.sites.desk.places import running_enrolments, writable
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.telling import refusals_told
from jalons.ui.forms import refusals_on


@screen(permission=Permission.SITUATION_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def ask_reorientation(request: HttpRequest, person: Person) -> HttpResponse:
    """Show where the person is oriented and since when; ask for another orientation."""
    user, on = user_of(request), clock.today()
    rows = Orientation.objects.filter(person=person, closed_on__isnull=True).select_related(
        "organisation", "decided_by"
    )
    present = rows.order_by("-decided_on", "-pk").first()
    enrolments = running_enrolments(person, on=on)
    codes = [present.action_code] if present else []
    offered = [(one.code, one.label) for one in causes_for([*codes, *(one.action_code for one in enrolments)])]
    form = ReorientationForm(request.POST or None, causes=offered)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            ask(actor=user, on=on, person_id=person.pk, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "Demande de réorientation envoyée.")
            return redirect("desk:ask_reorientation", person.key)
    requests = list(requests_of_person(person.pk))
    told = announced([one.pk for one in enrolments])
    context = {
        "person": person,
        "present": present,
        "delays": delays(present) if present else None,
        "evaluation": latest_evaluation(person.pk),
        "types": TYPES,
        "causes": causes(),
        "requests": requests,
        "waiting": next((one for one in requests if one.state == "open"), None),
        "entries": [(one, told.get(one.pk)) for one in enrolments],
        "mine": writable(user, enrolments, Permission.STEP_WRITE, on=on),
        "may_ask": may_ask(user, person, on=on),
        "form": form,
        "labels": Labels(on=on),
    }
    return render(request, "desk/reorientation.html", context)


@screen(permission=Permission.SITUATION_WRITE, of_person=True, methods=("POST",))
def withdraw_reorientation(request: HttpRequest, person: Person, request_id: int) -> HttpResponse:
    """Take back a request nobody has decided."""
    if not ReorientationRequest.objects.filter(pk=request_id, person=person).exists():
        raise Http404("request")
    with refusals_told(request):
        withdraw_request(
            actor=user_of(request), on=clock.today(), request_id=request_id, reason="Retirée par le référent"
        )
        messages.success(request, "Demande retirée.")
    return redirect("desk:ask_reorientation", person.key)


@screen(permission=Permission.STEP_WRITE, of_person=True, methods=("POST",))
def announce_entry(request: HttpRequest, person: Person, enrolment_id: int) -> HttpResponse:
    """Tell who oriented the person that she has entered."""
    user, on = user_of(request), clock.today()
    if not any(one.pk == enrolment_id for one in running_enrolments(person, on=on)):
        raise Http404("enrolment")
    with refusals_told(request):
        notice = announce_integration(actor=user, on=on, enrolment_id=enrolment_id)
        messages.success(request, f"Entrée annoncée à {notice.recipient}.")
    return redirect("desk:ask_reorientation", person.key)


@screen(permission=Permission.APPOINTMENT_WRITE, methods=("POST",))
def notice_seen(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Say that an entry announced was read, from the desk of the référent unique it was sent to (R-041)."""
    user, on = user_of(request), clock.today()
    if not notices_for(user, on=on).filter(pk=notice_id).exists():
        raise Http404("notice")
    see_notice(actor=user, on=on, notice_id=notice_id)
    messages.success(request, "Avis d’intégration lu.")
    return redirect("desk:today")
