"""From an offer to the persons it may suit, and from the offers to a list one hands over (R-114)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.documents.rendering import render as typeset
from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import Organisation
from jalons.network.permissions import Permission
from jalons.pathways.models import StepOffer
from jalons.pathways.offers_paper import offers_paper
from jalons.pathways.operations import position_on_offer
from jalons.pathways.queries.sourcing import candidates, told
from jalons.pathways.queries.steps import open_offers
from jalons.pathways.reference import domains
from jalons.people.models import Person
from jalons.sites.desk.forms_steps import SourcingForm
from jalons.sites.desk.views.offers import kind_names, organisation_of
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.papers import shown
from jalons.ui.filters import chosen
from jalons.ui.french import typography
from jalons.ui.tables import Column, page_of

MOST_PRINTED = 200  # offers of a list somebody takes home
COLUMNS = [Column(label) for label in ("Personne", "Accompagnement", "Pourquoi elle est proposée", "Positionner")]


@screen(permission=Permission.STEP_WRITE, trace="list")
def find(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Show those an offer may suit, by name, each with what is known of her; nothing is scored."""
    user, on = user_of(request), clock.today()
    offer = _offer(organisation_of(request), offer_id)
    labels = Labels(on=on)
    seen = {code: one.label for code, one in domains().items() if not one.sensitive}
    form = SourcingForm(
        request.GET if any(name in request.GET for name in SourcingForm.base_fields) else None,
        territories=[(one.pk, one.name) for one in offer.authority.territories.all()],
        domains=list(seen.items()),
        initial={"territoire": offer.territory_id},
    )
    criteria = form.criteria() if form.is_bound and (form.is_valid() or form.cleaned_data) else form.of_offer(offer)
    page = page_of(request, candidates(user, offer, criteria, on=on, shelf=labels.shelf))
    found = told(list(page.object_list), offer, on=on, shelf=labels.shelf, domains=seen)
    showed(request, len(found))
    context = {"offer": offer, "form": form, "page": page, "found": found, "columns": COLUMNS, "labels": labels}
    return render(request, "desk/sourcing.html", context)


@screen(permission=Permission.STEP_WRITE, of_person=True, methods=("POST",))
def put_on(request: HttpRequest, person: Person, enrolment_id: int, offer_id: int) -> HttpResponse:
    """Position one person on the offer; its step is where preparation, answer and result are noted."""
    offer = _offer(organisation_of(request), offer_id)
    if not person.enrolments.filter(pk=enrolment_id).exists():
        raise Http404("enrolment")
    try:
        step = position_on_offer(actor=user_of(request), on=clock.today(), offer_id=offer.pk, enrolment_id=enrolment_id)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, typography(refusal.sentence))
        return redirect("desk:find_for_offer", offer.pk)
    messages.success(request, "Personne positionnée sur l’offre.")
    return redirect("desk:step", person.key, step.pk)


@screen(permission=Permission.STEP_WRITE)
def hand_out(request: HttpRequest) -> HttpResponse:
    """Print the open offers, those of one kind or of one territory when asked: a list the person takes with her."""
    on, place = clock.today(), organisation_of(request)
    if place is None:
        return render(request, "desk/offers.html", {"page": None, "place": None})
    names = kind_names(place)
    rows = open_offers([place.authority_id], on=on).select_related("territory")
    kind = chosen(request.GET, "type", names)
    paper = offers_paper(
        list((rows.filter(kind=kind) if kind else rows)[:MOST_PRINTED]), names, author=place.authority.name, day=on
    )
    return shown(typeset(paper), "offres")


def _offer(place: Organisation | None, offer_id: int) -> StepOffer:
    rows = StepOffer.objects.select_related("authority", "territory")
    found = rows.filter(pk=offer_id, authority=place.authority_id).first() if place is not None else None
    if found is None:
        raise Http404("offer")
    return found
