"""Write appointments: plan one or a series, move, cancel, say what became of one (R-094, R-095)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models.functions import Now

from jalons.agenda.models import Appointment, AppointmentKind, Mode, Outcome
from jalons.agenda.operations.attendance import void_sign_ins
from jalons.agenda.reference import justifications
from jalons.agenda.rules import (
    instants,
    justifies_late,
    local_day,
    require_hours,
    require_in_window,
    require_past,
    require_times,
    require_transition,
)
from jalons.agenda.windows import justification_window
from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import Membership, User
from jalons.network.permissions import Permission, require
from jalons.people.access import lock_persons
from jalons.people.permissions import require_reach, require_reach_all

GONE = (Outcome.CANCELLED, Outcome.MOVED)


@dataclass(frozen=True, slots=True)
class NewAppointment:
    """An appointment to write: planned, or with its outcome when it already took place. Instants are aware."""

    person_id: int
    organisation_id: int
    kind: AppointmentKind
    starts_at: datetime
    ends_at: datetime
    caseworker_id: int | None = None
    mode: Mode = Mode.FACE_TO_FACE
    place: str = ""
    outcome: Outcome = Outcome.PLANNED
    real_start: datetime | None = None
    real_end: datetime | None = None
    note: str = ""
    session_id: int | None = None
    series: uuid.UUID | None = None


@operation
def record_appointments(*, actor: User, on: date, appointments: Sequence[NewAppointment]) -> list[Appointment]:
    """Write many appointments at once, planned or already past; one refusal and none is written."""
    persons = {one.person_id for one in appointments}
    lock_persons(persons)
    for organisation_id in {one.organisation_id for one in appointments}:
        require(actor, Permission.APPOINTMENT_WRITE, on=on, organisation_id=organisation_id)
    require_reach_all(actor, persons, on=on, permission=Permission.APPOINTMENT_WRITE)
    _require_caseworkers(appointments)
    for one in appointments:
        require_times(one.starts_at, one.ends_at)
        if one.outcome != Outcome.PLANNED:
            require_past(local_day(one.starts_at), on=on)
    _require_new(appointments)
    rows = Appointment.objects.bulk_create([_row(one, actor) for one in appointments], batch_size=2000)
    touch(persons=persons, days={row.on_date for row in rows})
    return rows


def _row(new: NewAppointment, actor: User) -> Appointment:
    settled = new.outcome != Outcome.PLANNED
    held = new.outcome == Outcome.HELD
    return Appointment(
        person_id=new.person_id,
        organisation_id=new.organisation_id,
        caseworker_id=new.caseworker_id,
        session_id=new.session_id,
        series=new.series,
        kind=new.kind,
        mode=new.mode,
        place=new.place,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        on_date=local_day(new.starts_at),
        outcome=new.outcome,
        real_start=(new.real_start or new.starts_at) if held else None,
        real_end=(new.real_end or new.ends_at) if held else None,
        outcome_at=Now() if settled else None,
        outcome_by_id=actor.pk if settled else None,
        note=new.note,
    )


def _require_caseworkers(appointments: Iterable[NewAppointment]) -> None:
    """Each professional works in the organisation on the day of the appointment."""
    wanted = {
        (one.caseworker_id, one.organisation_id, local_day(one.starts_at))
        for one in appointments
        if one.caseworker_id is not None
    }
    if not wanted:
        return
    rows = Membership.objects.filter(
        user_id__in={worker for worker, _, _ in wanted}, organisation_id__in={place for _, place, _ in wanted}
    ).values_list("user_id", "organisation_id", "start_on", "end_on")
    stays: dict[tuple[int, int | None], list[tuple[date, date | None]]] = {}
    for user_id, organisation_id, start_on, end_on in rows:
        stays.setdefault((user_id, organisation_id), []).append((start_on, end_on))
    for worker, place, day in wanted:
        if not any(start <= day and (end is None or day <= end) for start, end in stays.get((worker or 0, place), [])):
            raise Refusal("Ce professionnel n’exerce pas dans cet organisme à cette date.", code="caseworker_elsewhere")


class WrittenAlready(Refusal):
    """The same appointment stands in the agenda: the same person, organisation, professional, kind and hour."""

    def __init__(self) -> None:
        super().__init__(
            "Ce rendez-vous est déjà dans l’agenda à cette heure : rien n’a été écrit deux fois.",
            code="appointment_once",
        )


def _require_new(appointments: Sequence[NewAppointment]) -> None:
    """Refuse what is written already: a second click, a file given twice. The persons are locked, so nobody writes meanwhile."""
    wanted = [
        (one.person_id, one.organisation_id, one.caseworker_id, one.kind, one.starts_at)
        for one in appointments
        if one.caseworker_id is not None and one.session_id is None and one.outcome not in GONE
    ]
    if not wanted:
        return
    known = Appointment.objects.filter(
        person__in={one[0] for one in wanted}, starts_at__in={one[-1] for one in wanted}, session__isnull=True
    ).exclude(outcome__in=GONE)
    there = set(known.values_list("person_id", "organisation_id", "caseworker_id", "kind", "starts_at"))
    if len(set(wanted)) < len(wanted) or there & set(wanted):
        raise WrittenAlready


@operation
def plan(
    *,
    actor: User,
    on: date,
    person_id: int,
    organisation_id: int,
    starts_at: datetime,
    ends_at: datetime,
    kind: AppointmentKind = AppointmentKind.INDIVIDUAL,
    mode: Mode = Mode.FACE_TO_FACE,
    caseworker_id: int | None = None,
    place: str = "",
) -> Appointment:
    """Plan an appointment (R-094)."""
    new = NewAppointment(
        person_id=person_id,
        organisation_id=organisation_id,
        kind=kind,
        mode=mode,
        caseworker_id=caseworker_id,
        place=place,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    return record_appointments(actor=actor, on=on, appointments=[new])[0]


@operation
def plan_series(
    *, actor: User, on: date, first: NewAppointment, every: int, unit: str, until: date
) -> list[Appointment]:
    """Plan the same appointment again every so many weeks or months, until a day included (R-049, R-094).

    ``unit`` is « week » or « month ». The hour is that of Paris, in winter as in summer; a month without that day takes its last.
    """
    series = uuid.uuid4()
    rows = [
        replace(first, starts_at=start, ends_at=end, series=series)
        for start, end in instants(first.starts_at, first.ends_at, every=every, unit=unit, until=until)
    ]
    return record_appointments(actor=actor, on=on, appointments=rows)


@operation
def cancel_series(*, actor: User, on: date, appointment_id: int) -> list[Appointment]:
    """Cancel an appointment and those of its series that come after it and are still planned."""
    first = Appointment.objects.get(pk=appointment_id)
    if first.series is None:
        raise Refusal("Ce rendez-vous n’est pas d’une série.", code="appointment_of_no_series")
    rows = Appointment.objects.filter(
        series=first.series, person_id=first.person_id, outcome=Outcome.PLANNED, starts_at__gte=first.starts_at
    )
    return [
        cancel(actor=actor, on=on, appointment_id=pk) for pk in rows.order_by("starts_at").values_list("pk", flat=True)
    ]


@operation
def record_held(
    *,
    actor: User,
    on: date,
    person_id: int,
    organisation_id: int,
    starts_at: datetime,
    ends_at: datetime,
    kind: AppointmentKind = AppointmentKind.INDIVIDUAL,
    mode: Mode = Mode.FACE_TO_FACE,
    caseworker_id: int | None = None,
    place: str = "",
    note: str = "",
) -> Appointment:
    """« RDV fait »: write an appointment that took place, with its note, in one call (R-095)."""
    new = NewAppointment(
        person_id=person_id,
        organisation_id=organisation_id,
        kind=kind,
        mode=mode,
        caseworker_id=caseworker_id,
        place=place,
        starts_at=starts_at,
        ends_at=ends_at,
        outcome=Outcome.HELD,
        note=note,
    )
    return record_appointments(actor=actor, on=on, appointments=[new])[0]


def locked(actor: User, appointment_id: int, *, on: date) -> Appointment:
    """Lock the person, check that the actor may write, and return the appointment as it is now."""
    person_id = Appointment.objects.values_list("person_id", flat=True).get(pk=appointment_id)
    lock_persons([person_id])
    appointment = Appointment.objects.get(pk=appointment_id)
    require(actor, Permission.APPOINTMENT_WRITE, on=on, organisation_id=appointment.organisation_id)
    require_reach(actor, person_id, on=on, permission=Permission.APPOINTMENT_WRITE)
    touch(persons={person_id}, days={appointment.on_date})
    return appointment


def _settle(appointment: Appointment, outcome: Outcome, actor: User) -> None:
    require_transition(appointment.outcome, outcome)
    appointment.outcome = outcome
    appointment.outcome_at = Now()
    appointment.outcome_by = actor
    appointment.real_start = appointment.real_end = None
    appointment.justification = ""
    void_sign_ins([appointment.pk], actor)


@operation
def record_outcome(
    *,
    actor: User,
    on: date,
    appointment_id: int,
    outcome: Outcome,
    real_start: datetime | None = None,
    real_end: datetime | None = None,
    note: str | None = None,
    justification: str = "",
) -> Appointment:
    """Say what became of an appointment (R-095): held (real times, else the planned ones), or absent.

    An attendance may be corrected later: an absence is justified afterwards within the window of the rulebook, what was
    signed loses its effect. ``note`` None keeps the one written; ``justification`` is a kind of the list, empty when
    nothing is to be kept (a certificate, a reason of health).
    """
    appointment = locked(actor, appointment_id, on=on)
    if outcome in (Outcome.MOVED, Outcome.PLANNED):
        raise Refusal("Pour changer la date d’un rendez-vous, déplacez-le.", code="appointment_use_move")
    if outcome != Outcome.CANCELLED:
        require_past(appointment.on_date, on=on)
    if justification and (outcome != Outcome.JUSTIFIED_ABSENCE or justification not in justifications()):
        raise Refusal("Cette justification n’est pas de la liste.", code="appointment_justification")
    if justifies_late(appointment.outcome, outcome):
        require_in_window(appointment.on_date, justification_window(appointment), on=on)
    _settle(appointment, outcome, actor)
    appointment.justification = justification
    if outcome == Outcome.HELD:
        require_hours(appointment, real_start, real_end)
        appointment.real_start = real_start or appointment.starts_at
        appointment.real_end = real_end or appointment.ends_at
    if note is not None:
        appointment.note = note
    appointment.save()
    appointment.refresh_from_db(fields=["outcome_at"])
    return appointment


@operation
def justify(*, actor: User, on: date, appointment_id: int, justification: str = "") -> Appointment:
    """Justify an unjustified absence afterwards; at most a kind that is not medical is kept, no attachment (R-095, R-147)."""
    current = Appointment.objects.values_list("outcome", flat=True).get(pk=appointment_id)
    if current != Outcome.UNJUSTIFIED_ABSENCE:
        raise Refusal("Seule une absence non justifiée peut être justifiée après coup.", code="appointment_not_absent")
    return record_outcome(
        actor=actor,
        on=on,
        appointment_id=appointment_id,
        outcome=Outcome.JUSTIFIED_ABSENCE,
        justification=justification,
    )


@operation
def correct_hours(
    *, actor: User, on: date, appointment_id: int, real_start: datetime, real_end: datetime
) -> Appointment:
    """Correct the real hours of an appointment that took place; what was signed for other hours loses its effect (R-100)."""
    appointment = locked(actor, appointment_id, on=on)
    if appointment.outcome != Outcome.HELD:
        raise Refusal("Les heures se notent pour un rendez-vous qui a eu lieu.", code="appointment_not_held")
    require_hours(appointment, real_start, real_end)
    if (appointment.real_start, appointment.real_end) != (real_start, real_end):
        void_sign_ins([appointment.pk], actor)
    appointment.real_start, appointment.real_end = real_start, real_end
    appointment.save(update_fields=["real_start", "real_end"])
    return appointment


@operation
def cancel(*, actor: User, on: date, appointment_id: int) -> Appointment:
    """Cancel an appointment on the organisation's side: it counts neither as held nor as an absence (R-096)."""
    return record_outcome(actor=actor, on=on, appointment_id=appointment_id, outcome=Outcome.CANCELLED)


@operation
def move(*, actor: User, on: date, appointment_id: int, starts_at: datetime, ends_at: datetime) -> Appointment:
    """Move an appointment: the former one says « déplacé » and points to the new one, which is returned."""
    former = locked(actor, appointment_id, on=on)
    if former.session_id is not None:
        raise Refusal("Un temps collectif se déplace pour tous : modifiez sa date.", code="appointment_of_session")
    require_times(starts_at, ends_at)
    new = Appointment.objects.create(
        person_id=former.person_id,
        organisation_id=former.organisation_id,
        caseworker_id=former.caseworker_id,
        kind=former.kind,
        mode=former.mode,
        place=former.place,
        starts_at=starts_at,
        ends_at=ends_at,
        on_date=local_day(starts_at),
    )
    _settle(former, Outcome.MOVED, actor)
    former.moved_to = new
    former.save()
    touch(days={new.on_date})
    return new


class ReportChanged(Refusal):
    """Somebody wrote another report of this appointment since it was read; ``text`` is the one that stands."""

    def __init__(self, text: str) -> None:
        super().__init__(
            "Ce compte rendu a été modifié entre-temps. Voici les deux textes : rien n’est perdu.",
            code="report_changed",
        )
        self.text = text


@operation
def write_note(*, actor: User, on: date, appointment_id: int, note: str, seen: str | None = None) -> Appointment:
    """Write the report of an appointment (R-100). ``seen``: the text that was read; raises ``ReportChanged`` when another stands.

    Race: two savings wait for each other on the person; the second reads what the first wrote.
    """
    appointment = locked(actor, appointment_id, on=on)
    if seen is not None and _same(appointment.note) not in (_same(seen), _same(note)):
        raise ReportChanged(appointment.note)
    appointment.note = note
    appointment.save(update_fields=["note"])
    return appointment


def _same(text: str) -> str:
    """A text as it compares: forms send other ends of lines than they received."""
    return text.replace("\r\n", "\n").strip()
