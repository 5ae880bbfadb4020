"""Shape: a deadline after the end of each month or year of an agreement line that was signed.

In house, nobody reports. It has its own end of statement.
"""

from __future__ import annotations

from collections.abc import Sequence

from jalons.rulebooks.obligations.binding import HEAD, Bound
from jalons.rulebooks.obligations.literals import values_table
from jalons.rulebooks.obligations.shapes.common import NO_MEASURE, day_of, ref_of
from jalons.rulebooks.schema.events import Report
from jalons.rulebooks.schema.shapes import DeadlineAfterEvent

SHAPE = DeadlineAfterEvent
# 28: the shortest month, so that there are never too few periods; those not begun are dropped just after.
_BODY = f"""lines AS (
  SELECT r.rule_id, r.step_months, l.line_id, l.organisation_id, l.authority_id,
    CAST(CASE r.step_months WHEN 12 THEN date_trunc('year', l.start_on) ELSE date_trunc('month', l.start_on) END AS DATE)
      AS base_on,
    LEAST($as_of, COALESCE(l.end_on, $as_of)) AS until_on
  FROM rules AS r
  JOIN facts.agreement_line AS l ON l.action_code = r.action_code AND l.start_on <= r.bound_to AND l.start_on <= $as_of
    AND l.kind = 'convention'
),
numbered AS (
  SELECT n.*, add_months(n.base_on, w.k * n.step_months) AS period_on,
    add_days(add_months(n.base_on, (w.k + 1) * n.step_months), -1) AS last_on
  FROM lines AS n
  CROSS JOIN generate_series(0, CAST(date_diff('day', n.base_on, n.until_on) // (n.step_months * 28) AS INT)) AS w(k)
),
periods AS (
  SELECT n.*, r.even_earlier, r.report_kinds, add_days(add_months(n.last_on, r.months), r.days) AS due_on
  FROM numbered AS n
  JOIN rules AS r ON r.rule_id = n.rule_id AND n.last_on >= r.governs_from AND n.last_on <= r.governs_to
  WHERE n.period_on <= n.until_on
),
firsts AS (
  SELECT d.rule_id, d.line_id, d.period_on, MIN(d.organisation_id) AS organisation_id, MIN(d.authority_id) AS authority_id,
    MIN(d.due_on) AS due_on, MIN(CAST(p.received_on AS TEXT) || ' report:' || CAST(p.report_id AS TEXT)) AS first
  FROM periods AS d
  LEFT JOIN facts.report AS p ON p.line_id = d.line_id AND p.period_start = d.period_on AND p.received_on <= $as_of
    AND (d.even_earlier OR p.received_on >= d.last_on) AND d.report_kinds LIKE '%,' || p.kind || ',%'
  GROUP BY d.rule_id, d.line_id, d.period_on
),
dated AS (
  SELECT f.*, {day_of("f.first")} AS met_on, GREATEST(add_days(f.due_on, 1), r.asked_from) AS late_on
  FROM firsts AS f
  JOIN rules AS r ON r.rule_id = f.rule_id
)
SELECT r.rulebook_code, r.rulebook_version, r.obligation_code, r.action_code, r.subject_kind, d.line_id AS subject_id,
  CAST(NULL AS BIGINT) AS person_id, d.organisation_id, d.authority_id, CAST(d.period_on AS TEXT) AS occurrence, d.due_on, d.met_on,
  CASE WHEN d.late_on <= $as_of AND (d.met_on IS NULL OR d.met_on >= d.late_on) THEN d.late_on END AS breached_on,
  CAST(NULL AS DATE) AS suspended_from, CAST(NULL AS DATE) AS suspended_to, {NO_MEASURE},
  COALESCE({ref_of("d.first")}, '') AS evidence
FROM dated AS d
JOIN rules AS r ON r.rule_id = d.rule_id"""


def statement(rules: Sequence[Bound[DeadlineAfterEvent]]) -> str:
    """Return the whole statement for ``rules``."""
    rows = []
    for rule in rules:
        one = rule.obligation
        sign = -1 if one.when == "before" else 1
        kinds = sorted({kind for event in one.expects if isinstance(event, Report) for kind in event.kinds})
        rows.append(
            (
                *rule.head,
                12 if one.period == "year" else 1,
                sign * one.delay.months,
                sign * one.delay.days,
                one.even_earlier,
                f",{','.join(kinds)},",
            )
        )
    columns = (*HEAD, "step_months", "months", "days", "even_earlier", "report_kinds")
    return f"WITH {values_table('rules', columns, rows)}, {_BODY}"
