"""Shape: so many events in a row (one, sometimes), with nothing between them that resets the count."""

from __future__ import annotations

from collections.abc import Sequence

from jalons.rulebooks.obligations.binding import HEAD, Bound
from jalons.rulebooks.obligations.literals import values_table
from jalons.rulebooks.obligations.selectors import Selectors
from jalons.rulebooks.obligations.shapes.common import (
    DATED_REF,
    NO_HOLD,
    SOME_DAY,
    Parts,
    cases,
    day_of,
    measure,
    ref_of,
)
from jalons.rulebooks.schema.shapes import ConsecutiveEvents

SHAPE = ConsecutiveEvents
_COLUMNS = (
    "r.rule_id, r.selector, r.reset_selector, r.closed_selector, r.number, r.interval_days, r.months, r.days, "
    "r.governs_from, r.governs_to, s.enrolment_id, s.subject_id, s.end_on"
)
_JOIN = "e.enrolment_id = c.enrolment_id AND e.selector ="
_CTES = f"""{cases(_COLUMNS, SOME_DAY)},
sequence AS (
  SELECT c.rule_id, c.subject_id, e.event_on, e.ref, 0 AS resets FROM cases AS c JOIN events AS e ON {_JOIN} c.selector
  UNION ALL
  SELECT c.rule_id, c.subject_id, e.event_on, e.ref, 1 AS resets FROM cases AS c JOIN events AS e ON {_JOIN} c.reset_selector
),
runs AS (
  SELECT s.rule_id, s.subject_id, s.event_on, s.ref, s.resets,
    SUM(s.resets) OVER (PARTITION BY s.rule_id, s.subject_id ORDER BY s.event_on, s.resets, s.ref
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
  FROM sequence AS s
),
places AS (
  SELECT u.*, ROW_NUMBER() OVER (PARTITION BY u.rule_id, u.subject_id, u.run ORDER BY u.event_on, u.ref) AS place
  FROM runs AS u WHERE u.resets = 0
),
complete AS (
  SELECT a.rule_id, a.subject_id, a.run, a.event_on, a.ref, COUNT(b.ref) + 1 AS measured,
    MIN(CAST(b.event_on AS TEXT) || ' ' || b.ref) AS opening
  FROM places AS a
  JOIN rules AS r ON r.rule_id = a.rule_id
  LEFT JOIN places AS b ON b.rule_id = a.rule_id AND b.subject_id = a.subject_id AND b.run = a.run AND b.place < a.place
    AND a.event_on <= add_days(add_months(b.event_on, r.months), r.days)
  GROUP BY a.rule_id, a.subject_id, a.run, a.event_on, a.ref
  HAVING COUNT(b.ref) + 1 >= MIN(r.number)
    AND date_diff('day', COALESCE(MIN(b.event_on), a.event_on), a.event_on) >= MIN(r.interval_days)
),
first_of_run AS (
  SELECT m.rule_id, m.subject_id, m.run, MIN(CAST(m.event_on AS TEXT) || ' ' || m.ref) AS completing
  FROM complete AS m GROUP BY m.rule_id, m.subject_id, m.run
),
triggers AS (
  SELECT f.rule_id, f.subject_id, m.event_on AS due_on, m.measured, m.opening, m.ref
  FROM first_of_run AS f
  JOIN complete AS m ON m.rule_id = f.rule_id AND m.subject_id = f.subject_id AND m.run = f.run
    AND f.completing = CAST(m.event_on AS TEXT) || ' ' || m.ref
),
closings AS (
  SELECT t.rule_id, t.subject_id, t.due_on, MIN(t.measured) AS measured, MIN(t.opening) AS opening, MIN(t.ref) AS ref,
    MIN(c.enrolment_id) AS enrolment_id, MIN(c.end_on) AS end_on, MIN(c.number) AS required, MIN({DATED_REF}) AS closing
  FROM triggers AS t
  JOIN cases AS c ON c.rule_id = t.rule_id AND c.subject_id = t.subject_id
    AND t.due_on >= c.governs_from AND t.due_on <= c.governs_to
  LEFT JOIN events AS e ON {_JOIN} c.closed_selector AND e.event_on >= t.due_on
  GROUP BY t.rule_id, t.subject_id, t.due_on
),
answers AS (
  SELECT k.rule_id, k.subject_id, k.enrolment_id, CAST(k.due_on AS TEXT) AS occurrence, k.due_on, add_days(k.due_on, 1) AS late_on,
    {day_of("k.closing")} AS met_on, k.end_on, {NO_HOLD}, {measure("k.measured", "k.required")},
    COALESCE({ref_of("k.opening")} || ',', '') || k.ref || COALESCE(',' || {ref_of("k.closing")}, '') AS evidence
  FROM closings AS k
)"""


def parts(rules: Sequence[Bound[ConsecutiveEvents]], selectors: Selectors) -> Parts:
    """Return the statement's parts for ``rules``."""
    rows = []
    for rule in rules:
        one = rule.obligation
        rows.append(
            (
                *rule.head,
                "enrolment_start",
                selectors.number(one.counts, rule.action_code),
                selectors.number(one.reset_by, rule.action_code),
                selectors.number(one.closed_by, rule.action_code),
                one.number,
                one.minimum_interval.days,
                one.within.months,
                one.within.days,
            )
        )
    columns = ("anchor", "selector", "reset_selector", "closed_selector", "number", "interval_days", "months", "days")
    return Parts((values_table("rules", (*HEAD, *columns), rows),), frozenset({"enrolment_start"}), _CTES)
