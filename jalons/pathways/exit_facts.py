"""What the rulebook looks at in an exit: its dates, and the job or the training it rests on (R-122)."""

from __future__ import annotations

from jalons.pathways.models import Exit, Job, Step
from jalons.pathways.rulebook import ExitFacts
from jalons.rulebooks.exits import JobFacts, TrainingFacts


def facts_of(one: Exit) -> ExitFacts:
    """Return what the rulebook looks at, for an exit written or not yet; its enrolment, job and step are read."""
    return ExitFacts(
        action_code=one.enrolment.action_code,
        entered_on=one.enrolment.start_on,
        exited_on=one.exited_on,
        destination=one.destination,
        job=_job(one.job) if one.job else None,
        training=_training(one.step) if one.step else None,
    )


def _job(job: Job) -> JobFacts:
    return JobFacts(
        contract_kind=job.contract_kind,
        start_on=job.start_on,
        employer_kind=job.employer_kind,
        weekly_hours=job.weekly_hours,
        end_on=job.end_on,
        ended_on=job.ended_on,
    )


def _training(step: Step) -> TrainingFacts:
    return TrainingFacts(
        qualifying=step.qualifying,
        started_on=step.started_on,
        ended_on=step.ended_on or step.planned_end_on,
        diploma_on=step.diploma_on,
    )
