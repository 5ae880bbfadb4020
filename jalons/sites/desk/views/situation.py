"""Facts of a person: registration at Pôle emploi, and the qualities some actions ask for."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.people.models import JobSeekerRegistration, Person, RegistrationEnd
from jalons.people.operations import (
    close_registration,
    correct_registration,
    describe_person,
    locate_in_neighbourhood,
    open_registration,
    withdraw_registration,
)
from jalons.sites.desk.forms_situation import QualitiesForm, RegistrationEndForm, RegistrationForm
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.once import acts_once
from jalons.ui.forms import refusals_on

WORDS = {True: "oui", False: "non", None: ""}


@screen(permission=Permission.SITUATION_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def registration(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the periods of registration; end the one under way, or write a new one."""
    user, on = user_of(request), clock.today()
    periods = list(JobSeekerRegistration.objects.filter(person=person).order_by("-start_on"))
    running = next((one for one in periods if one.end_on is None), None)
    form: RegistrationForm | RegistrationEndForm
    form = RegistrationEndForm(request.POST or None) if running else RegistrationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        reason = RegistrationEnd(data["end_reason"] or RegistrationEnd.LAPSED)
        with refusals_on(form):
            if running:
                close_registration(actor=user, on=on, registration_id=running.pk, end_on=data["end_on"], reason=reason)
            else:
                dates = {"start_on": data["start_on"], "end_on": data["end_on"]}
                open_registration(actor=user, on=on, person_id=person.pk, end_reason=reason, **dates)
        if form.is_valid():
            messages.success(request, "Inscription à Pôle emploi enregistrée.")
            return redirect("desk:person", person.key)
    context = {"person": person, "periods": periods, "running": running, "form": form}
    return render(request, "desk/registration.html", context)


@screen(permission=Permission.SITUATION_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def change_registration(request: HttpRequest, person: Person, registration_id: int) -> HttpResponse:
    """Write a period again, or take it back."""
    user, on = user_of(request), clock.today()
    found = JobSeekerRegistration.objects.filter(pk=registration_id, person=person).first()
    if found is None:
        raise Http404("registration")
    if request.method == "POST" and "withdraw" in request.POST:
        withdraw_registration(actor=user, on=on, registration_id=found.pk)
        messages.success(request, "Période retirée.")
        return redirect("desk:registration", person.key)
    initial = {"start_on": found.start_on, "end_on": found.end_on, "end_reason": found.end_reason}
    form = RegistrationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            correct_registration(
                actor=user,
                on=on,
                registration_id=found.pk,
                start_on=data["start_on"],
                end_on=data["end_on"],
                reason=RegistrationEnd(data["end_reason"] or RegistrationEnd.LAPSED),
            )
        if form.is_valid():
            messages.success(request, "Inscription à Pôle emploi corrigée.")
            return redirect("desk:registration", person.key)
    context = {"person": person, "form": form, "title": "Corriger une période d’inscription", "submit": "Enregistrer"}
    return render(request, "desk/form.html", context | {"withdraw": "Retirer cette période, notée par erreur"})


@screen(permission=Permission.SITUATION_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def qualities(request: HttpRequest, person: Person) -> HttpResponse:
    """Say whether the person is a recognised disabled worker, and self-employed."""
    user, on = user_of(request), clock.today()
    initial = {
        name: WORDS[getattr(person, name)] for name in ("disabled_worker", "self_employed", "priority_neighbourhood")
    }
    form = QualitiesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = {name: {"oui": True, "non": False}.get(form.cleaned_data[name]) for name in initial}
        neighbourhood = said.pop("priority_neighbourhood")
        with refusals_on(form):
            describe_person(actor=user, on=on, person_id=person.pk, **said)
            locate_in_neighbourhood(actor=user, on=on, person_id=person.pk, priority=neighbourhood)
        if form.is_valid():
            messages.success(request, "Situation enregistrée.")
            return redirect("desk:person", person.key)
    lead = "Ces qualités ouvrent des actions ou allongent des durées ; aucune autre précision n’est gardée."
    context = {
        "person": person,
        "form": form,
        "title": "Qualités de la personne",
        "lead": lead,
        "submit": "Enregistrer",
    }
    return render(request, "desk/form.html", context)
