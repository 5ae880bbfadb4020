"""Persons with an address, and appointments to convene them to."""

from __future__ import annotations

from datetime import date
from typing import Any

from jalons.agenda.models import Appointment
from jalons.agenda.operations import plan
from jalons.people.models import Address, HouseholdMember, Person
from tests.worlds import World, at

DAY = date(2020, 10, 15)
MEETING = date(2020, 11, 3)


def housed(person: Person, *, street: str = "12 RUE DES LILAS", **options: Any) -> Person:
    """Give a person the address of her household, as the CAF file does."""
    stay = HouseholdMember.objects.get(person=person)
    given: dict[str, Any] = {"street": street, "postcode": "69001", "city": "Lyon", **options}
    Address.objects.create(household=stay.household, rank=1, **given)
    return person


def convened(world: World, person: Person, **options: Any) -> Appointment:
    """An appointment to come of a person of the house, at its place."""
    given: dict[str, Any] = {"place": "4 place du Marché", "starts_at": at(MEETING, 9, 30), "ends_at": at(MEETING, 10)}
    return plan(actor=world.caseworker, on=DAY, person_id=person.pk, organisation_id=world.house.pk, **given | options)
