"""Shape: at least, or at most, so many events, or minutes, in each window.

The governing day of a window is its first day; of a rolling one, the day of the evaluation. Once a window is over, what it lacks,
or counted above its limit, can no longer be mended: it is missed for good.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jalons.rulebooks.obligations.binding import HEAD, Bound
from jalons.rulebooks.obligations.literals import Literal, values_table
from jalons.rulebooks.obligations.selectors import Selectors
from jalons.rulebooks.obligations.shapes.common import NO_HOLD, PRESENT_DAY, SOME_DAY, Parts, cases, measure
from jalons.rulebooks.schema.common import Length
from jalons.rulebooks.schema.shapes import CountOrSumInWindow, Window

SHAPE = CountOrSumInWindow
MILESTONES_UP_TO_MONTHS = 60  # « one more every… » is written out that far; no step of the frameworks lasts longer
_CALENDAR = {"calendar_week": Length(count=1, unit="weeks"), "calendar_month": Length(count=1, unit="months")}
_COLUMNS = (
    "r.rule_id, r.selector, r.kind, r.minutes, r.at_least, r.at_most, r.pro_rata, r.months, r.days, r.governs_from, "
    f"r.governs_to, {PRESENT_DAY} AS governs_now, s.enrolment_id, s.subject_id, s.anchor_on, s.end_on, "
    "CASE r.kind WHEN 'calendar_week' THEN CAST(date_trunc('week', s.anchor_on) AS DATE) "
    "WHEN 'calendar_month' THEN CAST(date_trunc('month', s.anchor_on) AS DATE) ELSE s.anchor_on END AS base_on"
)
_LOST = "CAST(NULL AS DATE) AS held_from, CAST(NULL AS DATE) AS held_to, add_days(j.due_on, 1) AS lost_from"
# An event is put in its window by the window's number (``k``; a milestone's is negative): tried against each window of its
# enrolment, the weeks of some years times their events would take the square of them.
# 28: the shortest month, so that there are never too few windows; those not begun are dropped just after.
_CTES = f"""{cases(_COLUMNS, SOME_DAY)},
numbered AS (
  SELECT c.*, w.k
  FROM cases AS c
  CROSS JOIN generate_series(0, CAST(
    date_diff('day', c.base_on, LEAST($as_of, COALESCE(c.end_on, $as_of))) // (c.months * 28 + c.days) AS INT)) AS w(k)
  WHERE c.kind IN ('from_start', 'calendar_week', 'calendar_month')
),
whole AS (
  SELECT n.*, add_days(add_months(n.base_on, n.k * n.months), n.k * n.days) AS whole_from,
    add_days(add_months(n.base_on, (n.k + 1) * n.months), (n.k + 1) * n.days - 1) AS whole_to
  FROM numbered AS n
),
lasting AS (
  SELECT w.*, GREATEST(w.whole_from, w.anchor_on) AS from_on, LEAST(w.whole_to, COALESCE(w.end_on, w.whole_to)) AS to_on
  FROM whole AS w
),
windows AS (
  SELECT w.rule_id, w.k, w.minutes, w.enrolment_id, w.subject_id, w.end_on, w.from_on, w.to_on,
    CAST(w.from_on AS TEXT) AS occurrence,
    CASE WHEN w.pro_rata THEN w.at_least * (date_diff('day', w.from_on, w.to_on) + 1)
      // (date_diff('day', w.whole_from, w.whole_to) + 1) ELSE w.at_least END AS required,
    CASE WHEN w.pro_rata THEN (w.at_most * (date_diff('day', w.from_on, w.to_on) + 1) + date_diff('day', w.whole_from, w.whole_to))
      // (date_diff('day', w.whole_from, w.whole_to) + 1) ELSE w.at_most END AS allowed
  FROM lasting AS w
  WHERE w.from_on <= LEAST($as_of, COALESCE(w.end_on, $as_of)) AND w.from_on >= w.governs_from AND w.from_on <= w.governs_to
  UNION ALL
  SELECT c.rule_id, -m.by_months AS k, c.minutes, c.enrolment_id, c.subject_id, c.end_on, c.anchor_on AS from_on,
    add_days(add_months(c.anchor_on, m.by_months), -1) AS to_on,
    CAST(add_days(add_months(c.anchor_on, m.by_months), -1) AS TEXT) AS occurrence, m.at_least AS required, 0 AS allowed
  FROM cases AS c
  JOIN milestones AS m ON m.rule_id = c.rule_id
  WHERE c.kind = 'milestones' AND add_months(c.anchor_on, m.months_before) <= $as_of
    AND (c.end_on IS NULL OR c.end_on >= add_days(add_months(c.anchor_on, m.by_months), -1))
    AND c.anchor_on >= c.governs_from AND c.anchor_on <= c.governs_to
),
dated AS (
  SELECT c.rule_id, c.subject_id, c.kind, c.base_on, c.months, c.days, e.event_on, e.ref, e.minutes,
    CAST(CASE WHEN c.months > 0 THEN CAST((EXTRACT(year FROM e.event_on) - EXTRACT(year FROM c.base_on)) * 12
        + EXTRACT(month FROM e.event_on) - EXTRACT(month FROM c.base_on) AS INT) // c.months
      ELSE date_diff('day', c.base_on, e.event_on) // c.days END AS INT) AS k
  FROM cases AS c
  JOIN events AS e ON e.selector = c.selector AND e.enrolment_id = c.enrolment_id AND e.event_on >= c.base_on
  WHERE c.kind <> 'rolling'
),
placed AS (
  SELECT d.rule_id, d.subject_id, d.event_on, d.ref, d.minutes,
    CASE WHEN add_months(d.base_on, d.k * d.months) > d.event_on THEN d.k - 1 ELSE d.k END AS k
  FROM dated AS d
  WHERE d.kind <> 'milestones'
  UNION ALL
  SELECT d.rule_id, d.subject_id, d.event_on, d.ref, d.minutes, -m.by_months AS k
  FROM dated AS d
  JOIN milestones AS m ON m.rule_id = d.rule_id
  WHERE d.kind = 'milestones'
),
running AS (
  SELECT w.*, e.event_on, e.ref,
    SUM(CASE WHEN e.ref IS NULL THEN 0 WHEN w.minutes THEN e.minutes ELSE 1 END) OVER (
      PARTITION BY w.rule_id, w.subject_id, w.k ORDER BY e.event_on, e.ref
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far
  FROM windows AS w
  LEFT JOIN placed AS e ON e.rule_id = w.rule_id AND e.subject_id = w.subject_id AND e.k = w.k
    AND e.event_on >= w.from_on AND e.event_on <= w.to_on
  WHERE w.required > 0 OR w.allowed > 0
),
counted AS (
  SELECT u.rule_id, u.subject_id, MIN(u.occurrence) AS occurrence, MIN(u.enrolment_id) AS enrolment_id, MIN(u.end_on) AS end_on,
    MIN(u.to_on) AS due_on, MIN(CASE WHEN u.so_far >= u.required THEN u.event_on END) AS reached_on,
    MIN(CASE WHEN u.allowed > 0 AND u.so_far > u.allowed THEN u.event_on END) AS over_on,
    MAX(u.so_far) AS measured, MIN(u.required) AS required, MIN(u.allowed) AS allowed,
    STRING_AGG(u.ref, ',' ORDER BY u.event_on, u.ref) AS evidence
  FROM running AS u
  GROUP BY u.rule_id, u.subject_id, u.k
),
judged AS (
  SELECT c.*, CASE WHEN c.over_on IS NOT NULL THEN NULL WHEN c.required > 0 THEN c.reached_on
      WHEN c.due_on <= $as_of THEN c.due_on END AS met_on,
    CASE WHEN c.over_on IS NOT NULL OR c.required = 0 THEN c.allowed ELSE c.required END AS bound
  FROM counted AS c
),
ranked AS (
  SELECT c.rule_id, c.subject_id, c.enrolment_id, c.end_on, c.anchor_on, c.at_least, c.months, c.days, e.event_on, e.ref,
    ROW_NUMBER() OVER (PARTITION BY c.rule_id, c.subject_id ORDER BY e.event_on DESC NULLS LAST, e.ref DESC) AS place
  FROM cases AS c
  LEFT JOIN events AS e ON e.selector = c.selector AND e.enrolment_id = c.enrolment_id AND e.event_on >= c.anchor_on
  WHERE c.kind = 'rolling' AND c.governs_now
),
latest AS (
  SELECT k.rule_id, k.subject_id, MIN(k.enrolment_id) AS enrolment_id, MIN(k.end_on) AS end_on, MIN(k.at_least) AS required,
    MIN(k.months) AS months, MIN(k.days) AS days,
    CASE WHEN COUNT(k.ref) >= MIN(k.at_least) THEN MIN(k.event_on) ELSE MIN(k.anchor_on) END AS from_on,
    COUNT(CASE WHEN add_days(add_months(k.event_on, k.months), k.days) > $as_of THEN 1 END) AS measured,
    STRING_AGG(k.ref, ',' ORDER BY k.event_on, k.ref) AS evidence
  FROM ranked AS k
  WHERE k.place <= k.at_least
  GROUP BY k.rule_id, k.subject_id
),
answers AS (
  SELECT j.rule_id, j.subject_id, j.enrolment_id, j.occurrence, j.due_on, COALESCE(j.over_on, add_days(j.due_on, 1)) AS late_on,
    j.met_on, j.end_on, {_LOST}, {measure("j.measured", "j.bound")}, j.evidence
  FROM judged AS j
  UNION ALL
  SELECT l.rule_id, l.subject_id, l.enrolment_id, '' AS occurrence, add_days(add_months(l.from_on, l.months), l.days - 1) AS due_on,
    add_days(add_months(l.from_on, l.months), l.days) AS late_on, CAST(NULL AS DATE) AS met_on, l.end_on,
    {NO_HOLD}, {measure("l.measured", "l.required")}, l.evidence
  FROM latest AS l
)"""


def parts(rules: Sequence[Bound[CountOrSumInWindow]], selectors: Selectors) -> Parts:
    """Return the statement's parts for ``rules``."""
    rows: list[tuple[Literal, ...]] = []
    milestones: list[tuple[int, int, int, int]] = [(0, 0, 0, 0)]
    for rule in rules:
        one = rule.obligation
        length = _CALENDAR.get(one.window.kind) or one.window.length or Length(count=1, unit="months")
        milestones += [(rule.rule_id, *milestone) for milestone in _milestones(one.window)]
        rows.append(
            (
                *rule.head,
                one.starts_from,
                selectors.number(one.counts, rule.action_code),
                one.window.kind,
                one.measure == "minutes",
                one.at_least or 0,  # 0: nothing asked
                one.at_most or 0,  # 0: no limit
                one.pro_rata == "down",
                length.months,
                length.days,
            )
        )
    columns = (*HEAD, "anchor", "selector", "kind", "minutes", "at_least", "at_most", "pro_rata", "months", "days")
    tables = (
        values_table("rules", columns, rows),
        values_table("milestones", ("rule_id", "months_before", "by_months", "at_least"), milestones),
    )
    return Parts(tables, frozenset(rule.obligation.starts_from for rule in rules), _CTES)


def _milestones(window: Window) -> Iterator[tuple[int, int, int]]:
    """Yield (months of the milestone before, months, threshold), « one more every » written out."""
    before = at_least = 0
    for milestone in window.milestones:
        at_least = milestone.at_least
        yield before, milestone.by.months, at_least
        before = milestone.by.months
    every = window.then_one_more_every.months if window.then_one_more_every else 0
    while every and before + every <= MILESTONES_UP_TO_MONTHS:
        at_least += 1
        yield before, before + every, at_least
        before += every
