"""The slow judge: the eight shapes told in plain Python over rows of facts, one subject at a time.

It is written from the meaning of the shapes, not from their SQL, and says what the SQL must answer. « Known on a day »
means: dated that day or before (a contract in force is known from its validation on, even if it starts later).

Common to all: an obligation binds the enrolments of its action that start within the validity of the framework. A first
day of breach inside a pause moves to the day after the pause. What was due after the last day of the enrolment (of the
job, of the step, when the obligation speaks of one) is never breached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from jalons.kernel.periods import add_months, first_of_month
from jalons.rulebooks.obligations.answers import Answer
from jalons.rulebooks.obligations.binding import Bound, bind
from jalons.rulebooks.schema import Length, ObligationBase, Rulebook
from jalons.rulebooks.schema import shapes as shape
from jalons.rulebooks.schema.events import Appointment, Contract, Event, Fact, Piece, Step

Row = Mapping[str, Any]
Facts = Mapping[str, Sequence[Row]]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Happening:
    """A dated fact of an enrolment, with the last day it covers when it is a contract."""

    on: date
    ref: str
    until: date
    minutes: int = 0
    starts: date | None = None  # start of a contract, to tell a later one from the same one


@dataclass(frozen=True, slots=True)
class Subject:
    """What an obligation speaks of: its enrolment, the day it starts from, the day after which nothing is expected."""

    enrolment: Row
    id: int
    start: date
    end: date | None
    occurrence: str = ""
    contract_start: date | None = None
    exit_class: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before pauses and ends are applied."""

    subject: Subject
    due_on: date
    met_on: date | None
    occurrence: str = ""
    late_on: date | None = None
    never_late: bool = False
    held: tuple[date, date | None] | None = None
    measured: int | None = None
    required: int | None = None
    evidence: tuple[str, ...] = ()


def later(day: date, length: Length, *, times: int = 1) -> date:
    """Return the day ``length`` after ``day``, ``times`` times (months first, then days)."""
    return add_months(day, times * length.months) + timedelta(days=times * length.days)


def evaluate(rulebooks: Iterable[Rulebook], facts: Facts, as_of: date) -> list[Answer]:
    """Return the answers of every obligation on ``as_of``, in no particular order."""
    answers: list[Answer] = []
    for rule in bind(rulebooks):
        judge = Judge(facts, as_of, rule)
        if isinstance(rule.obligation, shape.Ratio):
            answers += judge.lines(rule.obligation)
        else:
            answers += [judge.close(draft) for draft in judge.drafts()]
    return answers


class Judge:
    """One rule, one day, all the facts."""

    def __init__(self, facts: Facts, as_of: date, rule: Bound[ObligationBase]) -> None:
        self.facts = facts
        self.as_of = as_of
        self.rule = rule

    def rows(self, table: str, **equal: object) -> list[Row]:
        """Rows of a fact table whose columns equal the given values."""
        return [
            row for row in self.facts.get(table, ()) if all(row.get(name) == value for name, value in equal.items())
        ]

    # ---------------------------------------------------------------- subjects

    def enrolments(self) -> Iterator[Row]:
        """Enrolments the rule binds."""
        for row in self.rows("enrolment", action_code=self.rule.action_code):
            if self.rule.valid_from <= row["start_on"] <= min(self.rule.valid_to, self.as_of):
                yield row

    def subjects(self, anchor: str) -> Iterator[Subject]:
        """Subjects of the rule that start from ``anchor``."""
        find: dict[str, Callable[[Row], Iterable[Subject]]] = {
            "enrolment_start": lambda e: [Subject(e, e["enrolment_id"], e["start_on"], e.get("end_on"))],
            "orientation": lambda e: [Subject(e, e["enrolment_id"], e["oriented_on"], e.get("end_on"))],
            "duties_end": self._duties_ends,
            "contract_end": self._contracts,
            "job_start": self._jobs,
            "step_start": self._steps,
            "exit": self._exits,
        }
        for enrolment in self.enrolments():
            yield from find[anchor](enrolment)

    def _duties_ends(self, e: Row) -> Iterator[Subject]:
        periods = self.rows("rights_and_duties", person_id=e["person_id"])
        starts = {period["start_on"] for period in periods}
        for period in periods:
            end = period.get("end_on")
            if end is None or end >= self.as_of or end + ONE_DAY in starts:
                continue
            if e["start_on"] <= end and (e.get("end_on") is None or end <= e["end_on"]):
                yield Subject(e, e["enrolment_id"], end, e.get("end_on"), occurrence=end.isoformat())

    def _contracts(self, e: Row) -> Iterator[Subject]:
        for row in self.rows("contract", enrolment_id=e["enrolment_id"]):
            in_force = row.get("in_force_on") is not None and row["state"] != "cancelled"
            if in_force and row["validated_on"] <= self.as_of:
                yield Subject(e, row["contract_id"], row["end_on"], e.get("end_on"), contract_start=row["start_on"])

    def _jobs(self, e: Row) -> Iterator[Subject]:
        for row in self.rows("job", enrolment_id=e["enrolment_id"]):
            if row["start_on"] <= self.as_of:
                yield Subject(e, row["job_id"], row["start_on"], _first(e.get("end_on"), row.get("ended_on")))

    def _steps(self, e: Row) -> Iterator[Subject]:
        for row in self.rows("step", enrolment_id=e["enrolment_id"]):
            started = row.get("started_on")
            if started is not None and started <= self.as_of and row["state"] != "cancelled":
                yield Subject(e, row["step_id"], started, _first(e.get("end_on"), row.get("ended_on")))

    def _exits(self, e: Row) -> Iterator[Subject]:
        for row in self.rows("exit", enrolment_id=e["enrolment_id"]):
            if row["exited_on"] <= self.as_of and row["state"] != "reversed":
                yield Subject(e, row["exit_id"], row["exited_on"], None, exit_class=row.get("exit_class") or "")

    # ---------------------------------------------------------------- happenings

    def happenings(self, events: Iterable[Event], e: Row) -> list[Happening]:
        """The facts of an enrolment named by ``events`` and known, earliest first."""
        found = {happening for event in events for happening in self._happenings(event, e)}
        return sorted(found, key=lambda one: (one.on, one.ref))

    def _happenings(self, event: Event, e: Row) -> Iterator[Happening]:
        if isinstance(event, Appointment):
            yield from self._appointments(event, e)
        elif isinstance(event, Contract):
            for row in self.rows("contract", enrolment_id=e["enrolment_id"]):
                day = row.get(f"{event.milestone}_on")
                known = row.get("validated_on") if event.milestone == "in_force" else day
                if day and known and known <= self.as_of and row["state"] != "cancelled" and row["kind"] in event.kinds:
                    yield Happening(day, f"contract:{row['contract_id']}", row["end_on"], starts=row["start_on"])
        elif isinstance(event, Step):
            for row in self.rows("step", enrolment_id=e["enrolment_id"]):
                wanted = (event.families is None or row["family"] in event.families) and (
                    event.kinds is None or row["kind"] in event.kinds
                )
                if wanted and row["state"] != "cancelled":
                    yield from self._known(row.get(f"{event.milestone}_on"), f"step:{row['step_id']}")
        elif isinstance(event, Piece):
            for row in self.rows("piece", enrolment_id=e["enrolment_id"]):
                if row["kind"] in event.kinds:
                    yield from self._known(row["dated_on"], f"piece:{row['piece_id']}")
        else:
            yield from self._other(event, e)

    def _appointments(self, event: Appointment, e: Row) -> Iterator[Happening]:
        for row in self.rows("appointment", person_id=e["person_id"], organisation_id=e["organisation_id"]):
            during = e["start_on"] <= row["on_date"] and (e.get("end_on") is None or row["on_date"] <= e["end_on"])
            wanted = (
                row["outcome"] in event.outcomes
                and (event.kinds is None or row["kind"] in event.kinds)
                and (event.modes is None or row["mode"] in event.modes)
            )
            if during and wanted:
                minutes = row.get("minutes") or 0
                yield from self._known(row["on_date"], f"appointment:{row['appointment_id']}", minutes)

    def _other(self, event: Fact, e: Row) -> Iterator[Happening]:
        if event.event == "maintenance":
            for row in self.rows("maintenance", enrolment_id=e["enrolment_id"]):
                yield from self._known(row["decided_on"], f"maintenance:{row['maintenance_id']}")
        elif event.event == "enrolment_end":
            yield from self._known(e.get("end_on"), f"enrolment:{e['enrolment_id']}")
        elif event.event == "job_start":
            for row in self.rows("job", enrolment_id=e["enrolment_id"]):
                yield from self._known(row["start_on"], f"job:{row['job_id']}")
        else:
            for row in self.rows("rights_and_duties", person_id=e["person_id"]):
                if row["start_on"] >= e["start_on"]:
                    yield from self._known(row["start_on"], f"rights_and_duties:{row['period_id']}")

    def _known(self, day: date | None, ref: str, minutes: int = 0) -> Iterator[Happening]:
        if day is not None and day <= self.as_of:
            yield Happening(day, ref, day, minutes)

    # ---------------------------------------------------------------- the shapes

    def drafts(self) -> Iterator[Draft]:
        """Answers of the rule before pauses and ends."""
        one = self.rule.obligation
        if isinstance(one, shape.DeadlineAfterEvent):
            yield from self._deadline(one)
        elif isinstance(one, shape.Continuity):
            yield from self._continuity(one)
        elif isinstance(one, shape.CountOrSumInWindow):
            yield from self._windows(one)
        elif isinstance(one, shape.LastEvent):
            yield from self._last(one)
        elif isinstance(one, shape.ConsecutiveEvents):
            yield from self._consecutive(one)
        elif isinstance(one, shape.Span):
            yield from self._span(one)
        elif isinstance(one, shape.PresenceOfPiece):
            yield from self._pieces(one)

    def _deadline(self, one: shape.DeadlineAfterEvent) -> Iterator[Draft]:
        """Due so long after (before) the start; met by the first fact. For a contract, only a later contract counts."""
        for subject in self.subjects(one.starts_from):
            due = later(subject.start, one.delay, times=-1 if one.when == "before" else 1)
            facts = [
                fact
                for fact in self.happenings(one.expects, subject.enrolment)
                if (one.even_earlier or fact.on >= subject.start)
                and (subject.contract_start is None or fact.starts is None or fact.starts > subject.contract_start)
            ]
            yield _first_fact(subject, due, facts, subject.occurrence)

    def _continuity(self, one: shape.Continuity) -> Iterator[Draft]:
        """A day is missing when neither a contract nor the first delay covers it; the last contract's end is due next.

        Nothing is due once the cover reaches the end of the enrolment.
        """
        for subject in self.subjects(one.starts_from):
            contracts = self.happenings(one.covered_by, subject.enrolment)
            grace = later(subject.start, one.after)
            for before, after in pairwise(contracts):
                covered = max([grace, *(c.until for c in contracts if (c.on, c.ref) <= (before.on, before.ref))])
                if after.on > covered + ONE_DAY and not _over(subject, covered):
                    yield self._gap(subject, covered, after.on, (before.ref, after.ref))
            covered = max([grace, *(c.until for c in contracts)])
            if contracts and not _over(subject, covered):
                yield self._gap(subject, covered, None, (contracts[-1].ref,))

    def _gap(self, subject: Subject, covered: date, met: date | None, evidence: tuple[str, ...]) -> Draft:
        missing = None if met is None else (met - covered).days - 1
        required = None if met is None else 0
        occurrence = (covered + ONE_DAY).isoformat()
        return Draft(subject, covered, met, occurrence, measured=missing, required=required, evidence=evidence)

    def _windows(self, one: shape.CountOrSumInWindow) -> Iterator[Draft]:
        for subject in self.subjects(one.starts_from):
            facts = [fact for fact in self.happenings(one.counts, subject.enrolment) if fact.on >= subject.start]
            if one.window.kind == "rolling":
                yield self._rolling(one, subject, facts)
                continue
            for first, last, name, required in self._periods(one, subject):
                if required > 0:
                    yield _counted(one, subject, [f for f in facts if first <= f.on <= last], last, name, required)

    def _periods(self, one: shape.CountOrSumInWindow, subject: Subject) -> Iterator[tuple[date, date, str, int]]:
        """(first day, last day, name, threshold) of the windows begun by ``as_of`` and before the end."""
        if one.window.kind == "milestones":
            yield from self._milestones(one.window, subject)
            return
        length = {"calendar_week": Length(count=1, unit="weeks"), "calendar_month": Length(count=1, unit="months")}.get(
            one.window.kind, one.window.length
        )
        assert length is not None
        assert one.at_least is not None
        base = subject.start
        if one.window.kind == "calendar_week":
            base -= timedelta(days=base.weekday())
        elif one.window.kind == "calendar_month":
            base = first_of_month(base)
        limit = self.as_of if subject.end is None else min(self.as_of, subject.end)
        number = 0
        while max(later(base, length, times=number), subject.start) <= limit:
            whole = (later(base, length, times=number), later(base, length, times=number + 1) - ONE_DAY)
            first = max(whole[0], subject.start)
            last = whole[1] if subject.end is None else min(whole[1], subject.end)
            required = one.at_least
            if one.pro_rata == "down":
                required = one.at_least * ((last - first).days + 1) // ((whole[1] - whole[0]).days + 1)
            yield first, last, first.isoformat(), required
            number += 1

    def _milestones(self, window: shape.Window, subject: Subject) -> Iterator[tuple[date, date, str, int]]:
        """From the start to each milestone, once the milestone before is reached, if the step lasts that long."""
        steps = [(milestone.by.months, milestone.at_least) for milestone in window.milestones]
        every = window.then_one_more_every.months if window.then_one_more_every else 0
        while every and steps[-1][0] + every <= 60:
            steps.append((steps[-1][0] + every, steps[-1][1] + 1))
        before = 0
        for months, at_least in steps:
            last = add_months(subject.start, months) - ONE_DAY
            long_enough = subject.end is None or subject.end >= last
            if long_enough and add_months(subject.start, before) <= self.as_of:
                yield subject.start, last, last.isoformat(), at_least
            before = months

    def _rolling(self, one: shape.CountOrSumInWindow, subject: Subject, facts: list[Happening]) -> Draft:
        """The period that starts with the n-th latest fact, or with the start when there are fewer."""
        assert one.window.length is not None
        assert one.at_least is not None
        latest = facts[-one.at_least :]
        opening = latest[0].on if len(latest) == one.at_least else subject.start
        return Draft(
            subject,
            later(opening, one.window.length) - ONE_DAY,
            None,
            measured=sum(later(fact.on, one.window.length) > self.as_of for fact in latest),
            required=one.at_least,
            evidence=tuple(fact.ref for fact in latest),
        )

    def _last(self, one: shape.LastEvent) -> Iterator[Draft]:
        for subject in self.subjects(one.starts_from):
            facts = [fact for fact in self.happenings(one.counts, subject.enrolment) if fact.on >= subject.start]
            if facts:
                yield Draft(subject, later(facts[-1].on, one.every), None, evidence=(facts[-1].ref,))
            else:
                yield Draft(subject, later(subject.start, one.every), None)

    def _consecutive(self, one: shape.ConsecutiveEvents) -> Iterator[Draft]:
        """Facts and resets in order, a fact before a reset of the same day; one answer per run, at the fact that completes it."""
        for subject in self.subjects("enrolment_start"):
            counted = [(fact.on, 0, fact.ref) for fact in self.happenings(one.counts, subject.enrolment)]
            resets = [(fact.on, 1, fact.ref) for fact in self.happenings(one.reset_by, subject.enrolment)]
            run: list[tuple[date, str]] = []
            done = False
            for day, resets_it, ref in sorted(counted + resets):
                if resets_it:
                    run, done = [], False
                    continue
                earlier = [(d, r) for d, r in run if day <= later(d, one.within)]
                run.append((day, ref))
                enough = len(earlier) + 1 >= one.number
                if not done and enough and (day - earlier[0][0]).days >= one.minimum_interval.days:
                    done = True
                    yield self._completed(one, subject, day, len(earlier) + 1, (earlier[0][1], ref))

    def _completed(
        self, one: shape.ConsecutiveEvents, subject: Subject, day: date, measured: int, evidence: tuple[str, ...]
    ) -> Draft:
        answers = [fact for fact in self.happenings(one.closed_by, subject.enrolment) if fact.on >= day][:1]
        return Draft(
            subject,
            day,
            answers[0].on if answers else None,
            day.isoformat(),
            late_on=day,
            measured=measured,
            required=one.number,
            evidence=(*evidence, *(fact.ref for fact in answers)),
        )

    def _span(self, one: shape.Span) -> Iterator[Draft]:
        for subject in self.subjects(one.starts_from):
            if one.at_most is None:
                continue
            due = later(subject.start, one.at_most) - ONE_DAY
            kinds = {exception.kind: exception.years for exception in one.exceptions}
            person = self.rows("person", person_id=subject.enrolment["person_id"])[0]
            if "disabled_worker" in kinds and person.get("disabled_worker"):
                continue
            years, born = kinds.get("age_at_least"), person.get("born_on")
            if years is not None and born is not None and add_months(born, 12 * years) <= due:
                continue
            end = subject.enrolment.get("end_on")
            met = end if end is not None and end <= self.as_of else None
            decisions = self._maintained(subject, due) if "maintenance" in kinds else []
            if not decisions:
                yield Draft(subject, due, met)
                continue
            ends = [row.get("until") for row in decisions]
            until = None if None in ends else max(day for day in ends if day is not None)
            yield Draft(
                subject,
                due,
                met,
                late_on=None if until is None else until + ONE_DAY,
                never_late=until is None,
                held=(due + ONE_DAY, until),
                evidence=tuple(f"maintenance:{row['maintenance_id']}" for row in decisions),
            )

    def _maintained(self, subject: Subject, due: date) -> list[Row]:
        rows = [
            row
            for row in self.rows("maintenance", enrolment_id=subject.enrolment["enrolment_id"])
            if row["decided_on"] <= self.as_of and (row.get("until") is None or row["until"] > due)
        ]
        return sorted(rows, key=lambda row: (row["decided_on"], row["maintenance_id"]))

    def _pieces(self, one: shape.PresenceOfPiece) -> Iterator[Draft]:
        for subject in self.subjects(one.starts_from):
            if one.only_exit_classes is not None and subject.exit_class not in one.only_exit_classes:
                continue
            for piece in one.pieces:
                found = self.happenings((Piece(event="piece", kinds=piece.any_of),), subject.enrolment)
                yield _first_fact(subject, later(subject.start, one.delay), found, piece.code)

    # ---------------------------------------------------------------- pauses, ends, lines

    def close(self, draft: Draft) -> Answer:
        """Apply pauses and ends to a draft."""
        enrolment, end = draft.subject.enrolment, draft.subject.end
        pauses = self.rows("pause", enrolment_id=enrolment["enrolment_id"])
        late = None if draft.never_late else draft.late_on or draft.due_on + ONE_DAY
        over = next((p for p in pauses if late is not None and _within(late, p)), None)
        if over is not None:
            late = None if over.get("end_on") is None else over["end_on"] + ONE_DAY
        breached = (
            late is not None
            and late <= self.as_of
            and (draft.met_on is None or draft.met_on >= late)
            and (end is None or end >= late - ONE_DAY)
        )
        now = next((p for p in pauses if _within(self.as_of, p)), None)
        if over is not None and over["start_on"] > self.as_of:
            over = None
        suspended: tuple[date | None, date | None] = (None, None)
        if draft.met_on is None:
            if end is not None:
                suspended = (end + ONE_DAY, None)
            elif draft.held is not None:
                suspended = draft.held
            elif (pause := now or over) is not None:
                suspended = (pause["start_on"], pause.get("end_on"))
        return self._answer(
            draft.subject.id,
            enrolment,
            draft.occurrence,
            (draft.due_on, draft.met_on, late if breached else None, *suspended),
            (draft.measured, draft.required),
            draft.evidence,
        )

    def lines(self, one: shape.Ratio) -> Iterator[Answer]:
        """Day by day on each line: the present breach begins on the day the ceiling was last crossed."""
        for line in self.rows("agreement_line", action_code=self.rule.action_code):
            basis = Decimal((line.get("fte") if one.per == "fte" else line["places"]) or 0)
            begun = self.rule.valid_from <= line["start_on"] <= min(self.rule.valid_to, self.as_of)
            if not begun or (one.per == "fte" and basis <= 0):
                continue
            ceiling = one.at_most * basis
            until = self.as_of if line.get("end_on") is None else min(self.as_of, line["end_on"])
            changes = {row["start_on"] for row in self.rows("enrolment", line_id=line["line_id"])}
            changes |= {
                row["end_on"] + ONE_DAY for row in self.rows("enrolment", line_id=line["line_id"]) if row.get("end_on")
            }
            present, breached = 0, None
            for day in sorted(day for day in changes if day <= until):
                present = sum(_within(day, row) for row in self.rows("enrolment", line_id=line["line_id"]))
                breached = None if present <= ceiling else breached or day
            dates = (None, None, breached, None, None)
            ref = f"agreement_line:{line['line_id']}"
            yield self._answer(line["line_id"], {**line, "person_id": None}, "", dates, (present, ceiling), (ref,))

    def _answer(
        self,
        subject_id: int,
        owner: Row,
        occurrence: str,
        dates: tuple[date | None, date | None, date | None, date | None, date | None],
        counts: tuple[int | None, Decimal | int | None],
        evidence: tuple[str, ...],
    ) -> Answer:
        measured, required = (None if value is None else Decimal(value) for value in counts)
        return Answer(
            self.rule.rulebook_code,
            self.rule.rulebook_version,
            self.rule.obligation.code,
            self.rule.action_code,
            self.rule.obligation.subject_kind,
            subject_id,
            owner["person_id"],
            owner["organisation_id"],
            owner["authority_id"],
            occurrence,
            *dates,
            measured,
            required,
            evidence,
        )


def _first(*days: date | None) -> date | None:
    known = [day for day in days if day is not None]
    return min(known) if known else None


def _over(subject: Subject, covered: date) -> bool:
    return subject.end is not None and subject.end <= covered


def _within(day: date, period: Row) -> bool:
    return bool(period["start_on"] <= day and (period.get("end_on") is None or day <= period["end_on"]))


def _first_fact(subject: Subject, due: date, facts: Sequence[Happening], occurrence: str) -> Draft:
    if not facts:
        return Draft(subject, due, None, occurrence)
    return Draft(subject, due, facts[0].on, occurrence, evidence=(facts[0].ref,))


def _counted(
    one: shape.CountOrSumInWindow, subject: Subject, facts: list[Happening], last: date, name: str, required: int
) -> Draft:
    total, met = 0, None
    for fact in facts:
        total += fact.minutes if one.measure == "minutes" else 1
        if met is None and total >= required:
            met = fact.on
    return Draft(
        subject, last, met, name, measured=total, required=required, evidence=tuple(fact.ref for fact in facts)
    )
