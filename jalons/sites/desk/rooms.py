"""Where a professional keeps an agenda: the organisations, the colleagues, the sessions one may open."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.http import Http404

from jalons.agenda.models import GroupSession
from jalons.network.models import Membership, Organisation, User
from jalons.network.permissions import ROLES, Permission, may, memberships


def organisations_of(user: User, *, on: date) -> list[Organisation]:
    """Return the organisations where ``user`` writes appointments that day."""
    found = {row.organisation_id: row.organisation for row in memberships(user, on=on) if row.organisation is not None}
    return [one for pk, one in found.items() if may(user, Permission.APPOINTMENT_WRITE, on=on, organisation_id=pk)]


def organisations_between(user: User, first: date, last: date) -> list[Organisation]:
    """Return the organisations where ``user`` wrote appointments between two days, those left since included; one query."""
    writers = [code for code, role in ROLES.items() if Permission.APPOINTMENT_WRITE in role.permissions]
    rows = Membership.objects.filter(
        Q(end_on__isnull=True) | Q(end_on__gte=first),
        user=user, organisation__isnull=False, role__in=writers, start_on__lte=last,
    ).select_related("organisation")  # fmt: skip
    return list({row.organisation_id: row.organisation for row in rows.order_by("pk") if row.organisation}.values())


def colleagues(organisation_id: int, *, on: date) -> list[tuple[int, str]]:
    """Return (id, name) of who works in an organisation that day, by name."""
    rows = Membership.objects.filter(
        Q(end_on__isnull=True) | Q(end_on__gte=on),
        organisation_id=organisation_id,
        start_on__lte=on,
        user__is_active=True,
    ).select_related("user")
    return sorted({row.user_id: str(row.user) for row in rows}.items(), key=lambda pair: pair[1])


def session_of(user: User, session_id: int, *, on: date) -> GroupSession:
    """Return a session of an organisation of ``user``; « page introuvable » for any other."""
    places = [one.pk for one in organisations_of(user, on=on)]
    rows = GroupSession.objects.filter(organisation__in=places).select_related("organisation", "animator")
    found = rows.filter(pk=session_id).first()
    if found is None:
        raise Http404("session")
    return found
