"""The end of every statement on enrolments: pauses, decisions and ends of enrolment turn ``answers`` into the final dates.

Nothing is breached before the first day it is asked. The first day of a breach that falls in a pause moves to the day after the
pause; pauses that touch are one. What was due after the last day of the enrolment is never breached, and what was not done is
suspended for good. A suspension is shown only while the thing is not done. A breach that nothing can mend (``lost_from``: the
first day after a window in which too much, or not enough, was counted) is suspended for good from that day: it is missed, no
longer late.
"""

from __future__ import annotations

CLOSING = """asked AS (
  SELECT a.*, CASE WHEN a.late_on < r.asked_from THEN r.asked_from ELSE a.late_on END AS first_on
  FROM answers AS a
  JOIN rules AS r ON r.rule_id = a.rule_id
),
timed AS (
  SELECT a.*, CASE WHEN p.pause_id IS NULL THEN a.first_on WHEN p.end_on IS NOT NULL THEN add_days(p.end_on, 1) END AS breach_on,
    p.start_on AS pause_from, p.end_on AS pause_to
  FROM asked AS a
  LEFT JOIN stretches AS p ON p.enrolment_id = a.enrolment_id AND p.start_on <= a.first_on
    AND (p.end_on IS NULL OR p.end_on >= a.first_on)
),
breaching AS (
  SELECT t.*, CASE WHEN t.breach_on <= $as_of AND (t.met_on IS NULL OR t.met_on >= t.breach_on)
    AND (t.end_on IS NULL OR t.end_on >= add_days(t.breach_on, -1)) THEN t.breach_on END AS breached_on
  FROM timed AS t
)
SELECT r.rulebook_code, r.rulebook_version, r.obligation_code, r.action_code, r.subject_kind, t.subject_id,
  e.person_id, e.organisation_id, e.authority_id, t.occurrence, t.due_on, t.met_on,
  t.breached_on,
  CASE WHEN t.met_on IS NOT NULL THEN NULL
    WHEN t.lost_from IS NOT NULL AND t.breached_on IS NOT NULL THEN GREATEST(t.lost_from, t.breached_on)
    WHEN t.end_on IS NOT NULL THEN add_days(t.end_on, 1)
    WHEN t.held_from IS NOT NULL THEN t.held_from WHEN q.pause_id IS NOT NULL THEN q.start_on
    WHEN t.pause_from <= $as_of THEN t.pause_from END AS suspended_from,
  CASE WHEN t.met_on IS NOT NULL OR t.end_on IS NOT NULL OR (t.lost_from IS NOT NULL AND t.breached_on IS NOT NULL) THEN NULL
    WHEN t.held_from IS NOT NULL THEN t.held_to
    WHEN q.pause_id IS NOT NULL THEN q.end_on WHEN t.pause_from <= $as_of THEN t.pause_to END AS suspended_to,
  t.measured, t.required, COALESCE(t.evidence, '') AS evidence
FROM breaching AS t
JOIN rules AS r ON r.rule_id = t.rule_id
JOIN facts.enrolment AS e ON e.enrolment_id = t.enrolment_id
LEFT JOIN stretches AS q ON q.enrolment_id = t.enrolment_id AND q.start_on <= $as_of
  AND (q.end_on IS NULL OR q.end_on >= $as_of)"""
