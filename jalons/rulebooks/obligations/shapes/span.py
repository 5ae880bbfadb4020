"""Shape: an end at the latest so long after the start, but for exceptions."""

from __future__ import annotations

from collections.abc import Sequence

from jalons.rulebooks.obligations.binding import HEAD, Bound
from jalons.rulebooks.obligations.literals import values_table
from jalons.rulebooks.obligations.shapes.common import CASES, NO_MEASURE, Parts
from jalons.rulebooks.obligations.sources import Selectors
from jalons.rulebooks.schema.shapes import Span

SHAPE = Span
NO_AGE = 9999  # nobody is that old: no exception by age
_COLUMNS = (
    "r.rule_id, r.months, r.days, r.maintainable, s.enrolment_id, s.subject_id, s.end_on, "
    "add_days(add_months(s.anchor_on, r.months), r.days - 1) AS due_on"
)
_MORE = """JOIN facts.enrolment AS n ON n.enrolment_id = s.enrolment_id
  JOIN facts.person AS p ON p.person_id = n.person_id
  WHERE NOT (r.disabled_exempt AND COALESCE(p.disabled_worker, FALSE))
    AND NOT COALESCE(add_months(p.born_on, r.exempt_years * 12)
      <= add_days(add_months(s.anchor_on, r.months), r.days - 1), FALSE)"""
_CTES = f"""{CASES.format(columns=_COLUMNS, more=_MORE)},
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
    CASE WHEN n.end_on <= $as_of THEN n.end_on END AS met_on, c.end_on,
    CASE WHEN d.until IS NOT NULL THEN add_days(c.due_on, 1) END AS held_from,
    CASE WHEN d.until < DATE '9999-12-31' THEN d.until END AS held_to, {NO_MEASURE}, d.evidence
  FROM cases AS c
  JOIN facts.enrolment AS n ON n.enrolment_id = c.enrolment_id
  LEFT JOIN decisions AS d ON d.rule_id = c.rule_id AND d.subject_id = c.subject_id
)"""


def parts(rules: Sequence[Bound[Span]], selectors: Selectors) -> Parts:
    """Return the statement's parts for ``rules``."""
    rows = []
    for rule in rules:
        one = rule.obligation
        if one.at_most is None:
            continue
        kinds = {exception.kind: exception.years for exception in one.exceptions}
        rows.append(
            (
                *rule.head,
                one.starts_from,
                one.at_most.months,
                one.at_most.days,
                "maintenance" in kinds,
                "disabled_worker" in kinds,
                kinds.get("age_at_least") or NO_AGE,
            )
        )
    columns = ("anchor", "months", "days", "maintainable", "disabled_exempt", "exempt_years")
    table = values_table("rules", (*HEAD, *columns), rows)
    return Parts((table,), frozenset(rule.obligation.starts_from for rule in rules), _CTES)
