"""A step noted wrong is put right: its dates, its end taken back, or the whole step when it was never hers (R-109)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import ContactWith, Destination, Finding, Step, StepAnswer, StepState
from jalons.pathways.operations import (
    NewStep,
    StepFacts,
    answer_step,
    complete_step,
    correct_step,
    prescribe,
    propose_exit,
    propose_step,
    record_steps,
    start_step,
    take_news_of_step,
    withdraw_step,
)
from tests.pathways.test_leaving_an_action import Plie
from tests.worlds import World

MARCH, MAY = date(2020, 3, 2), date(2020, 5, 4)
ON = date(2020, 9, 1)


def ended(world: World, **options: object) -> Step:
    days = {"proposed_on": MARCH, "positioned_on": MARCH, "started_on": MARCH, "ended_on": MAY, "end_code": "done"}
    new = NewStep(world.enrolled().pk, "qualifying_training", **(days | options))
    return record_steps(actor=world.caseworker, on=ON, steps=[new])[0]


def facts(step: Step, **options: object) -> StepFacts:
    names = ("positioned_on", "started_on", "ended_on", "planned_end_on", "qualifying", "weekly_hours")
    return replace(StepFacts(**{name: getattr(step, name) for name in names}), **options)


def corrected(world: World, step: Step, **options: object) -> Step:
    made = correct_step(actor=world.caseworker, on=ON, step_id=step.pk, facts=facts(step, **options))
    made.refresh_from_db()
    return made


@pytest.mark.req("R-109")
def test_wrong_dates_are_put_right_and_the_step_stays_where_it_is(world):
    right = corrected(world, ended(world), started_on=date(2020, 3, 9), planned_end_on=MAY, qualifying=True)
    assert (right.state, right.started_on, right.ended_on) == (StepState.COMPLETED, date(2020, 3, 9), MAY)
    assert (right.planned_end_on, right.qualifying, right.end_code) == (MAY, True, "done")


@pytest.mark.req("R-109")
def test_an_end_then_a_start_noted_by_mistake_are_taken_back(world):
    step = ended(world, qualifying=True, diploma_on=MAY)
    running = corrected(world, step, ended_on=None)
    assert (running.state, running.end_code, running.diploma_on) == (StepState.STARTED, "", None)
    waiting = corrected(world, running, started_on=None)
    assert (waiting.state, waiting.started_on) == (StepState.POSITIONED, None)
    assert corrected(world, waiting, positioned_on=None).state == StepState.PROPOSED


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"started_on": date(2020, 9, 2), "ended_on": None}, "date_to_come"),
        ({"started_on": date(2020, 6, 1)}, "step_ends_after_start"),
        ({"planned_end_on": date(2020, 2, 1)}, "step_ends_after_start"),
        ({"started_on": None}, "step_started_has_date"),
        ({"weekly_hours": 0}, "step_hours"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(world, options, code):
    with pytest.raises(Refusal) as refused:
        corrected(world, ended(world), **options)
    assert refused.value.code == code


def test_what_has_not_come_is_not_noted_by_a_correction(world):
    step = propose_step(actor=world.caseworker, on=MARCH, enrolment_id=world.enrolled().pk, kind="qualifying_training")
    with pytest.raises(Refusal, match="pas encore commencée"):
        corrected(world, step, started_on=MAY)


def test_a_step_with_news_has_begun(world):
    step = ended(world)
    take_news_of_step(
        actor=world.caseworker, on=ON, step_id=step.pk, made_on=MAY, contact_with=ContactWith.PERSON,
        finding=Finding.GOES_WELL,
    )  # fmt: skip
    with pytest.raises(Refusal, match="des nouvelles") as refused:
        corrected(world, step, started_on=None, ended_on=None)
    assert refused.value.code == "step_rested_on"
    with pytest.raises(Refusal, match="des nouvelles"):
        withdraw_step(actor=world.caseworker, on=ON, step_id=step.pk, reason="Erreur de personne")


@pytest.mark.req("R-125")
def test_the_class_of_an_exit_follows_the_training_that_is_corrected(world):
    plie = Plie(world)
    given = {"actor": plie.worker, "on": ON}
    step = propose_step(**given, enrolment_id=plie.enrolment.pk, kind="qualifying_training", qualifying=True)
    start_step(**given, step_id=step.pk, day=date(2020, 3, 9))
    title = date(2020, 7, 10)
    complete_step(**given, step_id=step.pk, day=title, diploma_on=title)
    leaving = propose_exit(
        **given, enrolment_id=plie.enrolment.pk, exited_on=title, destination=Destination.TRAINING, step_id=step.pk
    )
    assert leaving.computed_class == "positive"
    step.refresh_from_db()
    correct_step(**given, step_id=step.pk, facts=facts(step, qualifying=False))
    leaving.refresh_from_db()
    assert leaving.computed_class != "positive"
    with pytest.raises(Refusal, match="une sortie"):
        withdraw_step(**given, step_id=step.pk, reason="Erreur")


@pytest.mark.req("R-109")
def test_a_step_of_somebody_else_is_withdrawn_with_its_reason_and_counts_no_more(world):
    step = ended(world)
    withdraw_step(actor=world.caseworker, on=ON, step_id=step.pk, reason="Erreur de personne")
    step.refresh_from_db()
    assert (step.state, step.end_code, step.end_reason) == (StepState.CANCELLED, "mistake", "Erreur de personne")
    assert (step.positioned_on, step.started_on, step.ended_on) == (None, None, None)
    with pytest.raises(Refusal, match="proposez-la à nouveau"):
        corrected(world, step)


@pytest.mark.req("R-106")
def test_a_step_about_health_is_withdrawn_without_a_word(world):
    new = NewStep(world.enrolled().pk, "health_access", MARCH, started_on=MARCH)
    (step,) = record_steps(actor=world.caseworker, on=ON, steps=[new])
    with pytest.raises(Refusal, match="texte libre"):
        withdraw_step(actor=world.caseworker, on=ON, step_id=step.pk, reason="Ce n’était pas son opération")
    assert withdraw_step(actor=world.caseworker, on=ON, step_id=step.pk).state == StepState.CANCELLED


def test_the_neighbour_corrects_nothing(world):
    step = ended(world)
    for actor in (world.stranger, world.social_head):
        with pytest.raises(NotAllowed):
            correct_step(actor=actor, on=ON, step_id=step.pk, facts=facts(step))
        with pytest.raises(NotAllowed):
            withdraw_step(actor=actor, on=ON, step_id=step.pk, reason="Erreur")


@pytest.mark.req("R-109")
def test_a_prescription_stays_before_its_answer_and_its_start(world):
    given = {"actor": world.caseworker, "on": MAY}
    step = propose_step(**given, enrolment_id=world.enrolled().pk, kind="qualifying_training")
    prescribe(**given, step_id=step.pk, day=MARCH, operator="Mission locale")
    answer_step(**given, step_id=step.pk, answer=StepAnswer.ACCEPTED, day=date(2020, 3, 9))
    step = start_step(**given, step_id=step.pk, day=date(2020, 3, 5))
    for asked_on, code in (
        (None, "step_answered"),
        (date(2020, 3, 10), "answer_before_question"),
        (date(2020, 3, 6), "step_starts_after_prescription"),
    ):
        with pytest.raises(Refusal) as refused:
            corrected(world, step, positioned_on=asked_on)
        assert refused.value.code == code
    right = corrected(world, step, positioned_on=date(2020, 3, 4))
    assert (right.positioned_on, right.answer) == (date(2020, 3, 4), StepAnswer.ACCEPTED)
