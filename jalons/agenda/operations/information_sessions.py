"""Information sessions: planned, convened and signed in by who orients for the authority (R-033…R-035).

They are group times of an organisation of the authority; the right to orient, not the right to write an agenda, opens them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db.models import Q
from django.db.models.functions import Now

from jalons.agenda.models import Appointment, AppointmentKind, GroupSession, Outcome
from jalons.agenda.operations.attendance import Presence, note_presences
from jalons.agenda.rules import local_day, require_past, require_times
from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import Organisation, User
from jalons.network.permissions import Permission, require
from jalons.people.access import lock_persons
from jalons.people.permissions import require_reach_all

KIND = AppointmentKind.INFORMATION_SESSION


@operation
def plan_information_session(
    *,
    actor: User,
    on: date,
    organisation_id: int,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    capacity: int | None = None,
    theme: str = "Information collective",
) -> GroupSession:
    """Plan an information session, to come or held today; ``organisation_id`` receives it."""
    _require(actor, Organisation.objects.get(pk=organisation_id), on=on)
    require_times(starts_at, ends_at)
    if not place.strip():
        raise Refusal("Dites où se tient l’information collective : la convocation le répète.", code="session_place")
    return GroupSession.objects.create(
        organisation_id=organisation_id,
        kind=KIND,
        theme=theme.strip() or "Information collective",
        place=place.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        capacity=capacity,
    )


@operation
def convene(*, actor: User, on: date, session_id: int, person_ids: Collection[int]) -> list[Appointment]:
    """Invite persons to an information session, within its places; returns the new invitations.

    Left out: who has one to come already, here or elsewhere. Who was withdrawn is invited again.
    """
    # The persons are locked first: two officers who convene the same person see each other's invitation.
    lock_persons(person_ids)
    session = _session(actor, session_id, on=on)
    require_reach_all(actor, person_ids, on=on, permission=Permission.ORIENTATION_DECIDE)
    if session.cancelled_at is not None:
        raise Refusal("Cette information collective est annulée.", code="session_cancelled")
    day = local_day(session.starts_at)
    if day < on:
        raise Refusal(f"Cette information collective a eu lieu le {day:%d/%m/%Y}.", code="session_over")
    busy = already_convened(session, person_ids, on=on)
    new = [pk for pk in dict.fromkeys(person_ids) if pk not in busy]
    left = places_left(session)
    if left is not None and len(new) > left:
        words = f"il reste {left} place{'s' if left > 1 else ''}" if left > 0 else "il est complet"
        raise Refusal(f"{len(new)} personnes pour ce temps collectif : {words}.", code="session_full")
    # A withdrawal keeps its row, out of the session, so that the seat of the same person may be taken again.
    session.appointments.filter(outcome=Outcome.CANCELLED, person__in=new).update(session=None)
    rows = Appointment.objects.bulk_create(
        Appointment(
            person_id=pk,
            organisation_id=session.organisation_id,
            session=session,
            kind=KIND,
            place=session.place,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            on_date=day,
        )
        for pk in new
    )
    touch(persons=set(new), days={day})
    return rows


def already_convened(session: GroupSession, person_ids: Collection[int], *, on: date) -> set[int]:
    """Return who among these persons has a place in this session, or is planned in another of the authority to come."""
    rows = Appointment.objects.filter(
        person__in=person_ids, kind=KIND, organisation__authority_id=session.organisation.authority_id
    )
    here = Q(session=session) & ~Q(outcome=Outcome.CANCELLED)
    elsewhere = Q(session__cancelled_at__isnull=True, outcome=Outcome.PLANNED, on_date__gte=on)
    return set(rows.filter(here | elsewhere).values_list("person_id", flat=True))


@operation
def record_attendance(*, actor: User, on: date, session_id: int, became: Mapping[int, Presence]) -> list[Appointment]:
    """Note what became of the persons named (person → presence), within the reach of ``actor``; the others stay as they are.

    An attendance may be corrected; what was signed then loses its effect. Returns what changed. An absence here is no absence
    from an accompaniment: no report comes from it (S-07).
    """
    _lock_invited(session_id)
    session = _session(actor, session_id, on=on)
    if session.cancelled_at is not None:
        raise Refusal("Cette information collective est annulée.", code="session_cancelled")
    require_past(local_day(session.starts_at), on=on)
    invited = session.appointments.filter(person__in=list(became)).exclude(outcome=Outcome.CANCELLED)
    rows = list(invited.order_by("person_id"))
    if set(became) - {row.person_id for row in rows}:
        raise Refusal("Une personne notée n’est pas invitée : convoquez-la d’abord.", code="session_not_invited")
    named = [(row, became[row.person_id]) for row in rows]
    return note_presences(actor, named, on=on, permission=Permission.ORIENTATION_DECIDE)


@operation
def cancel_information_session(*, actor: User, on: date, session_id: int) -> GroupSession:
    """Cancel a session to come: the persons invited are to convene again; who agreed to messages is told so."""
    _lock_invited(session_id)
    session = _session(actor, session_id, on=on)
    rows = session.appointments.filter(outcome=Outcome.PLANNED)
    persons = set(rows.values_list("person_id", flat=True))
    if session.appointments.exclude(outcome__in=(Outcome.PLANNED, Outcome.CANCELLED)).exists():
        raise Refusal("Des présences sont déjà notées : cette séance ne s’annule plus.", code="session_signed_in")
    session.cancelled_at, session.cancelled_by = Now(), actor
    session.save(update_fields=["cancelled_at", "cancelled_by"])
    # After the session: who is cancelled since then is cancelled with it, who withdrew before is not told of it.
    rows.update(outcome=Outcome.CANCELLED, outcome_by=actor, outcome_at=Now())
    touch(persons=persons, days={local_day(session.starts_at)})
    return session


def places_left(session: GroupSession) -> int | None:
    """Return how many may still be invited; None when the session has no limit."""
    if session.capacity is None:
        return None
    return session.capacity - session.appointments.exclude(outcome__in=(Outcome.CANCELLED, Outcome.MOVED)).count()


def _lock_invited(session_id: int) -> None:
    """Lock the persons invited, before the session as ``convene`` does: two writers never wait for each other in a ring."""
    lock_persons(Appointment.objects.filter(session_id=session_id).values_list("person_id", flat=True))


def _session(actor: User, session_id: int, *, on: date) -> GroupSession:
    """Lock a session and check that ``actor`` orients for its authority."""
    session = GroupSession.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=session_id)
    if session.kind != KIND:
        raise Refusal("Ce temps collectif n’est pas une information collective.", code="session_of_another_kind")
    _require(actor, session.organisation, on=on)
    return session


def _require(actor: User, organisation: Organisation, *, on: date) -> None:
    require(
        actor,
        Permission.ORIENTATION_DECIDE,
        on=on,
        authority_id=organisation.authority_id,
        territory_id=organisation.territory_id,
    )
