"""The dated facts obligations count: those of an enrolment, known on the day of the reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from jalons.rulebooks.oracle.reading import Happening, Row, World, earliest
from jalons.rulebooks.schema import events


def happenings(world: World, named: Iterable[events.Event], e: Row) -> list[Happening]:
    """Return the facts of an enrolment named by ``named`` and known, earliest first; one named twice counts once."""
    found = {happening for event in named for happening in _READERS[type(event)](world, event, e)}
    return sorted(found, key=lambda one: (one.on, one.ref))


def _known(world: World, day: date | None, ref: str, minutes: int = 0) -> Iterator[Happening]:
    if day is not None and day <= world.as_of:
        yield Happening(day, ref, day, minutes)


def _appointments(world: World, event: events.Appointment, e: Row) -> Iterator[Happening]:
    for row in world.rows("appointment", person_id=e["person_id"], organisation_id=e["organisation_id"]):
        open_ended = event.even_after_end or e.get("end_on") is None
        during = e["start_on"] <= row["on_date"] and (open_ended or row["on_date"] <= e["end_on"])
        wanted = (
            row["outcome"] in event.outcomes
            and (event.kinds is None or row["kind"] in event.kinds)
            and (event.modes is None or row["mode"] in event.modes)
        )
        if during and wanted:
            yield from _known(world, row["on_date"], f"appointment:{row['appointment_id']}", row.get("minutes") or 0)


def _contracts(world: World, event: events.Contract, e: Row) -> Iterator[Happening]:
    for row in world.rows("contract", person_id=e["person_id"]):
        mine = row["enrolment_id"] == e["enrolment_id"] or (event.of == "person" and row["end_on"] >= e["start_on"])
        # Of the person: not a contract of this very enrolment that ended before it began either.
        if event.of == "person" and row["end_on"] < e["start_on"]:
            continue
        day = row.get(f"{event.milestone}_on")
        known = row.get("validated_on") if event.milestone == "in_force" else day
        if not (mine and day and known and known <= world.as_of):
            continue
        if row["state"] != "cancelled" and row["kind"] in event.kinds:
            yield Happening(day, f"contract:{row['contract_id']}", row["end_on"], starts=row["start_on"])


def _registrations(world: World, _: events.Registration, e: Row) -> Iterator[Happening]:
    for row in world.rows("registration", person_id=e["person_id"]):
        end = row.get("end_on")
        if row["start_on"] <= world.as_of and (end is None or end >= e["start_on"]):
            yield Happening(row["start_on"], f"registration:{row['registration_id']}", end or date.max)


def _steps(world: World, event: events.Step, e: Row) -> Iterator[Happening]:
    for row in world.rows("step", enrolment_id=e["enrolment_id"]):
        in_family = event.families is None or row["family"] in event.families
        of_kind = event.kinds is None or row["kind"] in event.kinds
        if in_family and of_kind and row["state"] != "cancelled":
            yield from _known(world, row.get(f"{event.milestone}_on"), f"step:{row['step_id']}")


def _pieces(world: World, event: events.Piece, e: Row) -> Iterator[Happening]:
    for row in world.rows("piece", enrolment_id=e["enrolment_id"]):
        if row["kind"] in event.kinds:
            yield from _known(world, row["dated_on"], f"piece:{row['piece_id']}")


def _assessments(world: World, event: events.Assessment, e: Row) -> Iterator[Happening]:
    for row in world.rows("assessment", enrolment_id=e["enrolment_id"]):
        if event.kinds is None or row["kind"] in event.kinds:
            yield from _known(world, row["made_on"], f"assessment:{row['assessment_id']}")


def _obstacles(world: World, event: events.Obstacle, e: Row) -> Iterator[Happening]:
    for row in world.rows("obstacle", enrolment_id=e["enrolment_id"]):
        if event.domains is None or row["domain"] in event.domains:
            yield from _known(world, row.get(f"{event.milestone}_on"), f"obstacle:{row['obstacle_id']}")


def _information(world: World, event: events.Information, e: Row) -> Iterator[Happening]:
    for row in world.rows("information", enrolment_id=e["enrolment_id"]):
        if event.kinds is None or row["kind"] in event.kinds:
            yield from _known(world, row["given_on"], f"information:{row['information_id']}")


def _opinions(world: World, event: events.Opinion, e: Row) -> Iterator[Happening]:
    for row in world.rows("orientation", orientation_id=e.get("orientation_id")):
        if event.bodies is None or row.get("opinion_body") in event.bodies:
            yield from _known(world, row.get("opinion_on"), f"orientation:{row['orientation_id']}")


def _weekly_activity(world: World, _: events.WeeklyActivity, e: Row) -> Iterator[Happening]:
    yield from _appointments(world, events.Appointment(event="appointment"), e)
    for row in world.rows("step", enrolment_id=e["enrolment_id"]):
        if row["state"] != "cancelled":
            yield from _weeks(world, e, row, row.get("started_on"), row.get("ended_on"), f"step:{row['step_id']}")
    for row in world.rows("job", enrolment_id=e["enrolment_id"]):
        end = row.get("ended_on") or row.get("end_on")
        yield from _weeks(world, e, row, row["start_on"], end, f"job:{row['job_id']}")


def _weeks(world: World, e: Row, row: Row, begun: date | None, end: date | None, ref: str) -> Iterator[Happening]:
    """Day after day: each week it ran counts its share of the weekly hours, once the last of its days is over."""
    hours = row.get("weekly_hours")
    if begun is None or hours is None:
        return
    day, end, days = max(begun, e["start_on"]), earliest(end, e.get("end_on")), 0
    while day <= world.as_of and (end is None or day <= end):
        days += 1
        if day.weekday() == 6 or day == end:
            yield Happening(day, ref, day, int(hours * 60) * days // 7)
            days = 0
        day += timedelta(days=1)


def _facts(world: World, event: events.Fact, e: Row) -> Iterator[Happening]:
    if event.event == "maintenance":
        for row in world.rows("maintenance", enrolment_id=e["enrolment_id"]):
            yield from _known(world, row["decided_on"], f"maintenance:{row['maintenance_id']}")
    elif event.event == "enrolment_end":
        yield from _known(world, e.get("end_on"), f"enrolment:{e['enrolment_id']}")
    elif event.event == "job_start":
        for row in world.rows("job", enrolment_id=e["enrolment_id"]):
            yield from _known(world, row["start_on"], f"job:{row['job_id']}")
    else:
        for row in world.rows("rights_and_duties", person_id=e["person_id"]):
            if row["start_on"] >= e["start_on"]:
                yield from _known(world, row["start_on"], f"rights_and_duties:{row['period_id']}")


_READERS: dict[type[Any], Callable[[World, Any, Row], Iterable[Happening]]] = {
    events.Appointment: _appointments,
    events.Contract: _contracts,
    events.Registration: _registrations,
    events.Step: _steps,
    events.Piece: _pieces,
    events.Assessment: _assessments,
    events.Obstacle: _obstacles,
    events.Information: _information,
    events.Opinion: _opinions,
    events.WeeklyActivity: _weekly_activity,
    events.Fact: _facts,
}
