"""« Échéances »: everything due, with its reason, filtered by the address; the export is what is shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from jalons.kernel import clock
from jalons.network.models import User
from jalons.network.permissions import Permission, permissions_of
from jalons.network.traces import ReadKind
from jalons.sites.desk import due_filters as filters
from jalons.sites.desk.acts import acts_for
from jalons.sites.desk.due import Due, in_order, in_words
from jalons.sites.desk.scope import ALL, MINE, choice
from jalons.sites.desk.views.todo_acts import MOST
from jalons.sites.frame import dues
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.words import Words
from jalons.todos.queries import MOMENTS
from jalons.ui.exports import Cell, Export, csv_response, xlsx_response
from jalons.ui.filters import Choice, Option
from jalons.ui.tables import page_of

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}


@screen(permission=Permission.TODO_READ, trace="list", methods=("GET", "POST"))
def todos(request: HttpRequest) -> HttpResponse:
    """Show what is due, of persons or of agreements. A name is searched by POST: no address and no log holds it."""
    user, on = user_of(request), clock.today()
    asked = filters.asked_by(request.GET, user, on=on, text=request.POST.get("q", "").strip())
    kept = dues.measured(filters.standing(filters.scope(user, asked, on=on), user, asked, on=on), on=on)
    counted = dues.counted_by(kept, dues.DIMENSIONS)
    rows = in_order(filters.filtered(kept, asked))
    total = counted.total(asked.values)
    rows.count = lambda: total  # type: ignore[method-assign] # counted once, with the filters
    page = page_of(request, rows)
    may = permissions_of(user, on=on)
    found = in_words(page.object_list, Words(on=on), may)
    showed(request, _persons(found), kind=ReadKind.SEARCH if asked.text else None)
    chips, lists = filters.choices(counted, asked, on=on)
    context = {
        "page": page,
        "dues": found,
        "asked": asked,
        "chips": [*_places(user, asked, may, on), *chips],
        "lists": lists,
        "acts": acts_for(may, of_persons=asked.subject == filters.PERSONS)
        if asked.standing in ("", filters.ASIDE)
        else {},
        "most": MOST,
        "of_persons": asked.subject == filters.PERSONS,
    }
    return render(request, "desk/todos.html", context)


def _places(user: User, asked: filters.Asked, may: frozenset[Permission], on: date) -> list[Choice]:
    subjects = [Option(code, label) for code, label in filters.subjects_of(may).items()]
    found = [Choice("sujet", "De quoi", subjects, asked.subject, required=True)] if len(subjects) > 1 else []
    if asked.subject == filters.PERSONS:
        found.append(choice(MINE if asked.mine else ALL, user, on=on))
    standings = [Option(code, label) for code, label in filters.STANDINGS.items() if code]
    return [*found, Choice("etat", "État", standings, asked.standing)]


def _persons(found: list[Due]) -> int:
    return len({due.todo.person_id for due in found if due.todo.person_id is not None})


@screen(permission=Permission.TODO_READ, trace="export", methods=("GET", "POST"))
def export(request: HttpRequest, layout: str) -> HttpResponseBase:
    """Send what the list shows with the same filters, all pages."""
    if layout not in FORMATS:
        raise Http404(layout)
    user, on = user_of(request), clock.today()
    asked = filters.asked_by(request.GET, user, on=on, text=request.POST.get("q", "").strip())
    kept = dues.measured(filters.standing(filters.scope(user, asked, on=on), user, asked, on=on), on=on)
    found = in_words(in_order(filters.filtered(kept, asked)), Words(on=on))
    showed(request, _persons(found))
    title = f"Échéances au {on:%d/%m/%Y}"
    return FORMATS[layout](Export(title, EXPORT_COLUMNS, list(_cells(found, on)), _told(asked, user, on)))


EXPORT_COLUMNS = (
    "Échéance", "Quand", "Personne ou convention", "À faire", "Nature", "Situation", "Règle", "Source", "Action", "Référent",
    "Cadre",
)  # fmt: skip


def _cells(found: list[Due], on: date) -> Iterator[list[Cell]]:
    labels = Labels(on=on)
    ids = {worker for due in found if (worker := _worker(due)) is not None}
    workers = {one.pk: str(one) for one in User.objects.filter(pk__in=ids)}
    for due in found:
        yield [
            due.day,
            MOMENTS[due.moment] if due.state in ("late", "coming", "breached") and not due.todo.met_on else "",
            due.who,
            due.sentence,
            "pour information" if due.only_warns else "obligation",
            due.standing,
            due.said.why,
            due.said.citation,
            labels.action(due.todo.action_code),
            workers.get(_worker(due) or 0, ""),
            due.said.version,
        ]


def _worker(due: Due) -> int | None:
    row: Any = due.todo
    worker: int | None = row.caseworker
    return worker


def _told(asked: filters.Asked, user: User, on: date) -> list[tuple[str, str]]:
    """The filters in use, in words; a name searched is told as such, never written."""
    subjects = {filters.PERSONS: "Mes personnes" if asked.mine else "Toutes les personnes de mon périmètre"}
    told = [("Liste", subjects.get(asked.subject, "Conventions")), ("État", filters.STANDINGS[asked.standing])]
    words: dict[str, str] = {**dict[str, str](MOMENTS.items()), **dues.NATURES}
    told += [(name.capitalize(), words.get(value, value)) for name, value in sorted(asked.values.items())]
    return [*told, ("Recherche", "par nom")] if asked.text else told
