"""Where obligations start from, read from the fact tables only: one subject a row.

``{one}`` marks where the filter on some persons goes; ``$as_of`` hides what is not yet known that day. Anchors on agreement
lines are written where they are used (``shapes.reports_of_lines``). A job, or a step, begun before the enrolment starts nothing;
a job is over on its real last day, else on the planned one.
"""

from __future__ import annotations

from collections.abc import Iterable

FOREVER = "DATE '9999-12-31'"
_ENROLMENT = "e.enrolment_id, {subject} AS subject_id, e.action_code, e.start_on, {end} AS end_on, {at} AS anchor_on"


def _anchor(
    name: str,
    *,
    at: str,
    subject: str,
    rows: str,
    end: str = "e.end_on",
    occurrence: str = "''",
    position: str = "0",
    exit_class: str = "''",
    destination: str = "''",
    job_contract: str = "''",
    employer: str = "''",
) -> str:
    columns = _ENROLMENT.format(subject=subject, end=end, at=at)
    return (
        f"SELECT '{name}' AS anchor, {columns}, {occurrence} AS occurrence, {position} AS position, "
        f"{exit_class} AS exit_class, {destination} AS destination, {job_contract} AS job_contract, {employer} AS employer "
        f"FROM facts.enrolment AS e {rows}"
    )


# A contract's place among those of the enrolment: a later one starts later.
CONTRACT_POSITION = "date_diff('day', DATE '1900-01-01', c.start_on)"
_STARTED = "WHERE e.start_on <= $as_of{one}"


def _period_end(name: str, table: str, key: str) -> str:
    """A period of the person that ends during the enrolment, with none that follows it the next day."""
    return _anchor(
        name,
        at="d.end_on",
        subject="e.enrolment_id",
        occurrence="CAST(d.end_on AS TEXT)",
        rows=f"JOIN facts.{table} AS d ON d.person_id = e.person_id AND d.end_on >= e.start_on "
        f"AND d.end_on <= COALESCE(e.end_on, {FOREVER}) "
        f"LEFT JOIN facts.{table} AS n ON n.person_id = d.person_id AND n.start_on = add_days(d.end_on, 1) "
        f"WHERE e.start_on <= $as_of AND d.end_on < $as_of AND n.{key} IS NULL{{one}}",
    )


def _first_of(one: str, other: str) -> str:
    """SQL of the first of two days, of which one or both may be unknown."""
    return f"LEAST(COALESCE({one}, {other}), COALESCE({other}, {one}))"


ANCHORS: dict[str, str] = {
    "enrolment_start": _anchor("enrolment_start", at="e.start_on", subject="e.enrolment_id", rows=_STARTED),
    "orientation": _anchor("orientation", at="e.oriented_on", subject="e.enrolment_id", rows=_STARTED),
    "reorientation": _anchor(
        "reorientation",
        at="o.decided_on",
        subject="e.enrolment_id",
        rows="JOIN facts.orientation AS o ON o.orientation_id = e.orientation_id AND o.replaces_id IS NOT NULL "
        "AND o.decided_on <= $as_of " + _STARTED,
    ),
    "first_interview": _anchor(
        "first_interview",
        at="MIN(a.on_date)",
        subject="e.enrolment_id",
        rows="JOIN facts.appointment AS a ON a.person_id = e.person_id AND a.organisation_id = e.organisation_id "
        "AND a.kind = 'individual' AND a.outcome = 'held' AND a.on_date >= e.start_on AND a.on_date <= $as_of "
        f"AND a.on_date <= COALESCE(e.end_on, {FOREVER}) {_STARTED} "
        "GROUP BY e.enrolment_id, e.action_code, e.start_on, e.end_on",
    ),
    "duties_end": _period_end("duties_end", "rights_and_duties", "period_id"),
    "registration_end": _period_end("registration_end", "registration", "registration_id"),
    "contract_end": _anchor(
        "contract_end",
        at="c.end_on",
        subject="c.contract_id",
        position=CONTRACT_POSITION,
        rows="JOIN facts.contract AS c ON c.enrolment_id = e.enrolment_id AND c.in_force_on IS NOT NULL "
        "AND c.state <> 'cancelled' AND c.validated_on <= $as_of " + _STARTED,
    ),
    "job_start": _anchor(
        "job_start",
        at="j.start_on",
        subject="j.job_id",
        end=_first_of("e.end_on", "COALESCE(j.ended_on, j.end_on)"),
        job_contract="j.contract_kind",
        employer="j.employer_kind",
        rows="JOIN facts.job AS j ON j.enrolment_id = e.enrolment_id AND j.start_on >= e.start_on "
        "AND j.start_on <= $as_of " + _STARTED,
    ),
    "step_start": _anchor(
        "step_start",
        at="s.started_on",
        subject="s.step_id",
        end=_first_of("e.end_on", "s.ended_on"),
        rows="JOIN facts.step AS s ON s.enrolment_id = e.enrolment_id AND s.started_on >= e.start_on "
        "AND s.started_on <= $as_of AND s.state <> 'cancelled' " + _STARTED,
    ),
    "exit": _anchor(
        "exit",
        at="x.exited_on",
        subject="x.exit_id",
        end="CAST(NULL AS DATE)",
        exit_class="COALESCE(x.exit_class, '')",
        destination="x.destination",
        rows="JOIN facts.exit AS x ON x.enrolment_id = e.enrolment_id AND x.exited_on <= $as_of "
        "AND x.state <> 'reversed' " + _STARTED,
    ),
}


def subjects_cte(anchors: Iterable[str], *, some_persons: bool) -> str:
    """Return the CTE of the subjects that start from ``anchors``, for everybody or for ``$persons`` only."""
    one = " AND e.person_id = any($persons)" if some_persons else ""
    return "subjects AS (" + " UNION ALL ".join(ANCHORS[name].format(one=one) for name in sorted(anchors)) + ")"
