"""What every operation of the room does first: lock the person, then check who may."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from jalons.kernel.operation import touch
from jalons.network.models import User
from jalons.network.permissions import Permission, require
from jalons.pathways.models import Enrolment
from jalons.pathways.queries.carrying import carriers_of, carries
from jalons.people.access import lock_persons
from jalons.people.models import Person
from jalons.people.permissions import require_reach_all


def open_enrolments(
    actor: User, enrolment_ids: Collection[int], *, on: date, permission: Permission, carried: bool = False
) -> dict[int, Enrolment]:
    """Lock the persons of these enrolments, check ``permission`` on each, and return the enrolments as they are now.

    The permission holds in the organisation that accompanies, or in the authority (or the territory of the person).
    ``carried``: it also holds, for an enrolment that is over, where the person is accompanied today.
    """
    ids = set(enrolment_ids)
    person_ids = set(Enrolment.objects.filter(pk__in=ids).values_list("person_id", flat=True))
    lock_persons(person_ids)
    rows = Enrolment.objects.select_related("person", "line", "orientation").in_bulk(ids)
    if len(rows) != len(ids):
        raise Enrolment.DoesNotExist("an enrolment does not exist")
    carriers = carriers_of(rows.values(), on=on) if carried else {}
    own = [one for one in rows.values() if not carries(actor, carriers.get(one.pk, ()), on=on, permission=permission)]
    require_in(actor, own, on=on, permission=permission)
    require_reach_all(actor, person_ids, on=on, permission=permission)
    touch(persons=person_ids)
    return rows


def open_enrolment(
    actor: User, enrolment_id: int, *, on: date, permission: Permission, carried: bool = False
) -> Enrolment:
    """``open_enrolments`` for one."""
    return open_enrolments(actor, [enrolment_id], on=on, permission=permission, carried=carried)[enrolment_id]


def require_in(actor: User, enrolments: Iterable[Enrolment], *, on: date, permission: Permission) -> None:
    """Check ``permission`` once per organisation, authority and territory of these enrolments."""
    for organisation_id, authority_id, territory_id in {
        (one.organisation_id, one.authority_id, one.person.territory_id) for one in enrolments
    }:
        require(
            actor,
            permission,
            on=on,
            organisation_id=organisation_id,
            authority_id=authority_id,
            territory_id=territory_id,
        )


def open_persons(actor: User, person_ids: Collection[int], *, on: date, permission: Permission) -> dict[int, Person]:
    """Lock persons, check that ``actor`` reaches them with ``permission``, and return them."""
    persons = {person.pk: person for person in lock_persons(person_ids)}
    require_reach_all(actor, persons, on=on, permission=permission)
    touch(persons=set(persons))
    return persons
