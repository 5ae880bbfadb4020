"""« Échéances » for those who steer: how many by organisation and moment. Nobody is named here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render

from jalons.kernel import clock
from jalons.network.models import Organisation, User
from jalons.network.permissions import Permission
from jalons.sites.frame import dues
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.cube import Cube
from jalons.todos import permissions
from jalons.todos.queries import MOMENTS, conditions, last_round
from jalons.ui.exports import Cell, Export, csv_response, xlsx_response
from jalons.ui.filters import Choice
from jalons.ui.tables import Column, page_of

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}
DIMENSIONS = {name: column for name, column in dues.DIMENSIONS.items() if name != "referent"}
COLUMNS = (Column("Organisme"), *(Column(label, "num") for label in MOMENTS.values()), Column("Total", "num"))


@dataclass(slots=True)
class Row:
    """One organisation: moment → open to-dos."""

    organisation: Organisation
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All moments."""
        return sum(self.counts.values())


def _counted(user: User, *, on: date) -> Cube:
    rows = permissions.counted(user, on=on).filter(conditions(on=on)["open"])
    return dues.counted_by(dues.measured(rows, on=on), DIMENSIONS)


def _chosen(query: QueryDict) -> dict[str, str]:
    return {name: value for name, value in dues.understood(query).items() if name in DIMENSIONS and name != "quand"}


def _rows(counted: Cube, chosen: dict[str, str]) -> list[Row]:
    """The organisations with something due, the most late first."""
    found: dict[int, dict[str, int]] = {}
    for cell in counted.kept(chosen):
        counts = found.setdefault(counted.value(cell, "organisme"), dict.fromkeys(MOMENTS, 0))
        counts[counted.value(cell, "quand")] += cell.count
    organisations = Organisation.objects.in_bulk(found)
    rows = [Row(organisations[pk], counts) for pk, counts in found.items()]
    return sorted(rows, key=lambda row: (-row.counts["late"], row.organisation.name))


@screen(permission=Permission.AGREEMENT_READ)
def todos(request: HttpRequest) -> HttpResponse:
    """Show how many to-dos each organisation has, by moment, with the filters of the address."""
    user, on = user_of(request), clock.today()
    counted, chosen = _counted(user, on=on), _chosen(request.GET)
    rows = _rows(counted, chosen)
    context = {
        "page": page_of(request, rows),
        "columns": COLUMNS,
        "moments": list(MOMENTS),
        "totals": {code: sum(row.counts[code] for row in rows) for code in MOMENTS},
        "chips": dues.natures(counted, chosen),
        "lists": dues.lists(counted, chosen, on=on),
        "chosen": chosen,
        "round": last_round(),
    }
    return render(request, "steering/todos.html", context)


@screen(permission=Permission.AGREEMENT_READ)
def export(request: HttpRequest, layout: str) -> HttpResponseBase:
    """Send the table with the same filters, all pages."""
    if layout not in FORMATS:
        raise Http404(layout)
    on = clock.today()
    counted, chosen = _counted(user_of(request), on=on), _chosen(request.GET)
    choices = [*dues.natures(counted, chosen), *dues.lists(counted, chosen, on=on)]
    columns = [column.label for column in COLUMNS]
    cells: Iterable[list[Cell]] = (
        [row.organisation.name, *row.counts.values(), row.total] for row in _rows(counted, chosen)
    )
    return FORMATS[layout](Export(f"Échéances par organisme au {on:%d/%m/%Y}", columns, cells, _told(choices)))


def _told(choices: Iterable[Choice]) -> list[tuple[str, str]]:
    """The filters in use, in words."""
    return [
        (
            choice.name.capitalize(),
            next((one.label for one in choice.options if one.value == choice.value), choice.value),
        )
        for choice in choices
        if choice.value
    ]
