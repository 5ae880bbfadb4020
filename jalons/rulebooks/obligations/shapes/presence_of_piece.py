"""Shape: documents that must be in the file."""

from __future__ import annotations

from collections.abc import Sequence

from jalons.rulebooks.obligations.binding import HEAD, Bound
from jalons.rulebooks.obligations.literals import listed, values_table
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
from jalons.rulebooks.schema.events import Piece
from jalons.rulebooks.schema.shapes import PresenceOfPiece

SHAPE = PresenceOfPiece
_COLUMNS = (
    "r.rule_id, r.even_earlier, q.piece, q.selector, s.enrolment_id, s.subject_id, s.anchor_on, s.end_on, "
    "add_days(add_months(s.anchor_on, r.months), r.days) AS due_on"
)
_MORE = (
    "JOIN pieces AS q ON q.rule_id = r.rule_id WHERE (r.classes = '' OR r.classes LIKE '%,' || s.exit_class || ',%') "
    "AND (r.destinations = '' OR r.destinations LIKE '%,' || s.destination || ',%')"
)
_CTES = f"""{cases(_COLUMNS, ANCHOR_DAY, _MORE)},
firsts AS (
  SELECT c.rule_id, c.subject_id, c.piece, MIN(c.enrolment_id) AS enrolment_id, MIN(c.due_on) AS due_on, MIN(c.end_on) AS end_on,
    MIN({DATED_REF}) AS first
  FROM cases AS c
  LEFT JOIN events AS e ON e.selector = c.selector AND e.enrolment_id = c.enrolment_id
    AND (c.even_earlier OR e.event_on >= c.anchor_on)
  GROUP BY c.rule_id, c.subject_id, c.piece
),
answers AS (
  SELECT f.rule_id, f.subject_id, f.enrolment_id, f.piece AS occurrence, f.due_on, add_days(f.due_on, 1) AS late_on,
    {day_of("f.first")} AS met_on, f.end_on, {NO_HOLD}, {NO_MEASURE}, {ref_of("f.first")} AS evidence
  FROM firsts AS f
)"""


def parts(rules: Sequence[Bound[PresenceOfPiece]], selectors: Selectors) -> Parts:
    """Return the statement's parts for ``rules``."""
    rows, pieces = [], []
    for rule in rules:
        one = rule.obligation
        only = (listed(one.only_exit_classes), listed(one.only_destinations))
        rows.append((*rule.head, one.starts_from, one.delay.months, one.delay.days, one.even_earlier, *only))
        for piece in one.pieces:
            selector = selectors.number((Piece(event="piece", kinds=piece.any_of),), rule.action_code)
            pieces.append((rule.rule_id, piece.code, selector))
    tables = (
        values_table("rules", (*HEAD, "anchor", "months", "days", "even_earlier", "classes", "destinations"), rows),
        values_table("pieces", ("rule_id", "piece", "selector"), pieces),
    )
    return Parts(tables, frozenset(rule.obligation.starts_from for rule in rules), _CTES)
