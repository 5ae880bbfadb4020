"""Which agreements a user sees: those of the organisation where they work, all those of the authority they work for."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from jalons.agreements.models import Agreement, AgreementLine
from jalons.network.groups import running
from jalons.network.models import GroupMember, OrganisationGroup, RoleCode, User
from jalons.network.permissions import ROLES, Permission, memberships


def readable_agreements(
    user: User, *, on: date, permission: Permission = Permission.AGREEMENT_READ
) -> QuerySet[Agreement]:
    """Return the agreements ``user`` may read on that day. A role on one territory sees the whole authority's places.

    (Whoever orients from a territory may orient to any place of the authority, R-038.)
    """
    if not user.is_active:
        return Agreement.objects.none()
    if user.is_system:
        return Agreement.objects.all()
    condition = Q(pk__in=())
    for membership in memberships(user, on=on):
        if permission not in ROLES[RoleCode(membership.role)].permissions:
            continue
        if membership.organisation_id is not None:
            condition |= Q(organisation_id=membership.organisation_id)
        else:
            condition |= Q(authority_id=membership.authority_id)
    return Agreement.objects.filter(condition)


def readable_groups(user: User, *, on: date) -> QuerySet[OrganisationGroup]:
    """Return the groups ``user`` may read on that day: those of the authority, or those their organisation belongs to."""
    if not user.is_active:
        return OrganisationGroup.objects.none()
    if user.is_system:
        return OrganisationGroup.objects.all()
    condition = Q(pk__in=())
    for membership in memberships(user, on=on):
        if Permission.AGREEMENT_READ not in ROLES[RoleCode(membership.role)].permissions:
            continue
        if membership.organisation_id is not None:
            joined = GroupMember.objects.filter(running(on), organisation=membership.organisation_id)
            condition |= Q(pk__in=joined.values("group"))
        else:
            condition |= Q(authority_id=membership.authority_id)
    return OrganisationGroup.objects.filter(condition)


def readable_lines(
    user: User, *, on: date, permission: Permission = Permission.AGREEMENT_READ
) -> QuerySet[AgreementLine]:
    """Return the lines of the agreements ``user`` may read, with agreement and organisation at hand."""
    agreements = readable_agreements(user, on=on, permission=permission)
    return AgreementLine.objects.filter(agreement__in=agreements).select_related(
        "agreement__organisation", "agreement__authority", "territory"
    )
