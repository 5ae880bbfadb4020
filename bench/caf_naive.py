"""What one writes first: the same rows, parsed the same way, through ``update_or_create``, a transaction per household.

``python -m bench.caf_naive FILE HOUSEHOLDS``. It does less than the import (no closing of what is absent, no identity
conflict, no access closed) and works on tables that are nearly empty: the comparison flatters it.
"""

from __future__ import annotations

import sys
import time
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import django

from bench.caf import told

AS_OF = date(2019, 12, 31)


def main() -> None:
    """Take the first households of the file."""
    django.setup()
    from jalons.exchange.caf.records import Household
    from jalons.exchange.caf.stream import read_file
    from jalons.network.models import Authority

    path, wanted = Path(sys.argv[1]), int(sys.argv[2])
    authority = Authority.objects.get(code="metropole_lyon")
    start = time.perf_counter()
    households = (item for item in read_file(path) if isinstance(item, Household))
    done = 0
    for household in islice(households, wanted):
        _take(household, authority.pk)
        done += 1
    told(seconds=time.perf_counter() - start, households=done)


def _take(household: Any, authority_id: int) -> None:
    from django.db import transaction

    from jalons.exchange.caf import mapping
    from jalons.people.models import Address, Household

    rows = mapping.rows_of(household)
    given = dict(zip(mapping.HOUSEHOLD_COLUMNS, rows.household, strict=True))
    state, since, basic = given.pop("right_state"), given.pop("right_since"), given.pop("basic_rsa")
    reason = given.pop("right_reason")
    number = given.pop("request_number")
    with transaction.atomic():
        home, _ = Household.objects.update_or_create(
            authority_id=authority_id, request_number=number, defaults={**given, "as_of": AS_OF}
        )
        for row in rows.addresses:
            address = dict(zip(mapping.ADDRESS_COLUMNS, row, strict=True))
            Address.objects.update_or_create(household=home, rank=address.pop("rank"), defaults=address)
        for row in rows.persons:
            person = dict(zip(mapping.PERSON_COLUMNS, row, strict=True))
            right = {"state": state, "reason_code": reason, "basic_rsa": basic, "since": since}
            _take_person(person, home, authority_id, right)


def _take_person(given: dict[str, Any], home: Any, authority_id: int, right: dict[str, Any]) -> None:
    from jalons.people.models import (
        AccessReason,
        DossierAccess,
        HouseholdMember,
        Person,
        RightsAndDuties,
        RsaRight,
    )

    role, joined, left, duties = (given.pop(name) for name in ("role", "joined_on", "left_on", "under_duties"))
    given.pop("previous_request_number")
    nir = given.pop("nir_match")
    key: dict[str, Any] = {"authority_id": authority_id}
    if nir is not None:
        key["nir_match"] = nir
    else:
        key |= {name: given[name] for name in ("birth_name", "first_name", "born_on", "birth_rank")}
    person, _ = Person.objects.update_or_create(**key, defaults={**given, "as_of": AS_OF})
    start = joined or home.requested_on or AS_OF
    HouseholdMember.objects.update_or_create(
        household=home,
        person=person,
        end_on=left if left and left >= start else None,
        defaults={"role": role, "start_on": start},
    )
    if right["state"] not in ("", "none"):
        values = {
            "household": home,
            "state": right["state"],
            "reason_code": right["reason_code"],
            "basic_rsa": right["basic_rsa"],
        }
        RsaRight.objects.update_or_create(
            person=person, end_on=None, defaults={**values, "start_on": right["since"] or start}
        )
    if duties:
        RightsAndDuties.objects.update_or_create(person=person, end_on=None, defaults={"start_on": start})
    DossierAccess.objects.update_or_create(
        person=person, reason=AccessReason.RESIDENCE, end_on=None,
        defaults={"authority_id": authority_id, "source_id": person.pk, "start_on": AS_OF},
    )  # fmt: skip


if __name__ == "__main__":
    main()
