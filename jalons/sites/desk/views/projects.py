"""The professional project, what prepares for a job, social referrals, job offers within what suits the person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Preparation, PreparationKind, Project, ProjectOutcome, Referral
from jalons.pathways.operations import (
    carry_out_project,
    close_project,
    correct_ppae,
    note_ppae,
    note_preparation,
    open_project,
    propose_offer,
    refer,
    validate_project,
)
from jalons.pathways.queries.assessments import wishes_of_enrolment
from jalons.pathways.reference import interlocutors
from jalons.pathways.rules import is_noted_ppae
from jalons.people.models import Person
from jalons.sites.desk.forms_projects import (
    OfferForm,
    PpaeDatesForm,
    PpaeForm,
    PreparationForm,
    ProjectForm,
    ProjectMoveForm,
    ReferralForm,
)
from jalons.sites.desk.places import require_writable, running_enrolments, writable
from jalons.sites.desk.views.contracts import contract_of
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.ui.forms import refusals_on
from jalons.ui.french import typography

WRITE = Permission.SITUATION_WRITE
MOVES = {
    "validated": "Le projet est validé avec la personne",
    "carried_out": "Le projet est mis en œuvre",
    "achieved": "Le projet est réalisé",
    "abandoned": "Le projet est abandonné",
}


@screen(permission=WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def project(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the project and what prepared for a job; open a project, or say what becomes of the one under way."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = writable(user, running_enrolments(person, on=on), WRITE, on=on)
    rows = list(Project.objects.filter(person=person).order_by("-opened_on", "-pk"))
    running = next((one for one in rows if one.closed_on is None), None)
    form: ProjectForm | ProjectMoveForm | None = None
    data = request.POST if request.method == "POST" else None
    if running is not None and enrolments:
        form = ProjectMoveForm(data, moves=_moves(running), initial={"day": on})
    elif enrolments:
        form = ProjectForm(data, enrolments=enrolments, labels=labels, initial={"opened_on": on})
    if data is not None and form is not None and form.is_valid():
        with refusals_on(form):
            _write(user, on, running, form.cleaned_data)
        if form.is_valid():
            messages.success(request, "Projet enregistré.")
            return redirect("desk:project", person.key)
    return _project_page(request, person, rows, form, None, labels)


@screen(permission=WRITE, trace="file", of_person=True, methods=("POST",))
@acts_once
def add_preparation(request: HttpRequest, person: Person) -> HttpResponse:
    """Note a CV brought up to date or an interview prepared."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = writable(user, running_enrolments(person, on=on), WRITE, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    form = PreparationForm(request.POST, enrolments=enrolments, labels=labels, prefix="prepared")
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            note_preparation(
                actor=user,
                on=on,
                enrolment_id=given["enrolment"],
                kind=PreparationKind(given["kind"]),
                done_on=given["done_on"],
            )
        if form.is_valid():
            messages.success(request, "Préparation notée.")
            return redirect("desk:project", person.key)
    rows = list(Project.objects.filter(person=person).order_by("-opened_on", "-pk"))
    return _project_page(request, person, rows, None, form, labels)


def _project_page(
    request: HttpRequest,
    person: Person,
    rows: list[Project],
    form: ProjectForm | ProjectMoveForm | None,
    prepared: PreparationForm | None,
    labels: Labels,
) -> HttpResponse:
    on = labels.on
    enrolments = writable(user_of(request), running_enrolments(person, on=on), WRITE, on=on)
    if prepared is None and enrolments:
        prepared = PreparationForm(enrolments=enrolments, labels=labels, initial={"done_on": on}, prefix="prepared")
    context = {
        "person": person,
        "rows": rows,
        "running": next((one for one in rows if one.closed_on is None), None),
        "form": form,
        "prepared": prepared,
        "preparations": list(Preparation.objects.filter(person=person).order_by("-done_on", "-pk")),
    }
    return render(request, "desk/project.html", context)


def _moves(running: Project) -> list[tuple[str, str]]:
    left = [code for code in MOVES if code not in ("validated", "carried_out")]
    if running.validated_on is None:
        left.insert(0, "validated")
    elif running.carried_out_on is None:
        left.insert(0, "carried_out")
    return [(code, MOVES[code]) for code in left]


def _write(user: User, on: date, running: Project | None, data: dict[str, Any]) -> None:
    common: dict[str, Any] = {"actor": user, "on": on}
    if running is None:
        open_project(**common, enrolment_id=data["enrolment"], title=data["title"], opened_on=data["opened_on"])
        return
    common |= {"project_id": running.pk, "day": data["day"]}
    acts: dict[str, Callable[..., Project]] = {"validated": validate_project, "carried_out": carry_out_project}
    if data["move"] in acts:
        acts[data["move"]](**common)
    else:
        close_project(**common, outcome=ProjectOutcome(data["move"]))


@screen(permission=WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def add_referral(request: HttpRequest, person: Person) -> HttpResponse:
    """Record a social question, its first answer and the referral (R-064)."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = writable(user, running_enrolments(person, on=on), WRITE, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    domains = labels.obstacle_choices(enrolments)
    form = ReferralForm(
        request.POST or None, enrolments=enrolments, labels=labels, domains=domains, initial={"referred_on": on}
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        with refusals_on(form):
            refer(actor=user, on=on, enrolment_id=data.pop("enrolment"), **data)
        if form.is_valid():
            messages.success(request, "Relais noté.")
            return redirect("desk:add_referral", person.key)
    names = dict(domains)
    rows = Referral.objects.filter(person=person).select_related("recorded_by").order_by("-referred_on", "-pk")
    context = {
        "person": person,
        "form": form,
        "rows": [
            (one, names.get(one.domain) or labels.obstacle(one.domain, enrolments[0].action_code)) for one in rows
        ],
        "interlocutors": interlocutors(),
    }
    return render(request, "desk/referral.html", context)


@screen(permission=Permission.STEP_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def propose(request: HttpRequest, person: Person) -> HttpResponse:
    """Propose a job offer, held against what the person said acceptable (R-073)."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = writable(user, running_enrolments(person, on=on), Permission.STEP_WRITE, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    form = OfferForm(
        request.POST or None,
        enrolments=enrolments,
        labels=labels,
        kinds=labels.step_choices(enrolments),
        initial=_kind(),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            step = propose_offer(
                actor=user,
                on=on,
                enrolment_id=form.cleaned_data["enrolment"],
                offer=form.offer(),
                kind=form.cleaned_data["kind"],
            )
        if form.is_valid():
            messages.success(request, "Offre proposée : elle est dans les étapes du parcours.")
            return redirect("desk:step", person.key, step.pk)
    wishes = [(labels.action(one.action_code), wishes_of_enrolment(one.pk, on=on)) for one in enrolments]
    return render(request, "desk/offer.html", {"person": person, "form": form, "wishes": wishes})


def _kind() -> dict[str, Any]:
    return {"kind": "offer_positioning"}  # only what the list proposes first, where the rulebook has it


@screen(permission=Permission.CONTRACT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def add_ppae(request: HttpRequest, person: Person) -> HttpResponse:
    """Note a PPAE that was shown (R-085)."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = writable(user, running_enrolments(person, on=on), Permission.CONTRACT_WRITE, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    form = PpaeForm(request.POST or None, enrolments=enrolments, labels=labels)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        with refusals_on(form):
            noted = note_ppae(actor=user, on=on, enrolment_id=data.pop("enrolment"), **data)
        if form.is_valid():
            messages.success(request, "PPAE noté.")
            return redirect("desk:contract", person.key, noted.key)
    lead = "Le PPAE est fait par Pôle emploi : ses dates suffisent, personne ne le valide ici."
    context = {"person": person, "form": form, "title": "PPAE", "lead": lead, "submit": "Enregistrer"}
    return render(request, "desk/form.html", context)


@screen(permission=Permission.CONTRACT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def change_ppae(request: HttpRequest, person: Person, contract_key: UUID) -> HttpResponse:
    """Correct the dates of a PPAE that was noted."""
    found = contract_of(person, contract_key)
    if not is_noted_ppae(found):
        messages.info(request, typography("Ce contrat n’est pas un PPAE noté d’après ses dates."))
        return redirect("desk:contract", person.key, found.key)
    on = clock.today()
    require_writable(user_of(request), found.enrolment, Permission.CONTRACT_WRITE, on=on)
    initial = {"signed_on": found.signed_on, "start_on": found.start_on, "end_on": found.end_on}
    form = PpaeDatesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            correct_ppae(actor=user_of(request), on=on, contract_id=found.pk, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "PPAE corrigé.")
            return redirect("desk:contract", person.key, found.key)
    context = {"person": person, "form": form, "title": "Corriger le PPAE", "submit": "Enregistrer"}
    return render(request, "desk/form.html", context)
