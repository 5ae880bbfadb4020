"""Writes the drafts of a batch through the operations of each room, as sets; a row that one of them refuses is named.

Persons come first, then orientations, entries, référents, appointments, steps, jobs, exits, and stays that ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db import transaction

from jalons.agenda.models import AppointmentKind, Outcome
from jalons.agenda.operations import NewAppointment, record_appointments, record_outcome
from jalons.exchange.spreadsheets.models import FactKind, Move
from jalons.exchange.spreadsheets.moving.drafts import Draft, MeetingDraft, StepDraft
from jalons.exchange.spreadsheets.moving.known import Ref
from jalons.kernel.refusals import Refusal, constraints_explained
from jalons.network.models import User
from jalons.pathways.models import Enrolment, Mandate, Step
from jalons.pathways.operations import (
    NewEnrolment,
    NewExit,
    NewJob,
    NewStep,
    complete_step,
    enrol_many,
    interrupt_step,
    propose_exits,
    record_jobs,
    record_steps,
)
from jalons.pathways.operations.mandates import Naming, name_many
from jalons.pathways.operations.taking_over import (
    Moved,
    PastOrientation,
    close_past_enrolments,
    record_past_orientations,
)
from jalons.people.newcomers import NewPerson, complete_persons, register_persons

P = TypeVar("P")
REASON = "Repris du tableau de l’organisme"


class RowsRefused(Exception):
    """Some rows cannot be written: row → sentence. Nothing of the batch is kept."""

    def __init__(self, reasons: dict[int, str]) -> None:
        super().__init__(f"{len(reasons)} rows")
        self.reasons = reasons


@dataclass(slots=True)
class Fact:
    """Something written: by which row, what, of whom; ``before`` is set when it existed already."""

    row: int
    kind: FactKind
    person_id: int
    object_id: int
    before: dict[str, Any] | None = None


@dataclass(slots=True)
class Batch:
    """The running writing: what each row wrote so far."""

    actor: User
    on: date
    move: Move
    drafts: Sequence[Draft]
    persons: dict[str, int] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    stays: dict[int, int] = field(default_factory=dict)
    jobs: dict[int, int] = field(default_factory=dict)
    steps: dict[int, int] = field(default_factory=dict)

    def person(self, draft: Draft) -> int:
        """Return the person of a row."""
        return draft.person_id if draft.person_id is not None else self.persons[draft.person_key]

    def note(self, kind: FactKind, draft: Draft, object_id: int, before: dict[str, Any] | None = None) -> None:
        """Remember what a row wrote."""
        self.facts.append(Fact(draft.pk, kind, self.person(draft), object_id, before))

    @property
    def common(self) -> dict[str, Any]:
        """What every operation takes."""
        return {"actor": self.actor, "on": self.on}


def write(actor: User, on: date, move: Move, drafts: Sequence[Draft]) -> Batch:
    """Write the drafts, inside an operation. Raises RowsRefused."""
    batch = Batch(actor, on, move, drafts)
    for phase in (_persons, _fills, _orientations, _entries, _namings, _meetings, _steps, _jobs, _exits):
        phase(batch)
    return batch


def _together(items: Sequence[tuple[Draft, P]], do: Callable[[list[P]], Sequence[Any]]) -> list[Any]:
    """Write all at once; when something is refused, find which rows one by one, and give up the batch."""
    if not items:
        return []
    try:
        with constraints_explained(), transaction.atomic():
            return list(do([payload for _, payload in items]))
    except Refusal:
        reasons = _one_by_one(items, do)
        if not reasons:
            raise
        raise RowsRefused(reasons) from None


def _one_by_one(items: Sequence[tuple[Draft, P]], do: Callable[[list[P]], Sequence[Any]]) -> dict[int, str]:
    reasons: dict[int, str] = {}
    for draft, payload in items:
        try:
            with constraints_explained(), transaction.atomic():
                do([payload])
        except Refusal as refusal:
            reasons[draft.pk] = refusal.sentence
    return reasons


def _stay(batch: Batch, ref: Ref) -> int:
    return ref if ref > 0 else batch.stays[-ref]


def _persons(batch: Batch) -> None:
    items = [
        (
            draft,
            NewPerson(
                last_name=one.last_name,
                first_name=one.first_name,
                born_on=one.born_on,
                birth_name=one.birth_name,
                sex=one.sex,
                nir=one.nir,
                phone=one.phone,
                email=one.email,
                employment_service_number=one.employment_service_number,
                territory_id=one.territory_id,
            ),
        )
        for draft in batch.drafts
        if (one := draft.person) is not None
    ]
    authority_id = batch.move.authority_id
    made = _together(items, lambda new: register_persons(**batch.common, authority_id=authority_id, persons=new))
    for (draft, _), person in zip(items, made, strict=True):
        batch.persons[draft.person_key] = person.pk
        batch.note(FactKind.PERSON, draft, person.pk)


def _fills(batch: Batch) -> None:
    rows = {draft.person_id: draft for draft in reversed(batch.drafts) if draft.fill and draft.person_id}
    if not rows:
        return
    values = {pk: draft.fill for pk, draft in rows.items() if pk is not None}
    before = complete_persons(**batch.common, authority_id=batch.move.authority_id, values=values)
    for person_id, former in before.items():
        if former:
            batch.note(FactKind.PERSON, rows[person_id], person_id, former)


def _orientations(batch: Batch) -> None:
    items = [
        (draft, PastOrientation(batch.person(draft), draft.entry.line_id, draft.entry.oriented_on))
        for draft in batch.drafts
        if draft.entry is not None and draft.entry.oriented_on is not None
    ]
    made = _together(items, lambda new: record_past_orientations(**batch.common, orientations=new, reason=REASON))
    for (draft, _), row in zip(items, made, strict=True):
        batch.note(FactKind.ORIENTATION, draft, row.pk)


def _entries(batch: Batch) -> None:
    items = [
        (draft, NewEnrolment(batch.person(draft), draft.entry.line_id, draft.entry.start_on))
        for draft in batch.drafts
        if draft.entry is not None
    ]
    made = _together(items, lambda new: enrol_many(**batch.common, entries=new))
    for (draft, _), row in zip(items, made, strict=True):
        batch.stays[draft.pk] = row.pk
        batch.note(FactKind.ENROLMENT, draft, row.pk)


def _namings(batch: Batch) -> None:
    organisation_id = batch.move.organisation_id
    items = [
        (draft, Naming(batch.person(draft), one.caseworker_id, organisation_id, one.start_on))
        for draft in batch.drafts
        if (one := draft.naming) is not None
    ]
    if not items:
        return
    running = _mandates_about_to_end([naming for _, naming in items])

    def name(new: list[Naming]) -> Sequence[Mandate]:
        named = name_many(**batch.common, namings=new, reason=REASON)
        if named.refused:
            raise named.refused[0][1]
        return named.mandates

    made = {one.person_id: one for one in _together(items, name)}
    for draft, naming in items:
        batch.note(FactKind.MANDATE, draft, made[naming.person_id].pk)
        if naming.person_id in running:
            batch.note(FactKind.MANDATE, draft, running[naming.person_id], {"end_on": None})


def _mandates_about_to_end(namings: Iterable[Naming]) -> dict[int, int]:
    rows = Mandate.objects.filter(person__in=[one.person_id for one in namings], end_on__isnull=True)
    return dict(rows.values_list("person_id", "pk"))


def _meetings(batch: Batch) -> None:
    new = [
        (draft, _appointment(batch, draft, one))
        for draft in batch.drafts
        if (one := draft.meeting) is not None and one.known is None
    ]
    made = _together(new, lambda rows: record_appointments(**batch.common, appointments=rows))
    for (draft, _), row in zip(new, made, strict=True):
        batch.note(FactKind.APPOINTMENT, draft, row.pk)
    known = [
        (draft, (one.known, one.outcome))
        for draft in batch.drafts
        if (one := draft.meeting) is not None and one.known is not None
    ]

    def settle(rows: list[tuple[int, Outcome]]) -> Sequence[Any]:
        return [record_outcome(**batch.common, appointment_id=pk, outcome=outcome) for pk, outcome in rows]

    for (draft, _), row in zip(known, _together(known, settle), strict=True):
        batch.note(FactKind.APPOINTMENT, draft, row.pk, {"outcome": Outcome.PLANNED.value})


def _appointment(batch: Batch, draft: Draft, one: MeetingDraft) -> NewAppointment:
    return NewAppointment(
        person_id=batch.person(draft),
        organisation_id=batch.move.organisation_id,
        kind=AppointmentKind.INDIVIDUAL,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        caseworker_id=one.caseworker_id,
        mode=one.mode,
        place=one.place,
        outcome=one.outcome,
    )


def _steps(batch: Batch) -> None:
    new = [
        (draft, _new_step(batch, one))
        for draft in batch.drafts
        if (one := draft.step) is not None and one.known is None
    ]
    made = _together(new, lambda rows: record_steps(**batch.common, steps=rows))
    for (draft, _), row in zip(new, made, strict=True):
        batch.steps[draft.pk] = row.pk
        batch.note(FactKind.STEP, draft, row.pk)
    known = [(draft, one) for draft in batch.drafts if (one := draft.step) is not None and one.known is not None]

    def end(rows: list[StepDraft]) -> Sequence[Step]:
        return [_end_step(batch, one) for one in rows]

    before = dict(Step.objects.filter(pk__in=[one.known for _, one in known]).values_list("pk", "state"))
    for (draft, _), row in zip(known, _together(known, end), strict=True):
        batch.note(FactKind.STEP, draft, row.pk, {"state": before[row.pk]})


def _new_step(batch: Batch, one: StepDraft) -> NewStep:
    return NewStep(
        enrolment_id=_stay(batch, one.stay),
        kind=one.kind,
        proposed_on=one.proposed_on,
        label=one.label,
        operator=one.operator,
        started_on=one.started_on,
        ended_on=one.ended_on,
        planned_end_on=one.planned_end_on,
        interrupted=one.interrupted,
        end_reason=REASON if one.interrupted else "",
    )


def _end_step(batch: Batch, one: StepDraft) -> Step:
    assert one.known is not None
    if one.interrupted:
        return interrupt_step(**batch.common, step_id=one.known, reason=REASON, day=one.ended_on)
    return complete_step(**batch.common, step_id=one.known, day=one.ended_on)


def _jobs(batch: Batch) -> None:
    items = [
        (
            draft,
            NewJob(
                enrolment_id=_stay(batch, one.stay),
                contract_kind=one.contract,
                start_on=one.start_on,
                employer_kind=one.employer_kind,
                employer=one.employer,
                weekly_hours=one.weekly_hours,
                end_on=one.end_on,
                ended_on=one.ended_on,
            ),
        )
        for draft in batch.drafts
        if (one := draft.job) is not None
    ]
    made = _together(items, lambda rows: record_jobs(**batch.common, jobs=rows))
    for (draft, _), row in zip(items, made, strict=True):
        batch.jobs[draft.pk] = row.pk
        batch.note(FactKind.JOB, draft, row.pk)


def _exits(batch: Batch) -> None:
    leaving = [draft for draft in batch.drafts if draft.exit is not None]
    running = {_stay(batch, one.stay): one.exited_on for draft in leaving if (one := draft.exit) and one.closes}
    open_before = set(Enrolment.objects.filter(pk__in=running, end_on__isnull=True).values_list("pk", flat=True))
    closing = [
        (draft, (_stay(batch, one.stay), one.exited_on))
        for draft in leaving
        if (one := draft.exit) is not None and _stay(batch, one.stay) in open_before
    ]

    moved: dict[int, Moved] = {}

    def close(rows: list[tuple[int, date]]) -> Sequence[int]:
        moved.clear()
        moved.update(close_past_enrolments(**batch.common, last_days=dict(rows)))
        return [pk for pk, _ in rows]

    for (draft, _), pk in zip(closing, _together(closing, close), strict=True):
        _note_ends(batch, draft, pk, moved.pop(batch.person(draft), {}))
    items = [(draft, _new_exit(batch, draft)) for draft in leaving]
    made = _together(items, lambda rows: propose_exits(**batch.common, exits=rows))
    for (draft, _), row in zip(items, made, strict=True):
        batch.note(FactKind.EXIT, draft, row.pk)


def _note_ends(batch: Batch, draft: Draft, stay: int, moved: Moved) -> None:
    """Remember the former last days of what ends with a stay: an undo gives them back."""
    former: dict[str, Any] = {"moved": moved} if moved else {}
    if stay not in batch.stays.values():
        former["end_on"] = None
    if former:
        batch.note(FactKind.ENROLMENT, draft, stay, former)
    noted = {fact.object_id for fact in batch.facts if fact.kind == FactKind.MANDATE}
    for pk in map(int, moved.get("mandates", {})):
        if pk not in noted:  # noted so that an undo sees whether the mandate was changed since
            batch.note(FactKind.MANDATE, draft, pk, {})


def _new_exit(batch: Batch, draft: Draft) -> NewExit:
    one = draft.exit
    assert one is not None
    return NewExit(
        _stay(batch, one.stay),
        one.exited_on,
        one.destination,
        job_id=_written(one.job, batch.jobs),
        step_id=_written(one.step, batch.steps),
    )


def _written(ref: Ref | None, made: dict[int, int]) -> int | None:
    return ref if ref is None or ref > 0 else made[-ref]
