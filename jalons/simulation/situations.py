"""What a référent learns and says of a fictitious person: registration, assessments, obstacles, informations. Pure and seeded.

Shares are round figures chosen for a credible demo: most first interviews end with an assessment and the information due,
some do not; most persons are registered at Pôle emploi, one in eight forgets to say so every month.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

REGISTERED, LAPSES, COMES_BACK = 0.72, 0.12, 0.6
ASSESSED, INFORMED, REMINDED, FINAL = 0.9, 0.93, 0.85, 0.7
WORKED, LIFTED = 0.75, 0.6
BETWEEN_ASSESSMENTS = (80, 190)  # days
BETWEEN_REMINDERS = (70, 150)  # days
FIRST_KINDS = ("rights_and_duties", "risks", "declarations")


@dataclass(frozen=True, slots=True)
class RegistrationPlan:
    """A period of registration; without ``end_on`` it runs."""

    start_on: date
    end_on: date | None = None


@dataclass(frozen=True, slots=True)
class AssessmentPlan:
    """An assessment: a code of its kind, and its day."""

    kind: str
    made_on: date


@dataclass(frozen=True, slots=True)
class ObstaclePlan:
    """An obstacle: ``pick`` chooses its domain among those of the reference list."""

    pick: int
    opened_on: date
    worked_on: date | None
    lifted_on: date | None


@dataclass(frozen=True, slots=True)
class InformationPlan:
    """What was told on a day."""

    kind: str
    given_on: date


@dataclass(slots=True)
class SituationPlan:
    """All that will be learnt and said, each list in the order of days."""

    registrations: list[RegistrationPlan] = field(default_factory=list)
    assessments: list[AssessmentPlan] = field(default_factory=list)
    obstacles: list[ObstaclePlan] = field(default_factory=list)
    informations: list[InformationPlan] = field(default_factory=list)


def plan_situation(
    rng: random.Random,
    *,
    enrolled_on: date,
    interviews: Sequence[date],
    until: date,
    exited_on: date | None,
    hired_on: date | None,
    always_registered: bool,
) -> SituationPlan:
    """Return what will be learnt on the held ``interviews`` (in the order of days) between entry and exit, at most ``until``."""
    plan = SituationPlan(registrations=_registrations(rng, enrolled_on, until, always_registered))
    if interviews:
        plan.assessments = _assessments(rng, interviews, exited_on)
        plan.informations = _informations(rng, interviews, hired_on)
        if plan.assessments:
            plan.obstacles = _obstacles(rng, plan.assessments[0].made_on, exited_on or until)
    return plan


def _registrations(rng: random.Random, enrolled_on: date, until: date, always: bool) -> list[RegistrationPlan]:
    if not always and rng.random() >= REGISTERED:
        return []
    start = enrolled_on - timedelta(days=rng.randint(10, 400))
    end = enrolled_on + timedelta(days=rng.randint(30, 240))
    if rng.random() >= LAPSES or end > until:
        return [RegistrationPlan(start)]
    found = [RegistrationPlan(start, end)]
    again = end + timedelta(days=rng.randint(6, 40))
    if rng.random() < COMES_BACK and again <= until:
        found.append(RegistrationPlan(again))
    return found


def _assessments(rng: random.Random, interviews: Sequence[date], exited_on: date | None) -> list[AssessmentPlan]:
    if rng.random() >= ASSESSED:
        return []
    found = [AssessmentPlan("initial", interviews[0])]
    wait = rng.randint(*BETWEEN_ASSESSMENTS)
    for day in interviews[1:]:
        if (day - found[-1].made_on).days >= wait:
            found.append(AssessmentPlan("reassessment", day))
            wait = rng.randint(*BETWEEN_ASSESSMENTS)
    if exited_on is not None and exited_on > found[-1].made_on and rng.random() < FINAL:
        found.append(AssessmentPlan("final", exited_on))
    return found


def _informations(rng: random.Random, interviews: Sequence[date], hired_on: date | None) -> list[InformationPlan]:
    first = interviews[0]
    found = {(kind, first) for kind in FIRST_KINDS if rng.random() < INFORMED}
    last, wait = first, rng.randint(*BETWEEN_REMINDERS)
    for day in interviews[1:]:
        if (day - last).days >= wait:
            last, wait = day, rng.randint(*BETWEEN_REMINDERS)
            if rng.random() < REMINDED:
                found |= {("declarations", day), ("rights_and_duties", day)}
    if hired_on is not None and rng.random() < REMINDED:
        found.add(("declarations", hired_on))
    return [InformationPlan(kind, day) for kind, day in sorted(found, key=lambda one: (one[1], one[0]))]


def _obstacles(rng: random.Random, found_on: date, until: date) -> list[ObstaclePlan]:
    found = []
    for pick in rng.sample(range(1000), rng.choices((0, 1, 2, 3, 4), weights=(12, 28, 32, 20, 8))[0]):
        worked = found_on + timedelta(days=rng.randint(0, 60)) if rng.random() < WORKED else None
        lifted = worked + timedelta(days=rng.randint(15, 200)) if worked and rng.random() < LIFTED else None
        worked = worked if worked and worked <= until else None
        lifted = lifted if worked and lifted and lifted <= until else None
        found.append(ObstaclePlan(pick, found_on, worked, lifted))
    return found
