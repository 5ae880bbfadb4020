"""Persons made or updated by the merge, and the access that residence gives."""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from jalons.people.merge.tables import Parameters, Source, make

_RESIDENCE = """
    SELECT DISTINCT ON (a.position) a.position, t.id AS territory_id
    FROM incoming_address a
    JOIN network_commune c ON c.insee_code = a.insee_code
    JOIN network_territory t ON t.id = c.territory_id AND t.authority_id = %(authority)s
    WHERE a.rank = 1 ORDER BY a.position, t.id
"""

# When a person is in two households of the file, the one still lived in speaks, then the latest number.
_SPEAKING = "(p.left_on IS NULL) DESC, m.request_number DESC, p.place"

_INSERT = f"""
    INSERT INTO people_person (key, authority_id, territory_id, last_name, birth_name, first_name, folded, born_on, birth_precision,
        birth_rank, sex, nir_match, nir_sealed, phone, email, employment_service_number, as_of)
    SELECT DISTINCT ON (m.new_key) n.key, %(authority)s, r.territory_id, p.last_name, p.birth_name, p.first_name, p.folded,
        p.born_on, p.birth_precision, p.birth_rank, p.sex, CASE WHEN k.id IS NULL THEN p.nir_match END,
        CASE WHEN k.id IS NULL THEN p.nir_sealed END,
        '', '', p.employment_service_number, %(as_of)s
    FROM incoming_match m
    JOIN incoming_new n USING (new_key)
    JOIN incoming_person p USING (position, place)
    LEFT JOIN incoming_residence r USING (position)
    LEFT JOIN people_person k ON k.authority_id = %(authority)s AND k.nir_match = p.nir_match  -- only after « somebody else »
    WHERE m.person_id IS NULL
    ORDER BY m.new_key, {_SPEAKING}
"""

# In the order of their ids, as every bulk operation locks them: two of them never wait for each other.
_LOCK = """
    SELECT count(*) FROM (
        SELECT id FROM people_person WHERE id IN (SELECT person_id FROM incoming_match) ORDER BY id FOR NO KEY UPDATE
    ) locked
"""

_UPDATE = f"""
    UPDATE people_person k SET
        last_name = s.last_name, birth_name = s.birth_name, first_name = s.first_name, folded = s.folded, born_on = s.born_on,
        birth_precision = s.birth_precision, birth_rank = s.birth_rank, sex = s.sex, territory_id = s.territory_id,
        nir_match = s.nir_match,
        nir_sealed = CASE WHEN s.nir_match IS DISTINCT FROM k.nir_match THEN s.nir_sealed ELSE k.nir_sealed END,
        employment_service_number = s.employment_service_number, as_of = %(as_of)s
    FROM (
        SELECT DISTINCT ON (m.person_id) m.person_id, p.last_name, p.birth_name, p.first_name, p.folded, p.born_on,
            p.birth_precision,
            coalesce(p.birth_rank, o.birth_rank) AS birth_rank, coalesce(NULLIF(p.sex, ''), o.sex) AS sex,
            coalesce(r.territory_id, o.territory_id) AS territory_id,
            CASE WHEN p.nir_match IS NULL OR other.id IS NOT NULL THEN o.nir_match ELSE p.nir_match END AS nir_match, p.nir_sealed,
            coalesce(NULLIF(p.employment_service_number, ''), o.employment_service_number) AS employment_service_number
        FROM incoming_match m
        JOIN incoming_person p USING (position, place)
        JOIN people_person o ON o.id = m.person_id
        LEFT JOIN incoming_residence r USING (position)
        LEFT JOIN people_person other ON other.authority_id = %(authority)s AND other.nir_match = p.nir_match
            AND other.id <> m.person_id
        WHERE m.person_id IS NOT NULL
        ORDER BY m.person_id, {_SPEAKING}
    ) s
    WHERE k.id = s.person_id AND (k.as_of IS NULL OR k.as_of <= %(as_of)s)
      AND (k.last_name, k.birth_name, k.first_name, k.folded, k.born_on, k.birth_precision, k.birth_rank, k.sex, k.territory_id,
           k.nir_match, k.employment_service_number)
       IS DISTINCT FROM (s.last_name, s.birth_name, s.first_name, s.folded, s.born_on, s.birth_precision::text, s.birth_rank, s.sex,
           s.territory_id, s.nir_match, s.employment_service_number)
"""

_RESOLVED = """
    SELECT m.position, m.place, m.request_number, coalesce(m.person_id, k.id) AS person_id, m.person_id IS NULL AS is_new,
        m.decision_id
    FROM incoming_match m LEFT JOIN incoming_new n USING (new_key) LEFT JOIN people_person k ON k.key = n.key
"""

# Where each person of the file may be reached from: the territory of residence, else the authority as a whole.
_HOLDERS = """
    SELECT DISTINCT r.person_id, k.territory_id, CASE WHEN k.territory_id IS NULL THEN k.authority_id END AS authority_id
    FROM incoming_resolved r JOIN people_person k ON k.id = r.person_id
"""
_CLOSE_ACCESS = """
    UPDATE people_dossieraccess a SET end_on = greatest(a.start_on, %(as_of)s::date - 1)
    FROM incoming_holder h
    WHERE a.person_id = h.person_id AND a.reason = 'residence' AND a.end_on IS NULL
      AND (a.territory_id, a.authority_id) IS DISTINCT FROM (h.territory_id, h.authority_id)
"""
_OPEN_ACCESS = """
    INSERT INTO people_dossieraccess (person_id, territory_id, authority_id, reason, source_id, start_on)
    SELECT h.person_id, h.territory_id, h.authority_id, 'residence', h.person_id, %(as_of)s
    FROM incoming_holder h
    WHERE NOT EXISTS (SELECT FROM people_dossieraccess a WHERE a.person_id = h.person_id AND a.reason = 'residence'
        AND a.end_on IS NULL)
"""


def merge_persons(cursor: CursorWrapper, source: Source) -> None:
    """Insert the new persons, update the known ones where they differ; ``incoming_resolved`` says who is who."""
    parameters: Parameters = {"authority": source.authority_id, "as_of": source.as_of}
    make(cursor, "incoming_residence", _RESIDENCE, parameters)
    make(
        cursor,
        "incoming_new",
        "SELECT new_key, gen_random_uuid() AS key FROM incoming_match WHERE person_id IS NULL GROUP BY new_key",
        parameters,
    )
    cursor.execute(_LOCK)
    cursor.execute(_UPDATE, parameters)
    cursor.execute(_INSERT, parameters)
    make(cursor, "incoming_resolved", _RESOLVED, parameters)


def merge_access(cursor: CursorWrapper, source: Source) -> None:
    """Open the files to the territory of residence, and close them to the former one."""
    parameters: Parameters = {"as_of": source.as_of}
    make(cursor, "incoming_holder", _HOLDERS, parameters)
    cursor.execute(_CLOSE_ACCESS, parameters)
    cursor.execute(_OPEN_ACCESS, parameters)
