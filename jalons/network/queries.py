"""Reads of the network: the matrix of roles as data, who belongs where, and who read what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from jalons.network.models import Authority, Membership, Organisation, ReadTrace, RoleCode, User
from jalons.network.permissions import ROLES, Permission, memberships


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One permission and the roles that have it."""

    permission: Permission
    roles: frozenset[RoleCode]

    @property
    def resource(self) -> str:
        """What it is about: « person » of « person.open »."""
        return self.permission.value.partition(".")[0]


def role_matrix() -> tuple[MatrixRow, ...]:
    """Return every permission, in the order of the enum, with the roles that have it (maybe none)."""
    return tuple(
        MatrixRow(permission, frozenset(code for code, role in ROLES.items() if permission in role.permissions))
        for permission in Permission
    )


def authorities_of(user: User, *, on: date) -> QuerySet[Authority]:
    """Return the authorities ``user`` works for on that day, directly or through an organisation."""
    if user.is_system:
        return Authority.objects.order_by("name")
    rows = memberships(user, on=on)
    found = {row.authority_id for row in rows if row.authority_id is not None}
    found |= {row.organisation.authority_id for row in rows if row.organisation is not None}
    return Authority.objects.filter(pk__in=found).order_by("name")


def members(organisation: Organisation, *, on: date, role: str | None = None) -> QuerySet[User]:
    """Return the active users who have a role in ``organisation`` on that day, by name: the possible référents."""
    rows = Membership.objects.filter(organisation=organisation, start_on__lte=on).filter(
        Q(end_on__isnull=True) | Q(end_on__gte=on)
    )
    if role is not None:
        rows = rows.filter(role=role)
    return User.objects.filter(is_active=True, pk__in=rows.values("user_id")).order_by("last_name", "first_name", "pk")


def accounts(authority: Authority, *, on: date) -> QuerySet[Membership]:
    """Return the roles held on that day in an authority and its organisations, with user and place."""
    return (
        Membership.objects.filter(Q(authority=authority) | Q(organisation__authority=authority))
        .filter(Q(end_on__isnull=True) | Q(end_on__gte=on), start_on__lte=on, user__is_active=True)
        .select_related("user", "organisation", "authority", "territory")
        .order_by("user__last_name", "user__first_name", "pk")
    )


def reads_of_person(person_id: int) -> QuerySet[ReadTrace]:
    """Return who read this person's file, newest first."""
    return ReadTrace.objects.filter(person_id=person_id).order_by("-at", "-pk")


def reads_by_user(user_id: int) -> QuerySet[ReadTrace]:
    """Return what this user read, newest first."""
    return ReadTrace.objects.filter(user_id=user_id).order_by("-at", "-pk")
