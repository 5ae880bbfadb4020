"""Group sessions: plan one or a series, invite, change, cancel, say who came, what they thought of it (R-098)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models.functions import Now

from jalons.agenda.models import Appointment, AppointmentKind, GroupSession, Outcome, SessionAnswer
from jalons.agenda.operations.appointments import GONE, NewAppointment, cancel, record_appointments
from jalons.agenda.operations.attendance import Presence, note_presences
from jalons.agenda.reference import questions, session_forms
from jalons.agenda.rules import instants, local_day, require_past, require_times
from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import Membership, User
from jalons.network.permissions import Permission, require
from jalons.people.access import lock_persons
from jalons.people.permissions import reachable_persons


@dataclass(frozen=True, slots=True)
class NewSession:
    """A group session to write. ``capacity`` None: no limit; ``form`` is a code of the list of forms, or nothing."""

    organisation_id: int
    theme: str
    starts_at: datetime
    ends_at: datetime
    kind: AppointmentKind = AppointmentKind.GROUP
    form: str = ""
    place: str = ""
    capacity: int | None = None
    animator_id: int | None = None
    preparation_minutes: int = 0


@operation
def plan_session(
    *,
    actor: User,
    on: date,
    organisation_id: int,
    theme: str,
    starts_at: datetime,
    ends_at: datetime,
    kind: AppointmentKind = AppointmentKind.GROUP,
    place: str = "",
    capacity: int | None = None,
    form: str = "",
    animator_id: int | None = None,
    preparation_minutes: int = 0,
) -> GroupSession:
    """Plan a group time: one date, several persons (R-098)."""
    new = NewSession(
        organisation_id, theme, starts_at, ends_at, kind, form, place, capacity, animator_id, preparation_minutes
    )
    return _created(actor, on, [new], series=None)[0]


@operation
def plan_session_series(
    *, actor: User, on: date, first: NewSession, every: int, unit: str, until: date
) -> list[GroupSession]:
    """Plan the same group time again every so many weeks or months, until a day included."""
    spans = instants(first.starts_at, first.ends_at, every=every, unit=unit, until=until)
    rows = [replace(first, starts_at=start, ends_at=end) for start, end in spans]
    return _created(actor, on, rows, series=uuid.uuid4())


def _created(actor: User, on: date, rows: Sequence[NewSession], *, series: uuid.UUID | None) -> list[GroupSession]:
    found = []
    for new in rows:
        require(actor, Permission.APPOINTMENT_WRITE, on=on, organisation_id=new.organisation_id)
        _require_session(new)
        found.append(
            GroupSession.objects.create(
                organisation_id=new.organisation_id,
                kind=new.kind,
                theme=new.theme,
                form=new.form,
                place=new.place,
                starts_at=new.starts_at,
                ends_at=new.ends_at,
                capacity=new.capacity,
                animator_id=new.animator_id,
                preparation_minutes=new.preparation_minutes,
                series=series,
            )
        )
    return found


def _require_session(new: NewSession) -> None:
    require_times(new.starts_at, new.ends_at)
    if new.form and new.form not in session_forms():
        raise Refusal("Cette forme de temps collectif n’est pas de la liste.", code="session_form")
    if new.animator_id is not None and not _works(new.animator_id, new.organisation_id, local_day(new.starts_at)):
        raise Refusal("Ce professionnel n’exerce pas dans cet organisme à cette date.", code="caseworker_elsewhere")


def _works(user_id: int, organisation_id: int, day: date) -> bool:
    rows = Membership.objects.filter(user_id=user_id, organisation_id=organisation_id, start_on__lte=day)
    return any(end is None or day <= end for end in rows.values_list("end_on", flat=True))


def _open_session(actor: User, session_id: int, *, on: date) -> GroupSession:
    """Lock a session that is not cancelled; the persons are locked before it."""
    session = GroupSession.objects.select_for_update().get(pk=session_id)
    require(actor, Permission.APPOINTMENT_WRITE, on=on, organisation_id=session.organisation_id)
    if session.cancelled_at is not None:
        raise Refusal("Ce temps collectif est annulé.", code="session_cancelled")
    return session


def _lock_invited(session_id: int) -> None:
    lock_persons(Appointment.objects.filter(session_id=session_id).values_list("person_id", flat=True))


@operation
def change_session(*, actor: User, on: date, at: datetime, session_id: int, new: NewSession) -> GroupSession:
    """Change a group session for everybody: a date or a place to come that changes moves those still expected with it, so
    that each of them is told. A place corrected once it has begun at the instant ``at`` moves nobody.

    Refused: hours of a session whose presence is noted, fewer places than persons invited.
    """
    _lock_invited(session_id)
    session = _open_session(actor, session_id, on=on)
    _require_session(replace(new, organisation_id=session.organisation_id))
    rows = session.appointments.exclude(outcome__in=GONE)
    moves = (session.starts_at, session.ends_at) != (new.starts_at, new.ends_at)
    if moves and rows.exclude(outcome=Outcome.PLANNED).exists():
        raise Refusal(
            "La présence est déjà notée : l’horaire ne change plus. Corrigez les heures de chaque personne.",
            code="session_already_noted",
        )
    if new.capacity is not None and rows.count() > new.capacity:
        raise Refusal(
            f"{rows.count()} personnes sont déjà inscrites : gardez au moins autant de places.", code="session_full"
        )
    elsewhere = session.place.strip() != new.place.strip() and session.starts_at > at
    for name in (
        "theme",
        "form",
        "kind",
        "place",
        "starts_at",
        "ends_at",
        "capacity",
        "animator_id",
        "preparation_minutes",
    ):
        setattr(session, name, getattr(new, name))
    session.save()
    planned = list(rows.filter(outcome=Outcome.PLANNED))
    if moves or elsewhere:
        _move_all(actor, session, planned)
    else:
        rows.filter(outcome=Outcome.PLANNED).update(place=new.place, kind=new.kind)
    touch(
        persons={one.person_id for one in planned}, days={local_day(new.starts_at)} | {one.on_date for one in planned}
    )
    return session


def _move_all(actor: User, session: GroupSession, planned: Sequence[Appointment]) -> None:
    """Move those expected: each former row says « déplacé » out of the session and points to the new one, so that who has
    the former date or place in mind is told the new one."""
    Appointment.objects.filter(pk__in=[one.pk for one in planned]).update(
        session=None, outcome=Outcome.MOVED, outcome_at=Now(), outcome_by=actor
    )
    found = Appointment.objects.bulk_create(
        Appointment(
            person_id=one.person_id,
            organisation_id=one.organisation_id,
            caseworker_id=one.caseworker_id,
            session=session,
            series=one.series,
            kind=session.kind,
            mode=one.mode,
            place=session.place,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            on_date=local_day(session.starts_at),
            note=one.note,
        )
        for one in planned
    )
    for former, new in zip(planned, found, strict=True):
        former.moved_to = new
    Appointment.objects.bulk_update(planned, ["moved_to"])


@operation
def cancel_session(*, actor: User, on: date, session_id: int) -> GroupSession:
    """Cancel a group session: it counts neither as held nor as an absence (R-096). Those expected who agreed to messages are
    told so, reminded before or not. It is the house's own session: nobody expected is out of its reach for this, or they
    would come for nothing."""
    _lock_invited(session_id)
    session = _open_session(actor, session_id, on=on)
    rows = session.appointments.exclude(outcome__in=GONE)
    if rows.exclude(outcome=Outcome.PLANNED).exists():
        raise Refusal("La présence est déjà notée : ce temps collectif a eu lieu.", code="session_already_noted")
    persons = set(rows.values_list("person_id", flat=True))
    session.cancelled_at, session.cancelled_by = Now(), actor
    session.save(update_fields=["cancelled_at", "cancelled_by"])
    # After the session: who is cancelled since then is cancelled with it, who withdrew before is not told of it.
    rows.update(outcome=Outcome.CANCELLED, outcome_at=Now(), outcome_by=actor)
    touch(persons=persons, days={local_day(session.starts_at)})
    return session


@operation
def enrol_in_session(
    *, actor: User, on: date, session_id: int, person_ids: Sequence[int], caseworker_id: int | None = None
) -> list[Appointment]:
    """Invite persons to a group time, within its capacity. Who withdrew may be invited again."""
    wanted = list(dict.fromkeys(person_ids))
    lock_persons(wanted)
    # The session is locked after the persons, so that two invitations cannot both take the last seat.
    session = _open_session(actor, session_id, on=on)
    taken = session.appointments.exclude(outcome__in=GONE).count()
    if session.capacity is not None and taken + len(wanted) > session.capacity:
        left = max(session.capacity - taken, 0)
        raise Refusal(f"Il reste {left} place(s) à ce temps collectif.", code="session_full")
    # A withdrawal keeps its row, out of the session, so that the seat of the same person may be taken again.
    session.appointments.filter(outcome=Outcome.CANCELLED, person__in=wanted).update(session=None)
    new = [
        NewAppointment(
            person_id=person_id,
            organisation_id=session.organisation_id,
            kind=AppointmentKind(session.kind),
            caseworker_id=caseworker_id or session.animator_id,
            place=session.place,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            session_id=session.pk,
        )
        for person_id in wanted
    ]
    return record_appointments(actor=actor, on=on, appointments=new)


@operation
def withdraw_from_session(*, actor: User, on: date, session_id: int, person_id: int) -> Appointment:
    """Take a person off a group session before it takes place: the seat is free again, nothing is counted."""
    found = Appointment.objects.filter(session_id=session_id, person_id=person_id, outcome=Outcome.PLANNED).first()
    if found is None:
        raise Refusal("Cette personne n’est pas attendue à ce temps collectif.", code="session_not_invited")
    return cancel(actor=actor, on=on, appointment_id=found.pk)


@operation
def record_presence(
    *,
    actor: User,
    on: date,
    session_id: int,
    present_ids: Iterable[int],
    justified_ids: Iterable[int] = (),
) -> list[Appointment]:
    """Sign in a group time: those named came, those excused are justified, the other invited persons were absent."""
    present, justified = set(present_ids), set(justified_ids)
    if present & justified:
        raise Refusal("Une même personne ne peut pas être présente et excusée.", code="session_present_and_excused")
    invited = set(Appointment.objects.filter(session_id=session_id).values_list("person_id", flat=True))
    became = dict.fromkeys(invited, Presence(Outcome.UNJUSTIFIED_ABSENCE))
    became |= dict.fromkeys(justified, Presence(Outcome.JUSTIFIED_ABSENCE)) | dict.fromkeys(
        present, Presence(Outcome.HELD)
    )
    return record_presences(actor=actor, on=on, session_id=session_id, became=became)


@operation
def record_presences(*, actor: User, on: date, session_id: int, became: Mapping[int, Presence]) -> list[Appointment]:
    """Note what became of the persons named (person → presence), each with their own hours; the others stay as they are.

    What is already noted the same way is left alone, so that a sheet may be filled in several times.
    """
    _lock_invited(session_id)
    session = _open_session(actor, session_id, on=on)
    rows = {one.person_id: one for one in session.appointments.order_by("person_id")}
    if set(became) - set(rows):
        raise Refusal(
            "Une personne émargée n’est pas inscrite à ce temps collectif : inscrivez-la d’abord.",
            code="session_not_invited",
        )
    require_past(local_day(session.starts_at), on=on)
    named = [(rows[person_id], wanted) for person_id, wanted in became.items() if rows[person_id].outcome not in GONE]
    note_presences(actor, named, on=on)
    return list(rows.values())


@operation
def write_session_report(*, actor: User, on: date, session_id: int, note: str) -> int:
    """Write one report in the file of each person present who has none yet (R-100), and whom the writer still reaches.
    Returns in how many files."""
    _lock_invited(session_id)
    session = _open_session(actor, session_id, on=on)
    reach = reachable_persons(actor, on=on, permission=Permission.APPOINTMENT_WRITE)
    rows = session.appointments.filter(outcome=Outcome.HELD, note="", person__in=reach)
    persons = set(rows.values_list("person_id", flat=True))
    touch(persons=persons, days={local_day(session.starts_at)})
    return rows.update(note=note)


@operation
def record_answers(
    *, actor: User, on: date, session_id: int, answers: Mapping[str, tuple[int, int]]
) -> list[SessionAnswer]:
    """Keep what the persons present answered, counted together: question → (yes, answers). Given again, it replaces (R-098)."""
    session = _open_session(actor, session_id, on=on)
    require_past(local_day(session.starts_at), on=on)
    present = session.appointments.filter(outcome=Outcome.HELD).count()
    rows = []
    for question, (yes, given) in answers.items():
        if question not in questions():
            raise Refusal("Cette question n’est pas de la liste.", code="session_question")
        if given > present:
            raise Refusal(
                f"{present} personnes étaient présentes : il ne peut pas y avoir {given} réponses.",
                code="session_answers",
            )
        row, _ = SessionAnswer.objects.update_or_create(
            session=session, question=question, defaults={"yes": yes, "answers": given}
        )
        rows.append(row)
    return rows
