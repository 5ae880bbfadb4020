"""Households, their addresses and who lives in them: a household is replaced as a block."""

from __future__ import annotations

from typing import NamedTuple

from django.db.backends.utils import CursorWrapper

from jalons.people.merge.tables import Parameters, Source, analyse, make


class Classes(NamedTuple):
    """How many households of the file are new, changed, unchanged, or older than what is known."""

    new: int
    changed: int
    unchanged: int
    older: int


# A dossier found absent (no hash) by a file of this same date, which this one corrects, was last known before its end.
_CLASSES = """
    SELECT i.position, h.id AS household_id,
           CASE WHEN h.content_hash = '' AND h.as_of = %(as_of)s THEN h.state_since - 1 ELSE h.as_of END AS was_on,
           CASE WHEN h.id IS NULL THEN 'new' WHEN h.as_of > %(as_of)s THEN 'older'
                WHEN h.content_hash = i.content_hash THEN 'unchanged' ELSE 'changed' END AS class
    FROM incoming_household i
    LEFT JOIN people_household h ON h.authority_id = %(authority)s AND h.request_number = i.request_number
"""
_SEEN_AGAIN = """
    UPDATE people_household h SET as_of = %(as_of)s
    FROM incoming_class c WHERE c.household_id = h.id AND c.class = 'unchanged' AND h.as_of < %(as_of)s
"""
_COLUMNS = (
    "request_number", "previous_request_number", "paying_body", "paying_body_number", "file_number", "requested_on", "family_code",
    "children", "no_fixed_abode", "state_code", "reason_code", "state_since", "content_hash",
)  # fmt: skip
_UPSERT = f"""
    INSERT INTO people_household (authority_id, as_of, {", ".join(_COLUMNS)})
    SELECT %(authority)s, %(as_of)s, {", ".join(_COLUMNS)} FROM incoming_household ORDER BY request_number
    ON CONFLICT (authority_id, request_number) DO UPDATE SET as_of = excluded.as_of,
        {", ".join(f"{column} = excluded.{column}" for column in _COLUMNS)}
    WHERE people_household.content_hash IS DISTINCT FROM excluded.content_hash
"""
_HOMES = """
    SELECT i.*, h.id AS household_id, c.was_on
    FROM incoming_household i
    JOIN incoming_class c USING (position)
    JOIN people_household h ON h.authority_id = %(authority)s AND h.request_number = i.request_number
"""

# The addresses sent replace those known; a household sent without any keeps what it had.
_FORGET_ADDRESSES = """
    DELETE FROM people_address a USING incoming_home h
    WHERE a.household_id = h.household_id AND EXISTS (SELECT FROM incoming_address i WHERE i.position = h.position)
      AND NOT EXISTS (SELECT FROM incoming_address i WHERE i.position = h.position AND i.rank = a.rank)
"""
_ADDRESS = ("complement", "street", "postcode", "insee_code", "city", "abroad", "since")
_UPSERT_ADDRESSES = f"""
    INSERT INTO people_address (household_id, rank, {", ".join(_ADDRESS)})
    SELECT h.household_id, i.rank, left(i.complement, 80), left(i.street, 120), i.postcode, i.insee_code, i.city, i.abroad, i.since
    FROM incoming_address i JOIN incoming_home h USING (position) ORDER BY h.household_id, i.rank
    ON CONFLICT (household_id, rank) DO UPDATE SET {", ".join(f"{column} = excluded.{column}" for column in _ADDRESS)}
    WHERE ({", ".join(f"people_address.{column}" for column in _ADDRESS)})
       IS DISTINCT FROM ({", ".join(f"excluded.{column}" for column in _ADDRESS)})
"""

_STAYS = """
    SELECT DISTINCT ON (h.household_id, r.person_id) h.household_id, r.person_id, p.role, p.left_on,
           coalesce(p.joined_on, h.requested_on, %(as_of)s::date) AS start_on
    FROM incoming_resolved r JOIN incoming_person p USING (position, place) JOIN incoming_home h USING (position)
    ORDER BY h.household_id, r.person_id, (p.left_on IS NULL) DESC, p.place
"""
_LEFT_UNSAID = """
    UPDATE people_householdmember m SET end_on = greatest(m.start_on, %(as_of)s::date - 1)
    FROM incoming_home h
    WHERE m.household_id = h.household_id AND m.end_on IS NULL
      AND NOT EXISTS (SELECT FROM incoming_stay s WHERE s.household_id = m.household_id AND s.person_id = m.person_id)
"""
_UPDATE_STAYS = """
    UPDATE people_householdmember m
    SET role = s.role, end_on = CASE WHEN s.left_on IS NOT NULL THEN greatest(m.start_on, s.left_on) END
    FROM incoming_stay s
    WHERE m.household_id = s.household_id AND m.person_id = s.person_id AND m.end_on IS NULL
      AND (m.role <> s.role OR s.left_on IS NOT NULL)
"""
_INSERT_STAYS = """
    INSERT INTO people_householdmember (household_id, person_id, role, start_on, end_on)
    SELECT s.household_id, s.person_id, s.role, greatest(s.start_on, f.last_day + 1),
           CASE WHEN s.left_on IS NOT NULL THEN greatest(s.start_on, s.left_on) END
    FROM incoming_stay s
    LEFT JOIN (SELECT m.household_id, m.person_id, max(coalesce(m.end_on, 'infinity')) AS last_day FROM people_householdmember m
               JOIN incoming_home h USING (household_id) GROUP BY 1, 2) f
           ON f.household_id = s.household_id AND f.person_id = s.person_id
    WHERE f.last_day IS NULL OR (s.left_on IS NULL AND f.last_day < 'infinity')
    ORDER BY s.household_id, s.person_id
"""


def classify(cursor: CursorWrapper, source: Source) -> Classes:
    """Count the households by what they change, and leave in the incoming tables only those that change something."""
    parameters: Parameters = {"authority": source.authority_id, "as_of": source.as_of}
    make(cursor, "incoming_class", _CLASSES, parameters)
    cursor.execute("SELECT class, count(*) FROM incoming_class GROUP BY class")
    counted = dict(cursor.fetchall())
    cursor.execute(_SEEN_AGAIN, parameters)
    for table in ("incoming_household", "incoming_person", "incoming_address"):
        cursor.execute(
            f"DELETE FROM {table} WHERE position IN (SELECT position FROM incoming_class WHERE class IN ('unchanged', 'older'))"
        )
    analyse(cursor, "incoming_household", "incoming_person", "incoming_address")
    return Classes(*(counted.get(name, 0) for name in Classes._fields))


def merge_households(cursor: CursorWrapper, source: Source) -> None:
    """Write households and addresses where they differ; ``incoming_home`` gives the id of each."""
    parameters: Parameters = {"authority": source.authority_id, "as_of": source.as_of}
    cursor.execute(_UPSERT, parameters)
    make(cursor, "incoming_home", _HOMES, parameters)
    cursor.execute(_FORGET_ADDRESSES)
    cursor.execute(_UPSERT_ADDRESSES)


def merge_stays(cursor: CursorWrapper, source: Source) -> None:
    """Date who lives in each household: newcomers, those who left, those no longer listed."""
    parameters: Parameters = {"as_of": source.as_of}
    make(cursor, "incoming_stay", _STAYS, parameters)
    cursor.execute(_LEFT_UNSAID, parameters)
    cursor.execute(_UPDATE_STAYS)
    cursor.execute(_INSERT_STAYS)
