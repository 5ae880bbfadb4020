"""Information sessions read by who orients: who is to convene, what became of each session (R-033, R-035)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, DateField, Exists, Expression, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jalons.agenda.models import Appointment, AppointmentKind, GroupSession, Outcome
from jalons.network.models import Organisation, User
from jalons.network.permissions import Permission, memberships
from jalons.network.queries import authorities_of
from jalons.pathways.guards import standings
from jalons.pathways.models import Enrolment, Evaluation, Mandate, Orientation, SessionExemption
from jalons.pathways.orientation_rules import SessionRule, session_rules
from jalons.people.permissions import reachable_persons

KIND = AppointmentKind.INFORMATION_SESSION
ABSENT = (Outcome.UNJUSTIFIED_ABSENCE, Outcome.JUSTIFIED_ABSENCE)


def persons_to_convene(user: User, *, on: date, rules: Mapping[str, SessionRule] | None = None) -> QuerySet[Any]:
    """Return who is subject to droits et devoirs and since then neither came to an information session nor was exempted.

    Persons annotated with ``subject_since``; ``counted_from``, the day the rulebook counts the delay from (None: none runs
    yet); ``invited_on``, the day of the session she is invited to (None: to convene); and ``missed``. Persons oriented
    already are left out, the meeting serves to orient, unless the rulebook still awaits them. The longest waiting come first.
    ``rules``: ``session_rules`` of the user's authorities, when they have been read.
    """
    if rules is None:
        rules = session_rules([one.code for one in authorities_of(user, on=on)], on=on)
    running = Q(duties__start_on__lte=on) & (Q(duties__end_on__isnull=True) | Q(duties__end_on__gte=on))
    # What was done under former droits et devoirs convenes nobody less: she enters anew.
    since = OuterRef("subject_since")
    sessions = Appointment.objects.filter(person=OuterRef("pk"), kind=KIND, on_date__gte=since)
    exempted = SessionExemption.objects.filter(person=OuterRef("pk"), decided_on__gte=since)
    oriented = Orientation.objects.filter(person=OuterRef("pk"), closed_on__isnull=True)
    invited = sessions.filter(outcome=Outcome.PLANNED, on_date__gte=on).order_by("on_date")
    return (
        reachable_persons(user, on=on, permission=Permission.ORIENTATION_DECIDE)
        .annotate(present=FilteredRelation("duties", condition=running), subject_since=F("present__start_on"))
        .filter(subject_since__isnull=False)
        .exclude(Exists(sessions.filter(outcome=Outcome.HELD)))
        .exclude(Exists(exempted))
        .annotate(counted_from=_counted_from(rules, on=on))
        .filter(~Exists(oriented) | Q(counted_from__isnull=False))
        .annotate(invited_on=Subquery(invited.values("on_date")[:1]))
        .annotate(missed=Exists(sessions.filter(outcome__in=ABSENT)))
        .select_related("territory")
        .order_by("subject_since", "folded", "pk")
    )


def _counted_from(rules: Mapping[str, SessionRule], *, on: date) -> Expression:
    """The first day, in SQL, of the accompaniment or orientation in force the rules bind and count from."""
    begun = {"enrolment_start": set[str](), "orientation": set[str]()}
    for rule in rules.values():
        begun.get(rule.starts_from, set()).update(rule.actions)
    stays = Enrolment.objects.filter(
        person=OuterRef("pk"), action_code__in=begun["enrolment_start"], start_on__lte=on
    ).exclude(end_on__lt=on)
    decided = Orientation.objects.filter(
        person=OuterRef("pk"), action_code__in=begun["orientation"], decided_on__lte=on, closed_on__isnull=True
    )
    return Coalesce(
        Subquery(stays.order_by("start_on").values("start_on")[:1]),
        Subquery(decided.order_by("decided_on").values("decided_on")[:1]),
        output_field=DateField(),
    )


def exemption_of(person_id: int, *, on: date) -> SessionExemption | None:
    """Return the exemption of a person; one decided before her present droits et devoirs counts no more."""
    since = standings([person_id], on=on)[person_id].subject_since
    rows = SessionExemption.objects.filter(person=person_id).select_related("decided_by")
    return (rows.filter(decided_on__gte=since) if since is not None else rows).first()


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
