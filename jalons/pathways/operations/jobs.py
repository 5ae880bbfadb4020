"""Jobs and businesses of accompanied persons, as facts that exits rest on (R-117, R-122)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import EmployerKind, Job, JobContract
from jalons.pathways.operations._door import open_enrolment, open_enrolments
from jalons.pathways.operations.evidence import review_exits
from jalons.pathways.reference import job_ends
from jalons.pathways.rules import require_not_after


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to write. ``end_on`` is the planned last day, empty for an open-ended contract; hours are per week."""

    enrolment_id: int
    contract_kind: JobContract
    start_on: date
    employer_kind: EmployerKind = EmployerKind.ORDINARY
    employer: str = ""
    weekly_hours: Decimal | None = None
    end_on: date | None = None
    ended_on: date | None = None
    occupation: str = ""


@operation
def record_jobs(*, actor: User, on: date, jobs: Collection[NewJob]) -> list[Job]:
    """Write many jobs at once. A fixed-term contract says its last day; a job to come may be written."""
    enrolments = open_enrolments(actor, {one.enrolment_id for one in jobs}, on=on, permission=Permission.EXIT_WRITE)
    for one in jobs:
        _check(one, on=on)
    rows = Job.objects.bulk_create(
        [
            Job(
                enrolment_id=one.enrolment_id,
                person_id=enrolments[one.enrolment_id].person_id,
                employer=one.employer.strip(),
                occupation=one.occupation.strip(),
                contract_kind=one.contract_kind,
                employer_kind=one.employer_kind,
                weekly_hours=one.weekly_hours,
                start_on=one.start_on,
                end_on=one.end_on,
                ended_on=one.ended_on,
            )
            for one in jobs
        ],
        batch_size=2000,
    )
    touch(days={day for one in jobs for day in (one.start_on, one.ended_on) if day is not None})
    return rows


@operation
def record_job(
    *,
    actor: User,
    on: date,
    enrolment_id: int,
    contract_kind: JobContract,
    start_on: date,
    employer_kind: EmployerKind = EmployerKind.ORDINARY,
    employer: str = "",
    weekly_hours: Decimal | None = None,
    end_on: date | None = None,
    occupation: str = "",
) -> Job:
    """Write one job or business."""
    new = NewJob(
        enrolment_id=enrolment_id,
        contract_kind=contract_kind,
        start_on=start_on,
        employer_kind=employer_kind,
        employer=employer,
        weekly_hours=weekly_hours,
        end_on=end_on,
        occupation=occupation,
    )
    return record_jobs(actor=actor, on=on, jobs=[new])[0]


@operation
def end_job(*, actor: User, on: date, job_id: int, ended_on: date, end_code: str = "") -> Job:
    """Say that a job stopped, on its last day, and why: the classes that rest on it are looked at again."""
    enrolment_id = Job.objects.values_list("enrolment_id", flat=True).get(pk=job_id)
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.EXIT_WRITE)
    job = Job.objects.get(pk=job_id)
    if job.ended_on is not None:
        raise Refusal(
            f"Cet emploi s’est déjà arrêté, le {job.ended_on:%d/%m/%Y} : corrigez l’emploi si cette date est fausse.",
            code="job_ended",
        )
    require_not_after(ended_on, on=on, what="La fin de l’emploi")
    if ended_on < job.start_on:
        raise Refusal("La fin ne peut pas précéder le début.", code="job_ended_before_start")
    if end_code and end_code not in job_ends():
        raise Refusal("Ce motif n’est pas dans la liste.", code="job_end_unknown")
    job.ended_on, job.end_code = ended_on, end_code
    job.save(update_fields=["ended_on", "end_code"])
    review_exits(job_ids=[job.pk])
    touch(days={ended_on, job.start_on})
    return job


@operation
def correct_job(
    *,
    actor: User,
    on: date,
    job_id: int,
    contract_kind: JobContract,
    start_on: date,
    employer_kind: EmployerKind,
    employer: str = "",
    occupation: str = "",
    weekly_hours: Decimal | None = None,
    end_on: date | None = None,
    ended_on: date | None = None,
    still_running: bool = False,
) -> Job:
    """Correct a job, or write its renewal as a later last day: the classes that rest on it are looked at again (R-122).

    ``ended_on``: the day it stopped, None keeps what is written; ``still_running``: it did not stop.
    """
    enrolment_id = Job.objects.values_list("enrolment_id", flat=True).get(pk=job_id)
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.EXIT_WRITE)
    job = Job.objects.get(pk=job_id)
    ended_on = None if still_running else ended_on or job.ended_on
    _check(
        NewJob(enrolment_id, contract_kind, start_on, employer_kind, employer, weekly_hours, end_on, ended_on),
        on=on,
    )
    touch(days={day for day in (job.start_on, start_on, job.ended_on, ended_on) if day is not None})
    job.contract_kind, job.employer_kind, job.start_on, job.end_on = contract_kind, employer_kind, start_on, end_on
    job.employer, job.occupation, job.weekly_hours = employer.strip(), occupation.strip(), weekly_hours
    job.ended_on, job.end_code = ended_on, job.end_code if ended_on else ""
    job.save()
    review_exits(job_ids=[job.pk])
    return job


OPEN_ENDED = frozenset({JobContract.CDI, JobContract.BUSINESS})


def _check(one: NewJob, *, on: date) -> None:
    if one.contract_kind not in OPEN_ENDED and one.end_on is None:
        label = JobContract(one.contract_kind).label
        raise Refusal(
            f"Un contrat « {label} » a une date de fin prévue : sa durée décide de la classe de sortie.",
            code="job_without_end",
        )
    if one.end_on is not None and one.end_on < one.start_on:
        raise Refusal("La fin ne peut pas précéder le début.", code="job_dates_ordered")
    if one.ended_on is not None:
        require_not_after(one.ended_on, on=on, what="La fin de l’emploi")
        if one.ended_on < one.start_on:
            raise Refusal("La fin ne peut pas précéder le début.", code="job_ended_before_start")
    if one.weekly_hours is not None and one.weekly_hours <= 0:
        raise Refusal("Un emploi compte plus de 0 heure par semaine.", code="job_hours")
