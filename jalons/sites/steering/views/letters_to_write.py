"""« À écrire »: facts without a letter, chosen in number; what would leave is shown before anything is written."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from jalons.documents.letters.queries import last_version, models_of, shipped, text_of
from jalons.documents.models import LetterKind, LetterModel
from jalons.documents.rendering import render as render_paper
from jalons.exchange.letters.models import Way
from jalons.exchange.letters.operations import ask_letters
from jalons.exchange.letters.planning import MOST, Plan, paper_of, plan_letters
from jalons.exchange.letters.sources import subjects
from jalons.exchange.letters.waiting import Filter, told, waiting
from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.permissions import Permission
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.papers import shown
from jalons.sites.frame.telling import refusals_told
from jalons.sites.steering.forms_letters import SendingForm
from jalons.ui.filters import Choice, Option
from jalons.ui.french import typography
from jalons.ui.tables import Column, page_of

COLUMNS = (Column("Personne"), Column("Quoi"), Column("Date"))
PLAN_COLUMNS = (Column("Personne"), Column("Adresse"), Column("Voie"), Column("Aperçu"))
SHOWN = 50  # letters listed in a preview; all are counted


def kind_of(code: str) -> LetterKind:
    """Return the kind an address names."""
    try:
        return LetterKind(code)
    except ValueError:
        raise Http404("kind") from None


@screen(permission=Permission.LETTER_WRITE, trace="list")
def to_write(request: HttpRequest, kind: str) -> HttpResponse:
    """List the facts of a kind that nobody has written about."""
    what, user, on = kind_of(kind), user_of(request), clock.today()
    page = page_of(request, waiting(user, what, _asked(request.GET), on=on))
    showed(request, len(page.object_list))
    context = {
        "kind": what,
        "page": page,
        "rows": told(what, list(page.object_list)),
        "columns": COLUMNS,
        "most": MOST,
        "filters": [(name, request.GET[name]) for name in ("temps", "decision") if request.GET.get(name)],
        "tabs": _tabs(what),
    }
    return render(request, "steering/letters_to_write.html", context)


def _tabs(what: LetterKind) -> list[tuple[str, str, bool]]:
    return [(one.label, reverse("steering:letters_to_write", args=(one.value,)), one == what) for one in LetterKind]


@screen(permission=Permission.LETTER_WRITE, trace="list", methods=("POST",))
@acts_once
def preview(request: HttpRequest, kind: str) -> HttpResponse:
    """Show what would be written, by which way, and what would not and why. Writes nothing."""
    what = kind_of(kind)
    numbers = _numbers(request, what)
    if not numbers:
        messages.warning(request, "Choisissez au moins une personne à qui écrire.")
        return redirect("steering:letters_to_write", what.value)
    return _page(request, what, numbers, SendingForm(None, models=[]))


@screen(permission=Permission.LETTER_WRITE, trace="list", methods=("POST",))
@acts_once
def write(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask for the letters previewed; with « apercu », show the effect of another model or way first."""
    what, numbers = kind_of(kind), _listed(request.POST.get("subjects", ""))
    if not numbers:
        messages.warning(request, "Choisissez au moins une personne à qui écrire.")
        showed(request, 0)
        return redirect("steering:letters_to_write", what.value)
    form = SendingForm(request.POST, models=[])
    if "apercu" in request.POST:
        return _page(request, what, numbers, form)
    showed(request, len(numbers))
    model, by_email = _choice(request)
    with refusals_told(request):
        asked = ask_letters(
            actor=user_of(request), on=clock.today(), kind=what, subject_ids=numbers, model_id=model, by_email=by_email
        )
        if asked.refused:
            messages.warning(
                request, typography(f"{len(asked.refused)} non écrits : ils restent dans la liste à écrire.")
            )
        return redirect("steering:letter_batch", asked.batch.key)
    return redirect("steering:letters_to_write", what.value)


@screen(permission=Permission.LETTER_WRITE, trace="file")
def sample(request: HttpRequest, kind: str, subject_id: int) -> HttpResponse:
    """Show one letter as it would be, with the model asked in the address (« modele ») or the usual one. Keeps nothing."""
    what, user, on = kind_of(kind), user_of(request), clock.today()
    model = next(iter(_listed(request.GET.get("modele", ""))), None)
    authorities = {one.authority_id for one in subjects(what, [subject_id], on=on).values()}
    models = list(models_of(authorities).filter(kind=what, withdrawn_on__isnull=True))
    if model is not None and model not in {one.pk for one in models}:
        raise Http404("model")
    used = _used(models, model)
    text = text_of(used) if used else shipped(what).text
    try:
        plan = plan_letters(user, what, [subject_id], text, on=on)
    except Refusal:
        raise Http404("subject") from None
    (one,) = plan.planned
    showed(request, 1, person_id=one.person.pk)
    if one.refused:
        messages.warning(request, typography(one.refused))
        return redirect("steering:letters_to_write", what.value)
    paper = paper_of(text, one, plan.authority, day=on, reference="Aperçu : ce courrier n’est pas enregistré")
    return shown(render_paper(paper), "apercu")


def _page(request: HttpRequest, what: LetterKind, numbers: list[int], form: SendingForm) -> HttpResponse:
    user, on = user_of(request), clock.today()
    model, by_email = _choice(request)
    try:
        authorities = {one.authority_id for one in subjects(what, numbers[:1], on=on).values()}
        models = list(models_of(authorities).filter(kind=what, withdrawn_on__isnull=True))
        used = _used(models, model)
        text = text_of(used) if used else shipped(what).text
        plan = plan_letters(user, what, numbers, text, on=on, by_email=by_email)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, typography(refusal.sentence))
        showed(request, 0)
        return redirect("steering:letters_to_write", what.value)
    showed(request, len(plan.planned))
    initial = {"model": used.model_id if used else "", "by_email": by_email}
    return render(request, "steering/letters_preview.html", _context(what, plan, models, initial, numbers))


def _used(models: list[LetterModel], asked: int | None) -> Any:
    first = next((one.pk for one in models if one.pk == asked), models[0].pk if models else None)
    return last_version(first) if first else None


def _context(
    what: LetterKind, plan: Plan, models: list[LetterModel], initial: dict[str, Any], numbers: list[int]
) -> dict[str, Any]:
    ways = Counter(one.way for one in plan.fit)
    return {
        "kind": what,
        "plan": plan,
        "shown": plan.fit[:SHOWN],
        "columns": PLAN_COLUMNS,
        "ways": Choice("voie", "Voies", [Option(way, way.label, ways[way]) for way in Way]),
        "form": SendingForm(initial=initial, models=models),
        "model": initial["model"],
        "subjects": ",".join(str(number) for number in numbers),
    }


def _choice(request: HttpRequest) -> tuple[int | None, bool]:
    model = next(iter(_listed(request.POST.get("model", ""))), None)
    return model, bool(request.POST.get("by_email"))


def _asked(query: QueryDict) -> Filter:
    session = next(iter(_listed(query.get("temps", ""))), None)
    try:
        decision = UUID(query.get("decision") or "")
    except ValueError:
        decision = None
    return Filter(session_id=session, decision=decision)


def _numbers(request: HttpRequest, what: LetterKind) -> list[int]:
    """Return the facts ticked, or all those of the list when it was asked so."""
    if request.POST.get("everyone"):
        rows = waiting(user_of(request), what, _asked(request.POST), on=clock.today())
        return list(rows.values_list("pk", flat=True)[:MOST])
    return _listed(",".join(request.POST.getlist("chosen")))


def _listed(text: str) -> list[int]:
    found = [int(one) for one in text.split(",") if one.isascii() and one.isdigit() and len(one) < 19]
    return list(dict.fromkeys(found))[: MOST + 1]
