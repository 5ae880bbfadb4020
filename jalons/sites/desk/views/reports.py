"""« Signalements »: what the framework proposes, what the référent writes or sets aside, and breaches of contract."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.documents.guard import noticed
from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.pathways.models import Contract, ContractBreach, Enrolment, Report, ReportCause
from jalons.pathways.operations import (
    dismiss_report,
    record_breach,
    withdraw_breach,
    withdraw_report,
    write_report,
)
from jalons.pathways.queries.reports import (
    Proposal,
    breaches_behind,
    breaches_of,
    missed_appointments,
    proposals_of,
    reports_of,
)
from jalons.people.models import Person
from jalons.sites.desk.forms_pathway import ReasonForm
from jalons.sites.desk.forms_reports import (
    BreachForm,
    DismissForm,
    ReportForm,
    absence_in_words,
    breaches_in_words,
    facts_of,
)
from jalons.sites.desk.places import require_writable, running_enrolments, writable
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.telling import refusals_told
from jalons.ui.forms import refusals_on
from jalons.ui.french import typography


def _stays(request: HttpRequest, person: Person) -> list[Enrolment]:
    on = clock.today()
    return writable(user_of(request), running_enrolments(person, on=on), Permission.SITUATION_WRITE, on=on)


@screen(permission=Permission.SITUATION_WRITE, trace="file", of_person=True)
def reports(request: HttpRequest, person: Person) -> HttpResponse:
    """Show what the framework proposes today, and what was decided before."""
    on, stays = clock.today(), _stays(request, person)
    context = {
        "person": person,
        "proposals": proposals_of(stays, on=on),
        "breaches": breaches_of(person.pk),
        "reports": reports_of(person.pk),
        "may_write": bool(stays),
        "in_words": absence_in_words,
        "undo": ReasonForm(auto_id=False),
    }
    return render(request, "desk/reports.html", context)


@screen(permission=Permission.SITUATION_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def write(request: HttpRequest, person: Person) -> HttpResponse:
    """Write a report: the absences are there to tick, their facts are already written, the référent completes and signs off."""
    on, stays = clock.today(), _stays(request, person)
    if not stays:
        return render(request, "desk/no_enrolment.html", {"person": person})
    proposal = _asked(request, stays)
    if proposal is None and OF in request.GET:
        return _gone(request, person)
    missed = missed_appointments(person.pk, until=on)
    cited = list(proposal.absences) if proposal else []
    form = ReportForm(
        request.POST or None,
        missed=missed,
        initial={"absences": [one.pk for one in cited], "facts": _known(proposal)},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        ids = data.get("absences") or []
        cause = proposal.cause if proposal else ReportCause.ABSENCES
        stay = proposal.enrolment if proposal else stays[-1]
        with refusals_on(form):
            write_report(
                actor=user_of(request),
                on=on,
                enrolment_id=stay.pk,
                cause=cause,
                facts=data["facts"],
                absence_ids=ids,
            )
        if form.is_valid():
            messages.success(request, "Signalement écrit. Rien n’est envoyé : il attend l’examen de la situation.")
            return redirect("desk:reports", person.key)
    context = {"person": person, "form": form, "proposal": proposal, "remarks": _remarks(form)}
    return render(request, "desk/report_form.html", context)


def _known(proposal: Proposal | None) -> str:
    """The facts already written that a report rests on: the absences it would cite, or the breaches of contract."""
    if proposal is None:
        return ""
    if proposal.cause == ReportCause.BREACH:
        return breaches_in_words(breaches_behind(proposal))
    return facts_of(proposal.absences)


def _remarks(form: ReportForm) -> list[str]:
    """What the guard notices in facts that were refused for another reason; it never blocks."""
    return [f"{one.label} : {one.advice}" for one in noticed(form.data.get("facts", ""))] if form.is_bound else []


@screen(permission=Permission.SITUATION_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def dismiss(request: HttpRequest, person: Person) -> HttpResponse:
    """Set a proposal aside, with a reason."""
    on, stays = clock.today(), _stays(request, person)
    proposal = _asked(request, stays)
    if proposal is None:
        return _gone(request, person)
    form = DismissForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            dismiss_report(
                actor=user_of(request),
                on=on,
                enrolment_id=proposal.enrolment.pk,
                cause=proposal.cause,
                reason=form.cleaned_data["reason"],
            )
        if form.is_valid():
            messages.success(request, "Proposition écartée. Rien n’est signalé.")
            return redirect("desk:reports", person.key)
    context = {"person": person, "form": form, "title": "Écarter le signalement", "submit": "Écarter"}
    return render(request, "desk/form.html", context)


@screen(permission=Permission.SITUATION_WRITE, of_person=True, methods=("POST",))
def withdraw(request: HttpRequest, person: Person, decision_id: int) -> HttpResponse:
    """Take back what was decided, with a reason."""
    found = Report.objects.filter(pk=decision_id, person=person).first()
    if found is None:
        raise Http404("report")
    return _taken_back(request, person, partial(withdraw_report, report_id=found.pk), "Décision retirée.")


@screen(permission=Permission.SITUATION_WRITE, of_person=True, methods=("POST",))
def take_back_breach(request: HttpRequest, person: Person, breach_id: int) -> HttpResponse:
    """Take back a breach of contract, with a reason (R-092)."""
    found = ContractBreach.objects.filter(pk=breach_id, person=person).first()
    if found is None:
        raise Http404("breach")
    return _taken_back(request, person, partial(withdraw_breach, breach_id=found.pk), "Non-respect retiré.")


def _taken_back(request: HttpRequest, person: Person, act: Callable[..., object], told: str) -> HttpResponse:
    with refusals_told(request):
        act(actor=user_of(request), on=clock.today(), reason=request.POST.get("reason", ""))
        messages.success(request, told)
    return redirect("desk:reports", person.key)


@screen(permission=Permission.SITUATION_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def breach(request: HttpRequest, person: Person, contract_key: UUID) -> HttpResponse:
    """Write that a contract was not kept: the date and the facts (R-092)."""
    found = Contract.objects.filter(key=contract_key, person=person).select_related("enrolment__person").first()
    if found is None:
        raise Http404("contract")
    on = clock.today()
    require_writable(user_of(request), found.enrolment, Permission.SITUATION_WRITE, on=on)
    form = BreachForm(request.POST or None, initial={"happened_on": on})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            record_breach(actor=user_of(request), on=on, contract_id=found.pk, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "Non-respect noté. S’il y a lieu, le signalement est proposé.")
            return redirect("desk:reports", person.key)
    context = {"person": person, "form": form, "title": "Non-respect du contrat", "submit": "Enregistrer"}
    lead = "La date et les faits. Le cadre propose alors un signalement, que vous écrivez ou écartez."
    return render(request, "desk/form.html", {**context, "lead": lead})


OF = "objet"  # in the address: which of the proposals of this person is decided


def _asked(request: HttpRequest, stays: list[Enrolment]) -> Proposal | None:
    """The proposal the address names, by its cause; None when it is answered, gone, or when none is named."""
    cause = request.GET.get(OF)
    found = proposals_of(stays, on=clock.today()) if cause else []
    return next((one for one in found if one.cause == cause), None)


def _gone(request: HttpRequest, person: Person) -> HttpResponse:
    messages.info(request, typography("Ce signalement n’est plus proposé : il n’y a rien à décider."))
    return redirect("desk:reports", person.key)
