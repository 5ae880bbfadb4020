"""A person to write to."""

from __future__ import annotations

import pytest

from jalons.people.models import Person
from tests.exchange.letters.given import housed
from tests.worlds import World


@pytest.fixture
def person(world: World) -> Person:
    """A person of the house with an address and a référent unique."""
    found = housed(world.person("Diallo", "Amina"))
    world.enrolled(found, caseworker=world.caseworker)
    return found
