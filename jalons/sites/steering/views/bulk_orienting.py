"""Many persons at once: the effect on places is shown before, the receipt undoes it after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Orientation
from jalons.pathways.operations import BulkOrientation, Choice, orient_choices, orient_in_bulk, withdraw_batch
from jalons.pathways.queries.places import Offer, offers, preview_bulk
from jalons.people.models import Person
from jalons.people.permissions import reachable_persons
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.telling import refusals_told
from jalons.sites.steering.forms import ReasonForm
from jalons.sites.steering.views.orienting import FILTERS, MOST, asked_by, offers_of, waiting
from jalons.ui.forms import refusals_on
from jalons.ui.french import number, typography
from jalons.ui.tables import Column, page_of

COLUMNS = (Column("Personne"), Column("Territoire"), Column("Orientation proposée"))
RECEIPT_COLUMNS = (Column("Personne"), Column("Organisme"), Column("Action"))


@dataclass(frozen=True, slots=True)
class Row:
    """A person of the preview: the line proposed (None: not placed, and why), the one chosen."""

    person: Person
    proposed: int | None
    chosen: int | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """A line before and after."""

    offer: Offer
    placed: int

    @property
    def after(self) -> int:
        """Places left once these persons are expected there; negative when more than were free."""
        return self.offer.free - self.placed


def _numbers(values: list[str]) -> list[int]:
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19]


def _total(request: HttpRequest, user: User, *, on: date) -> int:
    """How many persons the filter holds when more were asked than one decision takes; 0 otherwise."""
    if not request.POST.get("everyone"):
        return next(iter(_numbers([request.POST.get("of", "")])), 0)
    total = waiting(user, asked_by(request.POST), on=on).count()
    return total if total > MOST else 0


def _persons(request: HttpRequest, user: User, *, on: date) -> list[int]:
    """The persons ticked, or all those of the filter, in the order of the list."""
    if request.POST.get("everyone"):
        return list(waiting(user, asked_by(request.POST), on=on).values_list("pk", flat=True)[:MOST])
    return list(dict.fromkeys(_numbers(request.POST.getlist("chosen"))))[:MOST]


@screen(permission=Permission.ORIENTATION_BULK, trace="list", methods=("POST",))
@acts_once
def orient_preview(request: HttpRequest) -> HttpResponse:
    """Show who would go where, who would not be placed, and the places after. Writes nothing."""
    user, on = user_of(request), clock.today()
    persons, lines = _persons(request, user, on=on), _numbers(request.POST.getlist("line"))
    if not persons or not lines:
        messages.warning(request, "Choisissez au moins une personne et une offre.")
        filters = {name: request.POST[name] for name in FILTERS if request.POST.get(name)}
        return redirect(reverse("steering:to_orient", query=filters))
    return _page(request, persons, lines, ReasonForm(), {})


def _page(
    request: HttpRequest, person_ids: list[int], line_ids: list[int], form: ReasonForm, chosen: dict[int, int | None]
) -> HttpResponse:
    user, on = user_of(request), clock.today()
    available = {row.line.pk: row for row in offers_of(user, on=on)}
    lines = [pk for pk in dict.fromkeys(line_ids) if pk in available]
    placement = preview_bulk(user, on=on, person_ids=person_ids, line_ids=lines)
    proposed: dict[int, int | None] = {**dict.fromkeys(dict(placement.not_placed)), **dict(placement.choices)}
    reasons = dict(placement.not_placed)
    found = Person.objects.select_related("territory").in_bulk(proposed)
    rows = [
        Row(found[pk], proposed[pk], chosen.get(pk, proposed[pk]), reasons.get(pk, ""))
        for pk in person_ids
        if pk in proposed
    ]
    showed(request, len(rows))
    context = {
        "rows": rows,
        "not_placed": [row for row in rows if row.proposed is None],
        "of": _total(request, user, on=on),
        "effects": [Effect(available[pk], sum(row.chosen == pk for row in rows)) for pk in lines],
        "form": form,
        "columns": COLUMNS,
        "labels": Labels(on=on),
    }
    return render(request, "steering/orient_preview.html", context)


@screen(permission=Permission.ORIENTATION_BULK, trace="list", methods=("POST",))
@acts_once
def orient_many(request: HttpRequest) -> HttpResponse:
    """Decide as previewed, or as corrected person by person."""
    persons, lines = _numbers(request.POST.getlist("person")), _numbers(request.POST.getlist("line"))
    chosen = {pk: next(iter(_numbers([request.POST.get(f"to-{pk}", "")])), None) for pk in persons[:MOST]}
    form = ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            receipt = _decide(request, chosen, lines, form.cleaned_data["reason"])
        if form.is_valid():
            return _after(request, receipt)
    return _page(request, persons, lines, form, chosen)


def _decide(request: HttpRequest, chosen: dict[int, int | None], lines: list[int], reason: str) -> BulkOrientation:
    """As proposed, places are shared again under lock; a choice made by hand is followed, full or not."""
    common: dict[str, Any] = {"actor": user_of(request), "on": clock.today(), "reason": reason}
    mine = set(_within_reach(user_of(request), chosen).values_list("pk", flat=True))
    if len(mine) != len(chosen):
        raise NotAllowed("Au moins une de ces personnes n’est pas dans votre périmètre.", code="not_reachable")
    as_proposed = all(request.POST.get(f"was-{pk}", "") == str(line or "") for pk, line in chosen.items())
    if as_proposed:
        available = {row.line.pk for row in offers_of(user_of(request), on=clock.today())}
        return orient_in_bulk(**common, person_ids=list(chosen), line_ids=[pk for pk in lines if pk in available])
    return orient_choices(**common, choices=[Choice(pk, line) for pk, line in chosen.items() if line is not None])


def _after(request: HttpRequest, receipt: BulkOrientation) -> HttpResponse:
    if not receipt.orientations:
        reasons = " ".join(dict.fromkeys(sentence for _, sentence in receipt.not_placed))
        messages.warning(request, typography(f"Personne n’a été orienté. {reasons}".strip()))
        return redirect("steering:to_orient")
    if of := _total(request, user_of(request), on=clock.today()):
        said = f"La décision porte sur les {number(MOST)} premières personnes sur {number(of)} : recommencez ensuite."
        messages.warning(request, typography(said))
    request.session[_kept(receipt.batch)] = receipt.not_placed
    return redirect("steering:orient_receipt", receipt.batch)


def _kept(batch: UUID) -> str:
    return f"not_placed:{batch}"


def _within_reach(user: User, person_ids: Any) -> QuerySet[Person]:
    reached = reachable_persons(user, on=clock.today(), permission=Permission.ORIENTATION_BULK)
    return reached.filter(pk__in=list(person_ids))


def _batch(user: User, batch: UUID) -> QuerySet[Orientation]:
    reached = reachable_persons(user, on=clock.today(), permission=Permission.ORIENTATION_BULK)
    rows = Orientation.objects.filter(batch=batch, person__in=reached)
    return rows.select_related("person", "organisation", "line__agreement", "decided_by").order_by(
        "person__folded", "pk"
    )


@screen(permission=Permission.ORIENTATION_BULK, trace="list")
def orient_receipt(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Show what was decided, who was left out and why, and the way back."""
    user, on = user_of(request), clock.today()
    rows = _batch(user, batch)
    page = page_of(request, rows)
    if not page.paginator.count:
        raise Http404("batch")
    showed(request, len(page.object_list))
    reasons = dict(request.session.get(_kept(batch), []))
    left_out = [(person, reasons[person.pk]) for person in _within_reach(user, reasons).order_by("folded", "pk")]
    lines = {row.line.pk: row.line for row in rows}
    context = {
        "batch": batch,
        "page": page,
        "first": page.object_list[0],
        "left_out": left_out,
        "offers": offers(lines.values(), on=on),
        "columns": RECEIPT_COLUMNS,
        "labels": Labels(on=on),
    }
    return render(request, "steering/orient_receipt.html", context)


@screen(permission=Permission.ORIENTATION_BULK, methods=("POST",))
def orient_undo(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Undo the whole decision while nothing rests on it."""
    user = user_of(request)
    if not _batch(user, batch).exists():
        raise Http404("batch")
    with refusals_told(request):
        count = withdraw_batch(actor=user, on=clock.today(), batch=batch)
        who = f"{count} personnes sont" if count > 1 else "la personne est"
        messages.success(request, f"Décision annulée : {who} de nouveau à orienter.")
        return redirect("steering:to_orient")
    return redirect("steering:orient_receipt", batch)
