"""« À orienter »: who waits, since when, the places left, and the decision for one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.models import Territory, User
from jalons.network.permissions import Permission, memberships
from jalons.network.queries import authorities_of
from jalons.pathways.guards import standings
from jalons.pathways.models import Orientation
from jalons.pathways.operations import orient, reorient
from jalons.pathways.queries.orientation import persons_to_orient
from jalons.pathways.queries.places import Offer, open_offers
from jalons.people.models import Person
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.steering.forms import OrientForm
from jalons.ui.filters import Choice, Option
from jalons.ui.forms import refusals_on
from jalons.ui.tables import Column, page_of

MOST = 1_000  # persons of one decision: two fields each, under the limit of fields of a form
WAITS = (30, 60, 90)  # days: only what the filter proposes, no rule
COLUMNS = (Column("Personne"), Column("Territoire"), Column("Droits et devoirs depuis"), Column("Attente", "num"))


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of the address."""

    territory: int | None = None
    waiting: int | None = None


def asked_by(query: QueryDict) -> Asked:
    """Read the filters; what is not a number is ignored."""
    return Asked(_number(query.get("territoire", "")), _number(query.get("attente", "")))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def waiting(user: User, asked: Asked, *, on: date) -> QuerySet[Person]:
    """Return who waits for an orientation, filtered, the longest waiting first."""
    rows: QuerySet[Any] = persons_to_orient(user, on=on)  # annotated: the type checker knows bare persons
    if asked.territory is not None:
        rows = rows.filter(territory_id=asked.territory)
    if asked.waiting is not None:
        rows = rows.filter(subject_since__lt=on - timedelta(days=asked.waiting))
    return rows


def offers_of(user: User, *, on: date) -> list[Offer]:
    """Return what the user may orient to: lines with free places first, then by organisation."""
    rows = [row for authority in authorities_of(user, on=on) for row in open_offers(authority.pk, on=on)]
    return sorted(rows, key=lambda row: (row.full, row.line.agreement.organisation.name, row.line.pk))


def choices_of(user: User, asked: Asked, *, on: date) -> list[Choice]:
    """The drop-downs: territories of the user, and how long persons wait."""
    territories = Territory.objects.filter(authority__in=authorities_of(user, on=on)).order_by("name")
    own = [row.territory_id for row in memberships(user, on=on)]
    if None not in own:
        territories = territories.filter(pk__in=filter(None, own))
    return [
        Choice(
            "territoire",
            "Tous les territoires",
            [Option(str(one.pk), one.name) for one in territories],
            str(asked.territory or ""),
        ),
        Choice(
            "attente",
            "Toutes les attentes",
            [Option(str(days), f"Attend depuis plus de {days} jours") for days in WAITS],
            str(asked.waiting or ""),
        ),
    ]


@screen(permission=Permission.ORIENTATION_DECIDE, trace="list")
def to_orient(request: HttpRequest) -> HttpResponse:
    """Show who waits beside the places left; a selection goes to the preview."""
    user, on = user_of(request), clock.today()
    asked = asked_by(request.GET)
    page = page_of(request, waiting(user, asked, on=on))
    showed(request, len(page.object_list))
    offers = offers_of(user, on=on)
    context = {
        "page": page,
        "asked": asked,
        "choices": choices_of(user, asked, on=on),
        "offers": offers,
        "free": sum(max(row.free, 0) for row in offers),
        "columns": COLUMNS,
        "labels": Labels(on=on),
        "most": MOST,
    }
    return render(request, "steering/to_orient.html", context)


@screen(permission=Permission.ORIENTATION_DECIDE, trace="file", of_person=True, methods=("GET", "POST"))
def orient_one(request: HttpRequest, person: Person) -> HttpResponse:
    """Decide for one person; who is already oriented is oriented elsewhere, the former decision ends on the eve."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    present = _present(person, on=on)
    offers = sorted(
        (row for row in open_offers(person.authority_id, on=on) if present is None or row.line.pk != present.line_id),
        key=lambda row: (row.full, row.line.territory_id != person.territory_id, row.line.agreement.organisation.name),
    )
    names = [
        (row.line.pk, f"{row.line.agreement.organisation} – {labels.action(row.line.action_code)}") for row in offers
    ]
    form = OrientForm(request.POST or None, lines=names)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        operation = orient if present is None else reorient
        with refusals_on(form):
            operation(
                actor=user,
                on=on,
                person_id=person.pk,
                line_id=data["line"],
                reason=data["reason"],
                channel=data["channel"],
                opinion=form.given(),
            )
        if form.is_valid():
            messages.success(request, "Orientation enregistrée.")
            return redirect("steering:to_orient")
    context = {
        "person": person,
        "present": present,
        "offers": offers,
        "form": form,
        "labels": labels,
        "since": standings([person.pk], on=on)[person.pk].subject_since,
    }
    return render(request, "steering/orient_one.html", context)


def _present(person: Person, *, on: date) -> Orientation | None:
    rows = Orientation.objects.filter(person=person, authority_id=person.authority_id, closed_on__isnull=True)
    return rows.select_related("organisation", "line").first()
