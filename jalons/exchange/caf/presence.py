"""The month's entrants and leavers: with rights in this monthly file and not in the previous one, and the reverse."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from jalons.exchange.caf.models import ImportRun
from jalons.kernel.operation import Actor
from jalons.kernel.periods import first_of_month
from jalons.people.merge import record_movements

_PRESENT = """
    CREATE TEMP TABLE caf_present ON COMMIT DROP AS
    SELECT DISTINCT d.person_id
    FROM people_rightsandduties d
    JOIN people_rsaright r ON r.person_id = d.person_id AND r.end_on IS NULL
    JOIN people_household h ON h.id = r.household_id
    WHERE d.end_on IS NULL AND d.start_on <= %(as_of)s
      AND h.authority_id = %(authority)s AND h.paying_body = %(body)s AND h.paying_body_number = %(number)s
"""
_DIFFERENCES = """
    SELECT coalesce(n.person_id, p.person_id), n.person_id IS NOT NULL
    FROM caf_present n
    FULL JOIN (SELECT person_id FROM caf_monthlypresence
               WHERE paying_body = %(body)s AND paying_body_number = %(number)s AND present
               AND person_id IN (SELECT id FROM people_person WHERE authority_id = %(authority)s)) p
         ON p.person_id = n.person_id
    WHERE n.person_id IS NULL OR p.person_id IS NULL
"""
_REMEMBER = """
    INSERT INTO caf_monthlypresence (person_id, paying_body, paying_body_number, present, since)
    SELECT person_id, %(body)s, %(number)s, present, %(as_of)s
    FROM unnest(%(persons)s::bigint[], %(presents)s::boolean[]) u (person_id, present)
    ON CONFLICT (person_id, paying_body, paying_body_number) DO UPDATE SET present = excluded.present, since = excluded.since
"""


def compare_with_previous(run: ImportRun, *, actor: Actor, on: date, first: bool) -> tuple[int, int] | None:
    """Record the movements of a monthly file just merged; return how many entered and left.

    ``first``: no earlier monthly file, everybody is remembered and nobody counts as an entrant; returns None.
    """
    assert run.reference_on is not None
    parameters: dict[str, Any] = {
        "as_of": run.reference_on,
        "authority": run.authority_id,
        "body": run.paying_body,
        "number": run.paying_body_number,
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.caf_present")
        cursor.execute(_PRESENT, parameters)
        cursor.execute(_DIFFERENCES, parameters)
        rows = cursor.fetchall()
        cursor.execute(
            _REMEMBER, {**parameters, "persons": [row[0] for row in rows], "presents": [row[1] for row in rows]}
        )
    if first:
        return None
    entrants = [person for person, present in rows if present]
    leavers = [person for person, present in rows if not present]
    return record_movements(
        actor=actor, on=on, month=first_of_month(run.reference_on), entrants=entrants, leavers=leavers
    )
