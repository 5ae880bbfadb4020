"""The job or training behind an exit changes: the class is computed again, and a class a human confirmed is not lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jalons.kernel.refusals import Refusal
from jalons.pathways.models import Destination, Exit, ExitState, Job, JobContract, Mandate
from jalons.pathways.operations import (
    choose_class,
    complete_step,
    confirm_exit,
    end_job,
    name_lead_caseworker,
    propose_exit,
    propose_step,
    record_diploma,
    record_piece,
    reverse_exit,
    start_step,
)
from jalons.people.permissions import may_reach
from tests.pathways.test_leaving_an_action import ON, Plie
from tests.worlds import World


def hired(plie: Plie) -> tuple[Job, Exit]:
    job = plie.job(contract_kind=JobContract.CDI, weekly_hours=Decimal(18), start_on=date(2020, 3, 1))
    exit_ = plie.leave(job)
    assert exit_.computed_class == "positive"
    return job, exit_


@pytest.mark.req("R-125")
def test_a_proposed_exit_follows_the_job_that_ended_early(world: World) -> None:
    plie = Plie(world)
    job, exit_ = hired(plie)
    end_job(actor=plie.worker, on=ON, job_id=job.pk, ended_on=date(2020, 5, 31))
    exit_.refresh_from_db()
    assert (exit_.computed_class, exit_.chosen_class) == ("", "")


@pytest.mark.req("R-125", "R-127")
def test_a_confirmed_exit_keeps_its_class_beside_the_new_one_and_asks_to_look_again(world: World) -> None:
    plie = Plie(world)
    job, exit_ = hired(plie)
    record_piece(actor=plie.worker, on=ON, enrolment_id=plie.enrolment.pk, kind="work_contract", dated_on=ON)
    confirm_exit(actor=plie.head, on=ON, exit_id=exit_.pk)
    end_job(actor=plie.worker, on=ON, job_id=job.pk, ended_on=date(2020, 5, 31))
    exit_.refresh_from_db()
    assert (exit_.state, exit_.computed_class, exit_.chosen_class) == (ExitState.CONFIRMED, "", "positive")
    assert exit_.flagged
    assert exit_.chosen_reason.startswith("Classe confirmée avant")


@pytest.mark.req("R-125", "R-127")
def test_the_class_of_the_rulebook_kept_without_a_word_never_blocks_what_comes_after(world: World) -> None:
    plie = Plie(world)
    job, exit_ = hired(plie)
    choose_class(actor=plie.head, on=ON, exit_id=exit_.pk, exit_class="positive", reason="")
    end_job(actor=plie.worker, on=ON, job_id=job.pk, ended_on=date(2020, 5, 31))
    exit_.refresh_from_db()
    assert (exit_.computed_class, exit_.chosen_class) == ("", "")  # proposed: she chooses again


@pytest.mark.req("R-125", "R-127")
def test_a_confirmed_class_kept_without_a_word_says_why_it_stays(world: World) -> None:
    plie = Plie(world)
    job, exit_ = hired(plie)
    choose_class(actor=plie.head, on=ON, exit_id=exit_.pk, exit_class="positive", reason="")
    record_piece(actor=plie.worker, on=ON, enrolment_id=plie.enrolment.pk, kind="work_contract", dated_on=ON)
    confirm_exit(actor=plie.head, on=ON, exit_id=exit_.pk)
    end_job(actor=plie.worker, on=ON, job_id=job.pk, ended_on=date(2020, 5, 31))
    exit_.refresh_from_db()
    assert (exit_.computed_class, exit_.chosen_class, exit_.flagged) == ("", "positive", True)
    assert exit_.chosen_reason.startswith("Classe confirmée avant")


@pytest.mark.req("R-125")
def test_the_title_obtained_after_the_exit_makes_it_positive(world: World) -> None:
    plie = Plie(world)
    given = {"actor": plie.worker, "on": ON}
    step = propose_step(**given, enrolment_id=plie.enrolment.pk, kind="qualifying_training", qualifying=True)
    start_step(**given, step_id=step.pk, day=date(2020, 3, 9))
    with pytest.raises(Refusal, match="formation réalisée"):
        record_diploma(**given, step_id=step.pk, diploma_on=date(2020, 7, 10))
    complete_step(**given, step_id=step.pk, day=date(2020, 7, 8))
    exit_ = propose_exit(
        **given,
        enrolment_id=plie.enrolment.pk,
        exited_on=date(2020, 7, 10),
        destination=Destination.TRAINING,
        step_id=step.pk,
    )
    assert exit_.computed_class == "other"
    for day, sentence in ((date(2020, 9, 2), "pas encore arrivé"), (date(2020, 3, 1), "après le début")):
        with pytest.raises(Refusal, match=sentence):
            record_diploma(**given, step_id=step.pk, diploma_on=day)
    record_diploma(**given, step_id=step.pk, diploma_on=date(2020, 7, 10))
    exit_.refresh_from_db()
    assert exit_.computed_class == "positive"


@pytest.mark.req("R-046", "R-121")
def test_reversing_an_exit_gives_the_person_her_referent_again(world: World) -> None:
    enrolment = world.enrolled(caseworker=world.caseworker)
    leaving = propose_exit(
        actor=world.caseworker, on=ON, enrolment_id=enrolment.pk, exited_on=ON, destination=Destination.MOVED
    )
    confirm_exit(actor=world.head, on=ON, exit_id=leaving.pk)
    assert Mandate.objects.get().end_on == ON
    reverse_exit(actor=world.head, on=ON, exit_id=leaving.pk, reason="Erreur")
    assert Mandate.objects.get().end_on is None
    assert may_reach(world.caseworker, enrolment.person_id, on=date(2030, 1, 1))


@pytest.mark.req("R-046")
def test_a_referent_named_since_stays_when_the_exit_is_reversed(world: World) -> None:
    enrolment = world.enrolled(caseworker=world.caseworker)
    exited_on, later = date(2020, 8, 3), date(2020, 8, 10)
    leaving = propose_exit(
        actor=world.caseworker, on=ON, enrolment_id=enrolment.pk, exited_on=exited_on, destination=Destination.MOVED
    )
    confirm_exit(actor=world.head, on=ON, exit_id=leaving.pk)
    name_lead_caseworker(
        actor=world.head,
        on=ON,
        person_id=enrolment.person_id,
        caseworker_id=world.colleague.pk,
        organisation_id=world.house.pk,
        start_on=later,
    )
    reverse_exit(actor=world.head, on=ON, exit_id=leaving.pk, reason="Erreur")
    assert list(Mandate.objects.order_by("start_on").values_list("caseworker", "end_on")) == [
        (world.caseworker.pk, exited_on),
        (world.colleague.pk, None),
    ]
