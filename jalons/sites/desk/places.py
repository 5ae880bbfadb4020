"""Where a user acts for a person: the organisation, and the accompaniment under way there."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from jalons.network.models import Organisation, User
from jalons.network.permissions import Permission, may, memberships, require
from jalons.pathways.models import Enrolment
from jalons.people.models import Person


def running_enrolments(person: Person, *, on: date) -> list[Enrolment]:
    """Return the accompaniments of a person under way on that day, oldest first."""
    rows = Enrolment.objects.filter(person=person, start_on__lte=on).filter(Q(end_on__isnull=True) | Q(end_on__gte=on))
    found = list(rows.select_related("organisation", "line", "orientation").order_by("start_on", "pk"))
    for one in found:
        one.person = person
    return found


def noted_enrolments(person: Person, *, on: date) -> list[Enrolment]:
    """Return the accompaniments a fact may still be noted on: those under way, then those that ended, the latest first.

    A document, or the final assessment, may come after the exit (R-120, R-132); how long the file stays open is another matter.
    """
    ended = Enrolment.objects.filter(person=person, end_on__lt=on).select_related("organisation", "line")
    return [*running_enrolments(person, on=on), *ended.order_by("-end_on", "-pk")]


def writable(user: User, enrolments: list[Enrolment], permission: Permission, *, on: date) -> list[Enrolment]:
    """Return the accompaniments on which ``user`` may use ``permission``: in the organisation that accompanies, or in the
    authority (or the territory of the person), as the operations ask."""
    return [one for one in enrolments if _may(user, one, permission, on=on)]


def _may(user: User, one: Enrolment, permission: Permission, *, on: date) -> bool:
    if may(user, permission, on=on, organisation_id=one.organisation_id):
        return True
    territory_id = one.person.territory_id
    return may(user, permission, on=on, authority_id=one.authority_id, territory_id=territory_id)


def require_writable(user: User, enrolment: Enrolment, permission: Permission, *, on: date) -> None:
    """Refuse the page of a form to who could not send it: the sentence says who can."""
    if not writable(user, [enrolment], permission, on=on):
        require(user, permission, on=on, organisation_id=enrolment.organisation_id)


def acting_organisation(user: User, enrolments: list[Enrolment], *, on: date) -> Organisation | None:
    """Return the organisation for which ``user`` meets the person: that of an accompaniment, else the user's first."""
    for one in writable(user, enrolments, Permission.APPOINTMENT_WRITE, on=on):
        return one.organisation
    return next((row.organisation for row in memberships(user, on=on) if row.organisation is not None), None)
