"""Assessments of the situation: filled with the person, read, compared with the last, carried into the pathway."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import (
    Assessment,
    AssessmentKind,
    ContractObjective,
    ContractState,
    Enrolment,
    Recommendation,
    Step,
    StepState,
)
from jalons.pathways.operations import (
    correct_assessment,
    drop_recommendation,
    present_application,
    record_assessment,
    take_up,
)
from jalons.pathways.queries.assessments import (
    answers_of,
    compare,
    first_values,
    missing_for_body,
    missing_in,
    plan_of,
    previous_of,
    standings_of,
    told,
)
from jalons.people.models import Person
from jalons.sites.desk.forms_assessment import (
    ApplicationForm,
    AssessmentForm,
    TakeUpForm,
    plan_lines,
    plan_written,
    values_of,
)
from jalons.sites.desk.places import noted_enrolments, require_writable, writable
from jalons.sites.desk.situation import default_kind
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.forms import refusals_on

WRITE = Permission.SITUATION_WRITE


@screen(permission=WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def add_assessment(request: HttpRequest, person: Person) -> HttpResponse:
    """Fill an assessment: the grid of the action, the domains, the plan of actions."""
    user, on = user_of(request), clock.today()
    enrolments = writable(user, noted_enrolments(person, on=on), WRITE, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    labels = Labels(on=on)
    choice = _accompaniments(request, enrolments, labels)
    enrolment = next((one for one in enrolments if str(one.pk) == choice.value), enrolments[0])
    rules = labels.rules(enrolment.action_code)
    over = enrolment.end_on is not None and enrolment.end_on < on
    domains, answers = first_values(enrolment.pk)
    initial = {
        "kind": AssessmentKind.FINAL if over else default_kind([enrolment]),
        "made_on": on,
        **values_of(answers, rules.diagnosis.questions if rules.diagnosis else ()),
        **{f"d_{code}": standing for code, standing in domains.items()},
    }
    data = request.POST if request.method == "POST" else None
    form = AssessmentForm(data, rules=rules, before=domains, initial=initial)
    lines = plan_lines(data, rules)
    if data is not None and form.is_valid() and lines.is_valid():
        with refusals_on(form):
            made = record_assessment(
                actor=user,
                on=on,
                enrolment_id=enrolment.pk,
                kind=AssessmentKind(form.cleaned_data["kind"]),
                made_on=form.cleaned_data["made_on"],
                recommendations=form.cleaned_data["recommendations"],
                findings=form.findings(plan_written(lines)),
            )
        if form.is_valid():
            messages.success(request, "Bilan enregistré.")
            return redirect("desk:assessment", person.key, made.pk)
    context = {"person": person, "form": form, "lines": lines, "title": "Bilan de situation", "choice": choice}
    return render(request, "desk/assessment_form.html", context | {"several": len(enrolments) > 1})


@screen(permission=WRITE, trace="file", of_person=True)
@acts_once
def assessment(request: HttpRequest, person: Person, assessment_id: int) -> HttpResponse:
    """Read an assessment: what it lacks, its grid, its plan, and what changed since the one before."""
    user, on = user_of(request), clock.today()
    found, labels = _of(person, assessment_id), Labels(on=on)
    rules = labels.rules(found.enrolment.action_code)
    before = previous_of(found)
    answers = answers_of([found.pk]).get(found.pk, {})
    domains = standings_of([found.pk]).get(found.pk, {})
    last = not Assessment.objects.filter(enrolment=found.enrolment_id, made_on__gt=found.made_on).exists()
    context = {
        "person": person,
        "made": found,
        "before": before,
        "changes": compare(before, found, rules) if before else [],
        "sections": [
            (section.label, [(one.label, told(one, answers.get(one.code))) for one in section.questions])
            for section in (rules.diagnosis.sections if rules.diagnosis else ())
        ],
        "domains": [(rule.label, domains[code]) for code, rule in rules.obstacles.items() if code in domains],
        "plan": plan_of(found),
        "missing": missing_in(found, rules),
        "application": missing_for_body(found.enrolment, on=on) if last else None,
        "presented_to": labels.body(rules.diagnosis.presented_to.body)
        if rules.diagnosis and rules.diagnosis.presented_to
        else "",
        "present": ApplicationForm(initial={"presented_on": on}),
        "others": list(Assessment.objects.filter(person=person).exclude(pk=found.pk).order_by("-made_on", "-pk")),
        "may_write": bool(writable(user, [found.enrolment], WRITE, on=on)),
        "labels": labels,
    }
    return render(request, "desk/assessment.html", context)


@screen(permission=WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def change_assessment(request: HttpRequest, person: Person, assessment_id: int) -> HttpResponse:
    """Write an assessment again; the history keeps what was written."""
    user, on = user_of(request), clock.today()
    found, labels = _of(person, assessment_id), Labels(on=on)
    require_writable(user, found.enrolment, WRITE, on=on)
    rules = labels.rules(found.enrolment.action_code)
    domains = standings_of([found.pk]).get(found.pk, {})
    initial = {
        "kind": found.kind,
        "made_on": found.made_on,
        "recommendations": found.recommendations,
        "confirmed_on": found.confirmed_on,
        **values_of(answers_of([found.pk]).get(found.pk, {}), rules.diagnosis.questions if rules.diagnosis else ()),
        **{f"d_{code}": one.standing for code, one in domains.items()},
        **{f"n_{code}": one.note for code, one in domains.items()},
    }
    before = previous_of(found)
    past = standings_of([before.pk]).get(before.pk, {}) if before else {}
    data = request.POST if request.method == "POST" else None
    form = AssessmentForm(data, rules=rules, before={code: one.standing for code, one in past.items()}, initial=initial)
    del form.fields["kind"]
    lines = plan_lines(data, rules, plan_of(found))
    if data is not None and form.is_valid() and lines.is_valid():
        with refusals_on(form):
            correct_assessment(
                actor=user,
                on=on,
                assessment_id=found.pk,
                made_on=form.cleaned_data["made_on"],
                recommendations=form.cleaned_data["recommendations"],
                findings=form.findings(plan_written(lines)),
            )
        if form.is_valid():
            messages.success(request, "Bilan corrigé.")
            return redirect("desk:assessment", person.key, found.pk)
    context = {
        "person": person,
        "form": form,
        "lines": lines,
        "title": f"Modifier : {found.get_kind_display().lower()}",
    }
    return render(request, "desk/assessment_form.html", context)


@screen(permission=WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def recommendation(request: HttpRequest, person: Person, recommendation_id: int) -> HttpResponse:
    """Say what a recommendation became: an objective, a step, or nothing and why (R-069)."""
    user, on = user_of(request), clock.today()
    rows = Recommendation.objects.filter(pk=recommendation_id, assessment__person=person)
    found = rows.select_related("assessment__enrolment__person").first()
    if found is None:
        raise Http404("recommendation")
    require_writable(user, found.assessment.enrolment, WRITE, on=on)
    targets = _targets(person, Labels(on=on))
    now = f"o{found.objective_id}" if found.objective_id else f"s{found.step_id}" if found.step_id else ""
    initial = {"target": "dropped" if found.dropped_on else now, "reason": found.dropped_reason}
    form = TakeUpForm(request.POST or None, targets=targets, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _take_up(user, on, found, form.cleaned_data["target"], form.cleaned_data["reason"])
        if form.is_valid():
            messages.success(request, "Préconisation suivie.")
            return redirect("desk:assessment", person.key, found.assessment_id)
    context = {"person": person, "form": form, "title": "Préconisation", "lead": found.text, "submit": "Enregistrer"}
    return render(request, "desk/form.html", context)


@screen(permission=WRITE, of_person=True, methods=("POST",))
@acts_once
def present(request: HttpRequest, person: Person, assessment_id: int) -> HttpResponse:
    """Note that the application was presented to the body that admits (R-070)."""
    found, form = _of(person, assessment_id), ApplicationForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Donnez la date de la présentation, comme 03/03/2020.")
        return redirect("desk:assessment", person.key, found.pk)
    day = form.cleaned_data["presented_on"]
    try:
        present_application(actor=user_of(request), on=clock.today(), enrolment_id=found.enrolment_id, presented_on=day)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "Demande présentée, notée au dossier.")
    return redirect("desk:assessment", person.key, found.pk)


def _of(person: Person, assessment_id: int) -> Assessment:
    found = (
        Assessment.objects.filter(pk=assessment_id, person=person)
        .select_related("enrolment__organisation", "enrolment__person", "recorded_by")
        .first()
    )
    if found is None:
        raise Http404("assessment")
    return found


def _accompaniments(request: HttpRequest, enrolments: list[Enrolment], labels: Labels) -> Choice:
    known = {str(one.pk): labels.action(one.action_code) for one in enrolments}
    options = [Option(code, label) for code, label in known.items()]
    value = chosen(request.GET, "accompagnement", known) or str(enrolments[0].pk)
    return Choice("accompagnement", "Accompagnement", options, value, required=True)


def _targets(person: Person, labels: Labels) -> list[tuple[str, Any]]:
    objectives = (
        ContractObjective.objects.filter(contract__person=person)
        .exclude(contract__state=ContractState.CANCELLED)
        .select_related("contract")
        .order_by(F("contract__start_on").desc(), "pk")
    )
    steps = Step.objects.filter(person=person).exclude(state=StepState.CANCELLED).select_related("enrolment")
    for one in steps:
        labels.rules(one.enrolment.action_code)
    written = [(f"o{one.pk}", f"{one.get_horizon_display()} : {one.text[:80]}") for one in objectives]
    walked = [(f"s{one.pk}", one.label or labels.step(one.kind)) for one in steps.order_by("-proposed_on", "-pk")]
    groups = (("Objectifs des contrats", written), ("Étapes du parcours", walked))
    return [(name, choices) for name, choices in groups if choices]


def _take_up(user: User, on: date, found: Recommendation, target: str, reason: str) -> None:
    common: dict[str, Any] = {"actor": user, "on": on, "recommendation_id": found.pk}
    if target == "dropped":
        drop_recommendation(**common, reason=reason)
    elif target.startswith("o"):
        take_up(**common, objective_id=int(target[1:]))
    elif target.startswith("s"):
        take_up(**common, step_id=int(target[1:]))
    else:
        take_up(**common)
