"""Where a letter goes: the lines shown in the window of the envelope, as the post wants them (NF Z 10-011, six lines at most)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from jalons.people.models import Address, HouseholdMember, Person


@dataclass(frozen=True, slots=True)
class Home:
    """What the household of a person gives a letter; ``lines`` is empty when nothing can be posted."""

    lines: tuple[str, ...] = ()
    paying_body: str = ""
    file_number: str = ""


def homes(person_ids: Collection[int], *, on: date) -> dict[int, Home]:
    """Return the current home of each person who has one; two queries."""
    stays = (
        HouseholdMember.objects.filter(Q(end_on__isnull=True) | Q(end_on__gte=on), person_id__in=person_ids)
        .filter(start_on__lte=on)
        .select_related("household")
        .order_by("start_on", "pk")
    )
    household_of = {stay.person_id: stay.household for stay in stays}  # the last stay begun wins
    rows = Address.objects.filter(rank=1, household_id__in={one.pk for one in household_of.values()})
    address_of = {row.household_id: row for row in rows}
    return {
        person: Home(_lines(address_of.get(home.pk)), home.paying_body, home.file_number)
        for person, home in household_of.items()
    }


def recipient(person: Person, home: Home) -> tuple[str, ...]:
    """Return the lines of the window: the name alone when there is no address."""
    return (f"{person.first_name} {person.last_name}", *home.lines)


def _lines(address: Address | None) -> tuple[str, ...]:
    """A street (or a place said in the complement), a postcode and a town are what the post needs."""
    if address is None or address.abroad or not (address.street or address.complement):
        return ()
    if not address.postcode or not address.city:
        return ()
    return tuple(
        line for line in (address.complement, address.street, f"{address.postcode} {address.city.upper()}") if line
    )
