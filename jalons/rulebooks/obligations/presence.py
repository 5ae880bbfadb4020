"""Who is followed on an agreement line, day after day: a « veille » leaves it, unless a step is running (R-136, R-142)."""

from __future__ import annotations

_ORDER = "PARTITION BY {0}.enrolment_id ORDER BY {0}.on_date"
_SO_FAR = f"OVER ({_ORDER.format('d')} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
# Only enrolments that have a pause are followed day by day: the others enter and leave once.
MOVES = f"""paused AS (
  SELECT DISTINCT p.enrolment_id FROM facts.pause AS p
),
changes AS (
  SELECT e.enrolment_id, e.start_on AS on_date, 1 AS inside, 0 AS pauses, 0 AS steps
  FROM facts.enrolment AS e JOIN paused AS p ON p.enrolment_id = e.enrolment_id
  UNION ALL
  SELECT e.enrolment_id, add_days(e.end_on, 1) AS on_date, -1 AS inside, 0 AS pauses, 0 AS steps
  FROM facts.enrolment AS e JOIN paused AS p ON p.enrolment_id = e.enrolment_id WHERE e.end_on IS NOT NULL
  UNION ALL
  SELECT p.enrolment_id, p.start_on AS on_date, 0 AS inside, 1 AS pauses, 0 AS steps FROM facts.pause AS p
  UNION ALL
  SELECT p.enrolment_id, add_days(p.end_on, 1) AS on_date, 0 AS inside, -1 AS pauses, 0 AS steps
  FROM facts.pause AS p WHERE p.end_on IS NOT NULL
  UNION ALL
  SELECT s.enrolment_id, s.started_on AS on_date, 0 AS inside, 0 AS pauses, 1 AS steps
  FROM facts.step AS s JOIN paused AS p ON p.enrolment_id = s.enrolment_id
  WHERE s.started_on IS NOT NULL AND s.state <> 'cancelled' AND (s.ended_on IS NOT NULL OR s.state = 'started')
  UNION ALL
  SELECT s.enrolment_id, add_days(s.ended_on, 1) AS on_date, 0 AS inside, 0 AS pauses, -1 AS steps
  FROM facts.step AS s JOIN paused AS p ON p.enrolment_id = s.enrolment_id
  WHERE s.started_on IS NOT NULL AND s.state <> 'cancelled' AND s.ended_on IS NOT NULL
),
daily AS (
  SELECT c.enrolment_id, c.on_date, SUM(c.inside) AS inside, SUM(c.pauses) AS pauses, SUM(c.steps) AS steps
  FROM changes AS c GROUP BY c.enrolment_id, c.on_date
),
followed AS (
  SELECT d.enrolment_id, d.on_date, CASE WHEN SUM(d.inside) {_SO_FAR} > 0
      AND (SUM(d.pauses) {_SO_FAR} = 0 OR SUM(d.steps) {_SO_FAR} > 0) THEN 1 ELSE 0 END AS here
  FROM daily AS d
),
turns AS (
  SELECT f.enrolment_id, f.on_date, f.here - COALESCE(LAG(f.here) OVER ({_ORDER.format("f")}), 0) AS change
  FROM followed AS f
),
moves AS (
  SELECT e.line_id, e.start_on AS on_date, 1 AS change
  FROM facts.enrolment AS e LEFT JOIN paused AS p ON p.enrolment_id = e.enrolment_id WHERE p.enrolment_id IS NULL
  UNION ALL
  SELECT e.line_id, add_days(e.end_on, 1) AS on_date, -1 AS change
  FROM facts.enrolment AS e LEFT JOIN paused AS p ON p.enrolment_id = e.enrolment_id
  WHERE e.end_on IS NOT NULL AND p.enrolment_id IS NULL
  UNION ALL
  SELECT e.line_id, t.on_date, t.change FROM turns AS t JOIN facts.enrolment AS e ON e.enrolment_id = t.enrolment_id
  WHERE t.change <> 0
  UNION ALL
  SELECT l.line_id, l.start_on AS on_date, 0 AS change FROM facts.agreement_line AS l
)"""
