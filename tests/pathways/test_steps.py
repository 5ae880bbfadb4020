"""The steps: kinds of the rulebook, a life with dates, positionings and realised steps apart."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import Enrolment, Step, StepState
from jalons.pathways.operations import (
    NewStep,
    cancel_step,
    complete_step,
    interrupt_step,
    position,
    propose_step,
    record_steps,
    start_step,
)
from jalons.pathways.rules import STEP_TRANSITIONS, require_transition
from tests.worlds import World

ON = date(2020, 3, 2)
LATER = date(2020, 9, 1)


@pytest.fixture
def enrolment(world: World) -> Enrolment:
    return world.enrolled()


def proposed(world: World, enrolment: Enrolment, **options: object) -> Step:
    given = {"kind": "qualifying_training", "label": "CAP cuisine", "qualifying": True} | options
    return propose_step(actor=world.caseworker, on=ON, enrolment_id=enrolment.pk, **given)


@pytest.mark.req("R-103", "R-104", "R-109")
def test_a_step_goes_from_proposed_to_completed_with_its_dates(world, enrolment):
    step = proposed(world, enrolment)
    assert (step.family, step.state, step.proposed_on) == ("employment_training", "proposed", ON)
    position(actor=world.caseworker, on=date(2020, 3, 9), step_id=step.pk, operator="GRETA")
    start_step(actor=world.caseworker, on=date(2020, 4, 6), step_id=step.pk, planned_end_on=date(2020, 7, 31))
    done = complete_step(
        actor=world.caseworker, on=LATER, step_id=step.pk, day=date(2020, 7, 31), diploma_on=date(2020, 7, 31)
    )
    done.refresh_from_db()
    assert (done.positioned_on, done.started_on, done.ended_on) == (
        date(2020, 3, 9),
        date(2020, 4, 6),
        date(2020, 7, 31),
    )
    assert (done.state, done.operator, done.diploma_on) == (StepState.COMPLETED, "GRETA", date(2020, 7, 31))


def test_an_interruption_says_why(world, enrolment):
    step = proposed(world, enrolment)
    start_step(actor=world.caseworker, on=ON, step_id=step.pk)
    with pytest.raises(Refusal, match="motif"):
        interrupt_step(actor=world.caseworker, on=LATER, step_id=step.pk, reason="")
    stopped = interrupt_step(actor=world.caseworker, on=LATER, step_id=step.pk, reason="Reprise d’emploi")
    assert (stopped.state, stopped.end_reason, stopped.ended_on) == (StepState.INTERRUPTED, "Reprise d’emploi", LATER)


def test_a_step_that_has_begun_is_not_dropped(world, enrolment):
    step = proposed(world, enrolment)
    start_step(actor=world.caseworker, on=ON, step_id=step.pk)
    with pytest.raises(Refusal, match="« Réalisée » ou « Interrompue »"):
        cancel_step(actor=world.caseworker, on=LATER, step_id=step.pk)


def test_a_step_that_never_began_is_dropped(world, enrolment):
    step = proposed(world, enrolment)
    assert cancel_step(actor=world.caseworker, on=LATER, step_id=step.pk).state == StepState.CANCELLED


@pytest.mark.parametrize(("current", "wanted"), list(product(StepState, StepState)))
def test_every_transition_out_of_the_table_is_refused(current, wanted):
    if wanted in STEP_TRANSITIONS[current]:
        require_transition(STEP_TRANSITIONS, current, wanted, what="Cette étape")
    else:
        with pytest.raises(Refusal, match="ne peut pas devenir"):
            require_transition(STEP_TRANSITIONS, current, wanted, what="Cette étape")


@pytest.mark.req("R-103")
def test_a_kind_out_of_the_taxonomy_is_refused(world, enrolment):
    with pytest.raises(Refusal, match="nomenclature"):
        proposed(world, enrolment, kind="tourism")


@pytest.mark.req("R-106", "R-163")
def test_access_to_care_is_stored_as_kind_only(world, enrolment):
    with pytest.raises(Refusal, match="texte libre"):
        proposed(world, enrolment, kind="health_access", label="Rendez-vous au CMP")
    assert proposed(world, enrolment, kind="health_access", label="").family == "mobilisation"


@pytest.mark.req("R-109")
def test_steps_written_afterwards_take_the_state_their_dates_tell(world, enrolment):
    days = {"proposed_on": ON, "positioned_on": ON, "started_on": ON, "ended_on": ON}
    steps = [NewStep(enrolment.pk, "cdd", **dict(list(days.items())[:known])) for known in (1, 2, 3, 4)]
    steps.append(NewStep(enrolment.pk, "cdd", **days, interrupted=True))
    states = [step.state for step in record_steps(actor=world.caseworker, on=LATER, steps=steps)]
    assert states == ["proposed", "positioned", "started", "completed", "interrupted"]


def test_a_date_to_come_and_an_end_without_start_are_refused(world, enrolment):
    with pytest.raises(Refusal, match="pas encore arrivé"):
        start_step(actor=world.caseworker, on=ON, step_id=proposed(world, enrolment).pk, day=LATER)
    with pytest.raises(Refusal, match="date de début"):
        record_steps(actor=world.caseworker, on=LATER, steps=[NewStep(enrolment.pk, "cdd", ON, ended_on=LATER)])


@pytest.mark.parametrize(
    ("change", "constraint"),
    [({"state": "started"}, "step_started_has_date"), ({"ended_on": ON}, "step_ends_after_start")],
)
def test_the_database_holds_the_dates(world, enrolment, change, constraint):
    step = proposed(world, enrolment)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Step.objects.filter(pk=step.pk).update(**change)


def test_a_step_ends_after_its_start(world, enrolment):
    step = proposed(world, enrolment)
    start_step(actor=world.caseworker, on=LATER, step_id=step.pk)
    with pytest.raises(Refusal, match="après avoir commencé") as refused:
        complete_step(actor=world.caseworker, on=LATER, step_id=step.pk, day=ON)
    assert refused.value.code == "step_ends_after_start"


def test_the_neighbour_writes_no_step(world, enrolment):
    step = proposed(world, enrolment)
    for actor in (world.stranger, world.social_head, world.steering_officer):
        with pytest.raises(NotAllowed):
            start_step(actor=actor, on=LATER, step_id=step.pk)
