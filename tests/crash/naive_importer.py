"""How one would write it in an hour: rows created one by one, and a file that says how far it went.

Kept to prove that the crash test can fail: killed between two writes, it starts its batch again and creates people twice.
"""

from __future__ import annotations

from pathlib import Path

from jalons.exchange.caf.codes import code_book
from jalons.exchange.caf.mapping import rows_of
from jalons.exchange.caf.records import Household as Read
from jalons.exchange.caf.stream import read_file
from jalons.network.models import Authority
from jalons.people.models import Household, HouseholdMember, Person, RightState, RsaRight
from tests.crash.worker import BATCH, ON


def import_naively(authority: Authority, path: Path) -> None:
    """Create what the file says, remembering after each batch how many households are done."""
    checkpoint = path.with_suffix(f".{authority.code}.checkpoint")
    done = int(checkpoint.read_text()) if checkpoint.exists() else 0
    for item in read_file(path):
        if isinstance(item, Read) and item.position > done:
            _create(authority, item)
            if item.position % BATCH == 0:
                checkpoint.write_text(str(item.position))


def _create(authority: Authority, read: Read) -> None:
    household, _ = Household.objects.update_or_create(
        authority=authority,
        request_number=read.request_number,
        defaults={
            "paying_body": read.paying_body,
            "paying_body_number": read.paying_body_number,
            "file_number": read.file_number,
            "requested_on": read.requested_on,
            "state_code": read.state,
            "as_of": ON,
            "content_hash": rows_of(read).content_hash,
        },
    )
    for adult in read.persons:
        if adult.role not in code_book().roles:
            continue
        person = Person.objects.create(
            authority=authority,
            last_name=adult.last_name,
            birth_name=adult.birth_name,
            first_name=adult.first_name,
            folded=adult.last_name.lower(),
            born_on=adult.born_on,
            birth_rank=adult.birth_rank,
        )
        start = adult.joined_on or ON
        HouseholdMember.objects.create(
            household=household, person=person, role=code_book().roles[adult.role], start_on=start
        )
        RsaRight.objects.create(household=household, person=person, state=RightState.OPEN, start_on=start)
