"""Living in a priority neighbourhood is said by who accompanies, and known to the figures."""

from __future__ import annotations

import pytest

from jalons.kernel.refusals import NotAllowed
from jalons.people.operations import locate_in_neighbourhood
from tests.worlds import World


@pytest.mark.req("R-024")
@pytest.mark.parametrize("priority", [True, False, None])
def test_who_accompanies_says_whether_the_neighbourhood_is_a_priority_one(world: World, priority: bool | None) -> None:
    person = world.enrolled(caseworker=world.caseworker).person
    given = {"on": world.day, "person_id": person.pk, "priority": priority}
    locate_in_neighbourhood(actor=world.caseworker, **given)
    person.refresh_from_db()
    assert person.priority_neighbourhood is priority
    with pytest.raises(NotAllowed):
        locate_in_neighbourhood(actor=world.stranger, **given)
