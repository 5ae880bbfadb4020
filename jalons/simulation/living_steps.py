"""The steps of a group in a span of days."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from jalons.pathways.models import (
    StepState,
)
from jalons.pathways.operations import (
    steps,
)
from jalons.pathways.reference import step_ends
from jalons.simulation.accompaniments import StepPlan
from jalons.simulation.scene import Followed, Span, rules_on

USUAL_END = 0.7  # completed steps that simply went to their end
# Hours a week of a step, by family: round figures chosen for a credible demo.
WEEKLY_HOURS: dict[str, tuple[int, ...]] = {
    "employment_training": (24, 28, 30, 35),
    "employment_access": (3, 4, 6, 12),
    "mobilisation": (2, 3, 4, 6),
}


def live_steps(group: list[Followed], span: Span, until: date) -> None:
    """Each step is written when its story is over, or where it stands on the last day."""
    wanted = []
    for one in group:
        kinds: dict[str, list[str]] = defaultdict(list)
        for code, rule in rules_on(one.enrolment.action_code, span.last).steps.items():
            kinds[rule.family].append(code)
        for plan in one.plan.steps:
            day = _told_on(plan, until)
            if day in span and kinds[plan.family]:
                wanted.append(new_step(one, plan, kinds[plan.family], until))
    if wanted:
        steps.record_steps(actor=group[0].actor, on=span.last, steps=wanted)


def _told_on(plan: StepPlan, until: date) -> date:
    known = [day for day in (plan.proposed_on, plan.started_on, plan.ended_on) if day is not None and day <= until]
    return max(known)


def new_step(one: Followed, plan: StepPlan, kinds: list[str], until: date) -> steps.NewStep:
    """Return a step as it stands on ``until``."""
    started = plan.started_on if plan.started_on and plan.started_on <= until else None
    ended = plan.ended_on if started and plan.ended_on and plan.ended_on <= until else None
    kind = kinds[int(plan.pick * len(kinds))]
    return steps.NewStep(
        enrolment_id=one.enrolment.pk,
        kind=kind,
        proposed_on=plan.proposed_on,
        positioned_on=plan.proposed_on if started else None,
        started_on=started,
        ended_on=ended,
        interrupted=ended is not None and not plan.completed,
        end_code=_end_code(plan) if ended else "",
        weekly_hours=_weekly_hours(plan) if started else None,
        qualifying=kind == "qualifying_training",
        diploma_on=ended if ended and plan.completed and kind == "qualifying_training" else None,
    )


def _end_code(plan: StepPlan) -> str:
    """A reason of the list, never words: some kinds of steps say something of health (R-163)."""
    codes = list(step_ends(StepState.COMPLETED if plan.completed else StepState.INTERRUPTED))
    return codes[0] if plan.completed and plan.pick < USUAL_END else codes[int(plan.pick * 1000) % len(codes)]


def _weekly_hours(plan: StepPlan) -> Decimal:
    choices = WEEKLY_HOURS.get(plan.family, (3,))
    return Decimal(choices[int(plan.pick * 1000) % len(choices)])
