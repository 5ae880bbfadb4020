"""What an authority holds after an import, by natural keys: two equal contents hold the same people and rights."""

from __future__ import annotations

from typing import Any

from django.db import connection

_PERSON = "p.birth_name, p.first_name, p.born_on, p.birth_rank"
_QUERIES = {
    "households": """SELECT h.request_number, h.state_code, h.reason_code, h.state_since, h.as_of, encode(h.content_hash, 'hex')
        FROM people_household h""",
    "addresses": """SELECT h.request_number, a.rank, a.street, a.city, a.since
        FROM people_address a JOIN people_household h ON h.id = a.household_id""",
    "members": f"""SELECT h.request_number, {_PERSON}, m.role, m.start_on, m.end_on FROM people_householdmember m
        JOIN people_household h ON h.id = m.household_id JOIN people_person p ON p.id = m.person_id""",
    "rights": f"""SELECT h.request_number, {_PERSON}, r.state, r.reason_code, r.start_on, r.end_on FROM people_rsaright r
        JOIN people_household h ON h.id = r.household_id JOIN people_person p ON p.id = r.person_id""",
    "persons": f"""SELECT {_PERSON}, p.last_name, encode(p.nir_match, 'hex')
        FROM people_person h JOIN people_person p ON p.id = h.id""",
    "duties": f"""SELECT {_PERSON}, d.start_on, d.end_on FROM people_rightsandduties d
        JOIN people_person p ON p.id = d.person_id JOIN people_person h ON h.id = p.id""",
    "movements": f"""SELECT {_PERSON}, v.month, v.kind FROM people_monthlymovement v
        JOIN people_person p ON p.id = v.person_id JOIN people_person h ON h.id = p.id""",
    "accesses": f"""SELECT {_PERSON}, a.reason, a.start_on, a.end_on FROM people_dossieraccess a
        JOIN people_person p ON p.id = a.person_id JOIN people_person h ON h.id = p.id""",
    "waiting": """SELECT r.position, r.reason, r.state, h.file_name
        FROM caf_refusedrecord r JOIN caf_importrun h ON h.id = r.run_id""",
}


def content_of(code: str) -> dict[str, list[list[Any]]]:
    """Return the sorted rows of each table for one authority."""
    found: dict[str, list[list[Any]]] = {}
    with connection.cursor() as cursor:
        for name, query in _QUERIES.items():
            cursor.execute(f"{query} WHERE h.authority_id = (SELECT id FROM network_authority WHERE code = %s)", [code])
            found[name] = sorted([str(value) for value in row] for row in cursor.fetchall())
    return found
