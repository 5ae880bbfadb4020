"""Which to-dos a user reads: named ones where they may open the file, counts where they only follow the work."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from jalons.network.models import RoleCode, User
from jalons.network.permissions import ROLES, Permission, memberships
from jalons.people.permissions import reachable_persons
from jalons.todos.models import Todo


def of_persons(user: User, *, on: date) -> QuerySet[Todo]:
    """Return the to-dos of the persons whose file ``user`` may open: those that may be shown with a name."""
    persons = reachable_persons(user, on=on, permission=Permission.PERSON_OPEN)
    return Todo.objects.filter(person__in=persons)


def of_lines(user: User, *, on: date) -> QuerySet[Todo]:
    """Return the to-dos of the agreement lines ``user`` follows: of the organisation for a head, of the whole authority."""
    places = _places(user, Permission.AGREEMENT_READ, on=on, within_territory=False)
    return Todo.objects.filter(places, person__isnull=True)


def counted(user: User, *, on: date) -> QuerySet[Todo]:
    """Return the to-dos that ``user`` may count, without a name: those of their organisation, territory or authority."""
    return Todo.objects.filter(_places(user, Permission.TODO_READ, on=on, within_territory=True))


def _places(user: User, needed: Permission, *, on: date, within_territory: bool) -> Q:
    """The to-dos of the places where ``user`` holds both ``todo.read`` and ``needed``; none is « nothing »."""
    if user.is_system and user.is_active:
        return Q()
    found = Q(pk__in=())
    if not user.is_active:
        return found
    for membership in memberships(user, on=on):
        if not {needed, Permission.TODO_READ} <= ROLES[RoleCode(membership.role)].permissions:
            continue
        if membership.organisation_id is not None:
            found |= Q(organisation_id=membership.organisation_id)
        elif membership.territory_id is not None and within_territory:
            # A line has no person: it counts for every territory of the authority.
            inside = Q(person__territory_id=membership.territory_id) | Q(person__isnull=True)
            found |= Q(authority_id=membership.authority_id) & inside
        else:
            found |= Q(authority_id=membership.authority_id)
    return found
