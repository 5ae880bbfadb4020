"""Shape: contracts in force, or registrations, that follow each other without a day missing.

The governing day of a gap is its first missing day. A version asks for no cover before the first day it asks, nor after the last.
A contract validated after its own end was never in force: it covers nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from jalons.rulebooks.obligations.anchors import FOREVER
from jalons.rulebooks.obligations.binding import HEAD, Bound
from jalons.rulebooks.obligations.literals import values_table
from jalons.rulebooks.obligations.selectors import Selectors
from jalons.rulebooks.obligations.shapes.common import NO_HOLD, SOME_DAY, Parts, cases, measure
from jalons.rulebooks.schema.shapes import Continuity

SHAPE = Continuity
_COLUMNS = (
    "r.rule_id, r.selector, r.governs_from, r.governs_to, r.asked_to, s.enrolment_id, s.subject_id, "
    f"CASE WHEN r.asked_to < COALESCE(s.end_on, {FOREVER}) THEN r.asked_to ELSE s.end_on END AS end_on, "
    "GREATEST(add_days(add_months(s.anchor_on, r.months), r.days), add_days(r.asked_from, -1)) AS required_on"
)
_ORDER = "PARTITION BY c.rule_id, c.subject_id ORDER BY e.event_on, e.ref"
# covered_to: last day covered by the contracts before this one; covered_last: by all of them.
_CTES = f"""{cases(_COLUMNS, SOME_DAY)},
covers AS (
  SELECT c.rule_id, c.subject_id, c.enrolment_id, c.end_on, c.required_on, c.governs_from, c.governs_to, e.event_on, e.ref,
    MAX(e.until_on) OVER ({_ORDER} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered_to,
    MAX(e.until_on) OVER (PARTITION BY c.rule_id, c.subject_id) AS covered_last,
    LAG(e.ref) OVER ({_ORDER}) AS ref_before,
    LEAD(e.ref) OVER ({_ORDER}) AS ref_after
  FROM cases AS c
  JOIN events AS e ON e.selector = c.selector AND e.enrolment_id = c.enrolment_id AND add_days(e.event_on, -1) <= c.asked_to
    AND e.until_on >= e.event_on
),
gaps AS (
  SELECT v.rule_id, v.subject_id, v.enrolment_id, v.end_on, v.governs_from, v.governs_to,
    GREATEST(v.covered_to, v.required_on) AS due_on,
    v.event_on AS met_on, v.ref_before || ',' || v.ref AS evidence
  FROM covers AS v
  WHERE v.covered_to IS NOT NULL AND v.event_on > add_days(GREATEST(v.covered_to, v.required_on), 1)
  UNION ALL
  SELECT v.rule_id, v.subject_id, v.enrolment_id, v.end_on, v.governs_from, v.governs_to,
    GREATEST(v.covered_last, v.required_on) AS due_on,
    CAST(NULL AS DATE) AS met_on, v.ref AS evidence
  FROM covers AS v
  WHERE v.ref_after IS NULL
),
answers AS (
  SELECT g.rule_id, g.subject_id, g.enrolment_id, CAST(add_days(g.due_on, 1) AS TEXT) AS occurrence, g.due_on,
    add_days(g.due_on, 1) AS late_on, g.met_on, g.end_on, {NO_HOLD},
    {measure("date_diff('day', g.due_on, g.met_on) - 1", "CASE WHEN g.met_on IS NOT NULL THEN 0 END")}, g.evidence
  FROM gaps AS g
  WHERE (g.end_on IS NULL OR g.end_on > g.due_on) AND g.due_on < {FOREVER}
    AND add_days(g.due_on, 1) >= g.governs_from AND add_days(g.due_on, 1) <= g.governs_to
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
