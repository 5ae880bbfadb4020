"""« Mes personnes »: the list, its filters in the address, the search by POST, the export of exactly what is shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render

from jalons.kernel import clock
from jalons.network.models import User
from jalons.network.permissions import Permission, permissions_of
from jalons.network.traces import ReadKind
from jalons.people.models import Person
from jalons.people.queries import search
from jalons.sites.desk import portfolio, scope
from jalons.sites.desk.scope import ALL, MINE, whose
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.words import Words
from jalons.ui.exports import Cell, Export, csv_response, xlsx_response
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.jinja import query_with
from jalons.ui.tables import Column, page_of

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}
SEARCH_SHOWN = 50


def asked_by(query: QueryDict, user: User, *, on: date) -> portfolio.Asked:
    """Read the filters of an address."""
    return portfolio.Asked(
        mine=whose(query, user, on=on) == MINE,
        situation=chosen(query, "situation", portfolio.SITUATIONS),
        action=query.get("action", "")[:60],
        sort=chosen(query, "tri", portfolio.SORTS) or "nom",
    )


@screen(permission=Permission.PERSON_OPEN, trace="list", methods=("GET", "POST"))
def persons(request: HttpRequest) -> HttpResponse:
    """Show the list, or what the search found: the text comes by POST, so that addresses and logs name nobody."""
    user, on = user_of(request), clock.today()
    text = request.POST.get("q", "").strip()
    if text:
        return _found(request, user, text, on)
    asked = asked_by(request.GET, user, on=on)
    may_note = Permission.APPOINTMENT_WRITE in permissions_of(user, on=on)
    numbers = portfolio.counts(user, asked, on=on)
    rows = portfolio.listed(user, asked, on=on)
    rows.count = lambda: numbers[asked.situation or "total"]  # type: ignore[method-assign] # counted once, with the filters
    page = page_of(request, rows)
    page.object_list = list(page.object_list)
    showed(request, len(page.object_list))
    context = {
        "page": page,
        "asked": asked,
        "whose": scope.choice(MINE if asked.mine else ALL, user, on=on),
        "situation": _situation(asked, numbers),
        "columns": _columns(request.GET, asked, may_note=may_note),
        "with_worker": not asked.mine,
        "may_note": may_note,
        **_words(page.object_list, on),
    }
    return render(request, "desk/persons.html", context)


def _found(request: HttpRequest, user: User, text: str, on: date) -> HttpResponse:
    found = search(user, text, on=on, limit=SEARCH_SHOWN, permission=Permission.PERSON_OPEN)
    order = {person.pk: place for place, person in enumerate(found.persons)}
    rows = list(portfolio.described(Person.objects.filter(pk__in=order), on=on)) if order else []
    rows.sort(key=lambda person: order[person.pk])
    showed(request, len(rows), kind=ReadKind.SEARCH)
    may_note = Permission.APPOINTMENT_WRITE in permissions_of(user, on=on)
    context = {
        "persons_found": rows,
        "with_worker": True,
        "may_note": may_note,
        "text": text,
        "found": found,
        "columns": _columns(request.GET, None, may_note=may_note),
        **_words(rows, on),
    }
    return render(request, "desk/search.html", context)


def _words(rows: list[Person], on: date) -> dict[str, Any]:
    labels = Labels(on=on)
    return {"labels": labels, "words": Words(on=on)}


@screen(permission=Permission.PERSON_OPEN, trace="export")
def export(request: HttpRequest, layout: str) -> HttpResponseBase:
    """Send what the list shows with the same filters, all pages."""
    if layout not in FORMATS:
        raise Http404(layout)
    user, on = user_of(request), clock.today()
    asked = asked_by(request.GET, user, on=on)
    rows = list(_cells(portfolio.listed(user, asked, on=on), on))
    showed(request, len(rows))
    filters = [("Liste", "Mes personnes" if asked.mine else "Toutes les personnes de mon périmètre")]
    if asked.situation:
        filters.append(("Situation", portfolio.SITUATIONS[asked.situation]))
    title = f"Personnes accompagnées au {on:%d/%m/%Y}"
    return FORMATS[layout](Export(title, EXPORT_COLUMNS, rows, filters))


EXPORT_COLUMNS = (
    "Nom", "Prénom", "Né(e) le", "Action", "Depuis", "Référent", "Contrat jusqu’au", "Dernier contact", "Prochain rendez-vous",
    "Étape en cours", "Prochaine échéance", "Échéance le",
)  # fmt: skip


def _cells(rows: QuerySet[Person], on: date) -> Iterator[list[Cell]]:
    labels, words = Labels(on=on), Words(on=on)
    for person in rows:
        row: Any = person
        enrolment, mandate = row.enrolment, row.mandate
        yield [
            person.last_name,
            person.first_name,
            person.born_on,
            labels.action(enrolment["action"]) if enrolment else "",
            date.fromisoformat(enrolment["since"]) if enrolment else None,
            f"{mandate['first']} {mandate['last']}".strip() if mandate else "",
            row.contract_until,
            row.last_contact,
            row.next_contact,
            row.step or (labels.step(row.step_kind) if row.step_kind else ""),
            words.short(row.due) if row.due else "",
            row.due_on,
        ]


def _situation(asked: portfolio.Asked, numbers: dict[str, int]) -> Choice:
    options = [Option(code, label, numbers[code]) for code, label in portfolio.SITUATIONS.items()]
    return Choice("situation", "Situation", options, asked.situation)


_COLUMNS = (
    ("Nom", "", "nom"),
    ("Référent", "", ""),
    ("Depuis", "", ""),
    ("Contrat jusqu’au", "", "contrat"),
    ("Dernier contact", "", "contact"),
    ("Prochain", "", ""),
    ("Étape en cours", "cut", ""),
    ("À faire", "cut", "echeance"),
    ("Noter", "", ""),
)


def _columns(query: QueryDict, asked: portfolio.Asked | None, *, may_note: bool) -> list[Column]:
    hidden = {"Référent"} if asked and asked.mine else {"Étape en cours"}  # one's own name on each line says nothing
    if not may_note:
        hidden.add("Noter")
    columns = []
    for label, css, sort in _COLUMNS:
        if label in hidden:
            continue
        href = query_with(query, tri=None if sort == "nom" else sort) if sort and asked else ""
        columns.append(Column(label, css, href, "ascending" if asked and sort == asked.sort else ""))
    return columns
