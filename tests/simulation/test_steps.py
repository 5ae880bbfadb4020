"""The demonstration writes steps that a file takes, whatever their kind: no words where a kind says something of health."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.pathways.operations.drafts import draft_contract
from jalons.pathways.operations.steps import record_steps
from jalons.pathways.rulebook import rules_of
from jalons.simulation.accompaniments import Accompaniment, ContractPlan, StepPlan
from jalons.simulation.living_contracts import contract_draft
from jalons.simulation.living_steps import new_step
from jalons.simulation.scene import Followed
from tests.worlds import World

ENDED, TODAY = date(2020, 9, 1), date(2020, 10, 15)


def _plan(*, ended: bool, completed: bool) -> StepPlan:
    return StepPlan("mobilisation", 0.9, date(2020, 3, 2), date(2020, 4, 1), ENDED if ended else None, completed)


@pytest.mark.req("R-106")
@pytest.mark.usefixtures("rulebooks")
def test_every_kind_of_step_is_taken_at_any_point_of_its_life(world: World) -> None:
    enrolment = world.enrolled(caseworker=world.caseworker)
    one = Followed(enrolment, Accompaniment(enrolment.start_on), world.caseworker)
    kinds = rules_of(enrolment.action_code, on=TODAY).steps
    assert any(kind.sensitive for kind in kinds.values())
    plans = [_plan(ended=ended, completed=completed) for ended in (True, False) for completed in (True, False)]
    written = [new_step(one, plan, [kind], TODAY) for kind in kinds for plan in plans]

    rows = record_steps(actor=world.caseworker, on=TODAY, steps=written)

    assert {row.kind for row in rows} == set(kinds)
    assert all(row.end_code for row in rows if row.ended_on)
    assert not any(row.end_reason or row.label for row in rows)


@pytest.mark.req("R-106")
@pytest.mark.usefixtures("rulebooks")
def test_every_kind_of_step_may_be_planned_in_a_contract(world: World) -> None:
    enrolment = world.enrolled(caseworker=world.caseworker)
    one = Followed(enrolment, Accompaniment(enrolment.start_on), world.caseworker)
    kinds = rules_of(enrolment.action_code, on=TODAY).steps
    days = (date(2020, 3, 2), date(2020, 9, 1), date(2020, 3, 2), date(2020, 3, 2))
    planned = set()
    for rank in range(1, len(kinds) + 1):
        draft = contract_draft(one, ContractPlan(rank, *days, None, None, None), None)
        planned.add(draft.steps[0].kind)
        contract = draft_contract(actor=world.caseworker, on=TODAY, draft=draft)
        contract.delete()
    assert planned == set(kinds)
