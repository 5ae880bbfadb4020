"""« Équipes »: persons for one full-time post, by organisation and by référent, against the frameworks (R-053…R-055)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from jalons.agreements.permissions import readable_lines
from jalons.kernel import clock
from jalons.network.models import Membership, Organisation
from jalons.network.operations import set_working_time
from jalons.network.permissions import Permission, may
from jalons.pathways.queries.loads import ActionLoad, action_loads, worker_loads
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.sites.steering.forms_team import WorkingTimeForm
from jalons.ui.exports import Cell, Export, csv_response, xlsx_response
from jalons.ui.filters import Choice, Option
from jalons.ui.forms import refusals_on
from jalons.ui.tables import Column, page_of

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}
COLUMNS = (
    Column("Organisme"),
    Column("Action"),
    Column("File active", "num"),
    Column("Suivis depuis janvier", "num"),
    Column("ETP annoncés", "num"),
    Column("Personnes par ETP", "num"),
    Column("Attendues, mois", "num"),
    Column("Attendues, année", "num"),
    Column("Écart"),
)
WORKERS = (
    Column("Professionnel"),
    Column("Temps de travail", "num"),
    Column("Personnes", "num"),
    Column("Par action"),
    Column("Charge", "num"),
    Column("Écart"),
)


def _organisations(request: HttpRequest) -> list[Organisation]:
    lines = readable_lines(user_of(request), on=clock.today())
    return list(Organisation.objects.filter(agreements__lines__in=lines).distinct().order_by("name"))


def _chosen(query: QueryDict, places: list[Organisation]) -> Organisation | None:
    wanted = query.get("organisme", "")
    return next((one for one in places if str(one.pk) == wanted), places[0] if len(places) == 1 else None)


def _rows(query: QueryDict, places: list[Organisation], chosen: Organisation | None) -> list[ActionLoad]:
    """The loads the address asks for: on the page as in the file."""
    rows = action_loads([chosen.pk] if chosen else [one.pk for one in places], on=clock.today())
    return [one for one in rows if one.over] if query.get("ecart") else rows


@screen(permission=Permission.AGREEMENT_READ)
def load(request: HttpRequest) -> HttpResponse:
    """Show what each organisation carries for its posts, and for one of them each of its référents."""
    user, on = user_of(request), clock.today()
    places = _organisations(request)
    chosen = _chosen(request.GET, places)
    rows = _rows(request.GET, places, chosen)
    names = may(user, Permission.MANDATE_NAME, on=on, organisation_id=chosen.pk) if chosen else False
    context = {
        "page": page_of(request, rows),
        "columns": COLUMNS,
        "chosen": chosen,
        "workers": worker_loads(chosen.pk, on=on) if chosen else [],
        "worker_columns": WORKERS,
        "may_change": names,
        "choices": _choices(request.GET, places, chosen),
        "labels": Labels(on=on),
    }
    return render(request, "steering/load.html", context)


def _choices(query: QueryDict, places: list[Organisation], chosen: Organisation | None) -> list[Choice]:
    over = Choice("ecart", "Toutes les charges", [Option("oui", "Au-dessus du cadre")], query.get("ecart", ""))
    if len(places) < 2:
        return [over]
    options = [Option(str(one.pk), one.name) for one in places]
    return [Choice("organisme", "Tous les organismes", options, str(chosen.pk) if chosen else ""), over]


@screen(permission=Permission.AGREEMENT_READ)
def load_export(request: HttpRequest, layout: str) -> HttpResponseBase:
    """Send the loads of the organisations shown."""
    if layout not in FORMATS:
        raise Http404(layout)
    places = _organisations(request)
    chosen = _chosen(request.GET, places)
    labels = Labels(on=clock.today())
    rows: list[list[Cell]] = [
        [
            one.organisation.name,
            labels.action(one.action_code),
            one.active,
            one.followed,
            one.fte,
            one.per_fte,
            one.expected_month,
            one.expected_year,
            "au-dessus du cadre" if one.over else "",
        ]
        for one in _rows(request.GET, places, chosen)
    ]
    title = f"Charge par équivalent temps plein au {clock.today():%d/%m/%Y}"
    filters = [("Organisme", chosen.name)] if chosen else []
    filters += [("Écart", "Au-dessus du cadre")] if request.GET.get("ecart") else []
    return FORMATS[layout](Export(title, [one.label for one in COLUMNS], rows, filters))


@screen(permission=Permission.MANDATE_NAME, methods=("GET", "POST"))
@acts_once
def working_time(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Say which part of a post a professional gives to accompaniment."""
    user, on = user_of(request), clock.today()
    found = Membership.objects.filter(pk=membership_id).select_related("user", "organisation").first()
    if (
        found is None
        or found.organisation_id is None
        or not may(user, Permission.MANDATE_NAME, on=on, organisation_id=found.organisation_id)
    ):
        raise Http404("membership")
    form = WorkingTimeForm(request.POST or None, initial={"fte": found.fte})
    back = reverse("steering:load", query={"organisme": found.organisation_id})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            set_working_time(actor=user, on=on, membership_id=found.pk, fte=form.cleaned_data["fte"])
        if form.is_valid():
            messages.success(request, "Temps de travail enregistré.")
            return redirect(back)
    context = {
        "form": form,
        "title": "Temps de travail",
        "lead": f"{found.user}, {found.organisation}",
        "back": back,
        "back_label": "Équipes",
        "submit": "Enregistrer",
    }
    return render(request, "steering/team_form.html", context)
