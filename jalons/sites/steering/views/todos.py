"""« Échéances » for those who steer: how many by organisation and moment. Nobody is named here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render

from jalons.indicators.masking import MASKED_SIGN
from jalons.kernel import clock
from jalons.network.models import Organisation, User
from jalons.network.permissions import Permission, memberships, permissions_of
from jalons.sites.frame import dues
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.cube import Cube
from jalons.todos import permissions
from jalons.todos.comparison.masking import hidden_counts
from jalons.todos.queries import MOMENTS, conditions, last_round
from jalons.ui.exports import Cell, Export, csv_response, xlsx_response
from jalons.ui.filters import Choice, Option
from jalons.ui.french import number, plural
from jalons.ui.tables import Column, page_of

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}
DIMENSIONS = {name: column for name, column in dues.DIMENSIONS.items() if name != "referent"}
COLUMNS = (Column("Organisme"), *(Column(label, "num") for label in MOMENTS.values()), Column("Total", "num"))


@dataclass(slots=True)
class Row:
    """One organisation: moment → open to-dos; ``hidden`` when one of these counts could point at someone."""

    organisation: Organisation
    counts: dict[str, int] = field(default_factory=dict)
    hidden: bool = False

    @property
    def total(self) -> int:
        """All moments."""
        return sum(self.counts.values())

    @property
    def cells(self) -> list[Cell]:
        """The counts then their total, or the sign of what is hidden."""
        found: list[Cell] = [*self.counts.values(), self.total]
        return [MASKED_SIGN] * len(found) if self.hidden else found


def _counted(user: User, *, on: date) -> Cube:
    rows = permissions.counted(user, on=on).filter(conditions(on=on)["open"])
    return dues.counted_by(dues.measured(rows, on=on), DIMENSIONS)


def _threshold(user: User, *, on: date) -> int:
    """Under how many a count could point at someone: the largest number set by the authorities the user works for (S-49)."""
    houses = [one.organisation for one in memberships(user, on=on) if one.organisation is not None]
    places = [one.authority for one in memberships(user, on=on) if one.authority is not None]
    return max((one.masking_threshold for one in (*places, *(house.authority for house in houses))), default=0)


def _seen_by(user: User, *, on: date) -> int:
    """The threshold of the screen: none for who may open the files anyway."""
    return 0 if Permission.PERSON_OPEN in permissions_of(user, on=on) else _threshold(user, on=on)


def _hide(rows: list[Row], threshold: int) -> None:
    """Hide whole the organisations with a small count, and a second one when the totals would give a single one back."""
    small = [row for row in rows if any(0 < count < threshold for count in (*row.counts.values(), row.total))]
    others = [row for row in rows if row not in small]
    if len(small) == 1 and others:
        small.append(min(others, key=lambda row: row.total))
    for row in small:
        row.hidden = True


def _unnumbered(choices: list[Choice], threshold: int) -> list[Choice]:
    """Take the small counts, and what would give one back, off the filters."""
    found = []
    for choice in choices:
        unseen = hidden_counts({one.value: one.count or 0 for one in choice.options}, threshold)
        options = [Option(one.value, one.label, None if one.value in unseen else one.count) for one in choice.options]
        found.append(replace(choice, options=options))
    return found


def _told_total(rows: list[Row], threshold: int) -> str:
    """« 40 échéances à traiter, dont 12 en retard », without what would point at someone."""
    total, late = sum(row.total for row in rows), sum(row.counts["late"] for row in rows)
    if 0 < total < threshold:
        return f"Échéances à traiter : {MASKED_SIGN}"
    unseen = any(0 < count < threshold for count in (late, total - late))
    return f"{plural(total, 'échéance')} à traiter, dont {MASKED_SIGN if unseen else number(late)} en retard"


def _chosen(query: QueryDict) -> dict[str, str]:
    return {name: value for name, value in dues.understood(query).items() if name in DIMENSIONS and name != "quand"}


def _rows(counted: Cube, chosen: dict[str, str], threshold: int) -> list[Row]:
    """The organisations with something due, the most late first; the hidden ones last, by name."""
    found: dict[int, dict[str, int]] = {}
    for cell in counted.kept(chosen):
        counts = found.setdefault(counted.value(cell, "organisme"), dict.fromkeys(MOMENTS, 0))
        counts[counted.value(cell, "quand")] += cell.count
    organisations = Organisation.objects.in_bulk(found)
    rows = [Row(organisations[pk], counts) for pk, counts in found.items()]
    _hide(rows, threshold)
    return sorted(rows, key=lambda row: (row.hidden, 0 if row.hidden else -row.counts["late"], row.organisation.name))


@screen(permission=Permission.AGREEMENT_READ)
def todos(request: HttpRequest) -> HttpResponse:
    """Show how many to-dos each organisation has, by moment, with the filters of the address."""
    user, on = user_of(request), clock.today()
    counted, chosen = _counted(user, on=on), _chosen(request.GET)
    threshold = _seen_by(user, on=on)
    rows = _rows(counted, chosen, threshold)
    context = {
        "page": page_of(request, rows),
        "columns": COLUMNS,
        "moments": list(MOMENTS),
        "lead": _told_total(rows, threshold),
        "chips": _unnumbered(dues.natures(counted, chosen), threshold),
        "lists": _unnumbered(dues.lists(counted, chosen, on=on), threshold),
        "chosen": chosen,
        "round": last_round(),
    }
    return render(request, "steering/todos.html", context)


@screen(permission=Permission.AGREEMENT_READ)
def export(request: HttpRequest, layout: str) -> HttpResponseBase:
    """Send the table with the same filters, all pages, small counts hidden: the file leaves the house (R-166)."""
    if layout not in FORMATS:
        raise Http404(layout)
    user, on = user_of(request), clock.today()
    counted, chosen = _counted(user, on=on), _chosen(request.GET)
    choices = [*dues.natures(counted, chosen), *dues.lists(counted, chosen, on=on)]
    columns = [column.label for column in COLUMNS]
    rows = _rows(counted, chosen, _threshold(user, on=on))
    cells: Iterable[list[Cell]] = ([row.organisation.name, *row.cells] for row in rows)
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
