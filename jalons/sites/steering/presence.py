"""The monthly presence grid (R-137): who sits in the places of each structure, crossed with its territory or PLIE."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import QueryDict

from jalons.agreements.models import AgreementLine
from jalons.agreements.occupancy import Occupancy, occupancies, over_year, totals_by_month
from jalons.agreements.permissions import readable_lines
from jalons.indicators.definitions import catalogue
from jalons.network.models import User
from jalons.sites.frame.labels import Labels

EVERYWHERE = "Toute l’autorité"
ALL_STRUCTURES = "Tous les organismes"


@dataclass(frozen=True, slots=True)
class Row:
    """A structure on a territory (or a total): places held at each of the twelve month ends, None for one not over."""

    territory: str
    organisation: str
    occupied: tuple[int | None, ...]
    mean: Decimal | None
    places: Decimal  # mean of the month ends that are over
    rate: Decimal | None


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid of a year and an action, its totals by territory and for all, and what may be asked."""

    year: int
    action: str
    rows: tuple[Row, ...]
    totals: tuple[Row, ...]
    years: tuple[int, ...]
    actions: tuple[tuple[str, str], ...]


def grid_of(user: User, query: QueryDict, *, on: date) -> Grid:
    """Read the filters and count the grid of the lines the user may read; a constant number of queries."""
    readable = readable_lines(user, on=on).exclude(agreement__organisation__kind__in=_uncounted())
    spans = list(readable.order_by().values_list("start_on", "end_on", "action_code").distinct())
    years = sorted({year for start, end, _ in spans for year in range(start.year, end.year + 1)}) or [on.year]
    asked = query.get("annee", "")
    year = int(asked) if asked.isdigit() and int(asked) in years else min(max(on.year, years[0]), years[-1])
    labels = Labels(on=on)
    actions = sorted(((code, labels.action(code)) for code in {code for _, _, code in spans}), key=lambda one: one[1])
    action = query.get("action", "")
    lines = readable.filter(start_on__year__lte=year, end_on__year__gte=year)
    if action in dict(actions):
        lines = lines.filter(action_code=action)
    else:
        action = ""
    found = list(lines.select_related("agreement__organisation", "territory"))
    rows = occupancies(found, on=on, year=year)
    return Grid(
        year, action, tuple(_rows(found, rows, year)), tuple(_totals(found, rows, year)), tuple(years), tuple(actions)
    )


def _uncounted() -> tuple[str, ...]:
    """Kinds of organisations without agreed places, as the definition of the places says (S-37)."""
    value = catalogue().families["places"].parameters["uncounted_kinds"].value
    assert isinstance(value, tuple)
    return value


def _rows(lines: Iterable[AgreementLine], rows: dict[int, Occupancy], year: int) -> list[Row]:
    groups: dict[tuple[str, str, int], dict[int, Occupancy]] = defaultdict(dict)
    for line in lines:
        house = line.agreement.organisation
        groups[_territory(line), house.name, house.pk][line.pk] = rows[line.pk]
    return [
        _row(territory, name, of, year) for (territory, name, _), of in sorted(groups.items(), key=lambda one: one[0])
    ]


def _totals(lines: Iterable[AgreementLine], rows: dict[int, Occupancy], year: int) -> list[Row]:
    groups: dict[str, dict[int, Occupancy]] = defaultdict(dict)
    for line in lines:
        groups[_territory(line)][line.pk] = rows[line.pk]
    parts = [_row(territory, ALL_STRUCTURES, of, year) for territory, of in sorted(groups.items())]
    return [*parts, _row("Total", ALL_STRUCTURES, rows, year)] if rows else []


def _territory(line: AgreementLine) -> str:
    return line.territory.name if line.territory is not None else EVERYWHERE


def _row(territory: str, name: str, of: dict[int, Occupancy], year: int) -> Row:
    months = {month.month: month for month in totals_by_month(of)}
    twelve = [months.get(date(year, number, 1)) for number in range(1, 13)]
    whole = over_year(of.values())
    return Row(
        territory,
        name,
        tuple(month.occupied if month is not None else 0 for month in twelve),
        whole.occupied,
        whole.places,
        whole.rate,
    )
