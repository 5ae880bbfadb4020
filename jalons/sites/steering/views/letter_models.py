"""« Modèles de courriers »: what each authority writes, its versions, a preview before anything is kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.documents.letters import operations
from jalons.documents.letters.composing import Envelope, LetterText, checked, compose
from jalons.documents.letters.mentions import mentions_of, samples
from jalons.documents.letters.queries import models_of, shipped, text_of
from jalons.documents.models import LetterKind, LetterModel, LetterVersion
from jalons.documents.paper import Paper
from jalons.documents.rendering import render as render_paper
from jalons.exchange.letters.planning import paper_of, plan_letters
from jalons.exchange.letters.waiting import Filter, Waiting, told, waiting
from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.permissions import Permission
from jalons.network.traces import ReadKind
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.papers import shown
from jalons.sites.steering.forms_letters import ChangeModelForm, NewModelForm
from jalons.sites.steering.views.caf_files import authorities_for
from jalons.sites.steering.views.letters_to_write import kind_of
from jalons.ui.forms import refusals_on
from jalons.ui.tables import Column

COLUMNS = (Column("Modèle"), Column("Nature"), Column("Autorité"), Column("Version"), Column("État"))
NOBODY = ("Camille EXEMPLE", "12 RUE DU MODÈLE", "00000 EXEMPLEVILLE")
P = Permission.LETTER_MODEL
MOST_TRIED = 10  # persons offered to try a model on


@screen(permission=P)
def models_page(request: HttpRequest) -> HttpResponse:
    """List the models of the user's authorities, and the kinds that still use the shipped text."""
    user, on = user_of(request), clock.today()
    authorities = authorities_for(user, P, on=on)
    found = list(models_of([one.pk for one in authorities]))
    written = {one.kind for one in found if one.withdrawn_on is None}
    context = {
        "rows": found,
        "columns": COLUMNS,
        "kinds": list(LetterKind),
        "shipped": [(kind, shipped(kind).name) for kind in LetterKind if kind not in written],
    }
    return render(request, "steering/letter_models.html", context)


@screen(permission=P, trace="list", methods=("GET", "POST"))
@acts_once
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Write a model of a kind, starting from the shipped text."""
    what, user, on = kind_of(kind), user_of(request), clock.today()
    start = shipped(what)
    form = NewModelForm(
        request.POST if request.method == "POST" else None,
        authorities=authorities_for(user, P, on=on),
        initial={"name": start.name, **_fields(start.text)},
        persons=_persons(request, what),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            operations.write_model(
                actor=user, on=on, authority_id=data["authority"], kind=what, name=data["name"], text=form.text()
            )
        if form.is_valid():
            messages.success(request, "Modèle enregistré.")
            return redirect("steering:letter_models")
    return render(request, "steering/letter_model.html", _context(what, form, None))


@screen(permission=P, trace="list", methods=("GET", "POST"))
def model(request: HttpRequest, model_id: int) -> HttpResponse:
    """Show a model and its versions, and write the next one."""
    user, on = user_of(request), clock.today()
    found = _model(request, model_id)
    last = _last(found)
    initial = {"seen": last.number, **_fields(text_of(last))}
    form = ChangeModelForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        persons=_persons(request, LetterKind(found.kind)),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            version = operations.change_model(
                actor=user,
                on=on,
                model_id=found.pk,
                seen=data["seen"] or 0,
                text=form.text(),
                change=data["change"],
            )
        if form.is_valid():
            messages.success(
                request, f"Version {version.number} enregistrée. Les courriers déjà écrits ne changent pas."
            )
            return redirect("steering:letter_model", found.pk)
        typed = request.POST.copy()
        typed["seen"] = str(last.number)  # both texts are shown: the next save is the writer's choice
        form.data = typed
    return render(request, "steering/letter_model.html", _context(LetterKind(found.kind), form, found, last))


@screen(permission=P, trace="file", methods=("POST",))
def try_text(request: HttpRequest, kind: str) -> HttpResponse:
    """Show as a PDF what the text typed would give, for a person one may write to or one of example. Writes nothing."""
    what = kind_of(kind)
    form = ChangeModelForm(request.POST, persons=_persons(request, what))
    if not form.is_valid():
        return render(request, "steering/letter_try_refused.html", {"sentence": "Écrivez un objet et un texte."})
    try:
        made = _tried(request, what, checked(form.text(), what), form.cleaned_data["subject"])
    except NotAllowed:
        raise
    except Refusal as refusal:
        return render(request, "steering/letter_try_refused.html", {"sentence": refusal.sentence})
    return shown(render_paper(made), "apercu")


def _tried(request: HttpRequest, what: LetterKind, text: LetterText, subject_id: int | None) -> Paper:
    on = clock.today()
    if subject_id is None:
        return compose(text, samples(what), Envelope(NOBODY, "Exemple", on, "Aperçu : valeurs d’exemple"))
    plan = plan_letters(user_of(request), what, [subject_id], text, on=on)
    (one,) = plan.planned
    showed(request, 1, person_id=one.person.pk)
    if one.refused:
        raise Refusal(one.refused, code="letter_unfit")
    return paper_of(text, one, plan.authority, day=on, reference="Aperçu : ce courrier n’est pas enregistré")


def _persons(request: HttpRequest, what: LetterKind) -> list[Waiting]:
    """Return a few facts to try a model on, of persons the user may write to; none for who may write to nobody."""
    user, on = user_of(request), clock.today()
    found = told(what, list(waiting(user, what, Filter(), on=on)[:MOST_TRIED]))
    showed(request, len(found), kind=ReadKind.LIST)
    return found


@screen(permission=P, methods=("POST",))
def act(request: HttpRequest, model_id: int, act: str) -> HttpResponse:
    """« retirer » or « remettre » a model."""
    found = _model(request, model_id)
    given: dict[str, Any] = {"actor": user_of(request), "on": clock.today(), "model_id": found.pk}
    if act == "retirer":
        operations.withdraw_model(**given)
        messages.success(request, "Modèle retiré. Les courriers écrits avec lui restent.")
    elif act == "remettre":
        operations.restore_model(**given)
        messages.success(request, "Modèle remis en service.")
    else:
        raise Http404(act)
    return redirect("steering:letter_models")


def _model(request: HttpRequest, model_id: int) -> LetterModel:
    user, on = user_of(request), clock.today()
    authorities = authorities_for(user, P, on=on)
    found = models_of([one.pk for one in authorities]).filter(pk=model_id).first()
    if found is None:
        raise Http404("model")
    return found


def _last(found: LetterModel) -> LetterVersion:
    last = found.versions.select_related("written_by").order_by("number").last()
    assert last is not None
    return last


def _fields(text: LetterText) -> dict[str, str]:
    return {
        "heading": text.heading,
        "body": text.body,
        "sender": text.sender,
        "place": text.place,
        "signatory": text.signatory,
    }


def _context(
    what: LetterKind, form: Any, found: LetterModel | None, last: LetterVersion | None = None
) -> dict[str, Any]:
    versions = found.versions.select_related("written_by").order_by("-number") if found else []
    behind = form.is_bound and bool(form.errors) and last is not None and form.initial.get("seen") != _seen(form)
    return {
        "kind": what,
        "form": form,
        "model": found,
        "last": last if behind else None,
        "versions": versions,
        "mentions": list(mentions_of(what).values()),
    }


def _seen(form: Any) -> int | None:
    seen: int | None = form.cleaned_data.get("seen")
    return seen
