"""« Conventions »: places bought, who sits in them, what they cost"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render

from jalons.agreements.models import AgreementLine
from jalons.agreements.permissions import readable_lines
from jalons.agreements.queries import Capacity, capacities, totals
from jalons.kernel import clock
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.ui.exports import Cell, Export, csv_response, xlsx_response
from jalons.ui.filters import Choice, Option
from jalons.ui.tables import Column, page_of

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}
NONE = "sans"  # address of « no theme », since an empty value means no filter
COLUMNS = (
    Column("Organisme"),
    Column("Action"),
    Column("Thématique"),
    Column("Places", "num"),
    Column("Occupées", "num"),
    Column("Libres", "num"),
    Column("Suivis prévus", "num"),
    Column("Suivis depuis janvier", "num"),
    Column("Montant", "num"),
)
CUT_COLUMNS = (
    Column("Valeur"),
    Column("Lignes", "num"),
    Column("Places", "num"),
    Column("Suivis prévus", "num"),
    Column("Montant", "num"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of the address."""

    action: str = ""
    theme: str = ""
    dataset: str = ""
    text: str = ""


def asked_by(query: QueryDict) -> Asked:
    """Read the filters; a value nobody has gives an empty list."""
    return Asked(
        action=query.get("action", "")[:60],
        theme=query.get("theme", "")[:80],
        dataset=query.get("source", "")[:40],
        text=query.get("q", "").strip()[:80],
    )


def lines_of(user: User, asked: Asked, *, on: date) -> QuerySet[AgreementLine]:
    """Return the lines of the year of ``on`` that the user may read, filtered, by organisation."""
    rows = readable_lines(user, on=on).filter(start_on__year__lte=on.year, end_on__year__gte=on.year)
    if asked.action:
        rows = rows.filter(action_code=asked.action)
    if asked.theme:
        rows = rows.filter(theme="" if asked.theme == NONE else asked.theme)
    if asked.dataset:
        rows = rows.filter(agreement__dataset=asked.dataset)
    if asked.text:
        rows = rows.filter(agreement__organisation__name__icontains=asked.text)
    return rows.order_by("agreement__organisation__name", "agreement_id", "rank")


@screen(permission=Permission.AGREEMENT_READ)
def agreements(request: HttpRequest) -> HttpResponse:
    """Show the lines of places, their totals and their filters."""
    user, on = user_of(request), clock.today()
    asked = asked_by(request.GET)
    rows = lines_of(user, asked, on=on)
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": capacities(page.object_list, on=on),
        "totals": totals(rows),
        "columns": COLUMNS,
        "cut_columns": CUT_COLUMNS,
        "choices": _choices(user, asked, on=on),
        "asked": asked,
        "labels": Labels(on=on),
    }
    return render(request, "steering/agreements.html", context)


def _choices(user: User, asked: Asked, *, on: date) -> list[Choice]:
    """The values present in the year, read in one query."""
    labels = Labels(on=on)
    present = list(
        lines_of(user, Asked(), on=on).order_by().values_list("action_code", "theme", "agreement__dataset").distinct()
    )
    actions = sorted({action for action, _, _ in present}, key=labels.action)
    themes = sorted({theme for _, theme, _ in present if theme})
    sources = sorted({source for _, _, source in present if source})
    return [
        Choice("action", "Toutes les actions", [Option(code, labels.action(code)) for code in actions], asked.action),
        Choice(
            "theme",
            "Toutes les thématiques",
            [Option(NONE, "Sans thématique"), *(Option(theme, theme) for theme in themes)],
            asked.theme,
        ),
        Choice(
            "source", "Toutes les sources", [Option(source, source_label(source)) for source in sources], asked.dataset
        ),
    ]


def source_label(dataset: str) -> str:
    """Return a dataset in words: « annexe2_2020 » → « Annexe2 2020 »."""
    return dataset.replace("_", " ").capitalize()


@screen(permission=Permission.AGREEMENT_READ)
def export(request: HttpRequest, layout: str) -> HttpResponseBase:
    """Send what the list shows with the same filters, all pages, and its total."""
    if layout not in FORMATS:
        raise Http404(layout)
    user, on = user_of(request), clock.today()
    asked = asked_by(request.GET)
    rows = capacities(lines_of(user, asked, on=on), on=on)
    filters = [
        (label, value)
        for label, value in zip(("Action", "Thématique", "Source", "Recherche"), _values(asked), strict=True)
        if value
    ]
    columns = [column.label for column in COLUMNS]
    return FORMATS[layout](Export(f"Conventions et places au {on:%d/%m/%Y}", columns, _cells(rows, on), filters))


def _values(asked: Asked) -> tuple[str, str, str, str]:
    return asked.action, asked.theme, asked.dataset, asked.text


def _cells(rows: Sequence[Capacity], on: date) -> Iterator[list[Cell]]:
    labels = Labels(on=on)
    for row in rows:
        line = row.line
        yield [
            line.agreement.organisation.name,
            line.printed_type or labels.action(line.action_code),
            line.theme,
            row.places,
            row.occupied,
            row.free,
            line.persons_to_follow,
            row.followed,
            line.amount,
        ]
    lines = [row.line for row in rows]
    amounts = [line.amount for line in lines if line.amount is not None]
    yield [
        "TOTAL",
        "",
        "",
        sum(line.places for line in lines),
        sum(row.occupied for row in rows),
        sum(row.free for row in rows),
        sum(line.persons_to_follow or 0 for line in lines),
        sum(row.followed for row in rows),
        sum(amounts, Decimal(0)) if amounts else None,
    ]
