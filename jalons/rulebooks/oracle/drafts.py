"""The shapes that speak of enrolments, one function each; windows have their own file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from jalons.kernel.periods import add_months
from jalons.rulebooks.oracle.happenings import happenings
from jalons.rulebooks.oracle.reading import ONE_DAY, Draft, Happening, Row, Subject, World, earliest, later
from jalons.rulebooks.oracle.subjects import subjects
from jalons.rulebooks.oracle.versions import Rule
from jalons.rulebooks.oracle.windows import windows
from jalons.rulebooks.schema import shapes as shape
from jalons.rulebooks.schema.events import Piece


def drafts(world: World, rule: Rule) -> Iterator[Draft]:
    """Yield the answers of a rule before pauses and ends, whatever version governs them."""
    one = rule.obligation
    if isinstance(one, shape.DeadlineAfterEvent):
        yield from _deadline(world, rule, one)
    elif isinstance(one, shape.Continuity):
        yield from _continuity(world, rule, one)
    elif isinstance(one, shape.CountOrSumInWindow):
        yield from windows(world, rule, one)
    elif isinstance(one, shape.LastEvent):
        yield from _last(world, rule, one)
    elif isinstance(one, shape.ConsecutiveEvents):
        yield from _consecutive(world, rule, one)
    elif isinstance(one, shape.Span):
        yield from _span(world, rule, one)
    elif isinstance(one, shape.PresenceOfPiece):
        yield from _pieces(world, rule, one)


def _first_fact(subject: Subject, due: date, facts: Sequence[Happening], occurrence: str) -> Draft:
    governed_on = max(subject.start, subject.enrolment["start_on"])  # oriented before, enrolled after a new version
    if not facts:
        return Draft(subject, governed_on, due, None, occurrence)
    return Draft(subject, governed_on, due, facts[0].on, occurrence, evidence=(facts[0].ref,))


def _deadline(world: World, rule: Rule, one: shape.DeadlineAfterEvent) -> Iterator[Draft]:
    """Due so long after (before) the start; met by the first fact. For a contract, only a later contract counts."""
    for subject in subjects(world, rule, one.starts_from):
        due = later(subject.start, one.delay, times=-1 if one.when == "before" else 1)
        facts = [
            fact
            for fact in happenings(world, one.expects, subject.enrolment)
            if (one.even_earlier or fact.on >= subject.start)
            and (subject.contract_start is None or fact.starts is None or fact.starts > subject.contract_start)
        ]
        yield _first_fact(subject, due, facts, subject.occurrence)


def _pieces(world: World, rule: Rule, one: shape.PresenceOfPiece) -> Iterator[Draft]:
    for subject in subjects(world, rule, one.starts_from):
        if one.only_exit_classes is not None and subject.exit_class not in one.only_exit_classes:
            continue
        if one.only_destinations is not None and subject.destination not in one.only_destinations:
            continue
        for piece in one.pieces:
            found = [
                fact
                for fact in happenings(world, (Piece(event="piece", kinds=piece.any_of),), subject.enrolment)
                if one.even_earlier or fact.on >= subject.start
            ]
            yield _first_fact(subject, later(subject.start, one.delay), found, piece.code)


def _continuity(world: World, rule: Rule, one: shape.Continuity) -> Iterator[Draft]:
    """A day is missing when neither a cover nor the first delay covers it; the end of the last cover is due next.

    Nothing is due once the cover reaches the end of the enrolment. The version asks for its own days only: those before are
    taken for covered, and what happens after is not seen. A gap follows the version of its first missing day. A contract
    validated after its own end was never in force: it covers nothing.
    """
    for subject in subjects(world, rule, one.starts_from):
        last_asked = rule.asked_to
        end = earliest(subject.end, last_asked)
        covers = [
            fact
            for fact in happenings(world, one.covered_by, subject.enrolment)
            if fact.until >= fact.on and (last_asked is None or fact.on <= last_asked + ONE_DAY)
        ]
        grace = max(later(subject.start, one.after), rule.asked_from - ONE_DAY)
        asked = Subject(subject.enrolment, subject.id, subject.start, end)
        for before, after in pairwise(covers):
            covered = max([grace, *(c.until for c in covers if (c.on, c.ref) <= (before.on, before.ref))])
            if covered < date.max and after.on > covered + ONE_DAY and not _over(asked, covered):
                yield _gap(asked, covered, after.on, (before.ref, after.ref))
        covered = max([grace, *(c.until for c in covers)])
        if covers and covered < date.max and not _over(asked, covered):
            yield _gap(asked, covered, None, (covers[-1].ref,))


def _gap(subject: Subject, covered: date, met: date | None, evidence: tuple[str, ...]) -> Draft:
    missing = None if met is None else (met - covered).days - 1
    required = None if met is None else 0
    day = covered + ONE_DAY
    return Draft(subject, day, covered, met, day.isoformat(), measured=missing, required=required, evidence=evidence)


def _over(subject: Subject, covered: date) -> bool:
    return subject.end is not None and subject.end <= covered


def _last(world: World, rule: Rule, one: shape.LastEvent) -> Iterator[Draft]:
    for subject in subjects(world, rule, one.starts_from):
        facts = [fact for fact in happenings(world, one.counts, subject.enrolment) if fact.on >= subject.start]
        governed_on = world.present(subject.end)
        if facts:
            yield Draft(subject, governed_on, later(facts[-1].on, one.every), None, evidence=(facts[-1].ref,))
        else:
            yield Draft(subject, governed_on, later(subject.start, one.every), None)


def _consecutive(world: World, rule: Rule, one: shape.ConsecutiveEvents) -> Iterator[Draft]:
    """Facts and resets in order, a fact before a reset of the same day; one answer per run, at the fact that completes it."""
    for subject in subjects(world, rule, "enrolment_start"):
        counted = [(fact.on, 0, fact.ref) for fact in happenings(world, one.counts, subject.enrolment)]
        resets = [(fact.on, 1, fact.ref) for fact in happenings(world, one.reset_by, subject.enrolment)]
        run: list[tuple[date, str]] = []
        done = False
        for day, resets_it, ref in sorted(counted + resets):
            if resets_it:
                run, done = [], False
                continue
            earlier = [(d, r) for d, r in run if day <= later(d, one.within)]
            run.append((day, ref))
            enough = len(earlier) + 1 >= one.number
            opening = earlier[0] if earlier else (day, ref)
            if not done and enough and (day - opening[0]).days >= one.minimum_interval.days:
                done = True
                evidence = (opening[1], ref) if earlier else (ref,)
                yield _completed(world, one, subject, day, len(earlier) + 1, evidence)


def _completed(
    world: World, one: shape.ConsecutiveEvents, subject: Subject, day: date, measured: int, evidence: tuple[str, ...]
) -> Draft:
    answers = [fact for fact in happenings(world, one.closed_by, subject.enrolment) if fact.on >= day][:1]
    return Draft(
        subject,
        day,
        day,
        answers[0].on if answers else None,
        day.isoformat(),
        measured=measured,
        required=one.number,
        evidence=(*evidence, *(fact.ref for fact in answers)),
    )


def _span(world: World, rule: Rule, one: shape.Span) -> Iterator[Draft]:
    for subject in subjects(world, rule, one.starts_from):
        if one.at_most is not None:
            due = later(subject.start, one.at_most) - ONE_DAY
            if not _exempt(world, one, subject, due):
                yield _limit(world, one, subject, due)
        if one.at_least is not None:
            yield _minimum(world, subject, later(subject.start, one.at_least) - ONE_DAY)


def _exempt(world: World, one: shape.Span, subject: Subject, due: date) -> bool:
    kinds = {exception.kind: exception.years for exception in one.exceptions}
    person = world.rows("person", person_id=subject.enrolment["person_id"])[0]
    if "disabled_worker" in kinds and person.get("disabled_worker"):
        return True
    years, born = kinds.get("age_at_least"), person.get("born_on")
    return years is not None and born is not None and add_months(born, 12 * years) <= due


def _limit(world: World, one: shape.Span, subject: Subject, due: date) -> Draft:
    end, governed_on = subject.enrolment.get("end_on"), world.present(subject.end)
    met = end if end is not None and end <= world.as_of else None
    maintainable = any(exception.kind == "maintenance" for exception in one.exceptions)
    decisions = _maintained(world, subject, due) if maintainable else []
    if not decisions:
        return Draft(subject, governed_on, due, met)
    ends = [row.get("until") for row in decisions]
    until = None if None in ends else max(day for day in ends if day is not None)
    return Draft(
        subject,
        governed_on,
        due,
        met,
        late_on=None if until is None else until + ONE_DAY,
        never_late=until is None,
        held=(due + ONE_DAY, until),
        evidence=tuple(f"maintenance:{row['maintenance_id']}" for row in decisions),
    )


def _maintained(world: World, subject: Subject, due: date) -> list[Row]:
    rows = [
        row
        for row in world.rows("maintenance", enrolment_id=subject.enrolment["enrolment_id"])
        if row["decided_on"] <= world.as_of and (row.get("until") is None or row["until"] > due)
    ]
    return sorted(rows, key=lambda row: (row["decided_on"], row["maintenance_id"]))


def _minimum(world: World, subject: Subject, due: date) -> Draft:
    """Met on the last day of the minimum; missed when the enrolment ends before, while its job (if it speaks of one) goes on."""
    end, governed_on = subject.enrolment.get("end_on"), world.present(subject.end)
    met = due if due <= world.as_of and (subject.end is None or subject.end >= due) else None
    short = end is not None and end < due and end <= world.as_of and subject.end == end
    late = end + ONE_DAY if short and end is not None else None
    return Draft(subject, governed_on, due, met, shape.MINIMUM, late_on=late, never_late=not short)
