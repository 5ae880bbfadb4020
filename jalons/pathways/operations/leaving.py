"""Leaving an action in one write: the job or training it rests on, the exit, and the documents that prove it (R-121…R-131)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from jalons.documents.operations import keep
from jalons.documents.uploads import scan_kind
from jalons.kernel.operation import operation
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import EmployerKind, Exit, Job, JobContract, Piece, Step
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.operations.exits import NewExit, propose_exits
from jalons.pathways.operations.jobs import NewJob, correct_job, record_jobs
from jalons.pathways.operations.pauses import NewPiece, record_pieces
from jalons.pathways.operations.steps import NewStep, record_steps
from jalons.pathways.rulebook import ExitFacts, ExitVerdict, Shelf
from jalons.rulebooks.exits import JobFacts, TrainingFacts

PROOF = "proof"  # the kind of the kept bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """A document received: its kind in the framework, its date, its bytes and name when it was given."""

    kind: str
    dated_on: date
    raw: bytes = b""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where the person goes, with the job or training to write first, unless it is already in the file."""

    exit: NewExit
    job: NewJob | None = None
    training: NewStep | None = None
    proof: Proof | None = None
    hours_of_job: Decimal | None = None  # of the job already in the file, when nobody had written them


def foresee(
    leaving: Leaving, *, entered_on: date, action_code: str, job: Job | None = None, step: Step | None = None
) -> tuple[ExitFacts, ExitVerdict]:
    """Return the class the rulebook would give to facts not written yet, and these facts. Writes nothing.

    ``job`` or ``step``: those already in the file, when the exit rests on them.
    """
    work, training = job or leaving.job, step or leaving.training
    facts = ExitFacts(
        action_code=action_code,
        entered_on=entered_on,
        exited_on=leaving.exit.exited_on,
        destination=leaving.exit.destination,
        job=_job_facts(work) if work else None,
        training=_training_facts(training) if training else None,
    )
    return facts, Shelf().verdict_of(facts)


@operation
def leave(*, actor: User, on: date, leaving: Leaving) -> Exit:
    """Write the job or training, propose the exit on it, and keep its first proof: all or nothing."""
    asked = leaving.exit
    if leaving.job is not None:
        asked = replace(asked, job_id=record_jobs(actor=actor, on=on, jobs=[leaving.job])[0].pk)
    if leaving.training is not None:
        asked = replace(asked, step_id=record_steps(actor=actor, on=on, steps=[leaving.training])[0].pk)
    if leaving.hours_of_job is not None and asked.job_id is not None:
        _write_hours(actor, on, asked.job_id, leaving.hours_of_job)
    made = propose_exits(actor=actor, on=on, exits=[asked])[0]
    if leaving.proof is not None:
        receive_proof(
            actor=actor,
            on=on,
            enrolment_id=asked.enrolment_id,
            proof=leaving.proof,
            job_id=asked.job_id,
            step_id=asked.step_id,
        )
    return made


def _write_hours(actor: User, on: date, job_id: int, hours: Decimal) -> None:
    job = Job.objects.get(pk=job_id)
    correct_job(
        actor=actor,
        on=on,
        job_id=job_id,
        contract_kind=JobContract(job.contract_kind),
        start_on=job.start_on,
        employer_kind=EmployerKind(job.employer_kind),
        employer=job.employer,
        occupation=job.occupation,
        weekly_hours=hours,
        end_on=job.end_on,
    )


@operation
def receive_proof(
    *,
    actor: User,
    on: date,
    enrolment_id: int,
    proof: Proof,
    job_id: int | None = None,
    step_id: int | None = None,
) -> Piece:
    """Put a document in the file, with its bytes when they are given: what it is is read in them, never in its name (R-128)."""
    media_type = scan_kind(proof.raw) if proof.raw else ""  # before the file is locked: a large one takes a moment
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.STEP_WRITE)
    document = None
    if proof.raw:
        document = keep(
            actor=actor, on=on, raw=proof.raw, kind=PROOF, title=proof.title or proof.kind, media_type=media_type
        )
    piece = NewPiece(
        enrolment_id, proof.kind, proof.dated_on, document.pk if document else None, job_id=job_id, step_id=step_id
    )
    return record_pieces(actor=actor, on=on, pieces=[piece])[0]


def _job_facts(job: NewJob | Job) -> JobFacts:
    return JobFacts(
        contract_kind=job.contract_kind,
        start_on=job.start_on,
        employer_kind=job.employer_kind,
        weekly_hours=job.weekly_hours,
        end_on=job.end_on,
        ended_on=job.ended_on,
    )


def _training_facts(step: NewStep | Step) -> TrainingFacts:
    return TrainingFacts(
        qualifying=step.qualifying,
        started_on=step.started_on,
        ended_on=step.ended_on or step.planned_end_on,
        diploma_on=step.diploma_on,
    )
