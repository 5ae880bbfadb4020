"""Handing persons over: who, to whom, what goes with them; shown before, undone after (R-046)."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed
from jalons.network.permissions import Permission, permissions_of
from jalons.pathways.models import HandedOver, Handover
from jalons.pathways.operations import Passed, Passing, move_to_organisation, pass_on, undo_move, undo_pass_on
from jalons.pathways.queries.handovers import handovers_of, portfolios, share
from jalons.people.models import Person
from jalons.people.permissions import reachable_persons
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.telling import refusals_told
from jalons.sites.steering.forms_team import HandoverForm, MoveForm
from jalons.sites.steering.handing import MOST, Asked, offers_elsewhere, receivers_of, rows_of
from jalons.ui.forms import refusals_on
from jalons.ui.french import plural, typography
from jalons.ui.tables import Column, page_of

COLUMNS = (Column("Personne"), Column("Référent"), Column("Contrat jusqu’au"), Column("À transmettre"))
PREVIEW = (Column("Personne"), Column("Référent actuel"), Column("Ce qui la suit"), Column("Nouveau référent"))
MOVED = (Column("Personne"), Column("Référent actuel"), Column("En cours dans l’organisme quitté"))
PASSED = (Column("Personne"), Column("Avant"), Column("Après"))
HISTORY = (Column("Décidée le"), Column("Vers"), Column("Personnes", "num"), Column("Motif"), Column("État"))


@screen(permission=Permission.HANDOVER, trace="list")
def handovers(request: HttpRequest) -> HttpResponse:
    """Choose persons and who takes over; below, the last handovers."""
    user, on = user_of(request), clock.today()
    asked = Asked.of(request.GET, user, on=on)
    if asked.organisation is None:
        showed(request, 0)
        return render(request, "steering/handovers.html", {"asked": asked})
    loads = portfolios(asked.organisation.pk, on=on)
    page = page_of(request, asked.persons(user, on=on))
    rows = rows_of(list(page.object_list), on=on)
    showed(request, len(rows))
    able = permissions_of(user, on=on)
    context = {
        "asked": asked,
        "page": page,
        "rows": rows,
        "choices": asked.choices(loads),
        "receivers": receivers_of(asked, loads) if Permission.MANDATE_NAME in able else [],
        "offers": offers_elsewhere(asked, on=on) if Permission.ORIENTATION_BULK in able else [],
        "columns": COLUMNS,
        "history": list(handovers_of(user, on=on)[:10]),
        "history_columns": HISTORY,
        "labels": Labels(on=on),
        "most": MOST,
    }
    return render(request, "steering/handovers.html", context)


def _numbers(values: list[str]) -> list[int]:
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19]


def _persons(request: HttpRequest, asked: Asked) -> list[Person]:
    """The persons ticked within reach, or all those of the filter, in the order of the list."""
    rows = asked.persons(user_of(request), on=clock.today())
    if request.POST.get("everyone"):
        return list(rows[:MOST])
    return list(rows.filter(pk__in=_numbers(request.POST.getlist("chosen"))[:MOST]))


@screen(permission=Permission.HANDOVER, trace="list", methods=("POST",))
@acts_once
def handover_preview(request: HttpRequest) -> HttpResponse:
    """Show who would go to whom, and what goes with each person. Writes nothing."""
    user, on = user_of(request), clock.today()
    asked = Asked.of(request.POST, user, on=on)
    if asked.organisation is None:
        raise Http404("organisation")
    persons = _persons(request, asked)
    to, lines = _numbers(request.POST.getlist("to")), _numbers([request.POST.get("line", "")])
    if not persons or not (to or lines):
        messages.warning(request, "Choisissez au moins une personne, et qui prend la suite.")
        kept = {"organisme": asked.organisation.pk} | ({"referent": asked.lead} if asked.lead else {})
        return redirect(reverse("steering:handovers", query=kept))
    if lines:
        return _moving(request, asked, persons, lines[0], MoveForm())
    workers = {one.pk for one in asked.workers}
    proposed = share([one.pk for one in persons], [pk for pk in to if pk in workers], _loads(asked))
    return _passing(request, asked, persons, proposed, HandoverForm(initial={"effective_on": on}))


def _loads(asked: Asked) -> dict[int, int]:
    assert asked.organisation is not None
    return portfolios(asked.organisation.pk, on=clock.today())


def _passing(
    request: HttpRequest, asked: Asked, persons: list[Person], chosen: dict[int, int], form: HandoverForm
) -> HttpResponse:
    on = clock.today()
    showed(request, len(persons))
    context = {
        "asked": asked,
        "rows": rows_of(persons, on=on, chosen=chosen),
        "receivers": receivers_of(asked, _loads(asked), more=Counter(chosen.values())),
        "form": form,
        "columns": PREVIEW,
        "labels": Labels(on=on),
        "offer": None,
    }
    return render(request, "steering/handover_preview.html", context)


def _moving(request: HttpRequest, asked: Asked, persons: list[Person], line: int, form: MoveForm) -> HttpResponse:
    on = clock.today()
    offer = next((one for one in offers_elsewhere(asked, on=on) if one.line.pk == line), None)
    if offer is None:
        raise Http404("line")
    showed(request, len(persons))
    context = {
        "asked": asked,
        "rows": rows_of(persons, on=on),
        "offer": offer,
        "after": offer.free - len(persons),
        "form": form,
        "columns": MOVED,
        "labels": Labels(on=on),
    }
    return render(request, "steering/handover_preview.html", context)


@screen(permission=Permission.HANDOVER, trace="list", methods=("POST",))
@acts_once
def handover_decide(request: HttpRequest) -> HttpResponse:
    """Decide as previewed, or as corrected person by person."""
    user, on = user_of(request), clock.today()
    asked = Asked.of(request.POST, user, on=on)
    ids = _numbers(request.POST.getlist("person"))[:MOST]
    if asked.organisation is None or not ids:
        raise Http404("persons")
    persons = list(asked.persons(user, on=on).filter(pk__in=ids))
    if len(persons) != len(set(ids)):
        raise NotAllowed("Au moins une de ces personnes n’est pas dans votre périmètre.", code="not_reachable")
    lines = _numbers([request.POST.get("line", "")])
    return _move(request, asked, persons, lines[0]) if lines else _pass(request, asked, persons)


def _pass(request: HttpRequest, asked: Asked, persons: list[Person]) -> HttpResponse:
    assert asked.organisation is not None
    form = HandoverForm(request.POST)
    chosen = {one.pk: next(iter(_numbers([request.POST.get(f"to-{one.pk}", "")])), 0) for one in persons}
    if form.is_valid():
        with refusals_on(form):
            receipt = pass_on(
                actor=user_of(request),
                on=clock.today(),
                organisation_id=asked.organisation.pk,
                passings=[Passing(pk, worker) for pk, worker in chosen.items() if worker],
                **form.cleaned_data,
            )
        if form.is_valid():
            return _after(request, receipt)
    return _passing(request, asked, persons, chosen, form)


def _move(request: HttpRequest, asked: Asked, persons: list[Person], line: int) -> HttpResponse:
    form = MoveForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            receipt = move_to_organisation(
                actor=user_of(request),
                on=clock.today(),
                person_ids=[one.pk for one in persons],
                line_id=line,
                reason=form.cleaned_data["reason"],
            )
        if form.is_valid():
            return _after(request, receipt)
    return _moving(request, asked, persons, line, form)


def _after(request: HttpRequest, receipt: Passed) -> HttpResponse:
    request.session[_kept(receipt.handover.key)] = [(pk, refusal.sentence) for pk, refusal in receipt.refused]
    return redirect("steering:handover", receipt.handover.key)


def _kept(key: UUID) -> str:
    return f"not_handed_over:{key}"


def _found(request: HttpRequest, key: UUID) -> tuple[Handover, Any]:
    user, on = user_of(request), clock.today()
    reached = reachable_persons(user, on=on, permission=Permission.HANDOVER)
    handover = Handover.objects.filter(key=key).select_related("to_organisation", "to_line", "decided_by").first()
    items = HandedOver.objects.filter(handover=handover, person__in=reached) if handover else HandedOver.objects.none()
    if handover is None or not items.exists():
        raise Http404("handover")
    related = ("person", "from_organisation", "from_mandate__caseworker", "to_mandate__caseworker")
    return handover, items.select_related(*related).order_by("person__folded", "pk")


@screen(permission=Permission.HANDOVER, trace="list")
def handover(request: HttpRequest, handover_key: UUID) -> HttpResponse:
    """Show what was decided, who was left out and why, and the way back."""
    found, items = _found(request, handover_key)
    page = page_of(request, items)
    showed(request, len(page.object_list))
    reasons = dict(request.session.get(_kept(handover_key), []))
    reached = reachable_persons(user_of(request), on=clock.today(), permission=Permission.HANDOVER)
    context = {
        "handover": found,
        "page": page,
        "columns": PASSED,
        "left_out": [(one, reasons[one.pk]) for one in reached.filter(pk__in=reasons).order_by("folded")],
        "labels": Labels(on=clock.today()),
    }
    return render(request, "steering/handover.html", context)


@screen(permission=Permission.HANDOVER, methods=("POST",))
def handover_undo(request: HttpRequest, handover_key: UUID) -> HttpResponse:
    """Take the whole handover back while nothing rests on it."""
    found, _ = _found(request, handover_key)
    undo = undo_move if found.to_line_id is not None else undo_pass_on
    with refusals_told(request):
        count = undo(actor=user_of(request), on=clock.today(), handover_id=found.pk)
        messages.success(request, typography(f"Passation annulée : {plural(count, 'personne')} comme avant."))
    return redirect("steering:handover", handover_key)
