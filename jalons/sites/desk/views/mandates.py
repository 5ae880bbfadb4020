"""Who is the référent unique: named or changed by the head."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.models import RoleCode
from jalons.network.permissions import Permission
from jalons.network.queries import members
from jalons.pathways.operations import name_lead_caseworker
from jalons.people.models import Person
from jalons.sites.desk.forms import MandateForm
from jalons.sites.desk.places import running_enrolments, writable
from jalons.sites.frame.access import screen, user_of
from jalons.ui.forms import refusals_on


@screen(permission=Permission.MANDATE_NAME, trace="file", of_person=True, methods=("GET", "POST"))
def mandate(request: HttpRequest, person: Person) -> HttpResponse:
    """Name the référent unique of a person."""
    user, on = user_of(request), clock.today()
    enrolments = running_enrolments(person, on=on)
    enrolments = writable(user, enrolments, Permission.MANDATE_NAME, on=on) or enrolments
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    organisation = enrolments[0].organisation
    workers = [(one.pk, str(one)) for one in members(organisation, on=on, role=RoleCode.CASEWORKER)]
    form = MandateForm(request.POST or None, caseworkers=workers, initial={"start_on": on})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            name_lead_caseworker(
                actor=user,
                on=on,
                person_id=person.pk,
                caseworker_id=data["caseworker"],
                organisation_id=organisation.pk,
                start_on=data["start_on"],
                reason=data["reason"],
            )
        if form.is_valid():
            messages.success(request, "Référent unique nommé.")
            return redirect("desk:person", person.key)
    context = {
        "person": person,
        "form": form,
        "title": "Référent unique",
        "lead": str(organisation),
        "submit": "Nommer",
    }
    return render(request, "desk/form.html", context)
