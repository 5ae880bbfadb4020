"""Which notes and documents of a file a page offers to change or to withdraw."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from jalons.casefile.permissions import houses_of, may_change
from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.people.models import Person
from jalons.sites.frame.access import user_of


def changing(request: HttpRequest, person: Person, permission: Permission) -> Callable[[int], bool]:
    """Return « may the user change what this author put in the file? »; one query for the page."""
    user, on = user_of(request), clock.today()
    houses = houses_of(person.pk, on=on)
    return lambda author_id: may_change(user, author_id, houses=houses, on=on, permission=permission)
