"""What the reader gives: one typed record per household, or the reason why it is refused.

Records are named tuples: 250 000 persons go through them, and they cross to a second process and back. Texts are
stripped; ``None`` means that the file says nothing (element absent or empty); codes are kept as sent.
"""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import NamedTuple


class Header(NamedTuple):
    """Who sent the file and what it is; ``reference_on`` (DTREF) orders the files."""

    sender: str
    sender_version: str
    kind: str  # M monthly, I daily, R full resend
    nature: str  # D: rights
    created_on: date
    created_at: time
    reference_on: date


class Trailer(NamedTuple):
    """What the sender says it sent."""

    households: int
    households_with_anomaly: int | None


class Suspension(NamedTuple):
    """A suspension of the right (MOTISUSDRORSA) or of its payment (MOTISUSVERSRSA)."""

    reason: str
    since: date


class Closure(NamedTuple):
    """The end of the right: MOTICLORSA and DTCLORSA."""

    reason: str
    on: date


class Address(NamedTuple):
    """An address of the household; ``rank`` 1 is the current one."""

    rank: int
    since: date | None
    abroad: bool
    complement: str
    street: str
    postcode: str
    insee_code: str
    city: str


class Person(NamedTuple):
    """A person of the household, child or adult."""

    role: str  # ROLEPERS of the RSA benefit
    title: str | None
    last_name: str
    birth_name: str
    first_name: str
    birth_place: str | None
    born_on: date
    birth_rank: int | None
    birth_precision: str | None
    nir: str | None  # 13 characters, checked
    sex: str | None
    joined_on: date | None
    left_on: date | None
    previous_request_number: str | None
    employment_service_number: str | None
    under_duties: bool | None
    newly_under_duties: bool | None
    activity: str | None
    monthly_resources: Decimal | None


class Household(NamedTuple):
    """A household as one file states it, at the reference date of the header."""

    position: int  # 1 for the first household of the file
    request_number: str
    paying_body: str
    paying_body_number: str
    file_number: str
    requested_on: date | None
    persons: tuple[Person, ...]
    addresses: tuple[Address, ...]
    family: str | None
    state: str
    refusal: Closure | None
    right_suspensions: tuple[Suspension, ...]
    payment_suspensions: tuple[Suspension, ...]
    closure: Closure | None
    moved_in_on: date | None
    moved_out_on: date | None
    no_fixed_abode: bool
    dependants: int | None  # NBENFAUTCHA
    benefits: tuple[str, ...]  # NATPF, sorted
    paid: Decimal | None  # sum of MTRSAVERS
    events: tuple[str, ...]
    has_anomaly: bool
    unknown_codes: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]  # codes of ``values.WARNINGS``


class Refusal(NamedTuple):
    """A household that cannot be taken. ``message`` is French and says what to do; ``raw`` can be read again."""

    position: int
    reason: str
    message: str
    request_number: str | None
    raw: bytes
