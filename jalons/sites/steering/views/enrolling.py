"""« À inscrire »: persons oriented whose accompaniment has not begun, or who left and are accompanied by nobody."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.models import RoleCode, User
from jalons.network.permissions import Permission, may
from jalons.network.queries import members
from jalons.pathways.models import Orientation
from jalons.pathways.operations import enrol
from jalons.pathways.preconditions import flags_of
from jalons.pathways.queries.entering import enrollable, without_accompaniment
from jalons.pathways.queries.orientation import to_enrol as waiting
from jalons.pathways.queries.places import offers
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.sites.steering.forms import EnrolForm
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.forms import refusals_on
from jalons.ui.tables import Column, page_of

COLUMNS = (
    Column("Personne"),
    Column("Organisme"),
    Column("Action"),
    Column("Orientée le"),
    Column("Attente", "num"),
    Column("À faire"),
)
STATES = {"sorties": "Sorties, sans accompagnement"}


@screen(permission=Permission.ENROLMENT_MANAGE, trace="list")
def to_enrol(request: HttpRequest) -> HttpResponse:
    """Show the orientations nobody is enrolled from yet, the oldest first; or who left and is accompanied by nobody."""
    user, on = user_of(request), clock.today()
    state = chosen(request.GET, "etat", STATES)
    page = page_of(request, (without_accompaniment if state else waiting)(user, on=on))
    showed(request, len(page.object_list))
    context = {
        "page": page,
        "columns": COLUMNS,
        "state": state,
        "choices": [Choice("etat", "Jamais entrées", [Option(*one) for one in STATES.items()], state)],
        "labels": Labels(on=on),
    }
    return render(request, "steering/to_enrol.html", context)


@screen(permission=Permission.ENROLMENT_MANAGE, trace="file", methods=("GET", "POST"))
@acts_once
def enrol_one(request: HttpRequest, orientation_id: int) -> HttpResponse:
    """Begin the accompaniment of one person, where the orientation says."""
    user, on = user_of(request), clock.today()
    orientation = (
        enrollable(user, on=on).filter(pk=orientation_id).select_related("line__agreement__organisation").first()
    )
    if orientation is None:
        raise Http404("orientation")
    person = orientation.person
    showed(request, 1, person_id=person.pk)
    form = EnrolForm(request.POST or None, caseworkers=_caseworkers(user, orientation, on=on), initial={"start_on": on})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            enrolled = enrol(
                actor=user,
                on=on,
                person_id=person.pk,
                line_id=orientation.line_id,
                start_on=form.cleaned_data["start_on"],
                orientation_id=orientation.pk,
                caseworker_id=form.cleaned_data.get("caseworker"),
            )
        if form.is_valid():
            messages.success(request, "Inscription enregistrée.")
            for sentence in flags_of([enrolled]).get(enrolled.pk, ()):
                messages.warning(request, sentence)
            return redirect("steering:to_enrol")
    offer = offers([orientation.line], on=on)[0]
    context = {"person": person, "orientation": orientation, "offer": offer, "form": form, "labels": Labels(on=on)}
    return render(request, "steering/enrol_one.html", context)


def _caseworkers(user: User, orientation: Orientation, *, on: date) -> list[tuple[int, str]] | None:
    """Return whom the user may name, None when naming is not theirs."""
    allowed = may(
        user,
        Permission.MANDATE_NAME,
        on=on,
        organisation_id=orientation.organisation_id,
        authority_id=orientation.authority_id,
        territory_id=orientation.person.territory_id,
    )
    if not allowed:
        return None
    return [(one.pk, str(one)) for one in members(orientation.organisation, on=on, role=RoleCode.CASEWORKER)]
