"""Who is to orient, and how long decisions took (R-036, R-037, R-045)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from jalons.agenda.models import Appointment, Outcome
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.network.queries import authorities_of
from jalons.pathways.models import Enrolment, Orientation
from jalons.pathways.queries.delay_starts import DelayStart, began, delay_starts
from jalons.people.models import Person
from jalons.people.permissions import reachable_persons


def persons_to_orient(user: User, *, on: date, starts: Sequence[DelayStart] | None = None) -> QuerySet[Person]:
    """Return the persons within reach, subject to droits et devoirs and without orientation in force.

    Each carries ``subject_since``, the start of the present droits et devoirs, and ``waiting_since``, the day their authority
    counts the delay from (R-036; None: not known); the longest waiting come first. ``starts``: what the rulebooks of the user
    say, when they have been read.
    """
    said = delay_starts(list(authorities_of(user, on=on))) if starts is None else starts
    since = began(said, subject="subject_since", person="pk", authority="authority_id", day=on)
    # A join rather than a subquery for each person: periods of one person never overlap, so it doubles nobody.
    running = Q(duties__start_on__lte=on) & (Q(duties__end_on__isnull=True) | Q(duties__end_on__gte=on))
    oriented = Orientation.objects.filter(person=OuterRef("pk"), decided_on__lte=on).filter(
        Q(closed_on__isnull=True) | Q(closed_on__gte=on)
    )
    return (
        reachable_persons(user, on=on, permission=Permission.PERSON_LIST)
        .annotate(present=FilteredRelation("duties", condition=running), subject_since=F("present__start_on"))
        .filter(subject_since__isnull=False)
        .annotate(waiting_since=since)
        .exclude(Exists(oriented))
        .select_related("territory")
        .order_by(F("waiting_since").asc(nulls_last=True), "folded", "pk")
    )


@dataclass(frozen=True, slots=True)
class Delays:
    """Days from the event the authority counts from to the orientation, then to the first interview held (None: not yet)."""

    to_orientation: int | None
    to_first_interview: int | None


def delays(orientation: Orientation) -> Delays:
    """Return the delays of one orientation (R-036, R-045)."""
    first = (
        Appointment.objects.filter(
            person_id=orientation.person_id,
            organisation_id=orientation.organisation_id,
            outcome=Outcome.HELD,
            kind="individual",
            on_date__gte=orientation.decided_on,
        )
        .order_by("on_date")
        .values_list("on_date", flat=True)
        .first()
    )
    since = (
        Orientation.objects.filter(pk=orientation.pk)
        .annotate(
            counted_from=began(
                delay_starts([orientation.authority]),
                subject="subject_since",
                person="person_id",
                authority="authority_id",
                day="decided_on",
            )
        )
        .values_list("counted_from", flat=True)
        .get()
    )
    return Delays(
        to_orientation=(orientation.decided_on - since).days if since is not None else None,
        to_first_interview=(first - orientation.decided_on).days if first is not None else None,
    )


def to_enrol(user: User, *, on: date) -> QuerySet[Orientation]:
    """Return the orientations in force, within reach, whose action nobody has entered yet; the oldest first."""
    return orientations_within(user, on=on).exclude(Exists(STAYS)).order_by("decided_on", "pk")


# The stays in the action of an orientation: an action opened beside it carries the same orientation.
STAYS = Enrolment.objects.filter(orientation=OuterRef("pk"), action_code=OuterRef("action_code"))


def orientations_within(user: User, *, on: date) -> QuerySet[Orientation]:
    """Return the orientations in force of the persons ``user`` may enrol."""
    return (
        Orientation.objects.filter(decided_on__lte=on)
        .filter(Q(closed_on__isnull=True) | Q(closed_on__gte=on))
        .filter(person__in=reachable_persons(user, on=on, permission=Permission.ENROLMENT_MANAGE))
        .select_related("person", "organisation", "line")
    )
