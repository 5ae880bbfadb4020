"""News taken during a step or a job, from the person, the employer, or both together (R-102, R-113, R-117, R-120)."""

from __future__ import annotations

from datetime import date, datetime

from jalons.agenda.models import AppointmentKind, Mode
from jalons.agenda.operations import record_held
from jalons.agenda.rules import local_day
from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import ContactWith, Finding, FollowUpContact, Job, Step
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.operations.jobs import end_job
from jalons.pathways.operations.pauses import NewPiece, record_pieces
from jalons.pathways.operations.steps import refuse_words
from jalons.pathways.rules import require_not_after


@operation
def take_news_of_job(
    *,
    actor: User,
    on: date,
    job_id: int,
    made_on: date,
    contact_with: ContactWith,
    finding: Finding,
    note: str = "",
    ended_on: date | None = None,
    end_code: str = "",
    piece_kind: str = "",
) -> FollowUpContact:
    """Write news of a job, after the exit too: a job that stopped ends on ``ended_on`` and the class is looked at again.

    ``piece_kind``: the document of the framework that this news makes, a trace of follow-up or a review (R-120).
    """
    job = Job.objects.get(pk=job_id)
    open_enrolment(actor, job.enrolment_id, on=on, permission=Permission.EXIT_WRITE)
    _check(made_on, job.start_on, on=on)
    if finding == Finding.STOPPED:
        if ended_on is None:
            raise Refusal("Un emploi qui s’est arrêté a un dernier jour : notez-le.", code="news_without_end")
        end_job(actor=actor, on=on, job_id=job_id, ended_on=ended_on, end_code=end_code)
    elif ended_on is not None:
        raise Refusal("Un dernier jour se note sur un emploi qui s’est arrêté.", code="news_end_of_running_job")
    if piece_kind and finding == Finding.UNREACHED:
        raise Refusal(
            "Personne n’a été joint : cela ne vaut pas un suivi. Laissez « Vaut aussi » vide.", code="news_unreached"
        )
    if piece_kind:
        piece = NewPiece(job.enrolment_id, piece_kind, made_on, job_id=job_id)
        record_pieces(actor=actor, on=on, pieces=[piece])
    touch(days={made_on})
    return FollowUpContact.objects.create(
        person_id=job.person_id,
        job=job,
        made_on=made_on,
        contact_with=contact_with,
        finding=finding,
        note=note.strip(),
        recorded_by=actor,
    )


@operation
def take_news_of_step(
    *, actor: User, on: date, step_id: int, made_on: date, contact_with: ContactWith, finding: Finding, note: str = ""
) -> FollowUpContact:
    """Write news of a step under way, from the person or the company (R-113)."""
    step = Step.objects.select_related("enrolment").get(pk=step_id)
    open_enrolment(actor, step.enrolment_id, on=on, permission=Permission.STEP_WRITE)
    if step.started_on is None:
        raise Refusal(
            "Cette étape n’a pas commencé : il n’y a pas encore de nouvelles à noter.", code="news_before_start"
        )
    _check(made_on, step.started_on, on=on)
    refuse_words(step, note, on=on)
    return FollowUpContact.objects.create(
        person_id=step.person_id,
        step=step,
        made_on=made_on,
        contact_with=contact_with,
        finding=finding,
        note=note.strip(),
        recorded_by=actor,
    )


@operation
def hold_tripartite_review(
    *,
    actor: User,
    on: date,
    step_id: int,
    starts_at: datetime,
    ends_at: datetime,
    finding: Finding,
    mode: Mode = Mode.FACE_TO_FACE,
    place: str = "",
    note: str = "",
) -> FollowUpContact:
    """Write a review held with the person and the step's provider: it is an appointment too, which rulebooks count (R-102)."""
    step = Step.objects.select_related("enrolment").get(pk=step_id)
    refuse_words(step, note, on=on)
    record_held(
        actor=actor,
        on=on,
        person_id=step.person_id,
        organisation_id=step.enrolment.organisation_id,
        starts_at=starts_at,
        ends_at=ends_at,
        kind=AppointmentKind.TRIPARTITE,
        mode=mode,
        place=place,
        caseworker_id=actor.pk,
        note=note,
    )
    return take_news_of_step(
        actor=actor,
        on=on,
        step_id=step_id,
        made_on=local_day(starts_at),
        contact_with=ContactWith.TRIPARTITE,
        finding=finding,
        note=note[:NOTE],
    )


NOTE = 500  # what the column holds


def _check(made_on: date, started_on: date, *, on: date) -> None:
    require_not_after(made_on, on=on, what="Cette nouvelle")
    if made_on < started_on:
        raise Refusal(f"Une nouvelle vient après le début, le {started_on:%d/%m/%Y}.", code="news_before_start")
