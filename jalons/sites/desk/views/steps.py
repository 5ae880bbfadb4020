"""Steps and jobs: propose, start, complete, interrupt; a job as a fact."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Step, StepState
from jalons.pathways.operations import (
    NewStep,
    cancel_step,
    complete_step,
    interrupt_step,
    position,
    record_diploma,
    record_job,
    record_piece,
    record_steps,
    set_weekly_hours,
    start_step,
)
from jalons.pathways.rules import STEP_TRANSITIONS
from jalons.people.models import Person
from jalons.sites.desk.forms_pathway import DiplomaForm, JobForm, PieceForm, StepForm, StepMoveForm
from jalons.sites.desk.places import noted_enrolments, running_enrolments, writable
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.ui.forms import refusals_on

MOVES = {
    StepState.POSITIONED: "La personne est positionnée",
    StepState.STARTED: "L’étape commence",
    StepState.COMPLETED: "L’étape est réalisée",
    StepState.INTERRUPTED: "L’étape est interrompue",
    StepState.CANCELLED: "L’étape est abandonnée avant d’avoir commencé",
}


@screen(permission=Permission.STEP_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def add_step(request: HttpRequest, person: Person) -> HttpResponse:
    """Propose a step, or write one that has begun."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = writable(user, running_enrolments(person, on=on), Permission.STEP_WRITE, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    form = StepForm(request.POST or None, enrolments=enrolments, labels=labels, kinds=labels.step_choices(enrolments))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        started = data["started_on"]
        new = NewStep(enrolment_id=data.pop("enrolment"), proposed_on=min(started or on, on), **data)
        with refusals_on(form):
            record_steps(actor=user, on=on, steps=[new])
        if form.is_valid():
            messages.success(request, "Étape enregistrée.")
            return redirect("desk:person", person.key)
    return render(
        request,
        "desk/form.html",
        {"person": person, "form": form, "title": "Ajouter une étape", "submit": "Enregistrer"},
    )


@screen(permission=Permission.STEP_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def step(request: HttpRequest, person: Person, step_id: int) -> HttpResponse:
    """Show a step and write its next event."""
    user, on = user_of(request), clock.today()
    found = Step.objects.filter(pk=step_id, person=person).select_related("enrolment__organisation").first()
    if found is None:
        raise Http404("step")
    labels = Labels(on=on)
    labels.rules(found.enrolment.action_code)
    if found.state == StepState.COMPLETED and found.qualifying:
        return _diploma(request, person, found, labels)
    moves = [
        (state.value, label) for state, label in MOVES.items() if state in STEP_TRANSITIONS[StepState(found.state)]
    ]
    form = (
        StepMoveForm(request.POST or None, moves=moves, initial={"day": on, "weekly_hours": found.weekly_hours})
        if moves
        else None
    )
    if form is not None and request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _advance(user, found, form.cleaned_data, on)
            hours = form.cleaned_data["weekly_hours"]
            if hours is not None and hours != found.weekly_hours:
                set_weekly_hours(actor=user, on=on, step_id=found.pk, weekly_hours=hours)
        if form.is_valid():
            messages.success(request, "Étape mise à jour.")
            return redirect("desk:person", person.key)
    return render(request, "desk/step.html", {"person": person, "step": found, "form": form, "labels": labels})


def _diploma(request: HttpRequest, person: Person, found: Step, labels: Labels) -> HttpResponse:
    """A training that is done may still bring its diploma, on which a class of exit may rest."""
    form = DiplomaForm(request.POST or None, initial={"diploma_on": found.diploma_on})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            record_diploma(actor=user_of(request), on=labels.on, step_id=found.pk, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "Diplôme noté.")
            return redirect("desk:person", person.key)
    return render(request, "desk/step.html", {"person": person, "step": found, "form": form, "labels": labels})


def _advance(user: User, found: Step, data: dict[str, Any], on: Any) -> None:
    common = {"actor": user, "on": on, "step_id": found.pk}
    match StepState(data["move"]):
        case StepState.POSITIONED:
            position(**common, day=data["day"])
        case StepState.STARTED:
            start_step(**common, day=data["day"])
        case StepState.COMPLETED:
            complete_step(**common, day=data["day"])
        case StepState.INTERRUPTED:
            interrupt_step(**common, day=data["day"], reason=data["reason"])
        case _:
            cancel_step(**common, reason=data["reason"])


@screen(permission=Permission.EXIT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def add_job(request: HttpRequest, person: Person) -> HttpResponse:
    """Write a job or a business."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = writable(user, running_enrolments(person, on=on), Permission.EXIT_WRITE, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    form = JobForm(request.POST or None, enrolments=enrolments, labels=labels)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        with refusals_on(form):
            record_job(actor=user, on=on, enrolment_id=data.pop("enrolment"), **data)
        if form.is_valid():
            messages.success(request, "Emploi enregistré.")
            return redirect("desk:person", person.key)
    return render(
        request,
        "desk/form.html",
        {"person": person, "form": form, "title": "Ajouter un emploi", "submit": "Enregistrer"},
    )


@screen(permission=Permission.STEP_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def add_piece(request: HttpRequest, person: Person) -> HttpResponse:
    """Note that a document is in the file."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = writable(user, noted_enrolments(person, on=on), Permission.STEP_WRITE, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    kinds = labels.piece_choices(enrolments)
    form = PieceForm(request.POST or None, enrolments=enrolments, labels=labels, kinds=kinds, initial={"dated_on": on})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            record_piece(
                actor=user, on=on, enrolment_id=data["enrolment"], kind=data["kind"], dated_on=data["dated_on"]
            )
        if form.is_valid():
            messages.success(request, "Document noté au dossier.")
            return redirect("desk:person", person.key)
    lead = "Le document lui-même reste dans votre dossier : seules sa nature et sa date sont notées."
    context = {"person": person, "form": form, "title": "Noter un document", "lead": lead, "submit": "Enregistrer"}
    return render(request, "desk/form.html", context)
