"""Who may change or withdraw what is in a file; adding is open to whoever reaches the file with the permission.

The file stays open for months to the organisation that accompanied before: it reads and adds, and leaves alone what the next
one wrote. Accompaniments belong to a higher room: they are read as facts.
"""

from __future__ import annotations

from datetime import date

from django.db import connection

from jalons.kernel.refusals import NotAllowed
from jalons.network.models import User
from jalons.network.permissions import Permission, may

_HOUSES = """
SELECT organisation_id FROM facts.enrolment
 WHERE person_id = %(person)s AND start_on <= %(on)s AND (end_on IS NULL OR end_on >= %(on)s)
 UNION
SELECT organisation_id FROM facts.mandate
 WHERE person_id = %(person)s AND start_on <= %(on)s AND (end_on IS NULL OR end_on >= %(on)s)
"""


def houses_of(person_id: int, *, on: date) -> set[int]:
    """Return the organisations that accompany a person on that day; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_HOUSES, {"person": person_id, "on": on})
        return {organisation_id for (organisation_id,) in cursor.fetchall()}


def may_change(user: User, author_id: int, *, houses: set[int], on: date, permission: Permission) -> bool:
    """Tell whether ``user`` may change what ``author_id`` put in the file of a person ``houses`` accompany that day.

    Their own, always; anything, where she is accompanied today, or when nobody does. The caller has checked the reach.
    """
    if user.pk == author_id or not houses:
        return True
    return any(may(user, permission, on=on, organisation_id=one) for one in houses)


def require_change(user: User, author_id: int, person_id: int, *, on: date, permission: Permission) -> None:
    """Raise NotAllowed unless ``user`` may change what ``author_id`` put in the file of this person."""
    if user.pk != author_id:
        houses = houses_of(person_id, on=on)
        if not may_change(user, author_id, houses=houses, on=on, permission=permission):
            raise NotAllowed(
                "Seuls son auteur et l’organisme qui accompagne la personne aujourd’hui le modifient ou le retirent.",
                code=f"not_allowed:{permission}",
            )
