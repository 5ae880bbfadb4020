"""What the demonstration learns of a person: the same for the same seed, in the order of days, never after « today »."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from jalons.simulation.situations import SituationPlan, plan_situation

ENTRY, TODAY = date(2020, 2, 3), date(2020, 10, 15)
INTERVIEWS = [ENTRY + timedelta(days=40 * rank + 5) for rank in range(6)]


def plan(seed: int, **options: object) -> SituationPlan:
    given = {
        "enrolled_on": ENTRY,
        "interviews": INTERVIEWS,
        "until": TODAY,
        "exited_on": None,
        "hired_on": None,
        "always_registered": False,
    } | options
    return plan_situation(random.Random(seed), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(40))
def test_a_plan_is_repeatable_ordered_and_bounded(seed: int) -> None:
    exited_on = TODAY - timedelta(days=30)
    made = plan(seed, exited_on=exited_on, hired_on=exited_on)
    assert made == plan(seed, exited_on=exited_on, hired_on=exited_on)
    days = [one.made_on for one in made.assessments]
    assert days == sorted(set(days))
    assert [one.kind for one in made.assessments[:1]] in ([], ["initial"])
    told = [(one.kind, one.given_on) for one in made.informations]
    assert len(told) == len(set(told))
    for obstacle in made.obstacles:
        known = [day for day in (obstacle.opened_on, obstacle.worked_on, obstacle.lifted_on) if day is not None]
        assert known == sorted(known)
        assert known[-1] <= exited_on
    for period, following in zip(made.registrations, made.registrations[1:], strict=False):
        assert period.end_on is not None
        assert period.end_on < following.start_on <= TODAY


def test_nothing_is_learnt_of_somebody_never_met() -> None:
    made = plan(1, interviews=[])
    assert (made.assessments, made.obstacles, made.informations) == ([], [], [])


def test_the_persons_of_the_employment_service_are_all_registered() -> None:
    assert all(plan(seed, always_registered=True).registrations for seed in range(30))
