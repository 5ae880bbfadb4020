"""Obstacles, what is done about them, and information given: one short form each."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Contract, InformationKind, Obstacle, ObstacleAction
from jalons.pathways.operations import (
    add_obstacle_action,
    do_obstacle_action,
    give_information,
    lift_obstacle,
    open_obstacle,
    reopen_obstacle,
    withdraw_obstacle,
    withdraw_obstacle_action,
    work_on_obstacle,
)
from jalons.pathways.reference import support_documents, told
from jalons.people.models import Person
from jalons.sites.desk.forms_situation import (
    InformationForm,
    ObstacleActionForm,
    ObstacleForm,
    ObstacleMoveForm,
)
from jalons.sites.desk.places import running_enrolments, writable
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.telling import refusals_told
from jalons.ui.forms import refusals_on

WRITE = Permission.SITUATION_WRITE


@screen(permission=WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
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
@acts_once
def obstacle(request: HttpRequest, person: Person, obstacle_id: int) -> HttpResponse:
    """Write what becomes of an obstacle."""
    user, on = user_of(request), clock.today()
    found = _obstacle_of(person, obstacle_id)
    if not writable(user, [found.enrolment], WRITE, on=on):
        return _obstacle_page(request, person, found, None)
    form = ObstacleMoveForm(request.POST or None, moves=_moves(found), initial={"day": on})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _advance(user, found, form.cleaned_data, on)
        if form.is_valid():
            messages.success(request, "Frein mis à jour.")
            return redirect("desk:obstacles", person.key)
    return _obstacle_page(request, person, found, form)


@screen(permission=WRITE, trace="file", of_person=True, methods=("POST",))
@acts_once
def add_action(request: HttpRequest, person: Person, obstacle_id: int) -> HttpResponse:
    """Write what is planned, or done, to lift an obstacle (R-072)."""
    user, on = user_of(request), clock.today()
    found = _obstacle_of(person, obstacle_id)
    form = ObstacleActionForm(
        request.POST, works=_works(found, Labels(on=on)), sensitive=found.sensitive, prefix="action"
    )
    if form.is_valid():
        with refusals_on(form):
            add_obstacle_action(actor=user, on=on, obstacle_id=found.pk, **form.asked())
        if form.is_valid():
            messages.success(request, "Action notée.")
            return redirect("desk:obstacle", person.key, found.pk)
    return _obstacle_page(request, person, found, None, form)


@screen(permission=WRITE, of_person=True, methods=("POST",))
def move_action(request: HttpRequest, person: Person, action_id: int, act: str) -> HttpResponse:
    """Say that a planned action is done today, or take it back."""
    found = ObstacleAction.objects.filter(pk=action_id, obstacle__person=person).first()
    if found is None or act not in ("faite", "retirer"):
        raise Http404("action")
    common: dict[str, Any] = {"actor": user_of(request), "on": clock.today(), "action_id": found.pk}
    with refusals_told(request):
        if act == "faite":
            do_obstacle_action(**common, day=clock.today())
        else:
            withdraw_obstacle_action(**common)
        messages.success(request, "Action faite." if act == "faite" else "Action retirée.")
    return redirect("desk:obstacle", person.key, found.obstacle_id)


def _obstacle_of(person: Person, obstacle_id: int) -> Obstacle:
    found = Obstacle.objects.filter(pk=obstacle_id, person=person).select_related("enrolment__person").first()
    if found is None:
        raise Http404("obstacle")
    return found


def _works(found: Obstacle, labels: Labels) -> list[tuple[str, str]]:
    domain = labels.rules(found.enrolment.action_code).obstacles.get(found.domain)
    return list(domain.works.items()) if domain else []


def _obstacle_page(
    request: HttpRequest,
    person: Person,
    found: Obstacle,
    form: ObstacleMoveForm | None,
    action_form: ObstacleActionForm | None = None,
) -> HttpResponse:
    on = clock.today()
    labels = Labels(on=on)
    works = _works(found, labels)
    words = dict(works)
    context = {
        "person": person,
        "obstacle": found,
        "name": labels.obstacle(found.domain, found.enrolment.action_code),
        "may_write": bool(writable(user_of(request), [found.enrolment], WRITE, on=on)),
        "form": form or ObstacleMoveForm(moves=_moves(found), initial={"day": on}),
        "action_form": action_form
        or ObstacleActionForm(works=works, sensitive=found.sensitive, initial={"day": on}, prefix="action"),
        "actions": [
            (one, words.get(one.kind, one.kind))
            for one in found.actions.select_related("recorded_by").order_by("done_on", "planned_on", "pk")
        ],
    }
    return render(request, "desk/obstacle.html", context)


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
@acts_once
def add_information(request: HttpRequest, person: Person) -> HttpResponse:
    """Say what was explained to the person, and when."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = writable(user, running_enrolments(person, on=on), WRITE, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    adhesion, asking = labels.adhesion(enrolments), _asking(request, person)
    ticked = {"kinds": list(adhesion), "enrolment": asking.enrolment_id} if asking is not None else {}
    form = InformationForm(
        request.POST or None, enrolments=enrolments, labels=labels, initial={"given_on": on} | ticked
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        with refusals_on(form):
            give_information(actor=user, on=on, enrolment_id=data.pop("enrolment"), **data)
        if form.is_valid():
            messages.success(request, "Information notée.")
            return redirect("desk:contract", person.key, asking.key) if asking else redirect("desk:person", person.key)
    said = [(item.label, item.said) for item in adhesion.values()]
    said += [(InformationKind(kind).label, words) for kind, words in told().items()]
    context = {"person": person, "form": form, "said": said, "documents": support_documents()}
    return render(request, "desk/information.html", context)


def _asking(request: HttpRequest, person: Person) -> Contract | None:
    """Return the contract of this person that sent here for what is told before it, None when none did."""
    try:
        key = UUID(request.GET.get("adhesion", ""))
    except ValueError:
        return None
    return Contract.objects.filter(person=person, key=key).first()
