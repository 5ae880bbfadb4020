"""Dated RSA rights and « droits et devoirs » periods, from what two successive files say.

A file gives a state on its reference date, seldom a date of change. Where it gives one (suspension, closure, departure),
the change has that date; where it gives none, the new state holds since the day after the last file that spoke of the
household, or should have (a complete file). The periods of one person never overlap: what a change covers is cut,
and the history keeps what was known.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db.backends.utils import CursorWrapper

from jalons.people.merge.ports import RightsEnd
from jalons.people.merge.tables import Parameters, Source, make

_HELD = "('open', 'right_suspended', 'payment_suspended')"

# One statement per person: when in two households of the file, the one where a right is held speaks, then the latest number.
_STATED = f"""
    SELECT DISTINCT ON (r.person_id) r.person_id, h.household_id, greatest(h.was_on, %(previous)s::date) AS was_on,
        h.basic_rsa, p.under_duties,
           CASE WHEN p.left_on <= %(as_of)s THEN 'closed' ELSE h.right_state END AS state,
           CASE WHEN p.left_on <= %(as_of)s THEN %(left)s ELSE h.right_reason END AS reason,
           CASE WHEN p.left_on <= %(as_of)s THEN p.left_on + 1 ELSE h.right_since END AS since,
           greatest(h.requested_on, p.joined_on) AS entered_on
    FROM incoming_resolved r JOIN incoming_person p USING (position, place) JOIN incoming_home h USING (position)
    ORDER BY r.person_id, (p.left_on IS NULL AND h.right_state IN {_HELD}) DESC, (p.left_on IS NULL) DESC, h.request_number DESC
"""

# What changes: the person's last period against the statement. Only the household that holds the right may close it.
_CHANGES = f"""
    SELECT s.person_id, s.household_id, CASE WHEN s.state = 'none' THEN 'closed' ELSE s.state END AS state, s.reason, s.basic_rsa,
           CASE WHEN c.person_id IS NULL THEN least(s.entered_on, %(as_of)s::date)
                WHEN c.household_id <> s.household_id AND c.state <> 'closed'
                    THEN greatest(least(s.entered_on, %(as_of)s::date), c.start_on + 1)
                WHEN c.household_id <> s.household_id THEN greatest(least(s.entered_on, %(as_of)s::date), c.start_on)
                ELSE greatest(coalesce(s.since, s.was_on + 1, %(as_of)s::date), s.entered_on)
           END AS start_on,
           s.since, c.person_id IS NULL AS first, s.entered_on
    FROM incoming_statement s
    LEFT JOIN people_rsaright c ON c.person_id = s.person_id AND c.end_on IS NULL
    WHERE s.state <> ''
      AND CASE WHEN s.state IN {_HELD}
               THEN c.person_id IS NULL OR (c.household_id, c.state, c.reason_code, c.basic_rsa)
                    IS DISTINCT FROM (s.household_id, s.state, s.reason, s.basic_rsa)
               ELSE c.state <> 'closed' AND c.household_id = s.household_id END
"""

# What the households set aside still vouch for: their own dossiers, those they replace, and those where one of the persons
# they name, or may name, holds a right now: who waits for a human has not left.
_VOUCHED = f"""
    SELECT request_number FROM incoming_aside
    UNION SELECT previous FROM incoming_aside WHERE previous IS NOT NULL
    UNION SELECT h.request_number
    FROM incoming_aside a
    JOIN people_rsaright r ON (r.person_id = a.person_id OR r.person_id = ANY (a.candidates)) AND r.end_on IS NULL
        AND r.state IN {_HELD}
    JOIN people_household h ON h.id = r.household_id
"""

_ABSENT = f"""
    SELECT h.id AS household_id, h.as_of AS was_on
    FROM people_household h
    WHERE h.authority_id = %(authority)s AND h.paying_body = %(body)s AND h.paying_body_number = %(number)s AND h.as_of < %(as_of)s
      AND h.request_number <> ALL (%(spared)s)
      AND EXISTS (SELECT FROM people_rsaright r WHERE r.household_id = h.id AND r.end_on IS NULL AND r.state IN {_HELD})
"""
_ABSENT_CHANGES = f"""
    INSERT INTO incoming_change
    SELECT r.person_id, r.household_id, 'closed', %(absent)s, r.basic_rsa, greatest(a.was_on + 1, r.start_on + 1), NULL, false, NULL
    FROM incoming_absent a JOIN people_rsaright r USING (household_id) WHERE r.end_on IS NULL AND r.state IN {_HELD}
"""
# An emptied hash: should the dossier come back as it was, it counts as changed and opens its right again. It is known as of
# this file: nothing older, read again, says otherwise.
_MARK_ABSENT = """
    UPDATE people_household h SET reason_code = %(absent)s, state_since = a.was_on + 1, content_hash = '', as_of = %(as_of)s
    FROM incoming_absent a WHERE h.id = a.household_id
"""

_CUT = (
    "DELETE FROM people_rsaright r USING incoming_change c WHERE r.person_id = c.person_id AND r.start_on >= c.start_on"
)
_END = """
    UPDATE people_rsaright r SET end_on = c.start_on - 1
    FROM incoming_change c WHERE r.person_id = c.person_id AND (r.end_on IS NULL OR r.end_on >= c.start_on)
"""
# First seen suspended: the right was open before.
_OPEN_BEFORE = """
    INSERT INTO people_rsaright (person_id, household_id, state, reason_code, basic_rsa, start_on, end_on)
    SELECT person_id, household_id, 'open', '', basic_rsa, start_on, since - 1
    FROM incoming_change WHERE first AND state <> 'open' AND since > start_on ORDER BY person_id
"""
_START = """
    INSERT INTO people_rsaright (person_id, household_id, state, reason_code, basic_rsa, start_on)
    SELECT person_id, household_id, state, reason, basic_rsa, CASE WHEN first AND since > start_on THEN since ELSE start_on END
    FROM incoming_change ORDER BY person_id
"""

# The statement counts for « droits et devoirs » when it comes from the household that holds the right, or when none does.
_DUTIES = """
    SELECT s.person_id, s.under_duties, s.state, s.since, s.reason, s.was_on, s.entered_on, d.id AS period_id, d.start_on
    FROM incoming_statement s
    LEFT JOIN people_rsaright c ON c.person_id = s.person_id AND c.end_on IS NULL
    LEFT JOIN people_rightsandduties d ON d.person_id = s.person_id AND d.end_on IS NULL
    WHERE (s.under_duties OR (s.under_duties = false AND d.id IS NOT NULL))
      AND (c.household_id IS NULL OR c.household_id = s.household_id)
"""
_START_DUTIES = """
    INSERT INTO people_rightsandduties (person_id, start_on)
    SELECT u.person_id, greatest(least(greatest(u.entered_on, u.was_on + 1), %(as_of)s), f.last_day + 1)
    FROM incoming_duty u
    LEFT JOIN (SELECT person_id, max(end_on) AS last_day FROM people_rightsandduties GROUP BY person_id) f USING (person_id)
    WHERE u.under_duties AND u.period_id IS NULL ORDER BY u.person_id
    RETURNING person_id, EXISTS (SELECT FROM people_rightsandduties o WHERE o.person_id = people_rightsandduties.person_id)
"""
_DUTIES_END = """
    SELECT u.period_id, u.person_id, u.reason, CASE WHEN u.state = 'closed' THEN 'right_closed' ELSE 'duties_ended' END AS cause,
           greatest(u.start_on, least(coalesce(CASE WHEN u.state <> 'open' THEN u.since - 1 END, u.was_on, %(as_of)s::date - 1),
                                      %(as_of)s::date)) AS last_day
    FROM incoming_duty u WHERE u.under_duties = false AND u.period_id IS NOT NULL
    UNION ALL
    SELECT d.id, d.person_id, %(absent)s, 'right_closed', greatest(d.start_on, a.was_on)
    FROM incoming_absent a
    JOIN people_rsaright r ON r.household_id = a.household_id AND r.end_on IS NULL AND r.state = 'closed'
        AND r.reason_code = %(absent)s
    JOIN people_rightsandduties d ON d.person_id = r.person_id AND d.end_on IS NULL
"""
_END_DUTIES = (
    "UPDATE people_rightsandduties d SET end_on = e.last_day FROM incoming_duty_end e WHERE d.id = e.period_id"
)

_ENDED = """
    SELECT DISTINCT ON (person_id) person_id, last_day,
           CASE reason WHEN %(absent)s THEN 'missing_from_file' WHEN %(left)s THEN 'household_left' ELSE cause END, reason
    FROM (
        SELECT person_id, last_day, reason, cause FROM incoming_duty_end
        UNION ALL SELECT person_id, start_on - 1, reason, 'right_closed' FROM incoming_change WHERE state = 'closed'
    ) e ORDER BY person_id, last_day, cause
"""


class RightsResult(NamedTuple):
    """What ended, who is under « droits et devoirs » again, and how many households a complete file did not carry."""

    ended: list[RightsEnd]
    restored: set[int]
    absent: int


def vouched(cursor: CursorWrapper) -> frozenset[str]:
    """Return the request numbers that are not absent because a household set aside speaks for them."""
    cursor.execute(_VOUCHED)
    return frozenset(row[0] for row in cursor.fetchall())


def merge_rights(cursor: CursorWrapper, source: Source) -> RightsResult:
    """Write the periods and return what they changed."""
    parameters: Parameters = {
        "authority": source.authority_id,
        "as_of": source.as_of,
        "left": source.left_reason,
        "absent": source.absent_reason,
        "body": source.paying_body,
        "number": source.paying_body_number,
        "spared": sorted(source.spared),
        "previous": source.previous_complete_on,
    }
    make(cursor, "incoming_statement", _STATED, parameters)
    make(cursor, "incoming_change", _CHANGES, parameters)
    make(cursor, "incoming_absent", _ABSENT if source.complete else f"{_ABSENT} AND false", parameters)
    cursor.execute(_ABSENT_CHANGES, parameters)
    cursor.execute(_MARK_ABSENT, parameters)
    for statement in (_CUT, _END, _OPEN_BEFORE, _START):
        cursor.execute(statement)
    make(cursor, "incoming_duty", _DUTIES, parameters)
    cursor.execute(_START_DUTIES, parameters)
    restored = {row[0] for row in cursor.fetchall() if row[1]}
    make(cursor, "incoming_duty_end", _DUTIES_END, parameters)
    cursor.execute(_END_DUTIES)
    cursor.execute(_ENDED, parameters)
    ended = [RightsEnd(*row) for row in cursor.fetchall()]
    cursor.execute("SELECT count(*) FROM incoming_absent")
    return RightsResult(ended, restored, int(cursor.fetchone()[0]))
