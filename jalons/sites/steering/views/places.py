"""« Places »: month by month for one agreement, and structure by structure for all of them (R-134…R-138)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render

from jalons.agreements.models import Agreement, AgreementLine
from jalons.agreements.occupancy import (
    MonthEnd,
    Occupancy,
    occupancies,
    over_year,
    totals_by_month,
    years_of,
)
from jalons.indicators.engine import ratio
from jalons.kernel import clock
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.steering.figures import NOT_COMPUTABLE
from jalons.sites.steering.presence import Grid, grid_of
from jalons.sites.steering.views.agreement import agreement_of, lines_of
from jalons.ui.charts import Chart, chart, lines_by_month
from jalons.ui.exports import Cell, Export, csv_response, xlsx_response
from jalons.ui.filters import Choice, Option
from jalons.ui.french import month_long, number
from jalons.ui.tables import Column, page_of

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}
TO_COME = "à venir"
MONTH_COLUMNS = (
    Column("Mois"),
    Column("Places", "num"),
    Column("Occupées", "num"),
    Column("Taux d’occupation", "num"),
)
GRID_COLUMNS = (
    Column("Territoire"),
    Column("Organisme"),
    *(Column(f"{month:02d}", "num") for month in range(1, 13)),
    Column("Moyenne", "num"),
    Column("Places", "num"),
    Column("Taux", "num"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The agreement, the year and the line of the address, and what they show."""

    agreement: Agreement
    lines: list[AgreementLine]
    year: int
    line: AgreementLine | None
    rows: dict[int, Occupancy]
    labels: Labels

    @property
    def months(self) -> list[MonthEnd]:
        """The months shown, lines added up."""
        return totals_by_month(self.rows)

    def name_of(self, line: AgreementLine) -> str:
        """Return a line in words."""
        what = line.printed_type or self.labels.action(line.action_code)
        return f"{what} — {line.theme}" if line.theme else what


def _asked(user: User, agreement_id: int, query: QueryDict, *, on: date) -> Asked:
    found = agreement_of(user, agreement_id, on=on)
    lines = lines_of(found)
    years = years_of(lines) or [on.year]
    year = _number(query.get("annee", ""), years, default=min(max(on.year, years[0]), years[-1]))
    chosen = next((line for line in lines if str(line.pk) == query.get("ligne", "")), None)
    rows = occupancies([chosen] if chosen else lines, on=on, year=year)
    return Asked(found, lines, year, chosen, rows, Labels(on=on))


def _number(text: str, known: Sequence[int], *, default: int) -> int:
    return int(text) if text.isdigit() and int(text) in known else default


def rate(value: Decimal | None) -> str:
    """Return an occupancy in words; « non calculable » without places, never 0."""
    return NOT_COMPUTABLE if value is None else f"{number(value, 1)}\u202f%"


@screen(permission=Permission.AGREEMENT_READ)
def places(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Show the places of one agreement month by month: chart, table, mean, vacancies."""
    user, on = user_of(request), clock.today()
    asked = _asked(user, agreement_id, request.GET, on=on)
    months, year = asked.months, over_year(asked.rows.values())
    context = {
        "agreement": asked.agreement,
        "asked": asked,
        "months": months,
        "mean": year.occupied,
        "whole_rate": rate(year.rate),
        "rate_of": rate_of,
        "chart": _chart(asked, months),
        "columns": MONTH_COLUMNS,
        "choices": [
            Choice("annee", "Cette année", [Option(str(y), str(y)) for y in years_of(asked.lines)], str(asked.year)),
            Choice(
                "ligne",
                "Toutes les lignes",
                [Option(str(line.pk), asked.name_of(line)) for line in asked.lines],
                str(asked.line.pk) if asked.line else "",
            ),
        ],
    }
    return render(request, "steering/places.html", context)


def rate_of(month: MonthEnd) -> str:
    """Return the occupancy of a month in words; empty while it is not over."""
    return "" if month.occupied is None else rate(ratio(Decimal(month.occupied), Decimal(month.places), 100))


def tenth(value: Decimal | None) -> Decimal | None:
    """Return a mean as shown, to one decimal."""
    return None if value is None else value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def _chart(asked: Asked, months: Sequence[MonthEnd]) -> Chart | None:
    over = [month for month in months if month.occupied is not None]
    if not over:
        return None
    mean = over_year(asked.rows.values()).occupied
    assert mean is not None
    return chart(
        lines_by_month(
            [f"{month.month:%m/%y}" for month in over],
            {
                "Places": [float(month.places) for month in over],
                "Occupées": [float(month.occupied or 0) for month in over],
            },
            unit="places",
        ),
        title=f"{number(mean, 1)} places occupées en moyenne en {asked.year}",
        description=f"Places et places occupées le dernier jour de chaque mois de {asked.year}.",
        columns=("Mois", "Places", "Occupées"),
        rows=[(month_long(month.month), number(month.places), number(month.occupied or 0)) for month in over],
    )


@screen(permission=Permission.AGREEMENT_READ)
def places_export(request: HttpRequest, agreement_id: int, layout: str) -> HttpResponseBase:
    """Send what the page of places shows, with the same filters."""
    if layout not in FORMATS:
        raise Http404(layout)
    user, on = user_of(request), clock.today()
    asked = _asked(user, agreement_id, request.GET, on=on)
    months = asked.months
    rows: list[list[Cell]] = [
        [
            month_long(month.month),
            month.places,
            month.occupied if month.occupied is not None else TO_COME,
            rate_of(month),
        ]
        for month in months
    ]
    year = over_year(asked.rows.values())
    rows.append(["Moyenne", tenth(year.places), tenth(year.occupied), rate(year.rate)])
    filters = [
        ("Convention", asked.agreement.reference),
        ("Organisme", asked.agreement.organisation.name),
        ("Année", str(asked.year)),
        ("Ligne", asked.name_of(asked.line) if asked.line else "toutes"),
    ]
    return FORMATS[layout](
        Export(f"Places {asked.agreement.reference}", [c.label for c in MONTH_COLUMNS], rows, filters)
    )


@screen(permission=Permission.AGREEMENT_READ)
def presence(request: HttpRequest) -> HttpResponse:
    """Show the monthly presence grid: territory × structure, month by month, with means (R-137)."""
    user, on = user_of(request), clock.today()
    grid = grid_of(user, request.GET, on=on)
    context = {
        "grid": grid,
        "page": page_of(request, grid.rows),
        "columns": GRID_COLUMNS,
        "rate": rate,
        "choices": _grid_choices(grid),
        "to_come": TO_COME,
    }
    return render(request, "steering/presence.html", context)


def _grid_choices(grid: Grid) -> list[Choice]:
    return [
        Choice("annee", "Cette année", [Option(str(year), str(year)) for year in grid.years], str(grid.year)),
        Choice("action", "Toutes les actions", [Option(code, label) for code, label in grid.actions], grid.action),
    ]


@screen(permission=Permission.AGREEMENT_READ)
def presence_export(request: HttpRequest, layout: str) -> HttpResponseBase:
    """Send the whole grid, with its totals, as the screen shows it."""
    if layout not in FORMATS:
        raise Http404(layout)
    user, on = user_of(request), clock.today()
    grid = grid_of(user, request.GET, on=on)
    rows: list[list[Cell]] = [
        [
            row.territory,
            row.organisation,
            *(value if value is not None else TO_COME for value in row.occupied),
            tenth(row.mean),
            tenth(row.places),
            rate(row.rate),
        ]
        for row in [*grid.rows, *grid.totals]
    ]
    filters = [("Année", str(grid.year)), ("Action", dict(grid.actions).get(grid.action, "toutes"))]
    return FORMATS[layout](Export(f"Grille de présence {grid.year}", [c.label for c in GRID_COLUMNS], rows, filters))
