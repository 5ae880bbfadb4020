"""What a head decides of an accompaniment: a « veille » and its end, another professional beside the référent unique."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.network.queries import members
from jalons.pathways.models import Pause
from jalons.pathways.operations import add_professional as put_beside
from jalons.pathways.operations import end_pause, start_pause
from jalons.people.models import Person
from jalons.sites.desk.forms_situation import PauseEndForm, PauseForm, ProfessionalForm
from jalons.sites.desk.places import require_writable, running_enrolments, writable
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.ui.forms import refusals_on


@screen(permission=Permission.ENROLMENT_MANAGE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def add_pause(request: HttpRequest, person: Person) -> HttpResponse:
    """Put an accompaniment on hold."""
    user, on = user_of(request), clock.today()
    enrolments = writable(user, running_enrolments(person, on=on), Permission.ENROLMENT_MANAGE, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    form = PauseForm(request.POST or None, enrolments=enrolments, labels=Labels(on=on), initial={"start_on": on})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        with refusals_on(form):
            start_pause(actor=user, on=on, enrolment_id=data.pop("enrolment"), **data)
        if form.is_valid():
            messages.success(request, "Mise en veille enregistrée.")
            return redirect("desk:person", person.key)
    lead = "Pendant une veille, la personne sort de la file active ; son dossier reste ouvert."
    context = {"person": person, "form": form, "title": "Mettre en veille", "lead": lead, "submit": "Mettre en veille"}
    return render(request, "desk/form.html", context)


@screen(permission=Permission.ENROLMENT_MANAGE, trace="file", of_person=True, methods=("GET", "POST"))
def pause(request: HttpRequest, person: Person, pause_id: int) -> HttpResponse:
    """End a hold."""
    user, on = user_of(request), clock.today()
    rows = Pause.objects.filter(pk=pause_id, enrolment__person=person)
    found = rows.select_related("enrolment__person").first()
    if found is None:
        raise Http404("pause")
    require_writable(user, found.enrolment, Permission.ENROLMENT_MANAGE, on=on)
    form = PauseEndForm(request.POST or None, initial={"last_day": found.end_on or on})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            end_pause(actor=user, on=on, pause_id=found.pk, last_day=form.cleaned_data["last_day"])
        if form.is_valid():
            messages.success(request, "Fin de la veille enregistrée.")
            return redirect("desk:person", person.key)
    context = {
        "person": person,
        "form": form,
        "title": "Fin de la veille",
        "lead": found.reason,
        "submit": "Enregistrer",
    }
    return render(request, "desk/form.html", context)


@screen(permission=Permission.MANDATE_NAME, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def add_professional(request: HttpRequest, person: Person) -> HttpResponse:
    """Put another professional of the organisation beside the référent unique."""
    user, on = user_of(request), clock.today()
    enrolments = writable(user, running_enrolments(person, on=on), Permission.MANDATE_NAME, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    users: dict[int, str] = {}
    for organisation in {one.organisation_id: one.organisation for one in enrolments}.values():
        users |= {one.pk: str(one) for one in members(organisation, on=on)}
    form = ProfessionalForm(
        request.POST or None,
        enrolments=enrolments,
        labels=Labels(on=on),
        users=list(users.items()),
        initial={"start_on": on},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            put_beside(
                actor=user,
                on=on,
                enrolment_id=data["enrolment"],
                user_id=data["user"],
                role=data["role"],
                start_on=data["start_on"],
            )
        if form.is_valid():
            messages.success(request, "Professionnel ajouté.")
            return redirect("desk:person", person.key)
    lead = "Le référent unique reste le même : ce professionnel intervient à ses côtés."
    context = {"person": person, "form": form, "title": "Autre professionnel", "lead": lead, "submit": "Ajouter"}
    return render(request, "desk/form.html", context)
