"""What obligations count, read from the fact tables only: one SQL select, or several, per event of the schema.

A select gives the enrolment ``e`` the event belongs to, its day, the last day it covers, its reference, its place among the
contracts, its minutes. ``$as_of`` hides what is not yet known that day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from jalons.rulebooks.obligations.anchors import CONTRACT_POSITION, FOREVER
from jalons.rulebooks.obligations.literals import text_list
from jalons.rulebooks.schema.events import (
    Appointment,
    Assessment,
    Contract,
    Event,
    Fact,
    Information,
    Obstacle,
    Opinion,
    Piece,
    Registration,
    Step,
    WeeklyActivity,
)

LAST_POSITION = "2147483647"
_OF_ENROLMENT = "{alias}.enrolment_id = e.enrolment_id"


def selects(event: Event) -> tuple[str, ...]:
    """Return the SELECTs of one event: « columns FROM facts.enrolment AS e … WHERE tests »; the caller adds its own tests."""
    return _WRITERS[type(event)](event)


def _select(
    table: str,
    alias: str,
    key: str,
    day: str,
    tests: Iterable[str] = (),
    *,
    on: str = _OF_ENROLMENT,
    until: str | None = None,
    position: str = LAST_POSITION,
    minutes: str = "0",
    known: str | None = None,
    more: str = "",
) -> str:
    """One select over a fact table joined to the enrolment; ``known``: the day it is known from, when it is not ``day``."""
    return (
        f"e.enrolment_id, {day} AS event_on, {until or day} AS until_on, "
        f"'{table}:' || CAST({alias}.{key} AS TEXT) AS ref, {position} AS position, {minutes} AS minutes "
        f"FROM facts.enrolment AS e JOIN facts.{table} AS {alias} ON {on.format(alias=alias)} {more} "
        f"WHERE {' AND '.join((f'{known or day} <= $as_of', *tests))}"
    )


def _among(column: str, values: Iterable[str] | None) -> tuple[str, ...]:
    return () if values is None else (f"{column} IN ({text_list(values)})",)


def _appointment(event: Appointment) -> tuple[str, ...]:
    tests = [
        f"a.outcome IN ({text_list(event.outcomes)})",
        *_among("a.kind", event.kinds),
        *_among("a.mode", event.modes),
    ]
    on = "a.person_id = e.person_id AND a.organisation_id = e.organisation_id AND a.on_date >= e.start_on"
    if not event.even_after_end:
        on += f" AND a.on_date <= COALESCE(e.end_on, {FOREVER})"
    return (_select("appointment", "a", "appointment_id", "a.on_date", tests, on=on, minutes="COALESCE(a.minutes, 0)"),)


def _contract(event: Contract) -> tuple[str, ...]:
    day = {"signed": "c.signed_on", "submitted": "c.submitted_on", "in_force": "c.in_force_on"}[event.milestone]
    # In force, a contract is known from its validation on, even if it starts later.
    known = "c.validated_on" if event.milestone == "in_force" else day
    on = _OF_ENROLMENT if event.of == "enrolment" else "c.person_id = e.person_id AND c.end_on >= e.start_on"
    tests = (f"{day} IS NOT NULL", "c.state <> 'cancelled'", *_among("c.kind", event.kinds))
    return (
        _select(
            "contract", "c", "contract_id", day, tests, on=on, until="c.end_on", position=CONTRACT_POSITION, known=known
        ),
    )


def _step(event: Step) -> tuple[str, ...]:
    tests = ["s.state <> 'cancelled'", *_among("s.family", event.families), *_among("s.kind", event.kinds)]
    return (_select("step", "s", "step_id", f"s.{event.milestone}_on", tests),)


def _piece(event: Piece) -> tuple[str, ...]:
    return (_select("piece", "p", "piece_id", "p.dated_on", _among("p.kind", event.kinds)),)


def _registration(event: Registration) -> tuple[str, ...]:
    on = "r.person_id = e.person_id AND (r.end_on IS NULL OR r.end_on >= e.start_on)"
    until = f"COALESCE(r.end_on, {FOREVER})"
    return (_select("registration", "r", "registration_id", "r.start_on", on=on, until=until),)


def _assessment(event: Assessment) -> tuple[str, ...]:
    return (_select("assessment", "a", "assessment_id", "a.made_on", _among("a.kind", event.kinds)),)


def _obstacle(event: Obstacle) -> tuple[str, ...]:
    return (_select("obstacle", "o", "obstacle_id", f"o.{event.milestone}_on", _among("o.domain", event.domains)),)


def _information(event: Information) -> tuple[str, ...]:
    return (_select("information", "i", "information_id", "i.given_on", _among("i.kind", event.kinds)),)


def _opinion(event: Opinion) -> tuple[str, ...]:
    on = "o.orientation_id = e.orientation_id"
    tests = _among("o.opinion_body", event.bodies)
    return (_select("orientation", "o", "orientation_id", "o.opinion_on", tests, on=on),)


def _weekly_activity(_: WeeklyActivity) -> tuple[str, ...]:
    held = Appointment(event="appointment")
    step = _weekly("step", "step_id", "x.started_on", f"COALESCE(x.ended_on, {FOREVER})", ("x.state <> 'cancelled'",))
    job = _weekly("job", "job_id", "x.start_on", f"COALESCE(x.ended_on, x.end_on, {FOREVER})")
    return (*_appointment(held), step, job)


def _weekly(table: str, key: str, begun: str, last: str, tests: tuple[str, ...] = ()) -> str:
    """The weeks in which a step or a job of so many hours a week runs, each in proportion to its days, on the last of them."""
    first, last = f"GREATEST({begun}, e.start_on)", f"LEAST({last}, COALESCE(e.end_on, {FOREVER}))"
    monday = f"add_days(CAST(date_trunc('week', {first}) AS DATE), w.k * 7)"
    day = f"LEAST(add_days({monday}, 6), {last})"
    days = f"(date_diff('day', GREATEST({monday}, {first}), {day}) + 1)"
    weeks = (
        f"date_diff('day', {first}, LEAST({last}, $as_of)) // 7 + 1"  # one more: the first may begin before ``first``
    )
    return _select(
        table,
        "x",
        key,
        day,
        (f"{days} > 0", *tests),
        on=f"{_OF_ENROLMENT} AND x.weekly_hours > 0 AND {begun} <= $as_of",
        minutes=f"CAST(FLOOR(x.weekly_hours * 60) AS INT) * {days} // 7",
        more=f"CROSS JOIN generate_series(0, CAST({weeks} AS INT)) AS w(k)",
    )


def _fact(event: Fact) -> tuple[str, ...]:
    if event.event == "maintenance":
        return (_select("maintenance", "m", "maintenance_id", "m.decided_on"),)
    if event.event == "job_start":
        return (_select("job", "j", "job_id", "j.start_on"),)
    if event.event == "duties_start":
        on = "d.person_id = e.person_id AND d.start_on >= e.start_on"
        return (_select("rights_and_duties", "d", "period_id", "d.start_on", on=on),)
    return (
        "e.enrolment_id, e.end_on AS event_on, e.end_on AS until_on, 'enrolment:' || CAST(e.enrolment_id AS TEXT) AS ref, "
        f"{LAST_POSITION} AS position, 0 AS minutes FROM facts.enrolment AS e WHERE e.end_on <= $as_of",
    )


_WRITERS: dict[type[Any], Callable[[Any], tuple[str, ...]]] = {
    Appointment: _appointment,
    Contract: _contract,
    Step: _step,
    Piece: _piece,
    Registration: _registration,
    Assessment: _assessment,
    Obstacle: _obstacle,
    Information: _information,
    Opinion: _opinion,
    WeeklyActivity: _weekly_activity,
    Fact: _fact,
}
