"""Information sessions read by who orients: who is to convene, what became of each session (R-033, R-035)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from jalons.agenda.models import Appointment, AppointmentKind, GroupSession, Outcome
from jalons.network.models import Organisation, User
from jalons.network.permissions import Permission, memberships
from jalons.pathways.models import Evaluation, Mandate, Orientation, SessionExemption
from jalons.people.permissions import reachable_persons

KIND = AppointmentKind.INFORMATION_SESSION
ABSENT = (Outcome.UNJUSTIFIED_ABSENCE, Outcome.JUSTIFIED_ABSENCE)


def persons_to_convene(user: User, *, on: date) -> QuerySet[Any]:  # persons, annotated
    """Return who is subject to droits et devoirs and neither came to an information session nor is exempted.

    Each carries ``subject_since``, ``invited_on`` (the day of the session she is invited to, None: to convene) and
    ``absences``. Persons oriented already are left out: the meeting serves to orient. The longest waiting come first.
    """
    running = Q(duties__start_on__lte=on) & (Q(duties__end_on__isnull=True) | Q(duties__end_on__gte=on))
    sessions = Appointment.objects.filter(person=OuterRef("pk"), kind=KIND)
    oriented = Orientation.objects.filter(person=OuterRef("pk"), closed_on__isnull=True)
    invited = sessions.filter(outcome=Outcome.PLANNED, on_date__gte=on).order_by("on_date")
    return (
        reachable_persons(user, on=on, permission=Permission.ORIENTATION_DECIDE)
        .annotate(present=FilteredRelation("duties", condition=running), subject_since=F("present__start_on"))
        .filter(subject_since__isnull=False)
        .exclude(Exists(sessions.filter(outcome=Outcome.HELD)))
        .exclude(Exists(SessionExemption.objects.filter(person=OuterRef("pk"))))
        .exclude(Exists(oriented))
        .annotate(invited_on=Subquery(invited.values("on_date")[:1]))
        .annotate(missed=Exists(sessions.filter(outcome__in=ABSENT)))
        .select_related("territory")
        .order_by("subject_since", "folded", "pk")
    )


def sessions_of_authorities(user: User, *, on: date) -> QuerySet[Any]:  # group sessions, annotated
    """Return the information sessions ``user`` orients for, with their counts: ``invited``, ``came``, ``absent``."""
    counted = Count("appointments", filter=~Q(appointments__outcome__in=(Outcome.CANCELLED, Outcome.MOVED)))
    return (
        GroupSession.objects.filter(kind=KIND, organisation__in=hosts(user, on=on))
        .annotate(
            invited=counted,
            came=Count("appointments", filter=Q(appointments__outcome=Outcome.HELD)),
            absent=Count("appointments", filter=Q(appointments__outcome__in=ABSENT)),
        )
        .select_related("organisation")
    )


def hosts(user: User, *, on: date) -> QuerySet[Organisation]:
    """Return the organisations where ``user`` may hold an information session: those of the places they orient for."""
    if user.is_system:
        return Organisation.objects.order_by("name")
    allowed = Q(pk__in=())
    for row in memberships(user, on=on):
        if row.authority_id is not None and row.organisation_id is None:
            place = Q(authority_id=row.authority_id)
            allowed |= place if row.territory_id is None else place & Q(territory_id=row.territory_id)
    return Organisation.objects.filter(allowed).order_by("name")


@dataclass(frozen=True, slots=True)
class Invited:
    """A person invited to a session: what became of it, her evaluation and what was decided the same day."""

    appointment: Appointment
    evaluation: Evaluation | None
    orientation: Orientation | None
    mandate: Mandate | None

    @property
    def named_same_day(self) -> bool:
        """Tell whether the référent was named on the day of the session (R-035)."""
        return self.mandate is not None and self.mandate.start_on == self.appointment.on_date


def invited_to(session: GroupSession, user: User, *, on: date) -> list[Invited]:
    """Return the persons invited to a session within the reach of ``user``, by name; four queries."""
    reached = reachable_persons(user, on=on, permission=Permission.ORIENTATION_DECIDE)
    rows = list(
        session.appointments.filter(person__in=reached)
        .exclude(outcome=Outcome.MOVED)
        .select_related("person__territory")
        .order_by("person__folded", "pk")
    )
    persons = [row.person_id for row in rows]
    evaluations = {
        one.person_id: one for one in Evaluation.objects.filter(session=session, person__in=persons).order_by("pk")
    }
    orientations = {
        one.person_id: one
        for one in Orientation.objects.filter(person__in=persons, closed_on__isnull=True).select_related("organisation")
    }
    mandates = {
        one.person_id: one
        for one in Mandate.objects.filter(person__in=persons, end_on__isnull=True).select_related("caseworker")
    }
    return [
        Invited(row, evaluations.get(row.person_id), orientations.get(row.person_id), mandates.get(row.person_id))
        for row in rows
    ]
