"""« Offres d’étapes »: what one may prescribe, with its places left; written once, seen by all the organisations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.models import Organisation
from jalons.network.permissions import Permission, may, memberships
from jalons.pathways.models import StepOffer, StepSource
from jalons.pathways.operations import close_offer, open_offer
from jalons.pathways.queries.steps import open_offers, with_places
from jalons.rulebooks.queries import adopted
from jalons.sites.desk.forms_steps import OfferForm, places_left
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import FAMILIES, FREE_KINDS
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.telling import refusals_told
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.forms import refusals_on
from jalons.ui.tables import Column, page_of


def organisation_of(request: HttpRequest) -> Organisation | None:
    """Return the house for which the user prescribes, None for who prescribes nowhere."""
    user, on = user_of(request), clock.today()
    places = (row.organisation for row in memberships(user, on=on) if row.organisation is not None)
    return next((one for one in places if may(user, Permission.STEP_WRITE, on=on, organisation_id=one.pk)), None)


def _kinds(authority_code: str) -> list[tuple[str, Any]]:
    """The kinds of steps of the authority's adopted rulebooks, grouped by family; those that take no free text have no offer."""
    families: dict[str, dict[str, str]] = {}
    for rulebook in adopted():
        if rulebook.authority.code != authority_code:
            continue
        for action in rulebook.actions:
            steps = rulebook.action(action.code).steps
            for family in steps.families if steps else ():
                families.setdefault(FAMILIES.get(family.code, family.label), {}).update(
                    {kind.code: kind.label for kind in family.kinds if not kind.sensitive}
                )
    return [(label, list(kinds.items())) for label, kinds in families.items()] or list(FREE_KINDS)


@screen(permission=Permission.STEP_WRITE)
def offers(request: HttpRequest) -> HttpResponse:
    """List the offers open today, with their places left and the demands that wait."""
    on, place = clock.today(), organisation_of(request)
    if place is None:
        return render(request, "desk/offers.html", {"page": None, "place": None})
    names = kind_names(place)
    rows = open_offers([place.authority_id], on=on)
    kind = chosen(request.GET, "type", names)
    page = page_of(request, rows.filter(kind=kind) if kind else rows)
    found = with_places(open_offers([place.authority_id], on=on).filter(pk__in=[one.pk for one in page.object_list]))
    context = {
        "page": page,
        "place": place,
        "offers": found,
        "left": places_left,
        "columns": [Column(label) for label in ("Offre", "Organisme", "Étape", "Dates", "Places", "Gestes")],
        "names": names,
        "kinds": Choice("type", "Étape", [Option(code, label) for code, label in names.items()], kind),
    }
    return render(request, "desk/offers.html", context)


def kind_names(place: Organisation) -> dict[str, str]:
    """Return code → label of the kinds of steps its authority may prescribe."""
    found: dict[str, str] = {}
    for code, label in _kinds(place.authority.code):
        found |= dict(label) if isinstance(label, list) else {code: label}
    return found


@screen(permission=Permission.STEP_WRITE, methods=("GET", "POST"))
@acts_once
def add_offer(request: HttpRequest) -> HttpResponse:
    """Write an offer of places."""
    user, on, place = user_of(request), clock.today(), organisation_of(request)
    if place is None:
        return render(request, "desk/offers.html", {"page": None, "place": None})
    form = OfferForm(
        request.POST or None,
        kinds=_kinds(place.authority.code),
        territories=[(one.pk, one.name) for one in place.authority.territories.all()],
        initial={"source": StepSource.PROGRAMME},
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        data["source"] = StepSource(data["source"])
        with refusals_on(form):
            open_offer(actor=user, on=on, organisation_id=place.pk, **data)
        if form.is_valid():
            messages.success(request, "Offre enregistrée : elle peut être prescrite.")
            return redirect("desk:offers")
    return render(request, "desk/offer_form.html", {"form": form})


@screen(permission=Permission.STEP_WRITE, methods=("POST",))
def end_offer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Take an offer away from new prescriptions."""
    place = organisation_of(request)
    found = StepOffer.objects.filter(pk=offer_id).first()
    if place is None or found is None or found.authority_id != place.authority_id:
        raise Http404("offer")
    with refusals_told(request):
        close_offer(actor=user_of(request), on=clock.today(), offer_id=found.pk, organisation_id=place.pk)
        messages.success(request, "Offre fermée. Les prescriptions déjà faites restent.")
    return redirect("desk:offers")
