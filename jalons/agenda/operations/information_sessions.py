"""Information sessions: planned, convened and signed in by who orients for the authority (R-033…R-035).

They are group times of an organisation of the authority; the right to orient, not the right to write an agenda, opens them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db.models.functions import Now

from jalons.agenda.models import Appointment, AppointmentKind, GroupSession, Outcome
from jalons.agenda.rules import local_day, require_past, require_times
from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import Organisation, User
from jalons.network.permissions import Permission, require
from jalons.people.access import lock_persons
from jalons.people.permissions import reachable_persons, require_reach_all

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
    """Invite persons to an information session, within its places; who is already invited is left as she is."""
    lock_persons(person_ids)
    session = _session(actor, session_id, on=on)
    require_reach_all(actor, person_ids, on=on, permission=Permission.ORIENTATION_DECIDE)
    if session.cancelled_at is not None:
        raise Refusal("Cette information collective est annulée.", code="session_cancelled")
    day = local_day(session.starts_at)
    if day < on:
        raise Refusal(f"Cette information collective a eu lieu le {day:%d/%m/%Y}.", code="session_over")
    invited = set(session.appointments.values_list("person_id", flat=True))
    new = [pk for pk in dict.fromkeys(person_ids) if pk not in invited]
    left = places_left(session)
    if left is not None and len(new) > left:
        words = f"il reste {left} place{'s' if left > 1 else ''}" if left > 0 else "il est complet"
        raise Refusal(f"{len(new)} personnes pour ce temps collectif : {words}.", code="session_full")
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


@operation
def record_attendance(
    *, actor: User, on: date, session_id: int, present_ids: Iterable[int], excused_ids: Iterable[int] = ()
) -> list[Appointment]:
    """Say who came and who is excused; the other persons invited, within the reach of ``actor``, were absent.

    An attendance may be corrected. An absence here is no absence from an accompaniment: no report comes from it (S-07).
    """
    present, excused = set(present_ids), set(excused_ids)
    if present & excused:
        raise Refusal("Une même personne ne peut pas être présente et excusée.", code="session_present_and_excused")
    _lock_invited(session_id)
    session = _session(actor, session_id, on=on)
    require_past(local_day(session.starts_at), on=on)
    reached = reachable_persons(actor, on=on, permission=Permission.ORIENTATION_DECIDE)
    invited = session.appointments.filter(person__in=reached).exclude(outcome=Outcome.CANCELLED)
    rows = list(invited.order_by("person_id"))
    if (present | excused) - {row.person_id for row in rows}:
        raise Refusal("Une personne cochée n’est pas invitée : convoquez-la d’abord.", code="session_not_invited")
    changed = []
    for row in rows:
        outcome = Outcome.HELD if row.person_id in present else Outcome.UNJUSTIFIED_ABSENCE
        outcome = Outcome.JUSTIFIED_ABSENCE if row.person_id in excused else outcome
        if row.outcome != outcome:
            held = outcome == Outcome.HELD
            row.outcome, row.outcome_by, row.outcome_at = outcome, actor, Now()
            row.real_start, row.real_end = (row.starts_at, row.ends_at) if held else (None, None)
            row.justification = row.justification if outcome == Outcome.JUSTIFIED_ABSENCE else ""
            row.save()
            changed.append(row)
    touch(persons={row.person_id for row in changed}, days={local_day(session.starts_at)})
    return changed


@operation
def cancel_information_session(*, actor: User, on: date, session_id: int) -> GroupSession:
    """Cancel a session to come: the persons invited are to convene again."""
    _lock_invited(session_id)
    session = _session(actor, session_id, on=on)
    rows = session.appointments.filter(outcome=Outcome.PLANNED)
    persons = set(rows.values_list("person_id", flat=True))
    if session.appointments.exclude(outcome__in=(Outcome.PLANNED, Outcome.CANCELLED)).exists():
        raise Refusal("Des présences sont déjà notées : cette séance ne s’annule plus.", code="session_signed_in")
    rows.update(outcome=Outcome.CANCELLED, outcome_by=actor, outcome_at=Now())
    session.cancelled_at, session.cancelled_by = Now(), actor
    session.save(update_fields=["cancelled_at", "cancelled_by"])
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
