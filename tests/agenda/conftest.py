"""A person followed by the house, and one followed in the PLIE in 2017."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.agreements.models import AgreementLine
from jalons.network.models import Membership
from jalons.pathways.models import Enrolment
from jalons.people.access import grant
from jalons.people.models import AccessReason, Person
from tests.worlds import World

PLIE = "plie_2014_2020"


@pytest.fixture
def world(world: World) -> World:
    """The world, its professionals at work since 2016: the documents' examples are of 2017."""
    for name in ("caseworker", "colleague", "head", "stranger", "orientation_officer"):
        getattr(world, name)
    Membership.objects.update(start_on=date(2016, 1, 1))
    return world


@pytest.fixture
def reached(world: World):
    """Return a function that makes persons the house may reach."""

    def make(how_many: int = 1) -> list[Person]:
        persons = world.persons(how_many)
        for person in persons:
            grant(
                person_id=person.pk,
                reason=AccessReason.ORIENTATION,
                source_id=1,
                start_on=date(2016, 1, 1),
                organisation_id=world.house.pk,
            )
        return persons

    return make


@pytest.fixture
def plie(world: World, rulebooks: None) -> AgreementLine:
    """Places of the house in the PLIE of 2014-2020, its rulebook adopted."""
    return world.place(framework_code=PLIE, action_code=PLIE, start_on=date(2017, 1, 1), end_on=date(2018, 12, 31))


@pytest.fixture
def participant(world: World, plie: AgreementLine) -> Enrolment:
    """A participant of the PLIE, followed since 6 March 2017."""
    person = world.person("Morin", "Nadia", subject_since=date(2016, 1, 4))
    return world.enrolled(person, line=plie, on=date(2017, 3, 6), caseworker=world.caseworker)
