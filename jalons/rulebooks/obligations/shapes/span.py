"""Shape: an enrolment that lasts so long at least, or at most, but for exceptions. Its governing day is that of the evaluation."""

from __future__ import annotations

from collections.abc import Sequence

from jalons.rulebooks.obligations.binding import HEAD, Bound
from jalons.rulebooks.obligations.literals import values_table
from jalons.rulebooks.obligations.selectors import Selectors
from jalons.rulebooks.obligations.shapes.common import NEVER_LOST, NO_HOLD, NO_MEASURE, PRESENT_DAY, Parts, cases
from jalons.rulebooks.schema.shapes import MINIMUM, Span

SHAPE = Span
NO_AGE = 9999  # nobody is that old: no exception by age
_COLUMNS = (
    "r.rule_id, r.limited, r.months, r.days, r.maintainable, r.asks_minimum, s.enrolment_id, s.subject_id, s.end_on, "
    "n.end_on AS ended_on, add_days(add_months(s.anchor_on, r.months), r.days - 1) AS due_on, "
    "add_days(add_months(s.anchor_on, r.least_months), r.least_days - 1) AS minimum_on, "
    "r.disabled_exempt AND COALESCE(p.disabled_worker, FALSE) OR COALESCE(add_months(p.born_on, r.exempt_years * 12) "
    "<= add_days(add_months(s.anchor_on, r.months), r.days - 1), FALSE) AS exempt"
)
_MORE = """JOIN facts.enrolment AS n ON n.enrolment_id = s.enrolment_id
  JOIN facts.person AS p ON p.person_id = n.person_id"""
# A minimum is missed on the day after an enrolment that ends before it while its subject still runs.
_CTES = f"""{cases(_COLUMNS, PRESENT_DAY, _MORE)},
decisions AS (
  SELECT c.rule_id, c.subject_id, MAX(COALESCE(m.until, DATE '9999-12-31')) AS until,
    STRING_AGG('maintenance:' || CAST(m.maintenance_id AS TEXT), ',' ORDER BY m.decided_on, m.maintenance_id) AS evidence
  FROM cases AS c
  JOIN facts.maintenance AS m ON m.enrolment_id = c.enrolment_id AND m.decided_on <= $as_of
    AND COALESCE(m.until, DATE '9999-12-31') > c.due_on
  WHERE c.maintainable
  GROUP BY c.rule_id, c.subject_id
),
answers AS (
  SELECT c.rule_id, c.subject_id, c.enrolment_id, '' AS occurrence, c.due_on,
    CASE WHEN d.until IS NULL THEN add_days(c.due_on, 1) WHEN d.until < DATE '9999-12-31' THEN add_days(d.until, 1) END AS late_on,
    CASE WHEN c.ended_on <= $as_of THEN c.ended_on END AS met_on, c.end_on,
    CASE WHEN d.until IS NOT NULL THEN add_days(c.due_on, 1) END AS held_from,
    CASE WHEN d.until < DATE '9999-12-31' THEN d.until END AS held_to, {NEVER_LOST}, {NO_MEASURE}, d.evidence
  FROM cases AS c
  LEFT JOIN decisions AS d ON d.rule_id = c.rule_id AND d.subject_id = c.subject_id
  WHERE c.limited AND NOT c.exempt
  UNION ALL
  SELECT c.rule_id, c.subject_id, c.enrolment_id, '{MINIMUM}' AS occurrence, c.minimum_on AS due_on,
    CASE WHEN c.ended_on < c.minimum_on AND c.end_on = c.ended_on AND c.ended_on <= $as_of
      THEN add_days(c.ended_on, 1) END AS late_on,
    CASE WHEN c.minimum_on <= $as_of AND (c.end_on IS NULL OR c.end_on >= c.minimum_on) THEN c.minimum_on END AS met_on, c.end_on,
    {NO_HOLD}, {NO_MEASURE}, CAST(NULL AS TEXT) AS evidence
  FROM cases AS c
  WHERE c.asks_minimum
)"""


def parts(rules: Sequence[Bound[Span]], selectors: Selectors) -> Parts:
    """Return the statement's parts for ``rules``."""
    rows = []
    for rule in rules:
        one = rule.obligation
        kinds = {exception.kind: exception.years for exception in one.exceptions}
        rows.append(
            (
                *rule.head,
                one.starts_from,
                one.at_most is not None,
                one.at_most.months if one.at_most else 0,
                one.at_most.days if one.at_most else 0,
                "maintenance" in kinds,
                "disabled_worker" in kinds,
                kinds.get("age_at_least") or NO_AGE,
                one.at_least is not None,
                one.at_least.months if one.at_least else 0,
                one.at_least.days if one.at_least else 0,
            )
        )
    limit = ("limited", "months", "days", "maintainable", "disabled_exempt", "exempt_years")
    columns = ("anchor", *limit, "asks_minimum", "least_months", "least_days")
    table = values_table("rules", (*HEAD, *columns), rows)
    return Parts((table,), frozenset(rule.obligation.starts_from for rule in rules), _CTES)
