"""Who is in the places of some lines, day by day: the stays and pauses of the definitions, before any counting.

Month ends counted here are those of ``occupied_places`` (R-134, R-136); days between two month ends are what a vacancy needs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jalons.facts.engines import Executor
from jalons.indicators.definitions import catalogue

DAY = timedelta(days=1)
PAUSES = """
  select p.enrolment_id, p.start_on, p.end_on from facts.pause as p
  where p.enrolment_id = any($enrolments)
"""
STEPS = """
  select t.enrolment_id, t.started_on, t.ended_on from facts.step as t
  where t.enrolment_id = any($enrolments) and t.state <> 'cancelled'
    and t.started_on is not null and (t.ended_on is not null or t.state = 'started')
"""


@dataclass(frozen=True, slots=True)
class Presence:
    """Days during which a stay holds its place: from ``start`` to the day before ``until`` (None: still there).

    ``annual``: the line counts whoever was accompanied since 1 January, so pauses are not cut out (R-135).
    """

    line_id: int
    enrolment_id: int
    person_id: int
    start: date
    until: date | None
    annual: bool = False

    def on(self, day: date) -> bool:
        """Tell whether the place is held at the close of ``day``."""
        return self.start <= day and (self.until is None or day < self.until)


def presences(executor: Executor, *, line_ids: Sequence[int], first: date, last: date) -> list[Presence]:
    """Return who holds the places of these lines between two days, pauses cut out. Three queries for all lines."""
    known = catalogue()
    family = known.families["stays"]
    sql = (
        f"select line_id, enrolment_id, person_id, start_on,"
        " case when is_annual then present_until else active_until end as until_on, is_annual"
        f" from ({known.source(family)}) as stays"
        " where line_id = any($lines) and start_on <= $last"
    )
    values = known.parameters(family) | {"first": first, "last": last, "lines": list(line_ids)}
    stays = [Presence(*row) for row in executor.run(sql, values)]
    enrolments = {"enrolments": [stay.enrolment_id for stay in stays if not stay.annual]}
    away: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for enrolment_id, start, end in executor.run(PAUSES, enrolments):
        away[enrolment_id].append((start, None if end is None else end + DAY))
    busy: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    if away:
        for enrolment_id, start, end in executor.run(STEPS, {"enrolments": list(away)}):
            busy[enrolment_id].append((start, None if end is None else end + DAY))
    return [
        Presence(stay.line_id, stay.enrolment_id, stay.person_id, *kept, stay.annual)
        for stay in stays
        for kept in _without(
            (stay.start, stay.until), _holes(away.get(stay.enrolment_id, ()), busy.get(stay.enrolment_id, ()))
        )
    ]


def held_on(of_line: Iterable[Presence], day: date) -> int:
    """Count the places of one line held at the close of ``day``; persons since 1 January when it counts by year."""
    january = date(day.year, 1, 1)
    persons: set[int] = set()
    held = 0
    for one in of_line:
        if not one.annual:
            held += one.on(day)
        elif one.start <= day and (one.until is None or one.until > january):
            persons.add(one.person_id)
    return held + len(persons)


@dataclass(frozen=True, slots=True)
class Held:
    """A number of places a line holds from ``first`` to ``last`` included; an amendment starts another one.

    ``annual``: the line is counted over the year, not month by month.
    """

    line_id: int
    places: int
    first: date
    last: date
    annual: bool


def places_over_time(executor: Executor, *, line_ids: Sequence[int], first: date, last: date) -> list[Held]:
    """Return the places of these lines between two days, in order, as amendments made them. One query."""
    known = catalogue()
    family = known.families["places"]
    sql = (
        f"select line_id, places, start_on, until_on, is_annual from ({known.source(family)}) as places"
        " where line_id = any($lines) order by line_id, start_on"
    )
    values = known.parameters(family) | {"first": first, "last": last, "lines": list(line_ids)}
    return [
        Held(line_id, places, start, until - DAY, annual)
        for line_id, places, start, until, annual in executor.run(sql, values)
    ]


def _holes(
    away: Iterable[tuple[date, date | None]], busy: Sequence[tuple[date, date | None]]
) -> Iterator[tuple[date, date | None]]:
    """Yield the days away: pauses, but for the days of a step (R-136 b)."""
    for pause in sorted(away):
        yield from _without(pause, busy)


def _without(
    period: tuple[date, date | None], holes: Iterable[tuple[date, date | None]]
) -> list[tuple[date, date | None]]:
    """Cut ``holes`` out of ``period``; both end on the first day out, None when they never do."""
    kept = [period]
    for start, until in holes:
        kept = [part for one in kept for part in _cut(one, start, until)]
    return kept


def _cut(period: tuple[date, date | None], start: date, until: date | None) -> Iterator[tuple[date, date | None]]:
    first, last = period
    if start > first:
        yield first, min(start, last) if last is not None else start
    if until is not None and (last is None or until < last):
        yield max(first, until), last
