"""Shape: persons followed on an agreement line for one post or one place, those in « veille » left out.

It speaks of lines: it has its own end of statement.

A line that has ended is read on its last day, and a breach of that day is missed for good: nothing is expected of it after.
"""

from __future__ import annotations

from collections.abc import Sequence

from jalons.rulebooks.obligations.binding import HEAD, Bound
from jalons.rulebooks.obligations.literals import values_table
from jalons.rulebooks.obligations.presence import MOVES
from jalons.rulebooks.obligations.shapes.common import measure
from jalons.rulebooks.schema.shapes import Ratio

SHAPE = Ratio
_FITS = "CASE WHEN v.least THEN v.present >= v.bound ELSE v.present <= v.bound END"
_BODY = f"""lines AS (
  SELECT r.rule_id, l.line_id, l.organisation_id, l.authority_id, LEAST($as_of, COALESCE(l.end_on, $as_of)) AS until_on,
    l.end_on,
    r.least, r.bound * CASE WHEN r.per_fte THEN l.fte ELSE l.places END AS bound
  FROM rules AS r
  JOIN facts.agreement_line AS l ON l.action_code = r.action_code AND l.start_on <= r.bound_to
    AND LEAST($as_of, COALESCE(l.end_on, $as_of)) >= r.governs_from AND LEAST($as_of, COALESCE(l.end_on, $as_of)) <= r.governs_to
  WHERE l.start_on <= $as_of AND (l.fte > 0 OR NOT r.per_fte)
),
{MOVES},
days AS (
  SELECT n.rule_id, n.line_id, n.least, n.bound, m.on_date, SUM(m.change) AS change
  FROM lines AS n JOIN moves AS m ON m.line_id = n.line_id AND m.on_date <= n.until_on
  GROUP BY n.rule_id, n.line_id, n.least, n.bound, m.on_date
),
levels AS (
  SELECT d.rule_id, d.line_id, d.least, d.bound, d.on_date, SUM(d.change) OVER (PARTITION BY d.rule_id, d.line_id ORDER BY d.on_date
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS present,
    LEAD(d.on_date) OVER (PARTITION BY d.rule_id, d.line_id ORDER BY d.on_date) AS next_on
  FROM days AS d
),
fitting AS (
  SELECT v.rule_id, v.line_id, MAX(CASE WHEN {_FITS} THEN v.on_date END) AS fitted_on,
    MAX(CASE WHEN v.next_on IS NULL THEN v.present END) AS present
  FROM levels AS v GROUP BY v.rule_id, v.line_id
),
breaches AS (
  SELECT v.rule_id, v.line_id, MIN(v.on_date) AS breached_on
  FROM levels AS v
  JOIN fitting AS f ON f.rule_id = v.rule_id AND f.line_id = v.line_id AND v.on_date > COALESCE(f.fitted_on, DATE '0001-01-01')
  WHERE NOT ({_FITS})
  GROUP BY v.rule_id, v.line_id
)
SELECT r.rulebook_code, r.rulebook_version, r.obligation_code, r.action_code, r.subject_kind, n.line_id AS subject_id,
  CAST(NULL AS BIGINT) AS person_id, n.organisation_id, n.authority_id, '' AS occurrence, CAST(NULL AS DATE) AS due_on,
  CAST(NULL AS DATE) AS met_on,
  CASE WHEN b.breached_on < r.asked_from THEN r.asked_from ELSE b.breached_on END AS breached_on,
  CASE WHEN b.breached_on IS NOT NULL AND n.end_on <= $as_of THEN add_days(n.end_on, 1) END AS suspended_from,
  CAST(NULL AS DATE) AS suspended_to,
  {measure("COALESCE(f.present, 0)", "n.bound")}, 'agreement_line:' || CAST(n.line_id AS TEXT) AS evidence
FROM lines AS n
JOIN rules AS r ON r.rule_id = n.rule_id
LEFT JOIN fitting AS f ON f.rule_id = n.rule_id AND f.line_id = n.line_id
LEFT JOIN breaches AS b ON b.rule_id = n.rule_id AND b.line_id = n.line_id"""


def statement(rules: Sequence[Bound[Ratio]]) -> str:
    """Return the whole statement for ``rules``."""
    rows = [
        (*rule.head, rule.obligation.per == "fte", rule.obligation.at_least is not None, rule.obligation.limit)
        for rule in rules
    ]
    return f"WITH {values_table('rules', (*HEAD, 'per_fte', 'least', 'bound'), rows)}, {_BODY}"
