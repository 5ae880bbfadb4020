"""« Délais »: the decisions of a year, how long each took, and the means (R-036, R-045)."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.network.queries import authorities_of
from jalons.pathways.grids import TYPES
from jalons.pathways.models import Channel
from jalons.pathways.queries.delay_starts import delay_starts
from jalons.pathways.queries.delays import average, by_type, decisions
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.steering.orienting_tabs import counted_from, tabs
from jalons.sites.steering.views.orienting import territory_choice
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.tables import Column, page_of

COLUMNS = (
    Column("Personne"), Column("Orientée le"), Column("Organisme"), Column("Décision"),
    Column("Jusqu’à l’orientation", "num"), Column("Jusqu’au premier entretien", "num"), Column("Référent nommé"),
)  # fmt: skip
WAITS = {"sans-entretien": "Sans premier entretien"}
YEARS = 4  # years offered: what the filter proposes, no rule


@screen(permission=Permission.ORIENTATION_DECIDE, trace="list")
def delays(request: HttpRequest) -> HttpResponse:
    """Show the decisions of a year with their delays, and their means."""
    user, on = user_of(request), clock.today()
    years = [str(on.year - gap) for gap in range(YEARS)]
    year = int(chosen(request.GET, "annee", years) or on.year)
    first, last = date(year, 1, 1), date(year, 12, 31)
    mine = list(authorities_of(user, on=on))
    starts = delay_starts(mine)
    rows = decisions(user, first=first, last=last, on=on, starts=starts)
    channel = chosen(request.GET, "canal", [code for code, _ in Channel.choices])
    wait = chosen(request.GET, "attente", WAITS)
    territories = territory_choice(user, request.GET, on=on)
    if territories.value:
        rows = rows.filter(person__territory_id=int(territories.value))
    if channel:
        rows = rows.filter(channel=channel)
    means = average(rows)
    if wait:
        rows = rows.filter(first_interview=None, closed_on=None)
    page = page_of(request, rows)
    showed(request, len(page.object_list))
    context = {
        "page": page,
        "columns": COLUMNS,
        "means": means,
        "shares": [(TYPES.get(one.type, "Autre accompagnement"), one) for one in by_type(user, on=on)],
        "year": year,
        "counted": counted_from(mine, first=first, last=min(last, on), starts=starts),
        "choices": [
            Choice("annee", "Cette année", [Option(one, one) for one in years], str(year), required=True),
            territories,
            Choice("canal", "Toutes les décisions", [Option(*one) for one in Channel.choices], channel),
            Choice("attente", "Tous les délais", [Option(*one) for one in WAITS.items()], wait),
        ],
        "labels": Labels(on=on),
        "tabs": tabs(user, "steering:delays", on=on),
    }
    return render(request, "steering/delays.html", context)
