"""Counts and sums in windows. A window follows the version of its first day; a rolling one, that of the present."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from jalons.kernel.periods import add_months, first_of_month
from jalons.rulebooks.oracle.happenings import happenings
from jalons.rulebooks.oracle.reading import ONE_DAY, Draft, Happening, Subject, World, later
from jalons.rulebooks.oracle.subjects import subjects
from jalons.rulebooks.oracle.versions import Rule
from jalons.rulebooks.schema import Length
from jalons.rulebooks.schema.shapes import CountOrSumInWindow

CALENDAR = {"calendar_week": Length(count=1, unit="weeks"), "calendar_month": Length(count=1, unit="months")}


def windows(world: World, rule: Rule, one: CountOrSumInWindow) -> Iterator[Draft]:
    """Yield one draft per window begun, or one for the present when the window rolls."""
    for subject in subjects(world, rule, one.starts_from):
        facts = [fact for fact in happenings(world, one.counts, subject.enrolment) if fact.on >= subject.start]
        if one.window.kind == "rolling":
            yield _rolling(world, one, subject, facts)
        elif one.window.kind == "milestones":
            yield from _milestones(world, one, subject, facts)
        else:
            yield from _periods(world, one, subject, facts)


def _periods(world: World, one: CountOrSumInWindow, subject: Subject, facts: list[Happening]) -> Iterator[Draft]:
    """Windows begun by the day of the reading and before the end; cut by the start and the end of the subject."""
    length = CALENDAR.get(one.window.kind, one.window.length)
    assert length is not None
    base = subject.start
    if one.window.kind == "calendar_week":
        base -= timedelta(days=base.weekday())
    elif one.window.kind == "calendar_month":
        base = first_of_month(base)
    number = 0
    while (first := max(later(base, length, times=number), subject.start)) <= world.present(subject.end):
        whole = (later(base, length, times=number), later(base, length, times=number + 1) - ONE_DAY)
        last = whole[1] if subject.end is None else min(whole[1], subject.end)
        share = ((last - first).days + 1, (whole[1] - whole[0]).days + 1) if one.pro_rata == "down" else (1, 1)
        asked = (one.at_least or 0) * share[0] // share[1]
        allowed = None if one.at_most is None else -(-one.at_most * share[0] // share[1])
        if asked > 0 or allowed is not None:
            counted = [fact for fact in facts if first <= fact.on <= last]
            yield _counted(world, one, subject, counted, (first, last), first.isoformat(), asked, allowed)
        number += 1


def _milestones(world: World, one: CountOrSumInWindow, subject: Subject, facts: list[Happening]) -> Iterator[Draft]:
    """From the start to each milestone, once the milestone before is reached, if the subject lasts that long."""
    steps = [(milestone.by.months, milestone.at_least) for milestone in one.window.milestones]
    every = one.window.then_one_more_every.months if one.window.then_one_more_every else 0
    while every and steps[-1][0] + every <= 60:
        steps.append((steps[-1][0] + every, steps[-1][1] + 1))
    before = 0
    for months, at_least in steps:
        last = add_months(subject.start, months) - ONE_DAY
        long_enough = subject.end is None or subject.end >= last
        if long_enough and add_months(subject.start, before) <= world.as_of:
            counted = [fact for fact in facts if fact.on <= last]
            yield _counted(world, one, subject, counted, (subject.start, last), last.isoformat(), at_least, None)
        before = months


def _rolling(world: World, one: CountOrSumInWindow, subject: Subject, facts: list[Happening]) -> Draft:
    """The period that starts with the n-th latest fact, or with the start when there are fewer."""
    assert one.window.length is not None
    assert one.at_least is not None
    latest = facts[-one.at_least :]
    opening = latest[0].on if len(latest) == one.at_least else subject.start
    return Draft(
        subject,
        world.present(subject.end),
        later(opening, one.window.length) - ONE_DAY,
        None,
        measured=sum(later(fact.on, one.window.length) > world.as_of for fact in latest),
        required=one.at_least,
        evidence=tuple(fact.ref for fact in latest),
    )


def _counted(
    world: World,
    one: CountOrSumInWindow,
    subject: Subject,
    facts: list[Happening],
    days: tuple[date, date],
    name: str,
    asked: int,
    allowed: int | None,
) -> Draft:
    """Enough: met that day. Only a limit: met when the window is over. Too many: late on the day the limit is passed.

    What is over can no longer be mended: too many, or not enough, is then missed for good.
    """
    total, met, over = 0, None, None
    for fact in facts:
        total += fact.minutes if one.measure == "minutes" else 1
        if met is None and asked and total >= asked:
            met = fact.on
        if over is None and allowed is not None and total > allowed:
            over = fact.on
    if not asked and days[1] <= world.as_of:
        met = days[1]
    return Draft(
        subject,
        days[0],
        days[1],
        None if over else met,
        name,
        late_on=over,
        lost_from=days[1] + ONE_DAY,
        measured=total,
        required=allowed if over or not asked else asked,
        evidence=tuple(fact.ref for fact in facts),
    )
