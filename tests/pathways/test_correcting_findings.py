"""Correcting an assessment undoes what it found by mistake and moves nothing else (R-068, R-069, R-071)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jalons.pathways.models import AssessmentKind, Obstacle, Standing
from jalons.pathways.operations import (
    Finding,
    Findings,
    PlanLine,
    correct_assessment,
    lift_obstacle,
    propose_step,
    record_assessment,
    take_up,
)
from jalons.pathways.queries.assessments import plan_of
from tests.worlds import World

ON, FEBRUARY, APRIL = date(2020, 6, 1), date(2020, 2, 10), date(2020, 4, 6)


def found(standing: Standing) -> Findings:
    return Findings(domains={"mobility": Finding(standing)})


@pytest.mark.req("R-071")
def test_correcting_an_old_assessment_reopens_no_obstacle_and_undoes_a_mistake(world: World) -> None:
    enrolment = world.enrolled()
    common: dict[str, Any] = {"actor": world.caseworker, "on": ON}
    first = record_assessment(
        **common,
        enrolment_id=enrolment.pk,
        kind=AssessmentKind.INITIAL,
        made_on=FEBRUARY,
        findings=found(Standing.OBSTACLE),
    )
    again = {**common, "assessment_id": first.pk, "made_on": FEBRUARY, "recommendations": "Précisé"}
    lift_obstacle(**common, obstacle_id=Obstacle.objects.get().pk, day=APRIL)
    correct_assessment(**again, findings=found(Standing.OBSTACLE))
    assert Obstacle.objects.get().lifted_on == APRIL
    correct_assessment(**again, findings=found(Standing.NEUTRAL))
    correct_assessment(**again, findings=found(Standing.OBSTACLE))
    assert Obstacle.objects.get().lifted_on == APRIL

    other = world.enrolled()
    made = record_assessment(
        **common,
        enrolment_id=other.pk,
        kind=AssessmentKind.INITIAL,
        made_on=FEBRUARY,
        findings=found(Standing.OBSTACLE),
    )
    correct_assessment(
        **common, assessment_id=made.pk, made_on=FEBRUARY, recommendations="", findings=found(Standing.NEUTRAL)
    )
    assert not Obstacle.objects.filter(enrolment=other).exists()


@pytest.mark.req("R-069")
def test_a_line_taken_away_moves_no_link_of_the_others(world: World) -> None:
    enrolment = world.enrolled()
    common: dict[str, Any] = {"actor": world.caseworker, "on": ON}
    plan = [PlanLine("Refaire le CV"), PlanLine("Passer le permis"), PlanLine("Visiter un atelier")]
    made = record_assessment(
        **common,
        enrolment_id=enrolment.pk,
        kind=AssessmentKind.INITIAL,
        made_on=FEBRUARY,
        findings=Findings(plan=plan),
    )
    _, licence, visit = plan_of(made)
    step = propose_step(**common, enrolment_id=enrolment.pk, kind="qualifying_training")
    take_up(**common, recommendation_id=licence.pk, step_id=step.pk)
    kept = [
        PlanLine("Visiter deux ateliers", recommendation_id=visit.pk),
        PlanLine("Le code"),
        PlanLine("Passer le permis", recommendation_id=licence.pk),
    ]
    correct_assessment(
        **common, assessment_id=made.pk, made_on=FEBRUARY, recommendations="", findings=Findings(plan=kept)
    )
    assert [(one.rank, one.text, one.step_id) for one in plan_of(made)] == [
        (1, "Visiter deux ateliers", None),
        (2, "Le code", None),
        (3, "Passer le permis", step.pk),
    ]
