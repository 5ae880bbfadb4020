"""What will happen to a fictitious person once oriented: a seeded plan of dated events, pure and without a database.

The plan says what people did; rules decide what it means. Shares below are round figures chosen for a credible demo, no
published statistics: about seven interviews out of ten are held, most contracts come on time, some never do.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from jalons.kernel.periods import add_months, end_of_months

MEETING_MINUTES = (30, 45, 60)


@dataclass(frozen=True, slots=True)
class Meeting:
    """An appointment: ``outcome`` is a code of the agenda; a later day than today stays planned."""

    day: date
    hour: int
    minutes: int
    mode: str
    kind: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ContractPlan:
    """The days of a contract's plan; an empty day means it never came."""

    rank: int
    start_on: date
    end_on: date
    signed_on: date
    submitted_on: date
    returned_on: date | None
    validated_on: date | None
    handed_over_on: date | None


@dataclass(frozen=True, slots=True)
class StepPlan:
    """A step of ``family``; ``pick`` chooses its kind among those of the rulebook."""

    family: str
    pick: float
    proposed_on: date
    started_on: date | None
    ended_on: date | None
    completed: bool


@dataclass(frozen=True, slots=True)
class JobPlan:
    """A job found, and the exit that rests on it when the person leaves the action."""

    start_on: date
    months: int | None
    contract_kind: str
    employer_kind: str
    weekly_hours: int


@dataclass(frozen=True, slots=True)
class ExitPlan:
    """The end of the action; ``job`` says whether it rests on the planned job."""

    exited_on: date
    destination: str
    job: bool
    confirmed: bool


@dataclass(slots=True)
class Accompaniment:
    """All that will happen to one enrolment, each list in the order of days."""

    enrolled_on: date
    meetings: list[Meeting] = field(default_factory=list)
    contracts: list[ContractPlan] = field(default_factory=list)
    steps: list[StepPlan] = field(default_factory=list)
    job: JobPlan | None = None
    exit: ExitPlan | None = None
    pause: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How an action is lived: days between interviews, months of a contract, longest stay in months."""

    between_meetings: tuple[int, int] = (35, 75)
    contract_months: tuple[int, ...] = (6, 6, 9, 12)
    longest_months: int | None = None
    first_contract: tuple[int, int] = (12, 62)  # days from the orientation to the first signature
    exit_share: float = 0.22


def _workday(day: date) -> date:
    return day + timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))


def _outcome(rng: random.Random) -> str:
    return rng.choices(("held", "justified_absence", "unjustified_absence", "cancelled"), weights=(72, 10, 13, 5))[0]


def _meetings(rng: random.Random, start: date, end: date, rhythm: Rhythm) -> list[Meeting]:
    found = []
    day = _workday(start + timedelta(days=rng.randint(1, 12)))
    while day <= end:
        mode = rng.choices(("face_to_face", "phone", "video"), weights=(78, 18, 4))[0]
        kind = rng.choices(("individual", "group"), weights=(88, 12))[0]
        found.append(
            Meeting(
                day,
                rng.randint(8, 16),
                rng.choice(MEETING_MINUTES),
                mode if kind == "individual" else "face_to_face",
                kind,
                _outcome(rng),
            )
        )
        day = _workday(day + timedelta(days=rng.randint(*rhythm.between_meetings)))
    return found


def _contracts(
    rng: random.Random, oriented_on: date, enrolled: date, until: date, rhythm: Rhythm
) -> list[ContractPlan]:
    found: list[ContractPlan] = []
    if rng.random() < 0.08:
        return found
    signed = max(_workday(oriented_on + timedelta(days=rng.randint(*rhythm.first_contract))), enrolled)
    start = signed
    while signed <= until:
        end = end_of_months(start, rng.choice(rhythm.contract_months))
        submitted = signed + timedelta(days=rng.randint(0, 4))
        returned = submitted + timedelta(days=rng.randint(2, 8)) if rng.random() < 0.07 else None
        validated = (returned or submitted) + timedelta(days=rng.randint(2, 16)) if rng.random() < 0.93 else None
        handed = validated + timedelta(days=rng.randint(1, 15)) if validated and rng.random() < 0.9 else None
        found.append(ContractPlan(len(found) + 1, start, end, signed, submitted, returned, validated, handed))
        if validated is None or rng.random() < 0.15:
            break
        start = end + timedelta(days=1)
        signed = max(_workday(start - timedelta(days=rng.randint(-6, 40))), signed + timedelta(days=30))
        start = max(start, signed) if signed > start else start
    return found


def _steps(rng: random.Random, start: date, end: date) -> list[StepPlan]:
    found = []
    for _ in range(rng.choices((0, 1, 2, 3), weights=(18, 34, 32, 16))[0]):
        span = max((end - start).days - 20, 1)
        proposed = _workday(start + timedelta(days=rng.randint(7, 7 + span)))
        if proposed > end:
            continue
        started = proposed + timedelta(days=rng.randint(3, 45)) if rng.random() < 0.8 else None
        ended = started + timedelta(days=rng.randint(5, 150)) if started and rng.random() < 0.8 else None
        family = rng.choices(("employment_training", "employment_access", "mobilisation"), weights=(45, 30, 25))[0]
        found.append(StepPlan(family, rng.random(), proposed, started, ended, rng.random() < 0.85))
    return sorted(found, key=lambda step: step.proposed_on)


def _job(rng: random.Random, start: date) -> JobPlan:
    kind = rng.choices(("cdd", "cdi", "cddi", "interim", "business", "aided"), weights=(42, 24, 14, 10, 6, 4))[0]
    months = {"cdi": None, "business": None, "cddi": rng.choice((4, 6, 8, 12))}.get(
        kind, rng.choice((1, 2, 3, 4, 6, 6, 7, 8, 12))
    )
    employer = {"cddi": rng.choice(("siae", "aci"))}.get(kind, "ordinary")
    return JobPlan(start, months, kind, employer, rng.choice((17, 20, 24, 28, 35, 35, 35)))


def plan_accompaniment(rng: random.Random, *, oriented_on: date, until: date, rhythm: Rhythm) -> Accompaniment:
    """Return the accompaniment of one person from its orientation to ``until`` (some meetings lie beyond: they are planned).

    The same ``rng`` state gives the same plan. Every day is a real one; nothing here says whether a rule is met.
    """
    enrolled = _workday(oriented_on + timedelta(days=rng.randint(2, 18)))
    plan = Accompaniment(enrolled)
    end = until
    if rhythm.longest_months is not None:
        end = min(end, end_of_months(enrolled, rhythm.longest_months))
    leaves = rng.random() < rhythm.exit_share or end < until
    if leaves:
        latest = end if end < until else until
        length = max((latest - enrolled).days, 1)
        end = enrolled + timedelta(days=rng.randint(min(45, length), length)) if end == until else end
        if rng.random() < 0.62:
            plan.job = _job(rng, end - timedelta(days=rng.randint(0, 5)))
        destination = (
            "job"
            if plan.job
            else rng.choice(("training", "other_action", "moved", "abandoned", "other", "other_rights"))
        )
        plan.exit = ExitPlan(end, destination, plan.job is not None, rng.random() < 0.85)
    elif rng.random() < 0.08:
        begin = enrolled + timedelta(days=rng.randint(30, 120))
        plan.pause = (begin, add_months(begin, rng.randint(1, 3)))
    last_meeting = end if leaves else until + timedelta(days=30)
    plan.meetings = _meetings(rng, enrolled, last_meeting, rhythm)
    plan.contracts = _contracts(rng, oriented_on, enrolled, end, rhythm)
    plan.steps = _steps(rng, enrolled, end)
    return plan
