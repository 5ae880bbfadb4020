"""Which persons a user reaches: the list scope and the object rule, both from the rows of ``DossierAccess``."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from jalons.kernel.refusals import NotAllowed
from jalons.network.models import RoleCode, Territory, User
from jalons.network.permissions import ROLES, Permission, memberships
from jalons.people.models import AccessReason, DossierAccess, Person


def _held_by(user: User, permission: Permission, *, on: date) -> Q:
    """The access rows that one of the user's memberships with ``permission`` matches.

    A mandate is held within an organisation: the organisation's own row opens the file to its members, and closes it
    to the référent who left.
    """
    condition = Q(user_id=user.pk) & ~Q(reason=AccessReason.MANDATE)
    for membership in memberships(user, on=on):
        if permission not in ROLES[RoleCode(membership.role)].permissions:
            continue
        if membership.organisation_id is not None:
            condition |= Q(organisation_id=membership.organisation_id)
        elif membership.territory_id is not None:
            condition |= Q(territory_id=membership.territory_id)
        elif membership.authority_id is not None:
            # A subquery rather than a join: a list of 100 000 persons then stops at its first page.
            territories = Territory.objects.filter(authority_id=membership.authority_id).values("pk")
            condition |= Q(authority_id=membership.authority_id) | Q(territory_id__in=territories)
    return condition


def reachable_persons(user: User, *, on: date, permission: Permission = Permission.PERSON_LIST) -> QuerySet[Person]:
    """Return the persons whose file ``user`` reaches on that day with ``permission``; none when denied.

    One semi-join on the access rows, whatever the number of roles: the same scope serves lists, counts and exports.
    """
    if user.is_system and user.is_active:
        return Person.objects.all()
    if not user.is_active or not any(
        permission in ROLES[RoleCode(m.role)].permissions for m in memberships(user, on=on)
    ):
        return Person.objects.none()
    rows = DossierAccess.objects.filter(_held_by(user, permission, on=on), person_id=OuterRef("pk"), start_on__lte=on)
    return Person.objects.filter(Exists(rows.filter(Q(end_on__isnull=True) | Q(end_on__gte=on))))


def may_reach(user: User, person_id: int, *, on: date, permission: Permission = Permission.PERSON_OPEN) -> bool:
    """Tell whether ``user`` reaches this person with ``permission`` on that day."""
    return reachable_persons(user, on=on, permission=permission).filter(pk=person_id).exists()


def reached_with(user: User, person_id: int, permissions: Collection[Permission], *, on: date) -> frozenset[Permission]:
    """Return those of ``permissions`` with which ``user`` reaches this person on that day; one query."""
    reach = {
        f"reach_{number}": Exists(reachable_persons(user, on=on, permission=one).filter(pk=OuterRef("pk")))
        for number, one in enumerate(permissions)
    }
    row = Person.objects.filter(pk=person_id).annotate(**reach).values_list(*reach).first() or ()
    return frozenset(one for one, held in zip(permissions, row, strict=False) if held)


def require_reach(user: User, person_id: int, *, on: date, permission: Permission = Permission.PERSON_OPEN) -> None:
    """Raise NotAllowed unless ``user`` reaches this person with ``permission``; the sentence names nobody."""
    if not may_reach(user, person_id, on=on, permission=permission):
        raise NotAllowed("Ce dossier n’est pas dans votre périmètre.", code=f"not_reachable:{permission}")


def require_reach_all(user: User, person_ids: Iterable[int], *, on: date, permission: Permission) -> None:
    """Raise NotAllowed unless ``user`` reaches every one of these persons with ``permission``; one query."""
    wanted = set(person_ids)
    if (user.is_system and user.is_active) or not wanted:
        return
    if reachable_persons(user, on=on, permission=permission).filter(pk__in=wanted).count() != len(wanted):
        raise NotAllowed(
            "Au moins un de ces dossiers n’est pas dans votre périmètre.", code=f"not_reachable:{permission}"
        )
