"""The places of lines over time: month by month as the indicators count them, and day by day for what is vacant.

Both read ``indicators.caseload``: the strip, the grid, the figures and the lists never disagree (R-134…R-138).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from jalons.agreements.models import AgreementLine
from jalons.facts.engines import PostgresExecutor
from jalons.indicators.caseload import Held, Presence, held_on, places_over_time, presences
from jalons.indicators.engine import ratio
from jalons.kernel.periods import Period, last_of_month, months_between


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """Places and persons present on the last day of a month; ``occupied`` is None for a month not over yet."""

    month: date
    day: date
    places: int
    occupied: int | None


@dataclass(frozen=True, slots=True)
class Vacancy:
    """Places free without a break since ``since``, to be filled by a new entrant (R-134)."""

    places: int
    since: date


@dataclass(frozen=True, slots=True)
class Occupancy:
    """One line on a day: ``annual`` lines count persons since 1 January and have no vacancy to fill at once (R-135)."""

    line: AgreementLine
    held: tuple[Held, ...]
    occupied: int
    annual: bool
    months: tuple[MonthEnd, ...]
    vacancies: tuple[Vacancy, ...]

    @property
    def mean(self) -> Decimal | None:
        """The mean of the month ends that are over, to one decimal (R-137), the last one of an annual line; None when none is."""
        return mean_occupied(
            [month for month in self.months if month.occupied is not None][-1:] if self.annual else self.months
        )


def occupancies(lines: Sequence[AgreementLine], *, on: date, year: int | None = None) -> dict[int, Occupancy]:
    """Return the occupancy of each line, with the month ends of ``year`` (all of the line's when left out).

    Four queries whatever the number of lines. The last month of a line that ends before it is counted on the line's last day.
    """
    if not lines:
        return {}
    first, last = date(min(line.start_on.year for line in lines), 1, 1), max(line.end_on for line in lines)
    ids, engine = [line.pk for line in lines], PostgresExecutor()
    by_line: dict[int, list[Presence]] = defaultdict(list)
    for one in presences(engine, line_ids=ids, first=first, last=max(on, last)):
        by_line[one.line_id].append(one)
    places: dict[int, list[Held]] = defaultdict(list)
    for held in places_over_time(engine, line_ids=ids, first=first, last=last):
        places[held.line_id].append(held)
    return {line.pk: _occupancy(line, places[line.pk], by_line[line.pk], on=on, year=year) for line in lines}


def _occupancy(
    line: AgreementLine, held: Sequence[Held], here: Sequence[Presence], *, on: date, year: int | None
) -> Occupancy:
    annual = any(one.annual for one in held)
    return Occupancy(
        line=line,
        held=tuple(held),
        occupied=held_on(here, on),
        annual=annual,
        months=tuple(_months(line, held, here, on=on, year=year)),
        vacancies=() if annual else vacancies(held, here, on=on),
    )


def _months(
    line: AgreementLine, held: Sequence[Held], here: Sequence[Presence], *, on: date, year: int | None
) -> Iterable[MonthEnd]:
    for month in months_between(line.start_on, line.end_on):
        if year not in (None, month.year):
            continue
        day = min(last_of_month(month), line.end_on)
        yield MonthEnd(month, day, _places_on(held, day), held_on(here, day) if day <= on else None)


def vacancies(held: Sequence[Held], here: Sequence[Presence], *, on: date) -> tuple[Vacancy, ...]:
    """Return the places free at the close of ``on``, by the day since which they are, the oldest first.

    Nothing when the line does not run that day, or when no place is free.
    """
    free_now = _places_on(held, on) - held_on(here, on)
    if free_now <= 0:
        return ()
    changes = {one.first for one in held} | {one.start for one in here} | {one.until for one in here if one.until}
    points = sorted((day for day in changes if day <= on), reverse=True)
    free = [(day, _places_on(held, day) - held_on(here, day)) for day in points]
    since: dict[date, int] = defaultdict(int)
    for rank in range(1, free_now + 1):
        since[_since(free, rank)] += 1
    return tuple(Vacancy(places, day) for day, places in sorted(since.items()))


def _since(free: Sequence[tuple[date, int]], rank: int) -> date:
    """Go back from the last change as long as at least ``rank`` places stay free."""
    since = free[0][0]
    for day, places in free:
        if places < rank:
            break
        since = day
    return since


def mean_occupied(months: Sequence[MonthEnd]) -> Decimal | None:
    """Return the mean of the month ends that are over, to one decimal (R-137); None when none is."""
    counts = [month.occupied for month in months if month.occupied is not None]
    if not counts:
        return None
    return (Decimal(sum(counts)) / len(counts)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class OverYear:
    """Places and places occupied over a year: means of the month ends, year-end count for annual lines (R-135, R-137, R-138)."""

    occupied: Decimal | None  # None when no month is over
    places: Decimal

    @property
    def rate(self) -> Decimal | None:
        """Occupied for 100 places; None (« non calculable ») without places or without a month over."""
        return None if self.occupied is None else ratio(self.occupied, self.places, 100)


def over_year(rows: Iterable[Occupancy]) -> OverYear:
    """Add the lines of a year, each counted in its own mode."""
    some = list(rows)
    occupied, places, seen = Decimal(0), Decimal(0), False
    monthly = {row.line.pk: row for row in some if not row.annual}
    groups = [totals_by_month(monthly), *([*row.months] for row in some if row.annual)]
    for rank, months in enumerate(groups):
        over = [month for month in months if month.occupied is not None]
        kept = over if rank == 0 else over[-1:]
        if kept:
            seen = True
            occupied += Decimal(sum(month.occupied or 0 for month in kept)) / len(kept)
            places += Decimal(sum(month.places for month in kept)) / len(kept)
    return OverYear(occupied if seen else None, places)


def years_of(lines: Iterable[AgreementLine]) -> list[int]:
    """Return the civil years some lines touch, in order."""
    return sorted({year for line in lines for year in range(line.start_on.year, line.end_on.year + 1)})


def _places_on(held: Sequence[Held], day: date) -> int:
    return next((one.places for one in held if day in Period(one.first, one.last)), 0)


def totals_by_month(rows: Mapping[int, Occupancy]) -> list[MonthEnd]:
    """Add the months of several lines; a month that is not over for one of them stays to come."""
    found: dict[date, list[MonthEnd]] = defaultdict(list)
    for row in rows.values():
        for month in row.months:
            found[month.month].append(month)
    return [
        MonthEnd(
            month,
            max(one.day for one in some),
            sum(one.places for one in some),
            None if any(one.occupied is None for one in some) else sum(one.occupied or 0 for one in some),
        )
        for month, some in sorted(found.items())
    ]
