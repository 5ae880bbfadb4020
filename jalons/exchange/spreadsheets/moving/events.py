"""What happened during an accompaniment: appointment, step, job and exit of a row, each known, completed or new."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from jalons.agenda.models import Mode, Outcome
from jalons.agenda.rules import PARIS
from jalons.exchange.spreadsheets.moving.catalogue import catalogue
from jalons.exchange.spreadsheets.moving.drafts import Draft, ExitDraft, JobDraft, MeetingDraft, StepDraft
from jalons.exchange.spreadsheets.moving.known import Life, Meeting, Post, Stage, Stay
from jalons.exchange.spreadsheets.moving.reading import ReadRow
from jalons.exchange.spreadsheets.moving.setting import Setting
from jalons.kernel.text import fold
from jalons.pathways.models import Destination, EmployerKind, JobContract, StepState
from jalons.pathways.operations.jobs import OPEN_ENDED

NO_STAY = (
    "Aucun accompagnement de cet organisme n’est connu pour cette personne à cette date : donnez sa date d’entrée."
)


def judge_events(draft: Draft, row: ReadRow, life: Life, setting: Setting) -> None:
    """Complete the draft with the events of its row."""
    _meeting(draft, row, life, setting)
    _step(draft, row, life, setting)
    _job(draft, row, life, setting)
    _exit(draft, row, life, setting)


def _stay(draft: Draft, life: Life, day: date, setting: Setting) -> Stay | None:
    stay = life.stay_on(day, setting.organisation.pk)
    if stay is None and NO_STAY not in draft.faults:
        draft.faults.append(NO_STAY)
    return stay


def _meeting(draft: Draft, row: ReadRow, life: Life, setting: Setting) -> None:
    day = row.get("appointment_on")
    if day is None:
        return
    usual, hour = catalogue().appointment, row.get("appointment_at")
    starts_at = datetime.combine(day, hour or usual.hour, tzinfo=PARIS)
    outcome = Outcome(row.get("appointment_outcome") or Outcome.PLANNED)
    if outcome != Outcome.PLANNED and day > setting.on:
        draft.faults.append(
            row.told(
                "appointment_outcome", "ce rendez-vous n’a pas encore eu lieu : son issue se note le jour même ou après"
            )
        )
        return
    known = next(
        (
            one
            for one in life.meetings
            if one.on_date == day and (hour is None or not one.timed or one.starts_at == starts_at)
        ),
        None,
    )
    if known is not None and (known.ref < 0 or known.outcome != Outcome.PLANNED or outcome == Outcome.PLANNED):
        if known.ref > 0 and outcome not in (Outcome.PLANNED, known.outcome):
            draft.remarks.append(
                f"L’issue de ce rendez-vous est déjà notée autrement : « {Outcome(known.outcome).label} »."
            )
        return
    if hour is None and known is None:
        draft.remarks.append(f"Heure du rendez-vous inconnue : {usual.hour:%H:%M} est notée.")
    draft.meeting = MeetingDraft(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=usual.minutes),
        outcome=outcome,
        mode=Mode(row.get("appointment_mode") or Mode.FACE_TO_FACE),
        place=row.get("appointment_place") or "",
        caseworker_id=_worker(row, day, setting),
        known=known.ref if known else None,
    )
    if known is None:
        life.meetings.append(Meeting(-row.pk, day, starts_at, outcome, timed=hour is not None))
    else:
        known.outcome = outcome


def _worker(row: ReadRow, day: date, setting: Setting) -> int | None:
    worker = setting.workers.get(int(row.get("caseworker") or 0))
    return worker.user_id if worker is not None and worker.works(day) else None


def _step(draft: Draft, row: ReadRow, life: Life, setting: Setting) -> None:
    kind = row.get("step_kind")
    if kind is None:
        return
    start, end, said = row.get("step_start"), row.get("step_end"), row.get("step_result")
    proposed = row.get("step_proposed") or start
    if proposed is None:
        draft.faults.append(
            row.told("step_kind", "l’étape n’a ni date de proposition ni date de début : donnez l’une des deux")
        )
        return
    if said in (StepState.COMPLETED, StepState.INTERRUPTED) and (end is None or end > setting.on):
        draft.faults.append(row.told("step_result", "une étape terminée a une date de fin passée : donnez-la"))
        return
    if start is not None and end is not None and end < start:
        draft.faults.append(row.told("step_end", "l’étape finirait avant d’avoir commencé"))
        return
    stay = _stay(draft, life, min(proposed, setting.on), setting)
    if stay is None:
        return
    started = start if start is not None and start <= setting.on and said != StepState.PROPOSED else None
    ended = end if end is not None and end <= setting.on and started is not None and said != StepState.STARTED else None
    label = row.get("step_label") or ""
    known = _known_step(life, kind, label, proposed, start)
    if known is not None and (known.ref < 0 or ended is None or known.ended_on is not None or known.started_on is None):
        return
    draft.step = StepDraft(
        stay=stay.ref,
        kind=kind,
        label=label,
        operator=row.get("step_operator") or "",
        proposed_on=min(proposed, setting.on),
        started_on=started,
        ended_on=ended,
        planned_end_on=end if ended is None else None,
        interrupted=said == StepState.INTERRUPTED,
        known=known.ref if known else None,
    )
    if known is None:
        life.stages.append(Stage(-row.pk, kind, fold(label), min(proposed, setting.on), started, ended))
    else:
        known.ended_on = ended


def _known_step(life: Life, kind: str, label: str, proposed: date, start: date | None) -> Stage | None:
    for one in life.stages:
        if one.kind != kind or (label and one.label and one.label != fold(label)):
            continue
        if (
            one.started_on == start
            if one.started_on and start
            else one.started_on is None or one.proposed_on == proposed
        ):
            return one
    return None


def _job(draft: Draft, row: ReadRow, life: Life, setting: Setting) -> None:
    start, contract = row.get("job_start"), row.get("job_contract")
    if start is None:
        return
    if contract is None:
        if not any(code == "job_contract" for code, _ in row.unknown):
            draft.faults.append(row.told("job_contract", "le contrat de travail n’est pas dit : CDI, CDD, intérim…"))
        return
    if any(one.start_on == start and one.contract == contract for one in life.posts):
        return
    stay = _stay(draft, life, min(start, setting.on), setting)
    if stay is None:
        return
    end = row.get("job_end")
    if end is None and contract not in OPEN_ENDED:
        draft.faults.append(
            row.told("job_end", f"un contrat « {JobContract(contract).label} » a une date de fin prévue : donnez-la")
        )
        return
    if end is not None and end < start:
        draft.faults.append(row.told("job_end", "l’emploi finirait avant d’avoir commencé"))
        return
    over = contract in OPEN_ENDED and end is not None and end <= setting.on
    draft.job = JobDraft(
        stay=stay.ref,
        contract=JobContract(contract),
        employer=row.get("job_employer") or "",
        employer_kind=EmployerKind(row.get("job_employer_kind") or EmployerKind.ORDINARY),
        weekly_hours=row.get("job_hours"),
        start_on=start,
        end_on=None if over else end,
        ended_on=end if over else None,
    )
    life.posts.append(Post(-row.pk, stay.ref, contract, start, end if over else None))


def _exit(draft: Draft, row: ReadRow, life: Life, setting: Setting) -> None:
    day, said = row.get("exit_on"), row.get("exit_to")
    if day is None:
        return
    if day > setting.on:
        draft.faults.append(
            row.told("exit_on", "la sortie n’a pas encore eu lieu : elle se note dans Jalons le moment venu")
        )
        return
    stay = _stay(draft, life, day, setting)
    if stay is None or stay.ref in life.exits:
        return
    if said is None:
        draft.faults.append(row.told("exit_to", "le motif de sortie n’est pas dit"))
        return
    if stay.end_on is not None and stay.end_on != day:
        draft.faults.append(f"Cet accompagnement s’est terminé le {stay.end_on:%d/%m/%Y} : la sortie porte cette date.")
        return
    job = max((one for one in life.posts if one.stay == stay.ref), key=lambda one: one.start_on, default=None)
    step = max((one for one in life.stages if one.started_on), key=lambda one: one.started_on or day, default=None)
    if said == Destination.JOB and job is None:
        draft.faults.append("Une sortie vers l’emploi repose sur un emploi : donnez le contrat et sa date de début.")
        return
    if said == Destination.TRAINING and step is None:
        draft.faults.append(
            "Une sortie vers une formation repose sur une étape commencée : donnez-la avec sa date de début."
        )
        return
    draft.exit = ExitDraft(
        stay=stay.ref,
        exited_on=day,
        destination=Destination(said),
        job=job.ref if job and said == Destination.JOB else None,
        step=step.ref if step and said == Destination.TRAINING else None,
        closes=stay.end_on is None,
    )
    life.exits.add(stay.ref)
    stay.end_on = day
