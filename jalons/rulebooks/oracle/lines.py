"""What obligations say of agreement lines: their caseloads and their reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from jalons.kernel.periods import add_months, first_of_month
from jalons.rulebooks.obligations.answers import Answer
from jalons.rulebooks.oracle.closing import answer
from jalons.rulebooks.oracle.reading import ONE_DAY, Row, World, later, within
from jalons.rulebooks.oracle.versions import Rule
from jalons.rulebooks.schema.events import Report
from jalons.rulebooks.schema.shapes import DeadlineAfterEvent, Ratio


def _begun(world: World, rule: Rule) -> Iterator[Row]:
    for line in world.rows("agreement_line", action_code=rule.action_code):
        if line["start_on"] <= world.as_of and rule.binds(line["start_on"]):
            yield {**line, "person_id": None}


def caseloads(world: World, rule: Rule, one: Ratio) -> Iterator[Answer]:
    """Day by day on each line, from its first: the present breach begins on the day the bound was last crossed.

    A line that has ended is read on its last day; a breach of that day is then missed for good.
    """
    for line in _begun(world, rule):
        basis = Decimal((line.get("fte") if one.per == "fte" else line["places"]) or 0)
        end = line.get("end_on")
        until = world.present(end)
        if not rule.governs(until) or (one.per == "fte" and basis <= 0):
            continue
        bound = one.limit * basis
        enrolments = world.rows("enrolment", line_id=line["line_id"])
        changes = {line["start_on"]}.union(*(_changes(world, row) for row in enrolments))
        present, breached = 0, None
        for day in sorted(day for day in changes if day <= until):
            present = sum(_followed(world, row, day) for row in enrolments)
            fits = present <= bound if one.at_least is None else present >= bound
            breached = None if fits else breached or day
        breached = None if breached is None else max(breached, rule.asked_from)
        ref = f"agreement_line:{line['line_id']}"
        gone = end + ONE_DAY if breached and end is not None and end <= world.as_of else None
        dates = (None, None, breached, gone, None)
        yield answer(rule, line["line_id"], line, "", dates, (present, bound), (ref,))


def _followed(world: World, enrolment: Row, day: date) -> bool:
    """In the enrolment that day, and not in « veille », unless a step is running (R-136 b, R-142)."""
    number = enrolment["enrolment_id"]
    paused = any(within(day, row) for row in world.rows("pause", enrolment_id=number))
    return within(day, enrolment) and (not paused or any(within(day, row) for row in _run(world, number)))


def _run(world: World, enrolment_id: int) -> Iterator[Row]:
    """The steps that ran, or run, as periods."""
    for row in world.rows("step", enrolment_id=enrolment_id):
        started, ended = row.get("started_on"), row.get("ended_on")
        if started is not None and row["state"] != "cancelled" and (ended is not None or row["state"] == "started"):
            yield {"start_on": started, "end_on": ended}


def _changes(world: World, enrolment: Row) -> Iterator[date]:
    """The days on which the person enters or leaves the caseload."""
    number = enrolment["enrolment_id"]
    for period in (enrolment, *world.rows("pause", enrolment_id=number), *_run(world, number)):
        for day in (period["start_on"], period["end_on"] + ONE_DAY if period.get("end_on") else None):
            if day and _followed(world, enrolment, day) != _followed(world, enrolment, day - ONE_DAY):
                yield day


def reports(world: World, rule: Rule, one: DeadlineAfterEvent) -> Iterator[Answer]:
    """Each month or year the line touches, once begun: due after its last day, met by the first report received on it."""
    kinds = {kind for event in one.expects if isinstance(event, Report) for kind in event.kinds}
    months = 12 if one.period == "year" else 1
    for line in _begun(world, rule):
        if line["kind"] != "convention":
            continue  # places the authority keeps in house: nobody reports to it
        first = line["start_on"].replace(month=1, day=1) if months == 12 else first_of_month(line["start_on"])
        while first <= world.present(line.get("end_on")):
            last = add_months(first, months) - ONE_DAY
            received = sorted(
                (row["received_on"], f"report:{row['report_id']}")
                for row in world.rows("report", line_id=line["line_id"], period_start=first)
                if row["kind"] in kinds
                and row["received_on"] <= world.as_of
                and (one.even_earlier or row["received_on"] >= last)
            )
            if rule.governs(last):
                due = later(last, one.delay, times=-1 if one.when == "before" else 1)
                met, refs = (received[0][0], (received[0][1],)) if received else (None, ())
                late = max(due + ONE_DAY, rule.asked_from)
                breached = late if late <= world.as_of and (met is None or met >= late) else None
                dates = (due, met, breached, None, None)
                yield answer(rule, line["line_id"], line, first.isoformat(), dates, (None, None), refs)
            first = add_months(first, months)
