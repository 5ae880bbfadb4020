"""Shape: never more than so long since the last event."""

from __future__ import annotations

from collections.abc import Sequence

from jalons.rulebooks.obligations.binding import HEAD, Bound
from jalons.rulebooks.obligations.literals import values_table
from jalons.rulebooks.obligations.selectors import Selectors
from jalons.rulebooks.obligations.shapes.common import (
    DATED_REF,
    NO_HOLD,
    NO_MEASURE,
    PRESENT_DAY,
    Parts,
    cases,
    day_of,
    ref_of,
)
from jalons.rulebooks.schema.shapes import LastEvent

SHAPE = LastEvent
_COLUMNS = "r.rule_id, r.selector, r.months, r.days, s.enrolment_id, s.subject_id, s.anchor_on, s.end_on"
_CTES = f"""{cases(_COLUMNS, PRESENT_DAY)},
lasts AS (
  SELECT c.rule_id, c.subject_id, MIN(c.enrolment_id) AS enrolment_id, MIN(c.end_on) AS end_on, MIN(c.anchor_on) AS anchor_on,
    MIN(c.months) AS months, MIN(c.days) AS days, MAX({DATED_REF}) AS last
  FROM cases AS c
  LEFT JOIN events AS e ON e.selector = c.selector AND e.enrolment_id = c.enrolment_id AND e.event_on >= c.anchor_on
  GROUP BY c.rule_id, c.subject_id
),
due AS (
  SELECT l.*, add_days(add_months(COALESCE({day_of("l.last")}, l.anchor_on), l.months), l.days) AS due_on FROM lasts AS l
),
answers AS (
  SELECT d.rule_id, d.subject_id, d.enrolment_id, '' AS occurrence, d.due_on, add_days(d.due_on, 1) AS late_on,
    CAST(NULL AS DATE) AS met_on, d.end_on, {NO_HOLD}, {NO_MEASURE}, {ref_of("d.last")} AS evidence
  FROM due AS d
)"""


def parts(rules: Sequence[Bound[LastEvent]], selectors: Selectors) -> Parts:
    """Return the statement's parts for ``rules``."""
    rows = []
    for rule in rules:
        one = rule.obligation
        selector = selectors.number(one.counts, rule.action_code)
        rows.append((*rule.head, one.starts_from, selector, one.every.months, one.every.days))
    table = values_table("rules", (*HEAD, "anchor", "selector", "months", "days"), rows)
    return Parts((table,), frozenset(rule.obligation.starts_from for rule in rules), _CTES)
