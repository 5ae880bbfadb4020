"""From a household as read to the rows that ``people`` merges: the meaning of the file, by the rules of the content.

Three kinds of rows per household (household, insertion persons, addresses), each a tuple in the order of its columns.
Children are counted, never kept: nobody accompanies them.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import NamedTuple

from jalons.exchange.caf.codes import CodeBook, code_book
from jalons.exchange.caf.copytext import Value, copy_line
from jalons.exchange.caf.records import Household, Person, Suspension
from jalons.kernel.sealing import match_key, seal
from jalons.people.names import folded_name

HOUSEHOLD_COLUMNS = (
    "request_number", "previous_request_number", "paying_body", "paying_body_number", "file_number", "requested_on",
    "family_code", "children", "no_fixed_abode", "state_code", "reason_code", "state_since",
    "right_state", "right_reason", "right_since", "basic_rsa", "content_hash",
)  # fmt: skip
PERSON_COLUMNS = (
    "role", "last_name", "birth_name", "first_name", "folded", "born_on", "birth_precision", "birth_rank", "sex",
    "nir_match", "employment_service_number", "joined_on", "left_on", "previous_request_number", "under_duties", "nir_sealed",
)  # fmt: skip
ADDRESS_COLUMNS = ("rank", "complement", "street", "postcode", "insee_code", "city", "abroad", "since")

LEAVE_AS_IT_IS = ""  # an unknown state changes no right
NO_RIGHT = "none"


class Rows(NamedTuple):
    """The rows of one household, without its index: ``household`` ends with the hash of all the others."""

    household: tuple[Value, ...]
    content_hash: bytes
    persons: tuple[tuple[Value, ...], ...]
    addresses: tuple[tuple[Value, ...], ...]


class Right(NamedTuple):
    """What a file says of the right: the state to hold from ``since`` (None: the file gives no date)."""

    state: str
    reason: str
    since: date | None


def rows_of(household: Household) -> Rows:
    """Return the rows to merge for ``household``."""
    codes = code_book()
    right = right_of(household, codes)
    adults = sorted(
        (person for person in household.persons if person.role in codes.roles),
        key=lambda person: (
            person.role,
            person.left_on or date.max,
            person.birth_name,
            person.first_name,
            person.born_on,
        ),
    )
    subject = household.moved_out_on is None and codes.with_rights(household.state, _reason(household))
    persons = [_person_row(person, codes, subject=subject) for person in adults]
    addresses = {address.rank: tuple(address) for address in household.addresses}
    address_rows = tuple(
        (rank, complement, street, postcode, insee_code, city, abroad, since)
        for rank, (_, since, abroad, complement, street, postcode, insee_code, city) in sorted(addresses.items())
    )
    plain = _household_row(household, adults, right, codes)
    digest = hashlib.sha256(copy_line(plain))
    for row in (*persons, *address_rows):
        digest.update(copy_line(row))
    sealed = tuple(
        (*row, seal(person.nir) if person.nir else None) for row, person in zip(persons, adults, strict=True)
    )
    return Rows((*plain, digest.digest()), digest.digest(), sealed, address_rows)


def right_of(household: Household, codes: CodeBook) -> Right:
    """Return the state of the right: a departure to another body or a closure ends it, an unknown state says nothing."""
    if household.moved_out_on is not None:
        return Right("closed", codes.own["moved"], household.moved_out_on)
    state = codes.right_states.get(household.state)
    if state is None:
        known = codes.knows("ETATDOSRSA", household.state)
        refused = household.refusal
        return Right(NO_RIGHT if known else LEAVE_AS_IT_IS, _reason(household), refused.on if refused else None)
    return Right(state, _reason(household), _since(household))


def _latest(suspensions: tuple[Suspension, ...]) -> Suspension | None:
    return max(suspensions, key=lambda suspension: suspension.since) if suspensions else None


def _stated(household: Household) -> tuple[str, date | None]:
    """The reason and date that go with the state of the dossier."""
    dated = {
        "1": household.refusal,
        "5": household.closure,
        "6": household.closure,
    }.get(household.state)
    if dated is not None:
        return dated.reason, dated.on
    suspension = {"3": _latest(household.right_suspensions), "4": _latest(household.payment_suspensions)}.get(
        household.state
    )
    return (suspension.reason, suspension.since) if suspension is not None else ("", None)


def _reason(household: Household) -> str:
    return _stated(household)[0]


def _since(household: Household) -> date | None:
    return _stated(household)[1]


def _household_row(household: Household, adults: list[Person], right: Right, codes: CodeBook) -> tuple[Value, ...]:
    children = sum(1 for person in household.persons if person.role == "ENF" and person.left_on is None)
    previous = next((person.previous_request_number for person in adults if person.previous_request_number), "")
    return (
        household.request_number,
        previous if previous != household.request_number else "",
        household.paying_body,
        household.paying_body_number,
        household.file_number,
        household.requested_on,
        household.family or "",
        household.dependants if household.dependants is not None else children,
        household.no_fixed_abode,
        household.state,
        right.reason,
        right.since,
        right.state,
        right.reason,
        right.since,
        not household.benefits or any(benefit in codes.basic_rsa for benefit in household.benefits),
    )


def _person_row(person: Person, codes: CodeBook, *, subject: bool) -> tuple[Value, ...]:
    """Everything but the sealed NIR, which differs each time and must not count as a change."""
    duties = (
        subject and person.under_duties and person.left_on is None
        if person.under_duties is not None or not subject
        else None
    )
    return (
        codes.roles[person.role],
        person.last_name,
        person.birth_name,
        person.first_name,
        folded_name(last_name=person.last_name, first_name=person.first_name, birth_name=person.birth_name),
        person.born_on,
        person.birth_precision or "N",
        person.birth_rank,
        person.sex or "",
        match_key(person.nir) if person.nir else None,
        person.employment_service_number or "",
        person.joined_on,
        person.left_on,
        person.previous_request_number or "",
        duties,
    )
