"""The opinion of a body behind the orientation in force, noted after the decision (R-042, R-066)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.pathways.models import Orientation
from jalons.pathways.operations import record_opinion
from jalons.people.models import Person
from jalons.people.permissions import may_reach
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.opinions import OpinionForm
from jalons.ui.forms import refusals_on
from jalons.ui.french import date_long


@screen(permission=Permission.ORIENTATION_DECIDE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def add_opinion(request: HttpRequest, person: Person) -> HttpResponse:
    """Note, or correct, the opinion that came before the orientation in force."""
    user, on = user_of(request), clock.today()
    rows = Orientation.objects.filter(person=person, authority_id=person.authority_id, closed_on=None)
    orientation = rows.select_related("organisation").first()
    if orientation is None:
        raise Http404("orientation")
    initial = {name: getattr(orientation, name) for name in ("opinion_body", "opinion_on", "opinion")}
    form = OpinionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        opinion = form.given()
        assert opinion is not None
        with refusals_on(form):
            record_opinion(actor=user, on=on, orientation_id=orientation.pk, opinion=opinion)
        if form.is_valid():
            messages.success(request, "Avis enregistré.")
            opens = may_reach(user, person.pk, on=on, permission=Permission.PERSON_OPEN)
            return redirect("desk:person", person.key) if opens else redirect("steering:to_orient")
    action = Labels(on=on).action(orientation.action_code)
    lead = f"Orientation du {date_long(orientation.decided_on)} vers {orientation.organisation}, {action}."
    context = {"person": person, "form": form, "title": "Avis d’une instance", "lead": lead, "submit": "Enregistrer"}
    return render(request, "desk/form.html", context)
