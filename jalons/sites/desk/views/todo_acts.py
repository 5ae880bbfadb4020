"""Several to-dos at once: chosen in the list, seen before, told after, undone when nothing rests on it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from jalons.kernel import clock
from jalons.network.permissions import Permission, permissions_of
from jalons.people.permissions import reachable_persons
from jalons.sites.desk import due_filters as filters
from jalons.sites.desk.acts import Act, Done, Target, acts_for, split, targets_of
from jalons.sites.desk.due import in_order
from jalons.sites.desk.forms_acts import FORMS
from jalons.sites.frame import dues, once
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.telling import refusals_told
from jalons.sites.frame.words import Words, columns_of
from jalons.todos.models import Todo
from jalons.ui.forms import refusals_on
from jalons.ui.french import number, typography
from jalons.ui.tables import Column

MOST = 200  # at once
UNDONE = "undone"  # what is kept of an act taken back: its form is not done a second time
COLUMNS = (Column("Personne"), Column("Échéance"), Column("Le"))


def _chosen(request: HttpRequest) -> tuple[list[Todo], int]:
    """The to-dos ticked, or all those of the filter, among those the user reads; and how many the filter holds."""
    user, on = user_of(request), clock.today()
    asked = filters.asked_by(request.POST, user, on=on, text=request.POST.get("q", "").strip())
    rows = dues.measured(filters.scope(user, asked, on=on), on=on)
    if request.POST.get("everyone"):
        rows = in_order(filters.filtered(filters.standing(rows, user, asked, on=on), asked))
        return list(rows[:MOST]), rows.count()
    ids = [int(one) for one in request.POST.getlist("chosen") if one.isascii() and one.isdigit() and len(one) < 19]
    found = list(in_order(rows.filter(pk__in=ids[:MOST])))
    return found, len(found)


def _back(query: QueryDict) -> str:
    kept = {name: query[name] for name in ("sujet", "qui", "etat", *dues.DIMENSIONS) if query.get(name)}
    return reverse("desk:todos", query=kept)


@screen(permission=Permission.TODO_READ, trace="list", methods=("POST",))
def bulk(request: HttpRequest) -> HttpResponse:
    """Show for whom the act would be done, who would be left out, and ask what it needs. Writes nothing."""
    return _with(request, do=False)


@screen(permission=Permission.TODO_READ, trace="list", methods=("POST",))
def bulk_do(request: HttpRequest) -> HttpResponse:
    """Do the act as seen before, once: the same form sent again shows what it did."""
    token = once.token_of(request)
    kept = once.done_before(request, _key(token)) if token is not None else None
    if token is None or kept is None:
        return _with(request, do=token is not None)
    if UNDONE not in kept:
        return redirect("desk:todos_receipt", token)
    messages.warning(
        request, "Cet acte a déjà été fait, puis annulé. Choisissez de nouveau les échéances pour le refaire."
    )
    return redirect(_back(request.POST))


def _with(request: HttpRequest, *, do: bool) -> HttpResponse:
    user, on = user_of(request), clock.today()
    todos, total = _chosen(request)
    code = request.POST.get("act", "")
    act = acts_for(permissions_of(user, on=on), of_persons=True).get(code)
    if act is None or not todos:
        messages.warning(request, "Choisissez au moins une échéance, puis ce qu’il faut faire.")
        return redirect(_back(request.POST))
    kept, left = split(act, targets_of(Todo.objects.filter(pk__in=[one.pk for one in todos]), on=on))
    form: Any = FORMS[code](request.POST if do else None, kept, on)
    if do and kept and form.is_valid():
        with refusals_on(form), transaction.atomic():
            done = act.do(user, on, kept, form.cleaned_data)
            done.refused += [(one.person_id, why) for one, why in left if one.person_id]
        if form.is_valid():
            return _after(request, code, act, done)
    return _preview(request, act, code, kept, left, form, total)


def _preview(
    request: HttpRequest, act: Act, code: str, kept: list[Target], left: list[tuple[Target, str]], form: Any, total: int
) -> HttpResponse:
    words = Words(on=clock.today())
    rows = sorted(kept, key=lambda one: one.todo.person.folded if one.todo.person else "")
    showed(request, len({one.person_id for one in kept} | {one.person_id for one, _ in left}))
    context = {
        "act": act,
        "code": code,
        "form": form,
        "rows": [(one.todo, words.of(columns_of(one.todo)).label) for one in rows],
        "left": [(one.todo, why) for one, why in left],
        "over": total if total > MOST else 0,
        "most": MOST,
        "once": once.token_of(request) or uuid4(),
        "chosen": [one.todo.pk for one in kept] + [one.todo.pk for one, _ in left],
        "subject": request.POST.get("sujet", ""),
        "whose": request.POST.get("qui", ""),
        "back": _back(request.POST),
        "columns": COLUMNS,
    }
    return render(request, "desk/todos_bulk.html", context)


def _after(request: HttpRequest, code: str, act: Act, done: Done) -> HttpResponse:
    if not done.persons and act.of_enrolments:
        reasons = " ".join(dict.fromkeys(why for _, why in done.refused))
        messages.warning(request, typography(f"Rien n’a été fait. {reasons}".strip()))
        return redirect(_back(request.POST))
    batch = once.token_of(request) or uuid4()
    once.keep(request, _key(batch), {"act": code, **asdict(done)})
    return redirect("desk:todos_receipt", batch)


def _key(batch: UUID) -> str:
    return f"due_acts:{batch}"


def _receipt(request: HttpRequest, batch: UUID) -> tuple[Act, dict[str, Any]]:
    kept = request.session.get(_key(batch))
    act = acts_for(frozenset(Permission), of_persons=True).get(kept.get("act", "")) if kept else None
    if kept is None or act is None:
        raise Http404("receipt")
    return act, kept


@screen(permission=Permission.TODO_READ, trace="list")
def receipt(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Show what was done, who was left out and why, and the way back."""
    act, kept = _receipt(request, batch)
    user, on = user_of(request), clock.today()
    refused: dict[int, str] = dict(kept["refused"])
    reach = reachable_persons(user, on=on, permission=Permission.PERSON_OPEN)
    persons = {one.pk: one for one in reach.filter(pk__in={*kept["persons"], *refused}).order_by("folded", "pk")}
    showed(request, len(persons))
    context = {
        "act": act,
        "batch": batch,
        "count": len(set(kept["persons"]) - {0}) or len(kept["undo"]),
        "persons": [one for pk, one in persons.items() if pk in set(kept["persons"])],
        "refused": [(one, refused[pk]) for pk, one in persons.items() if pk in refused],
        "may_undo": act.undo is not None and bool(kept["undo"]),
    }
    return render(request, "desk/todos_receipt.html", context)


@screen(permission=Permission.TODO_READ, methods=("POST",))
def undo(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Undo the whole act, or nothing."""
    act, kept = _receipt(request, batch)
    if act.undo is None:
        raise Http404("undo")
    with refusals_told(request):
        with transaction.atomic():
            act.undo(user_of(request), clock.today(), kept["undo"])
        once.keep(request, _key(batch), {UNDONE: True})
        count = len(set(kept["persons"]) - {0}) or len(kept["undo"])
        messages.success(request, typography(f"C’est annulé ({number(count)})."))
        return redirect("desk:todos")
    return redirect("desk:todos_receipt", batch)
