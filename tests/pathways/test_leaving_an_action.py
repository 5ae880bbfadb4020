"""An exit rests on facts, its class comes from the rulebook, a human confirms, chooses or reverses."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import User
from jalons.pathways.models import Destination, EndReason, Enrolment, Exit, ExitState, Job, JobContract
from jalons.pathways.operations import (
    choose_class,
    complete_step,
    confirm_exit,
    end_enrolment,
    end_job,
    enrol,
    orient,
    propose_exit,
    propose_step,
    record_job,
    record_piece,
    reverse_exit,
    start_step,
)
from jalons.people.models import Person
from jalons.people.permissions import may_reach
from tests.worlds import World

ON = date(2020, 9, 1)


@pytest.fixture
def enrolment(world: World) -> Enrolment:
    return world.enrolled()


class North:
    """The coaching of the Nord, which defines exit classes: a person in it, its worker and its head."""

    def __init__(self, world: World, action_code: str = "nord_ii2_coaching") -> None:
        authority = world.neighbour_authority
        self.territory = authority.territories.create(code="cambresis", name="Cambrésis")
        self.house = world.organisation("Coaching du Nord", authority=authority)
        self.worker: User = world.user("coach", "caseworker", organisation=self.house)
        self.head: User = world.user("cheffe", "organisation_head", organisation=self.house)
        self.line = world.place(
            self.house,
            action_code=action_code,
            framework_code="nord_2019_2021",
            start_on=date(2019, 1, 1),
            end_on=date(2021, 12, 31),
        )
        self.officer = world.user("pipl", "orientation_officer", authority=authority)
        person: Person = world.person(territory=self.territory, subject_since=date(2018, 1, 1))
        day = date(2020, 1, 1)
        orient(actor=self.officer, on=day, person_id=person.pk, line_id=self.line.pk, reason="Emploi")
        self.enrolment = enrol(actor=self.head, on=day, person_id=person.pk, line_id=self.line.pk, start_on=day)

    def job(self, **options: object) -> Job:
        given = {"contract_kind": JobContract.CDD, "start_on": date(2020, 1, 1)} | options
        return record_job(actor=self.worker, on=ON, enrolment_id=self.enrolment.pk, **given)

    def leave(self, job: Job) -> Exit:
        return propose_exit(
            actor=self.worker,
            on=ON,
            enrolment_id=self.enrolment.pk,
            exited_on=ON,
            destination=Destination.JOB,
            job_id=job.pk,
        )


def leave(world: World, enrolment: Enrolment, **options: object) -> Exit:
    given = {"actor": world.caseworker, "on": ON, "exited_on": ON, "destination": Destination.MOVED} | options
    return propose_exit(enrolment_id=enrolment.pk, **given)


@pytest.mark.req("R-121", "R-131")
def test_where_no_class_is_defined_the_reason_of_the_end_is_kept_and_no_class_is_made_up(world, enrolment):
    exit_ = leave(world, enrolment)
    assert (exit_.destination, exit_.computed_class, exit_.state) == ("moved", "", ExitState.PROPOSED)
    assert "aucune classe" in exit_.explanation
    enrolment.refresh_from_db()
    assert enrolment.end_on is None


@pytest.mark.req("R-122")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"end_on": date(2020, 8, 31)}, "durable"),  # 8 months
        ({"end_on": date(2020, 3, 31)}, "transition"),
        ({"contract_kind": JobContract.CDDI, "employer_kind": "siae", "end_on": date(2020, 8, 31)}, "positive"),
        ({"contract_kind": JobContract.CDI}, "durable"),
    ],
)
def test_the_nord_class_comes_from_the_job_with_its_citation_and_version(world, options, expected):
    north = North(world)
    exit_ = north.leave(north.job(**options))
    assert (exit_.computed_class, exit_.rulebook_version) == (expected, "nord_2019_2021 1")
    assert "003" in exit_.explanation


@pytest.mark.req("R-127")
def test_the_head_confirms_and_the_enrolment_ends_that_day(world, enrolment):
    exit_ = confirm_exit(actor=world.head, on=ON, exit_id=leave(world, enrolment).pk)
    enrolment.refresh_from_db()
    assert (exit_.state, exit_.confirmed_on, exit_.confirmed_by) == (ExitState.CONFIRMED, ON, world.head)
    assert (enrolment.end_on, enrolment.end_reason) == (ON, EndReason.EXIT)


def test_a_class_chosen_against_the_rulebook_keeps_both_and_the_reason(world):
    north = North(world)
    exit_ = north.leave(north.job(end_on=date(2020, 3, 31)))
    with pytest.raises(Refusal, match="motif"):
        choose_class(actor=north.head, on=ON, exit_id=exit_.pk, exit_class="durable", reason="")
    with pytest.raises(Refusal, match="n’existe pas"):
        choose_class(actor=north.head, on=ON, exit_id=exit_.pk, exit_class="magnifique", reason="Parce que")
    chosen = choose_class(
        actor=north.head, on=ON, exit_id=exit_.pk, exit_class="durable", reason="Renouvelé pour un an"
    )
    assert (chosen.computed_class, chosen.chosen_class, chosen.chosen_reason) == (
        "transition",
        "durable",
        "Renouvelé pour un an",
    )


@pytest.mark.req("R-164")
def test_the_file_closes_to_the_organisation_some_months_after_the_exit_and_opens_again_when_it_is_reversed(
    world, enrolment
):
    later = date(2021, 3, 2)  # six months after the exit, as the authority set
    exit_ = confirm_exit(actor=world.head, on=ON, exit_id=leave(world, enrolment).pk)
    assert may_reach(world.caseworker, enrolment.person_id, on=date(2021, 3, 1))
    assert not may_reach(world.caseworker, enrolment.person_id, on=later)
    reverse_exit(actor=world.head, on=ON, exit_id=exit_.pk, reason="Erreur")
    assert may_reach(world.caseworker, enrolment.person_id, on=later)


@pytest.mark.req("R-119", "R-120", "R-164")
def test_the_file_stays_open_for_the_follow_up_the_rulebook_expects_after_the_exit(world, rulebooks):
    north = North(world, "nord_iii1_mise_en_situation")  # « suivi de 6 mois » after an exit to a job or a training
    exit_ = confirm_exit(actor=north.head, on=ON, exit_id=north.leave(north.job(contract_kind=JobContract.CDI)).pk)
    awaited = date(2021, 3, 1)
    reached = [
        may_reach(north.worker, exit_.person_id, on=day)
        for day in (awaited, date(2021, 3, 31), date(2021, 9, 1), date(2021, 9, 2))
    ]
    assert reached == [True, True, True, False]  # the six months of the authority count from the trace awaited
    late = date(2021, 3, 10)
    follow_up = {"enrolment_id": north.enrolment.pk, "kind": "follow_up_note", "dated_on": late}
    assert record_piece(actor=north.worker, on=late, **follow_up).kind == "follow_up_note"


@pytest.mark.req("R-164")
def test_an_exit_without_follow_up_keeps_the_months_of_the_authority(world, rulebooks):
    north = North(world, "nord_iii1_mise_en_situation")
    moved = {"exited_on": ON, "destination": Destination.MOVED}
    exit_ = propose_exit(actor=north.worker, on=ON, enrolment_id=north.enrolment.pk, **moved)
    confirm_exit(actor=north.head, on=ON, exit_id=exit_.pk)
    days = (date(2021, 3, 1), date(2021, 3, 2))
    assert [may_reach(north.worker, exit_.person_id, on=day) for day in days] == [True, False]


def test_a_reversed_exit_says_why_and_the_enrolment_runs_again(world, enrolment):
    exit_ = confirm_exit(actor=world.head, on=ON, exit_id=leave(world, enrolment).pk)
    with pytest.raises(Refusal, match="motif"):
        reverse_exit(actor=world.head, on=ON, exit_id=exit_.pk, reason=" ")
    reverse_exit(actor=world.head, on=ON, exit_id=exit_.pk, reason="Erreur de personne")
    enrolment.refresh_from_db()
    exit_.refresh_from_db()
    assert (enrolment.end_on, enrolment.end_reason) == (None, "")
    assert (exit_.state, exit_.reversed_by, exit_.reversed_reason) == (
        ExitState.REVERSED,
        world.head,
        "Erreur de personne",
    )
    assert leave(world, enrolment).state == ExitState.PROPOSED  # another exit may follow
    with pytest.raises(Refusal, match="annulée"):
        choose_class(actor=world.head, on=ON, exit_id=exit_.pk, exit_class="", reason="")


def test_one_exit_in_force_per_enrolment(world, enrolment):
    leave(world, enrolment)
    with pytest.raises(Refusal, match="déjà une sortie") as refused:
        leave(world, enrolment)
    assert refused.value.code == "exit_one_in_force"


def test_an_exit_is_confirmed_once(world, enrolment):
    exit_ = confirm_exit(actor=world.head, on=ON, exit_id=leave(world, enrolment).pk)
    with pytest.raises(Refusal, match="ne peut pas devenir"):
        confirm_exit(actor=world.head, on=ON, exit_id=exit_.pk)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"exited_on": date(2020, 9, 2)}, "pas encore arrivé"),
        ({"exited_on": date(2020, 1, 2)}, "précéder l’entrée"),
        ({"destination": Destination.JOB}, "repose sur un emploi"),
        ({"destination": Destination.TRAINING}, "repose sur une étape"),
    ],
)
def test_an_exit_without_what_it_rests_on_is_refused(world, enrolment, options, sentence):
    with pytest.raises(Refusal, match=sentence):
        leave(world, enrolment, **options)


def test_the_job_of_another_person_is_refused(world, enrolment):
    other = world.enrolled()
    job = record_job(
        actor=world.caseworker, on=ON, enrolment_id=other.pk, contract_kind=JobContract.CDI, start_on=date(2020, 8, 3)
    )
    with pytest.raises(Refusal, match="autre personne"):
        leave(world, enrolment, destination=Destination.JOB, job_id=job.pk)


def test_a_caseworker_proposes_but_does_not_confirm_and_the_neighbour_does_neither(world, enrolment):
    exit_ = leave(world, enrolment)
    for actor in (world.caseworker, world.neighbour_head, world.social_head):
        with pytest.raises(NotAllowed):
            confirm_exit(actor=actor, on=ON, exit_id=exit_.pk)
    with pytest.raises(NotAllowed):
        leave(world, world.enrolled(), actor=world.stranger)


@pytest.mark.req("R-122", "R-125")
def test_a_fixed_term_job_says_its_end_and_hours_are_more_than_zero(world, enrolment):
    given = {"actor": world.caseworker, "on": ON, "enrolment_id": enrolment.pk, "start_on": ON}
    with pytest.raises(Refusal, match="fin prévue"):
        record_job(contract_kind=JobContract.CDD, **given)
    with pytest.raises(Refusal, match="plus de 0"):
        record_job(contract_kind=JobContract.CDI, weekly_hours=Decimal(0), **given)
    job = record_job(contract_kind=JobContract.CDI, **given)
    with pytest.raises(Refusal, match="précéder le début"):
        end_job(actor=world.caseworker, on=ON, job_id=job.pk, ended_on=date(2020, 8, 1))
    with pytest.raises(Refusal, match=r"finir|précéder") as refused:
        record_job(contract_kind=JobContract.CDD, end_on=date(2020, 8, 1), **given)
    assert refused.value.code == "job_dates_ordered"
    assert end_job(actor=world.caseworker, on=ON, job_id=job.pk, ended_on=ON).ended_on == ON


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"chosen_class": "durable"}, "exit_choice_has_reason"),
        ({"confirmed_on": ON}, "exit_confirmed_when_and_by_whom"),
        ({"reversed_on": ON}, "exit_reversed_when_why_by_whom"),
    ],
)
def test_the_database_holds_what_an_exit_may_never_be(world, enrolment, change, constraint):
    exit_ = leave(world, enrolment)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Exit.objects.filter(pk=exit_.pk).update(**change)


class Plie(North):
    """A PLIE, whose positive exit asks for six months in the job and a proof."""

    def __init__(self, world: World) -> None:
        super().__init__(world, action_code="plie_2014_2020")


@pytest.mark.req("R-125", "R-128")
def test_a_plie_positive_exit_is_not_confirmed_without_a_proof(world):
    plie = Plie(world)
    exit_ = plie.leave(plie.job(contract_kind=JobContract.CDI, weekly_hours=Decimal(18), start_on=date(2020, 3, 1)))
    assert exit_.computed_class == "positive"
    with pytest.raises(Refusal, match="Preuve de la sortie") as refused:
        confirm_exit(actor=plie.head, on=ON, exit_id=exit_.pk)
    assert refused.value.code == "exit_without_proof"
    record_piece(actor=plie.worker, on=ON, enrolment_id=plie.enrolment.pk, kind="work_contract", dated_on=ON)
    assert confirm_exit(actor=plie.head, on=ON, exit_id=exit_.pk).state == ExitState.CONFIRMED


@pytest.mark.req("R-120", "R-128")
@pytest.mark.parametrize(
    ("action", "options"),
    [
        ("nord_i1_iod", {"contract_kind": JobContract.CDI}),
        ("nord_ii2_coaching", {"contract_kind": JobContract.INTERIM, "end_on": date(2020, 3, 31)}),
    ],
)
def test_an_exit_is_confirmed_before_what_comes_months_later_or_only_warns(world, action, options):
    """The note of the follow-up is due six months after the exit; the re-orientation after a coaching is an alert."""
    north = North(world, action_code=action)
    exit_ = north.leave(north.job(**options))
    if exit_.flagged:
        choose_class(actor=north.head, on=ON, exit_id=exit_.pk, exit_class="other", reason="Mission courte")
    assert confirm_exit(actor=north.head, on=ON, exit_id=exit_.pk).state == ExitState.CONFIRMED


@pytest.mark.req("R-128")
def test_the_class_of_a_confirmed_exit_is_not_raised_without_its_proof(world):
    plie = Plie(world)
    exit_ = propose_exit(
        actor=plie.worker, on=ON, enrolment_id=plie.enrolment.pk, exited_on=ON, destination=Destination.MOVED
    )
    confirm_exit(actor=plie.head, on=ON, exit_id=exit_.pk)
    with pytest.raises(Refusal) as refused:
        choose_class(actor=plie.head, on=ON, exit_id=exit_.pk, exit_class="positive", reason="Emploi trouvé ensuite")
    assert refused.value.code == "exit_without_proof"


@pytest.mark.req("R-121")
def test_an_exit_is_not_confirmed_when_the_enrolment_ended_another_day_meanwhile(world, enrolment):
    exit_ = propose_exit(
        actor=world.caseworker, on=ON, enrolment_id=enrolment.pk, exited_on=ON, destination=Destination.MOVED
    )
    end_enrolment(
        actor=world.head,
        on=ON,
        enrolment_id=enrolment.pk,
        last_day=ON - timedelta(days=5),
        reason=EndReason.RIGHTS_ENDED,
    )
    with pytest.raises(Refusal) as refused:
        confirm_exit(actor=world.head, on=ON, exit_id=exit_.pk)
    assert refused.value.code == "exit_after_end"


@pytest.mark.req("R-125")
def test_a_plie_exit_the_day_before_six_months_has_no_class_yet(world):
    plie = Plie(world)
    job = plie.job(contract_kind=JobContract.CDI, weekly_hours=Decimal(18), start_on=date(2020, 3, 2))
    exit_ = plie.leave(job)
    assert (exit_.computed_class, "02/09/2020" in exit_.explanation) == ("", True)


@pytest.mark.req("R-126", "R-127")
def test_an_aided_contract_is_left_to_the_animation_team(world):
    plie = Plie(world)
    job = plie.job(
        contract_kind=JobContract.AIDED, weekly_hours=Decimal(20), start_on=date(2020, 1, 1), end_on=date(2020, 8, 31)
    )
    exit_ = plie.leave(job)
    with pytest.raises(Refusal, match="à la décision de") as refused:
        confirm_exit(actor=plie.head, on=ON, exit_id=exit_.pk)
    assert refused.value.code == "exit_to_choose"


@pytest.mark.req("R-125")
def test_a_training_of_four_months_with_its_title_is_positive_on_the_day_of_the_title(world):
    plie = Plie(world)
    enrolment_id = plie.enrolment.pk
    start = date(2020, 3, 9)
    step = propose_step(
        actor=plie.worker, on=start, enrolment_id=enrolment_id, kind="qualifying_training", qualifying=True
    )
    start_step(actor=plie.worker, on=start, step_id=step.pk)
    title = date(2020, 7, 10)
    complete_step(actor=plie.worker, on=title, step_id=step.pk, diploma_on=title)
    exit_ = propose_exit(
        actor=plie.worker,
        on=title,
        enrolment_id=enrolment_id,
        exited_on=title,
        destination=Destination.TRAINING,
        step_id=step.pk,
    )
    assert exit_.computed_class == "positive"
