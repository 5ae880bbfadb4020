"""The temporary tables a caller fills before the merge, and what it says of the file they come from."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.db.backends.utils import CursorWrapper

# ``right_state``: open, right_suspended, payment_suspended, closed; ``none`` = no right; empty = leave it as it is.
_HOUSEHOLD = """
    position integer, request_number text, previous_request_number text, paying_body text, paying_body_number text,
    file_number text, requested_on date, family_code text, children integer, no_fixed_abode boolean, state_code text,
    reason_code text, state_since date, right_state text, right_reason text, right_since date, basic_rsa boolean,
    content_hash bytea
"""
# ``under_duties``: subject to « droits et devoirs » in this household; NULL = leave it as it is.
_PERSON = """
    position integer, place integer, role text, last_name text, birth_name text, first_name text, folded text, born_on date,
    birth_precision text, birth_rank integer, sex text, nir_match bytea, employment_service_number text, joined_on date,
    left_on date, previous_request_number text, under_duties boolean, nir_sealed bytea
"""
_ADDRESS = """
    position integer, rank integer, complement text, street text, postcode text, insee_code text, city text, abroad boolean,
    since date
"""
# Earlier human decisions: this identity in this dossier is that person, or (NULL) somebody new.
_DECISION = "decision_id bigint, request_number text, identity text, nir_match bytea, person_id bigint"


def _names(definition: str) -> tuple[str, ...]:
    return tuple(column.split()[0] for column in definition.split(","))


HOUSEHOLD_COLUMNS = _names(_HOUSEHOLD)
PERSON_COLUMNS = _names(_PERSON)
ADDRESS_COLUMNS = _names(_ADDRESS)

TABLES = {
    "incoming_household": _HOUSEHOLD,
    "incoming_person": _PERSON,
    "incoming_address": _ADDRESS,
    "incoming_decision": _DECISION,
}


Parameters = dict[str, Any]


class Source(NamedTuple):
    """The file behind the rows. ``complete`` files end the rights of the households they do not carry.

    ``previous_complete_on`` is the reference date of the last complete file before this one: nobody first seen now was
    with rights then. ``spared`` request numbers are in the file but not in the rows (refused): they are not absent.
    """

    authority_id: int
    paying_body: str
    paying_body_number: str
    as_of: date
    complete: bool
    previous_complete_on: date | None
    absent_reason: str
    left_reason: str
    spared: frozenset[str] = frozenset()


def create_tables(cursor: CursorWrapper) -> None:
    """Make the empty tables, dropped at the end of the transaction."""
    for name, definition in TABLES.items():
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        cursor.execute(f"CREATE TEMP TABLE {name} ({definition}) ON COMMIT DROP")


def analyse(cursor: CursorWrapper, *tables: str) -> None:
    """Let the planner know the sizes: temporary tables are never analysed by themselves."""
    for table in tables:
        cursor.execute(f"ANALYZE {table}")


def make(cursor: CursorWrapper, name: str, select: str, parameters: Parameters) -> None:
    """Make one more temporary table of the merge from a SELECT."""
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
    cursor.execute(f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {select}", parameters)
    analyse(cursor, name)
