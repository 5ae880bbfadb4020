"""Leaving an action: where to, the class the rulebook gives and why, and a human who confirms."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.kernel.refusals import Refusal
from jalons.network.permissions import Permission
from jalons.pathways.models import Destination, Exit, Job, Step
from jalons.pathways.operations import (
    NewExit,
    choose_class,
    confirm_exit,
    preview_exit,
    propose_exit,
    reverse_exit,
)
from jalons.people.models import Person
from jalons.sites.desk.forms_pathway import ChooseClassForm, ExitForm, ReasonForm
from jalons.sites.desk.places import running_enrolments, writable
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.ui.forms import refusals_on
from jalons.ui.french import typography


def _form(request: HttpRequest, person: Person, labels: Labels) -> ExitForm | None:
    user, on = user_of(request), clock.today()
    enrolments = writable(user, running_enrolments(person, on=on), Permission.EXIT_WRITE, on=on)
    if not enrolments:
        return None
    for one in enrolments:
        labels.rules(one.action_code)
    jobs = list(Job.objects.filter(person=person).order_by("-start_on"))
    steps = list(Step.objects.filter(person=person, started_on__isnull=False).order_by("-started_on"))
    return ExitForm(
        request.POST or None, enrolments=enrolments, labels=labels, jobs=jobs, steps=steps, initial={"exited_on": on}
    )


def _new(data: dict[str, Any]) -> NewExit:
    return NewExit(
        data["enrolment"], data["exited_on"], Destination(data["destination"]), data["job_id"], data["step_id"]
    )


@screen(permission=Permission.EXIT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def add_exit(request: HttpRequest, person: Person) -> HttpResponse:
    """Propose an exit; its class is shown while the form is filled in."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    form = _form(request, person, labels)
    if form is None:
        return render(request, "desk/no_enrolment.html", {"person": person})
    verdict = None
    if request.method == "POST" and form.is_valid():
        new = _new(form.cleaned_data)
        if "preview" in request.POST:
            verdict = preview_exit(new)
        else:
            with refusals_on(form):
                made = propose_exit(
                    actor=user,
                    on=on,
                    enrolment_id=new.enrolment_id,
                    exited_on=new.exited_on,
                    destination=new.destination,
                    job_id=new.job_id,
                    step_id=new.step_id,
                )
            if form.is_valid():
                messages.success(request, "Sortie proposée. Elle compte dès qu’elle est confirmée.")
                return redirect("desk:exit", person.key, made.pk)
    context = {"person": person, "form": form, "verdict": verdict, "labels": labels, "title": "Sortie de l’action"}
    return render(request, "desk/exit_form.html", context)


@screen(permission=Permission.EXIT_WRITE, of_person=True, methods=("POST",))
def exit_preview(request: HttpRequest, person: Person) -> HttpResponse:
    """Answer, while the form is being filled in, with the class the rulebook would give. Writes nothing."""
    labels = Labels(on=clock.today())
    form = _form(request, person, labels)
    verdict = preview_exit(_new(form.cleaned_data)) if form is not None and form.is_valid() else None
    return render(request, "desk/_verdict.html", {"verdict": verdict, "labels": labels})


@screen(permission=Permission.EXIT_WRITE, trace="file", of_person=True)
def leaving(request: HttpRequest, person: Person, exit_id: int) -> HttpResponse:
    """Show an exit, its class and why; the head confirms, chooses another class with a reason, or undoes."""
    user, on = user_of(request), clock.today()
    found, labels = _of(person, exit_id), Labels(on=on)
    verdict = preview_exit(
        NewExit(found.enrolment_id, found.exited_on, Destination(found.destination), found.job_id, found.step_id)
    )
    classes = list(verdict.classes.items())
    context = {
        "person": person,
        "leaving": found,
        "decided_by": verdict.decided_by,
        "labels": labels,
        "may_confirm": bool(writable(user, [found.enrolment], Permission.EXIT_CONFIRM, on=on)),
        "choose": ChooseClassForm(classes=classes, initial={"exit_class": found.chosen_class or found.computed_class})
        if classes
        else None,
        "undo": ReasonForm(auto_id="undo_%s"),
    }
    return render(request, "desk/exit.html", context)


@screen(permission=Permission.EXIT_CONFIRM, of_person=True, methods=("POST",))
def decide_exit(request: HttpRequest, person: Person, exit_id: int, act: str) -> HttpResponse:
    """Confirm an exit, keep another class with a reason, or undo it."""
    found = _of(person, exit_id)
    common: dict[str, Any] = {"actor": user_of(request), "on": clock.today(), "exit_id": found.pk}
    reason = request.POST.get("reason", "")
    try:
        match act:
            case "confirmer":
                confirm_exit(**common)
            case "classer":
                choose_class(**common, exit_class=request.POST.get("exit_class", ""), reason=reason)
            case "annuler":
                reverse_exit(**common, reason=reason)
            case _:
                raise Http404(act)
    except Refusal as refusal:
        messages.error(request, typography(refusal.sentence))
    else:
        messages.success(
            request, {"confirmer": "Sortie confirmée.", "classer": "Classe retenue.", "annuler": "Sortie annulée."}[act]
        )
    return redirect("desk:exit", person.key, found.pk)


def _of(person: Person, exit_id: int) -> Exit:
    rows = Exit.objects.filter(pk=exit_id, person=person).select_related(
        "enrolment__organisation", "job", "step", "recorded_by", "confirmed_by"
    )
    found = rows.first()
    if found is None:
        raise Http404("exit")
    return found
