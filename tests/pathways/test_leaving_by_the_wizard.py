"""Leaving in one write, the documents expected by each framework, and what follows a job start."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jalons.documents.queries import bytes_of
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.pathways.models import Destination, EmployerKind, Enrolment, Exit, Job, JobContract, Piece
from jalons.pathways.operations import (
    Leaving,
    NewExit,
    NewJob,
    NewStep,
    Proof,
    confirm_exit,
    correct_job,
    end_job,
    enrol,
    foresee,
    leave,
    orient,
    receive_proof,
    record_job,
    reverse_exit,
)
from jalons.pathways.queries.leaving import follow_up_of, papers_of
from tests.worlds import World

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
FRAMES = {
    "nord_ii2_coaching": "nord_2019_2021",
    "nord_i1_iod": "nord_2019_2021",
    "nord_iv_aci": "nord_2019_2021",
    "plie_2014_2020": "plie_2014_2020",
    "rhone_lots_1_2": "rhone_marche_2019_2021",
}


class Elsewhere:
    """A place of another authority than the world's, years before its accounts: written by the system."""

    def __init__(self, world: World, action: str, *, entered: date) -> None:
        authority = world.neighbour_authority
        self.territory = authority.territories.create(code="cambresis", name="Cambrésis")
        self.house = world.organisation("Ailleurs", authority=authority)
        self.worker: User = world.system
        self.head: User = world.system
        line = world.place(
            self.house, action_code=action, framework_code=FRAMES[action], start_on=entered, end_on=date(2021, 12, 31)
        )
        person = world.person(territory=self.territory, subject_since=date(2014, 1, 1))
        orient(actor=world.system, on=entered, person_id=person.pk, line_id=line.pk, reason="Emploi")
        self.enrolment: Enrolment = enrol(
            actor=self.head, on=entered, person_id=person.pk, line_id=line.pk, start_on=entered
        )

    def job(self, **options: Any) -> NewJob:
        given: dict[str, Any] = {"contract_kind": JobContract.CDI, "start_on": date(2019, 9, 2)} | options
        return NewJob(self.enrolment.pk, **given)

    def leave(self, on: date, job: NewJob | None = None, **options: Any) -> Exit:
        destination = options.pop("destination", Destination.JOB)
        exit_ = NewExit(self.enrolment.pk, on, destination, detail=options.pop("detail", ""))
        return leave(actor=self.worker, on=on, leaving=Leaving(exit_, job, **options))


@pytest.mark.req("R-122", "R-128")
def test_one_write_makes_the_job_the_exit_and_its_proof(world):
    nord = Elsewhere(world, "nord_ii2_coaching", entered=date(2019, 6, 3))
    proof = Proof("work_contract", date(2019, 9, 2), PDF, "Contrat de travail")
    made = nord.leave(date(2019, 9, 30), nord.job(employer="Régie de quartier"), proof=proof)
    assert (made.computed_class, Job.objects.get().employer) == ("durable", "Régie de quartier")
    piece = Piece.objects.get()
    assert (piece.kind, piece.job_id, bytes_of(piece.document)) == ("work_contract", made.job_id, PDF)


def test_a_refused_proof_leaves_nothing_behind(world):
    nord = Elsewhere(world, "nord_ii2_coaching", entered=date(2019, 6, 3))
    with pytest.raises(Refusal, match="ni un PDF"):
        nord.leave(date(2019, 9, 30), nord.job(), proof=Proof("work_contract", date(2019, 9, 2), b"MZ\x90", "x.pdf"))
    assert (Job.objects.count(), Exit.objects.count(), Piece.objects.count()) == (0, 0, 0)


@pytest.mark.req("R-120", "R-132")
def test_the_aci_expects_its_final_review_and_a_follow_up_three_months_later(world):
    aci = Elsewhere(world, "nord_iv_aci", entered=date(2019, 1, 1))
    made = aci.leave(
        date(2019, 6, 30), aci.job(contract_kind=JobContract.CDD, start_on=date(2019, 7, 1), end_on=date(2019, 9, 30))
    )
    awaited = {one.paper.code: one for one in papers_of(made)}
    assert awaited["final_review:final_review"].paper.due_on == date(2019, 6, 30)
    assert awaited["follow_up:three_month_review"].paper.due_on == date(2019, 9, 30)
    given = {"actor": aci.worker, "enrolment_id": aci.enrolment.pk}
    receive_proof(**given, on=date(2019, 6, 30), proof=Proof("final_review", date(2019, 6, 28)))
    receive_proof(**given, on=date(2019, 6, 30), proof=Proof("three_month_review", date(2019, 6, 28)))
    awaited = {one.paper.code: one for one in papers_of(made)}
    assert not awaited["final_review:final_review"].missing
    assert awaited["follow_up:three_month_review"].missing  # dated before the exit: no trace of what comes after
    assert awaited["follow_up:three_month_review"].late(date(2019, 10, 1))


@pytest.mark.req("R-120")
def test_the_iod_follows_for_six_months_a_durable_or_transition_exit_only(world):
    iod = Elsewhere(world, "nord_i1_iod", entered=date(2019, 2, 4))
    made = iod.leave(date(2019, 9, 2), iod.job())
    assert {one.paper.code: one.paper.due_on for one in papers_of(made)}["follow_up:follow_up_note"] == date(2020, 3, 2)
    reverse_exit(actor=iod.head, on=date(2019, 9, 3), exit_id=made.pk, reason="Erreur")
    moved = iod.leave(date(2019, 9, 30), destination=Destination.MOVED)
    assert "follow_up:follow_up_note" not in {one.paper.code for one in papers_of(moved)}


@pytest.mark.req("R-119", "R-125")
def test_the_plie_follows_until_the_day_before_six_months_then_the_class_is_reached(world):
    plie = Elsewhere(world, "plie_2014_2020", entered=date(2016, 6, 1))
    work = plie.job(start_on=date(2017, 1, 3), weekly_hours=Decimal(20))
    early, late = (
        foresee(
            Leaving(NewExit(plie.enrolment.pk, day, Destination.JOB), work),
            entered_on=plie.enrolment.start_on,
            action_code=plie.enrolment.action_code,
        )[1]
        for day in (date(2017, 7, 2), date(2017, 7, 3))
    )
    assert (early.exit_class, early.effective_on) == ("", date(2017, 7, 3))
    assert (late.exit_class, late.decided_by) == ("positive", "l'équipe d'animation du PLIE")
    job = record_job(
        actor=plie.worker,
        on=date(2017, 1, 3),
        enrolment_id=plie.enrolment.pk,
        contract_kind=JobContract.CDI,
        start_on=date(2017, 1, 3),
        weekly_hours=Decimal(20),
    )
    (span,) = follow_up_of(job, on=date(2017, 2, 1)).spans
    assert (span.until, span.at_most) == (date(2017, 7, 2), False)


@pytest.mark.req("R-128", "R-127")
def test_the_plie_confirms_nothing_without_a_proof_and_a_contract_suffices(world):
    plie = Elsewhere(world, "plie_2014_2020", entered=date(2016, 6, 1))
    made = plie.leave(date(2017, 7, 3), plie.job(start_on=date(2017, 1, 3), weekly_hours=Decimal(20)))
    blocking = [one for one in papers_of(made) if one.paper.blocks]
    assert [(one.missing, "pay_slip" in one.paper.kinds) for one in blocking] == [(True, True)]
    with pytest.raises(Refusal, match="demande une pièce"):
        confirm_exit(actor=plie.head, on=date(2017, 7, 4), exit_id=made.pk)
    receive_proof(
        actor=plie.worker,
        on=date(2017, 7, 4),
        enrolment_id=plie.enrolment.pk,
        proof=Proof("pay_slip", date(2017, 6, 30), PDF),
        job_id=made.job_id,
    )
    assert not [one for one in papers_of(made) if one.paper.blocks and one.missing]
    assert confirm_exit(actor=plie.head, on=date(2017, 7, 4), exit_id=made.pk).state == "confirmed"


@pytest.mark.req("R-118")
def test_the_renforce_ends_six_months_after_the_job_and_the_diversifie_goes_on(world):
    renforce = world.place(action_code="lyon_emploi_renforce_2020")
    for line, expected in ((renforce, [date(2020, 9, 30)]), (world.line, [])):
        stay = world.enrolled(line=line)
        job = record_job(
            actor=world.caseworker,
            on=date(2020, 4, 1),
            enrolment_id=stay.pk,
            contract_kind=JobContract.CDI,
            start_on=date(2020, 4, 1),
        )
        spans = follow_up_of(job, on=date(2020, 4, 2)).spans
        assert [one.until for one in spans if one.at_most] == expected
        assert stay.end_on is None  # the job start ends nothing by itself


@pytest.mark.req("R-131")
def test_the_metropole_keeps_the_reason_without_a_class(world):
    stay = world.enrolled()
    made = leave(
        actor=world.caseworker,
        on=date(2020, 9, 1),
        leaving=Leaving(
            NewExit(stay.pk, date(2020, 9, 1), Destination.JOB, detail="Agente d’accueil à Vénissieux"),
            NewJob(stay.pk, JobContract.CDI, date(2020, 8, 24)),
        ),
    )
    assert (made.computed_class, made.detail) == ("", "Agente d’accueil à Vénissieux")
    assert papers_of(made) == []
    confirm_exit(actor=world.head, on=date(2020, 9, 2), exit_id=made.pk)


@pytest.mark.req("R-130")
@pytest.mark.parametrize(
    ("destination", "employer_kind", "expected"),
    [
        (Destination.JOB, EmployerKind.ORDINARY, "employment"),
        (Destination.JOB, EmployerKind.SIAE, "iae"),
        (Destination.MOVED, None, "moved"),
        (Destination.REORIENTATION, None, "reorientation"),
    ],
)
def test_the_rhone_counts_its_reasons(world, destination, employer_kind, expected):
    rhone = Elsewhere(world, "rhone_lots_1_2", entered=date(2019, 10, 1))
    job = rhone.job(start_on=date(2020, 1, 6), employer_kind=employer_kind) if employer_kind else None
    assert rhone.leave(date(2020, 2, 3), job, destination=destination).computed_class == expected


@pytest.mark.req("R-129")
def test_a_rupture_keeps_its_characteristics(world):
    plie = Elsewhere(world, "plie_2014_2020", entered=date(2016, 6, 1))
    made = plie.leave(date(2017, 3, 1), destination=Destination.ABANDONED, detail="Ne répond plus depuis janvier")
    assert (made.computed_class, made.destination, made.detail) == (
        "rupture",
        "abandoned",
        "Ne répond plus depuis janvier",
    )


@pytest.mark.req("R-122")
def test_a_contract_renewed_changes_the_class_of_a_proposed_exit(world):
    nord = Elsewhere(world, "nord_ii2_coaching", entered=date(2019, 6, 3))
    short = nord.job(contract_kind=JobContract.CDD, end_on=date(2019, 11, 30))
    made = nord.leave(date(2019, 9, 30), short)
    assert made.computed_class == "transition"
    job = Job.objects.get()
    correct_job(
        actor=nord.worker,
        on=date(2019, 12, 2),
        job_id=job.pk,
        contract_kind=JobContract.CDD,
        start_on=job.start_on,
        employer_kind=EmployerKind.ORDINARY,
        end_on=date(2020, 4, 30),
    )
    made.refresh_from_db()
    assert made.computed_class == "durable"
    with pytest.raises(Refusal, match="précéder"):
        end_job(actor=nord.worker, on=date(2019, 12, 2), job_id=job.pk, ended_on=date(2019, 1, 1))


def test_a_training_is_written_with_the_exit_it_carries(world):
    nord = Elsewhere(world, "nord_ii2_coaching", entered=date(2019, 6, 3))
    training = NewStep(
        nord.enrolment.pk,
        "qualifying_training",
        date(2019, 9, 2),
        started_on=date(2019, 9, 2),
        qualifying=True,
    )
    made = nord.leave(date(2019, 9, 2), destination=Destination.TRAINING, training=training)
    assert (made.computed_class, made.step.kind) == ("positive", "qualifying_training")
