"""Assessments, obstacles and information given: one short form each."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Assessment, AssessmentKind, InformationKind, Obstacle
from jalons.pathways.operations import (
    correct_assessment,
    give_information,
    lift_obstacle,
    open_obstacle,
    record_assessment,
    reopen_obstacle,
    withdraw_obstacle,
    work_on_obstacle,
)
from jalons.people.models import Person
from jalons.sites.desk.forms_situation import (
    AssessmentChangeForm,
    AssessmentForm,
    InformationForm,
    ObstacleForm,
    ObstacleMoveForm,
)
from jalons.sites.desk.places import noted_enrolments, running_enrolments, writable
from jalons.sites.desk.situation import default_kind, open_domains
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.ui.forms import refusals_on

WRITE = Permission.SITUATION_WRITE


@screen(permission=WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def add_assessment(request: HttpRequest, person: Person) -> HttpResponse:
    """Write an assessment of the situation, with the obstacles it finds."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = writable(user, noted_enrolments(person, on=on), WRITE, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    running = [one for one in enrolments if one.end_on is None or one.end_on >= on]
    known = open_domains(running)
    domains = [choice for choice in labels.obstacle_choices(enrolments) if choice[0] not in known]
    domains = domains if running else []
    initial = {"kind": default_kind(running) if running else AssessmentKind.FINAL, "made_on": on}
    form = AssessmentForm(request.POST or None, enrolments=enrolments, labels=labels, domains=domains, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            record_assessment(
                actor=user,
                on=on,
                enrolment_id=data["enrolment"],
                kind=AssessmentKind(data["kind"]),
                made_on=data["made_on"],
                recommendations=data["recommendations"],
                domains=tuple(data.get("domains", ())),
            )
        if form.is_valid():
            messages.success(request, "Bilan enregistré.")
            return redirect("desk:person", person.key)
    return _form(request, person, form, "Bilan de situation")


@screen(permission=WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def assessment(request: HttpRequest, person: Person, assessment_id: int) -> HttpResponse:
    """Read an assessment, and write its day or recommendations again."""
    user, on = user_of(request), clock.today()
    found = Assessment.objects.filter(pk=assessment_id, person=person).select_related("enrolment").first()
    if found is None:
        raise Http404("assessment")
    initial = {"made_on": found.made_on, "recommendations": found.recommendations}
    form = AssessmentChangeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            correct_assessment(actor=user, on=on, assessment_id=found.pk, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "Bilan corrigé.")
            return redirect("desk:person", person.key)
    labels = Labels(on=on)
    names = [labels.obstacle(one.domain, found.enrolment.action_code) for one in found.obstacles.order_by("pk")]
    lead = f"Freins repérés : {', '.join(names).lower()}." if names else "Aucun frein repéré à cette date."
    return _form(request, person, form, found.get_kind_display(), lead=lead)


@screen(permission=WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def obstacles(request: HttpRequest, person: Person) -> HttpResponse:
    """List the obstacles of a person, and add one."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = writable(user, running_enrolments(person, on=on), WRITE, on=on)
    rows = Obstacle.objects.filter(person=person).select_related("enrolment").order_by("lifted_on", "opened_on", "pk")
    form = None
    if enrolments:
        form = ObstacleForm(
            request.POST or None,
            enrolments=enrolments,
            labels=labels,
            domains=labels.obstacle_choices(enrolments),
            initial={"opened_on": on},
        )
    if form is not None and request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        with refusals_on(form):
            open_obstacle(actor=user, on=on, enrolment_id=data.pop("enrolment"), **data)
        if form.is_valid():
            messages.success(request, "Frein noté.")
            return redirect("desk:obstacles", person.key)
    shown = [(one, labels.obstacle(one.domain, one.enrolment.action_code)) for one in rows]
    return render(request, "desk/obstacles.html", {"person": person, "rows": shown, "form": form})


MOVES = {"worked": "Le frein est travaillé", "lifted": "Le frein est levé"}
UNDO = {"reopened": "Il n’est pas levé : c’était une erreur", "withdrawn": "Le retirer : il a été noté par erreur"}


@screen(permission=WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def obstacle(request: HttpRequest, person: Person, obstacle_id: int) -> HttpResponse:
    """Write what becomes of an obstacle."""
    user, on = user_of(request), clock.today()
    found = Obstacle.objects.filter(pk=obstacle_id, person=person).select_related("enrolment").first()
    if found is None:
        raise Http404("obstacle")
    form = ObstacleMoveForm(request.POST or None, moves=_moves(found), initial={"day": on})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _advance(user, found, form.cleaned_data, on)
        if form.is_valid():
            messages.success(request, "Frein mis à jour.")
            return redirect("desk:obstacles", person.key)
    name = Labels(on=on).obstacle(found.domain, found.enrolment.action_code)
    return _form(request, person, form, f"Frein : {name.lower()}", lead=found.note)


def _moves(found: Obstacle) -> list[tuple[str, str]]:
    if found.lifted_on is not None:
        return [("reopened", UNDO["reopened"]), ("withdrawn", UNDO["withdrawn"])]
    steps = [("lifted", MOVES["lifted"])] if found.worked_on else list(MOVES.items())
    return [*steps, ("withdrawn", UNDO["withdrawn"])]


def _advance(user: User, found: Obstacle, data: dict[str, Any], on: date) -> None:
    common: dict[str, Any] = {"actor": user, "on": on, "obstacle_id": found.pk}
    match data["move"]:
        case "worked":
            work_on_obstacle(**common, day=data["day"])
        case "lifted":
            lift_obstacle(**common, day=data["day"])
        case "reopened":
            reopen_obstacle(**common)
        case _:
            withdraw_obstacle(**common)


@screen(permission=WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def add_information(request: HttpRequest, person: Person) -> HttpResponse:
    """Say what was explained to the person, and when."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = writable(user, running_enrolments(person, on=on), WRITE, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    form = InformationForm(request.POST or None, enrolments=enrolments, labels=labels, initial={"given_on": on})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        kinds = [InformationKind(kind) for kind in data.pop("kinds")]
        with refusals_on(form):
            give_information(actor=user, on=on, enrolment_id=data.pop("enrolment"), kinds=kinds, **data)
        if form.is_valid():
            messages.success(request, "Information notée.")
            return redirect("desk:person", person.key)
    return _form(request, person, form, "Information donnée")


def _form(request: HttpRequest, person: Person, form: Any, title: str, *, lead: str = "") -> HttpResponse:
    context = {"person": person, "form": form, "title": title, "lead": lead, "submit": "Enregistrer"}
    return render(request, "desk/form.html", context)
