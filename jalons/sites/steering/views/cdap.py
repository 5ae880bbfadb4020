"""« Accès CDAP »: which professionals hold an individual access to the CAF's portal (R-044). No person's file is shown."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jalons.kernel import clock
from jalons.network.cdap import accesses, end_access, managed_organisations, open_access, posted, running
from jalons.network.permissions import Permission
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.once import acts_once
from jalons.sites.steering.forms_cdap import CdapAccessEndForm, CdapAccessForm
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.forms import refusals_on
from jalons.ui.tables import Column, page_of

COLUMNS = (
    Column("Professionnel"), Column("Organisme"), Column("Depuis le"), Column("Jusqu’au"), Column("Noté par"), Column("Suite"),
)  # fmt: skip
STATES = {"en-cours": "En cours", "termines": "Terminés"}


@screen(permission=Permission.CDAP_MANAGE)
def cdap(request: HttpRequest) -> HttpResponse:
    """Show who holds an access in the organisations one manages."""
    user, on = user_of(request), clock.today()
    places = {str(one.pk): one.name for one in managed_organisations(user, on=on)}
    place = chosen(request.GET, "organisme", places)
    state = chosen(request.GET, "etat", STATES)
    rows = accesses(user, on=on)
    if place:
        rows = rows.filter(organisation_id=int(place))
    if state:
        rows = rows.filter(running(on)) if state == "en-cours" else rows.filter(end_on__lt=on)
    choices = [Choice("etat", "Tous les accès", [Option(*one) for one in STATES.items()], state)]
    if len(places) > 1:
        choices.insert(0, Choice("organisme", "Tous les organismes", [Option(*one) for one in places.items()], place))
    context = {"page": page_of(request, rows), "columns": COLUMNS, "choices": choices, "today": on}
    return render(request, "steering/cdap.html", context)


@screen(permission=Permission.CDAP_MANAGE, methods=("GET", "POST"))
@acts_once
def cdap_open(request: HttpRequest) -> HttpResponse:
    """Note that a professional holds an access."""
    user, on = user_of(request), clock.today()
    posts = {(one.organisation_id, one.user_id): f"{one.user}, {one.organisation}" for one in posted(user, on=on)}
    form = CdapAccessForm(
        request.POST or None,
        posts=[(f"{place}-{holder}", name) for (place, holder), name in posts.items()],
        initial={"start_on": on},
    )
    if request.method == "POST" and form.is_valid():
        place, _, holder = form.cleaned_data["post"].partition("-")
        with refusals_on(form):
            open_access(
                actor=user,
                on=on,
                user_id=int(holder),
                organisation_id=int(place),
                start_on=form.cleaned_data["start_on"],
            )
        if form.is_valid():
            messages.success(request, "Accès CDAP noté.")
            return redirect("steering:cdap")
    return _form(
        request, form, "Noter un accès CDAP", "L’accès se demande à la CAF ; ici se note qui l’a.", "Noter l’accès"
    )


@screen(permission=Permission.CDAP_MANAGE, methods=("GET", "POST"))
def cdap_end(request: HttpRequest, access_id: int) -> HttpResponse:
    """Note the last day of an access."""
    user, on = user_of(request), clock.today()
    found = accesses(user, on=on).filter(pk=access_id).first()
    if found is None:
        raise Http404("access")
    form = CdapAccessEndForm(request.POST or None, initial={"last_day": on})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            end_access(actor=user, on=on, access_id=found.pk, last_day=form.cleaned_data["last_day"])
        if form.is_valid():
            messages.success(request, "Fin de l’accès notée. Faites-le fermer par la CAF si ce n’est pas fait.")
            return redirect("steering:cdap")
    return _form(request, form, "Fin d’un accès CDAP", f"{found.user}, {found.organisation}", "Noter la fin")


def _form(request: HttpRequest, form: object, title: str, lead: str, submit: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "back": reverse("steering:cdap"),
        "back_label": "Accès CDAP",
        "submit": submit,
    }
    return render(request, "steering/team_form.html", context)
