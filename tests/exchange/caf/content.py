"""The content an import left, by natural keys: equal for two databases that hold the same people and rights."""

from __future__ import annotations

from typing import Any

from django.db import connection

_QUERIES = {
    "households": """SELECT request_number, previous_request_number, file_number, requested_on, family_code, children,
        no_fixed_abode, state_code, reason_code, state_since, as_of, encode(content_hash, 'hex') FROM people_household""",
    "addresses": """SELECT request_number, rank, street, postcode, insee_code, city, since
        FROM people_address a JOIN people_household h ON h.id = a.household_id""",
    "persons": """SELECT birth_name, first_name, last_name, born_on, birth_rank, sex, encode(nir_match, 'hex'), folded,
        employment_service_number, t.code FROM people_person p LEFT JOIN network_territory t ON t.id = p.territory_id""",
    "members": """SELECT request_number, first_name, birth_name, born_on, role, start_on, end_on FROM people_householdmember m
        JOIN people_household h ON h.id = m.household_id JOIN people_person p ON p.id = m.person_id""",
    "rights": """SELECT request_number, first_name, birth_name, born_on, state, r.reason_code, basic_rsa, start_on, end_on
        FROM people_rsaright r JOIN people_household h ON h.id = r.household_id JOIN people_person p ON p.id = r.person_id""",
    "duties": """SELECT first_name, birth_name, born_on, start_on, end_on
        FROM people_rightsandduties d JOIN people_person p ON p.id = d.person_id""",
    "movements": """SELECT first_name, birth_name, born_on, month, kind
        FROM people_monthlymovement v JOIN people_person p ON p.id = v.person_id""",
    "accesses": """SELECT first_name, birth_name, born_on, reason, t.code, start_on, end_on FROM people_dossieraccess a
        JOIN people_person p ON p.id = a.person_id LEFT JOIN network_territory t ON t.id = a.territory_id""",
}
HISTORY = (
    "people_householdevent", "people_addressevent", "people_personevent", "people_householdmemberevent", "people_rsarightevent",
    "people_rightsanddutiesevent", "people_dossieraccessevent",
)  # fmt: skip


def content() -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of each table, sorted."""
    with connection.cursor() as cursor:
        found = {}
        for name, query in _QUERIES.items():
            cursor.execute(query)
            found[name] = sorted(cursor.fetchall(), key=repr)
    return found


def history() -> dict[str, int]:
    """Return how many rows of history each table has: nothing more means that nothing was written."""
    with connection.cursor() as cursor:
        counts = {}
        for table in HISTORY:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    return counts
