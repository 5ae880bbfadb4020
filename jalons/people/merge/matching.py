"""Who is who: each incoming person is somebody known for sure, somebody new for sure, or waits for a human.

Sure, in this order: a human decision on this very case; the NIR, when the first name agrees; the same dossier (or the one
it replaces) and the same birth name, first name, birth date and birth rank. Everything that is only likely is a conflict.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db.backends.utils import CursorWrapper

from jalons.people.merge.tables import Parameters, Source, make

_ACCENTED = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŸàáâãäåçèéêëìíîïñòóôõöøùúûüýÿŠšŽž"
_PLAIN = "AAAAAACEEEEIIIINOOOOOOUUUUYYaaaaaaceeeeiiiinoooooouuuuyySsZz"


def folded_sql(column: str) -> str:
    """Return SQL that folds a name on both sides of a comparison: no accent, no case, words separated by one space."""
    ligatures = f"replace(replace(replace(replace({column}, 'Œ', 'OE'), 'œ', 'oe'), 'Æ', 'AE'), 'æ', 'ae')"
    return f"btrim(regexp_replace(lower(translate({ligatures}, '{_ACCENTED}', '{_PLAIN}')), '[^a-z0-9]+', ' ', 'g'))"


class Conflict(NamedTuple):
    """A person the merge will not choose for: ``reason`` is a stable code, ``candidates`` the persons it may be."""

    position: int
    request_number: str
    role: str
    identity: str
    nir_match: bytes | None
    reason: str
    candidates: list[int]
    last_name: str
    birth_name: str
    first_name: str
    born_on: date
    birth_rank: int | None
    nir_known: bool


# The key of an identity, as decisions remember it.
_IDENTITY_KEY = "concat_ws('|', birth, given, born_on, birth_rank)"

_INCOMING = f"""
    SELECT *, {_IDENTITY_KEY} AS identity
    FROM (SELECT p.position, p.place, p.role, h.request_number, p.nir_match, p.born_on, p.birth_rank, p.sex,
                 NULLIF(p.previous_request_number, '') AS previous, {folded_sql("p.birth_name")} AS birth,
                 {folded_sql("p.first_name")} AS given
          FROM incoming_person p JOIN incoming_household h USING (position)) i
"""

_SAME_RANK = "(k.birth_rank IS NULL OR i.birth_rank IS NULL OR k.birth_rank = i.birth_rank)"

# One row per person an incoming one may be, with how it was found.
_CANDIDATES = f"""
    SELECT i.position, i.place, k.id AS person_id, 'nir' AS how, true AS has_nir,
           split_part({folded_sql("k.first_name")}, ' ', 1) = split_part(i.given, ' ', 1)
           OR (k.born_on = i.born_on AND EXISTS (
                   SELECT FROM people_householdmember m JOIN people_household h ON h.id = m.household_id
                   WHERE m.person_id = k.id AND m.role = i.role AND h.authority_id = %(authority)s
                       AND h.request_number = i.request_number)
              ) AS agrees
    FROM incoming_identity i JOIN people_person k ON k.authority_id = %(authority)s AND k.nir_match = i.nir_match
    UNION
    SELECT i.position, i.place, k.id, 'dossier', k.nir_match IS NOT NULL, true
    FROM (SELECT *, request_number AS dossier FROM incoming_identity
          UNION ALL SELECT *, previous FROM incoming_identity WHERE previous IS NOT NULL) i
    JOIN people_household h ON h.authority_id = %(authority)s AND h.request_number = i.dossier
    JOIN people_householdmember m ON m.household_id = h.id
    JOIN people_person k ON k.id = m.person_id AND k.born_on = i.born_on AND {_SAME_RANK}
    WHERE {folded_sql("k.birth_name")} = i.birth AND {folded_sql("k.first_name")} = i.given
"""

_MATCH = """
    WITH found AS (
        SELECT position, place, max(person_id) FILTER (WHERE how = 'nir') AS by_nir,
            bool_or(agrees) FILTER (WHERE how = 'nir') AS agrees,
               array_agg(person_id) FILTER (WHERE how = 'dossier') AS by_dossier,
               bool_or(has_nir) FILTER (WHERE how = 'dossier') AS dossier_has_nir, array_agg(DISTINCT person_id) AS everyone
        FROM incoming_candidate GROUP BY position, place
    )
    SELECT i.*, d.decision_id, f.by_nir,
           CASE WHEN d.decision_id IS NOT NULL THEN d.person_id ELSE coalesce(f.by_nir, f.by_dossier[1]) END AS person_id,
           CASE WHEN d.decision_id IS NOT NULL THEN NULL
                WHEN f.by_nir IS NOT NULL AND NOT f.agrees THEN 'nir_of_another'
                WHEN f.by_nir IS NOT NULL AND f.by_dossier IS NOT NULL AND f.by_dossier <> ARRAY[f.by_nir] THEN 'two_candidates'
                WHEN f.by_nir IS NULL AND cardinality(f.by_dossier) > 1 THEN 'two_candidates'
                WHEN f.by_nir IS NULL AND f.dossier_has_nir AND i.nir_match IS NOT NULL THEN 'other_nir'
           END AS conflict,
           f.everyone AS candidates,
           CASE WHEN d.decision_id IS NOT NULL THEN 'decision ' || d.decision_id
                ELSE coalesce(encode(i.nir_match, 'hex'), i.request_number || '|' || i.identity) END AS new_key
    FROM incoming_identity i
    LEFT JOIN found f USING (position, place)
    LEFT JOIN incoming_decision d ON d.request_number = i.request_number AND d.identity = i.identity
         AND d.nir_match IS NOT DISTINCT FROM i.nir_match
"""

# Somebody with this identity is known elsewhere, and nothing says whether it is the same person.
_KNOWN_ELSEWHERE = f"""
    WITH unsure AS (SELECT * FROM incoming_match WHERE {{unsure}}),
    k AS MATERIALIZED (
        SELECT id, born_on, birth_rank, nir_match, {folded_sql("birth_name")} AS birth, {folded_sql("first_name")} AS given
        FROM people_person WHERE authority_id = %(authority)s AND born_on IN (SELECT born_on FROM unsure)
    )
    SELECT i.position, i.place, array_agg(k.id ORDER BY k.id) AS candidates, bool_and(k.nir_match IS NOT NULL) AS all_have_nir
    FROM unsure i JOIN k ON k.born_on = i.born_on AND k.birth = i.birth AND k.given = i.given AND {_SAME_RANK}
    GROUP BY i.position, i.place
"""

_NEW = "person_id IS NULL AND conflict IS NULL AND decision_id IS NULL"

# One NIR in the file for two first names, or for two persons.
_SHARED_NIR = f"""
    UPDATE incoming_match SET conflict = 'nir_of_another'
    WHERE conflict IS NULL AND decision_id IS NULL AND by_nir IS NULL AND nir_match IN (
        SELECT nir_match FROM incoming_match WHERE nir_match IS NOT NULL AND decision_id IS NULL GROUP BY nir_match
        HAVING count(DISTINCT coalesce(person_id::text, new_key)) > 1
            OR count(DISTINCT split_part(given, ' ', 1)) FILTER (WHERE {_NEW}) > 1)
"""

# One identity in the file under two keys: the first dossier makes the person, the others wait.
_TWICE_NEW = f"""
    UPDATE incoming_match m SET conflict = 'same_identity'
    FROM (SELECT position, place, new_key, first_value(new_key) OVER (
              PARTITION BY birth, given, born_on, coalesce(birth_rank, 1) ORDER BY request_number, place) AS first_key
          FROM incoming_match WHERE {_NEW}) f
    WHERE f.position = m.position AND f.place = m.place AND f.new_key <> f.first_key
"""


def match_identities(cursor: CursorWrapper, source: Source) -> None:
    """Make ``incoming_match``: for each incoming person a known ``person_id``, a ``new_key``, or a ``conflict``."""
    parameters: Parameters = {"authority": source.authority_id}
    make(cursor, "incoming_identity", _INCOMING, parameters)
    make(cursor, "incoming_candidate", _CANDIDATES, parameters)
    make(cursor, "incoming_match", _MATCH, parameters)
    cursor.execute(
        f"""UPDATE incoming_match m SET candidates = e.candidates,
                conflict = CASE WHEN e.all_have_nir AND m.nir_match IS NOT NULL THEN 'other_nir' ELSE 'same_identity' END
            FROM ({_KNOWN_ELSEWHERE.format(unsure=_NEW)}) e WHERE e.position = m.position AND e.place = m.place""",
        parameters,
    )
    cursor.execute(_SHARED_NIR)
    cursor.execute(_TWICE_NEW)


def set_aside_conflicts(cursor: CursorWrapper) -> None:
    """Take out of the merge, whole, the households with a conflict; ``incoming_conflict`` keeps who and why.

    ``incoming_aside`` keeps all their persons, those sure included.
    """
    make(
        cursor,
        "incoming_conflict",
        """SELECT m.*, p.last_name, p.birth_name, p.first_name
            FROM incoming_match m JOIN incoming_person p USING (position, place) WHERE m.conflict IS NOT NULL""",
        {},
    )
    make(
        cursor,
        "incoming_aside",
        "SELECT * FROM incoming_match WHERE position IN (SELECT position FROM incoming_conflict)",
        {},
    )
    for table in ("incoming_household", "incoming_person", "incoming_address", "incoming_match"):
        cursor.execute(f"DELETE FROM {table} WHERE position IN (SELECT position FROM incoming_conflict)")


def conflicts(cursor: CursorWrapper, source: Source) -> Iterator[Conflict]:
    """Yield the conflicts, with the persons just made among the candidates."""
    cursor.execute(
        f"""UPDATE incoming_conflict m SET candidates = e.candidates
            FROM ({_KNOWN_ELSEWHERE.replace("FROM incoming_match", "FROM incoming_conflict").format(unsure="candidates IS NULL")}) e
            WHERE e.position = m.position AND e.place = m.place""",
        {"authority": source.authority_id},
    )
    cursor.execute(
        """SELECT position, request_number, role, identity, nir_match, conflict, coalesce(candidates, '{}'), last_name, birth_name,
                  first_name, born_on, birth_rank, nir_match IS NOT NULL
           FROM incoming_conflict ORDER BY position, place"""
    )
    for row in cursor.fetchall():
        yield Conflict._make((*row[:4], bytes(row[4]) if row[4] is not None else None, *row[5:]))
