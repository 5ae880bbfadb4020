"""Shape: contracts in force that follow each other without a day missing."""

from __future__ import annotations

from collections.abc import Sequence

from jalons.rulebooks.obligations.binding import HEAD, Bound
from jalons.rulebooks.obligations.literals import values_table
from jalons.rulebooks.obligations.shapes.common import CASES, NO_HOLD, Parts, measure
from jalons.rulebooks.obligations.sources import Selectors
from jalons.rulebooks.schema.shapes import Continuity

SHAPE = Continuity
_COLUMNS = (
    "r.rule_id, r.selector, s.enrolment_id, s.subject_id, s.end_on, "
    "add_days(add_months(s.anchor_on, r.months), r.days) AS required_on"
)
_ORDER = "PARTITION BY c.rule_id, c.subject_id ORDER BY e.event_on, e.ref"
# covered_to: last day covered by the contracts before this one; covered_last: by all of them.
_CTES = f"""{CASES.format(columns=_COLUMNS, more="")},
covers AS (
  SELECT c.rule_id, c.subject_id, c.enrolment_id, c.end_on, c.required_on, e.event_on, e.ref,
    MAX(e.until_on) OVER ({_ORDER} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered_to,
    MAX(e.until_on) OVER (PARTITION BY c.rule_id, c.subject_id) AS covered_last,
    LAG(e.ref) OVER ({_ORDER}) AS ref_before,
    LEAD(e.ref) OVER ({_ORDER}) AS ref_after
  FROM cases AS c
  JOIN events AS e ON e.selector = c.selector AND e.enrolment_id = c.enrolment_id
),
gaps AS (
  SELECT v.rule_id, v.subject_id, v.enrolment_id, v.end_on, GREATEST(v.covered_to, v.required_on) AS due_on,
    v.event_on AS met_on, v.ref_before || ',' || v.ref AS evidence
  FROM covers AS v
  WHERE v.covered_to IS NOT NULL AND v.event_on > add_days(GREATEST(v.covered_to, v.required_on), 1)
  UNION ALL
  SELECT v.rule_id, v.subject_id, v.enrolment_id, v.end_on, GREATEST(v.covered_last, v.required_on) AS due_on,
    CAST(NULL AS DATE) AS met_on, v.ref AS evidence
  FROM covers AS v
  WHERE v.ref_after IS NULL
),
answers AS (
  SELECT g.rule_id, g.subject_id, g.enrolment_id, CAST(add_days(g.due_on, 1) AS TEXT) AS occurrence, g.due_on,
    add_days(g.due_on, 1) AS late_on, g.met_on, g.end_on, {NO_HOLD},
    {measure("date_diff('day', g.due_on, g.met_on) - 1", "CASE WHEN g.met_on IS NOT NULL THEN 0 END")}, g.evidence
  FROM gaps AS g
  WHERE g.end_on IS NULL OR g.end_on > g.due_on
)"""


def parts(rules: Sequence[Bound[Continuity]], selectors: Selectors) -> Parts:
    """Return the statement's parts for ``rules``."""
    rows = []
    for rule in rules:
        one = rule.obligation
        selector = selectors.number(one.covered_by, rule.action_code)
        rows.append((*rule.head, one.starts_from, selector, one.after.months, one.after.days))
    table = values_table("rules", (*HEAD, "anchor", "selector", "months", "days"), rows)
    return Parts((table,), frozenset(rule.obligation.starts_from for rule in rules), _CTES)
