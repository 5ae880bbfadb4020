"""Shape: a fact at the latest so long after, or before, an event."""

from __future__ import annotations

from collections.abc import Sequence

from jalons.rulebooks.obligations.binding import HEAD, Bound
from jalons.rulebooks.obligations.literals import values_table
from jalons.rulebooks.obligations.selectors import Selectors
from jalons.rulebooks.obligations.shapes.common import (
    ANCHOR_DAY,
    DATED_REF,
    NO_HOLD,
    NO_MEASURE,
    Parts,
    cases,
    day_of,
    ref_of,
)
from jalons.rulebooks.schema.shapes import DeadlineAfterEvent

SHAPE = DeadlineAfterEvent
_COLUMNS = (
    "r.rule_id, r.selector, r.even_earlier, s.enrolment_id, s.subject_id, s.occurrence, s.anchor_on, s.position, s.end_on, "
    "add_days(add_months(s.anchor_on, r.months), r.days) AS due_on"
)
_CTES = f"""{cases(_COLUMNS, ANCHOR_DAY)},
firsts AS (
  SELECT c.rule_id, c.subject_id, c.occurrence, MIN(c.enrolment_id) AS enrolment_id, MIN(c.due_on) AS due_on,
    MIN(c.end_on) AS end_on, MIN({DATED_REF}) AS first
  FROM cases AS c
  LEFT JOIN events AS e ON e.selector = c.selector AND e.enrolment_id = c.enrolment_id AND e.position > c.position
    AND (c.even_earlier OR e.event_on >= c.anchor_on)
  GROUP BY c.rule_id, c.subject_id, c.occurrence
),
answers AS (
  SELECT f.rule_id, f.subject_id, f.enrolment_id, f.occurrence, f.due_on, add_days(f.due_on, 1) AS late_on,
    {day_of("f.first")} AS met_on, f.end_on, {NO_HOLD}, {NO_MEASURE}, {ref_of("f.first")} AS evidence
  FROM firsts AS f
)"""


def parts(rules: Sequence[Bound[DeadlineAfterEvent]], selectors: Selectors) -> Parts:
    """Return the statement's parts for ``rules``."""
    rows = []
    for rule in rules:
        one = rule.obligation
        sign = -1 if one.when == "before" else 1
        selector = selectors.number(one.expects, rule.action_code)
        rows.append(
            (*rule.head, one.starts_from, selector, one.even_earlier, sign * one.delay.months, sign * one.delay.days)
        )
    table = values_table("rules", (*HEAD, "anchor", "selector", "even_earlier", "months", "days"), rows)
    return Parts((table,), frozenset(rule.obligation.starts_from for rule in rules), _CTES)
