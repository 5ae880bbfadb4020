"""Where obligations start from (anchors) and what they count (events), read from the fact tables only.

``{one}`` marks where the filter on some persons goes; ``$as_of`` hides what is not yet known that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jalons.rulebooks.obligations.literals import text_list
from jalons.rulebooks.schema.events import Appointment, Contract, Event, Fact, Piece, Step

FOREVER = "DATE '9999-12-31'"
LAST_POSITION = "2147483647"
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
) -> str:
    columns = _ENROLMENT.format(subject=subject, end=end, at=at)
    return (
        f"SELECT '{name}' AS anchor, {columns}, {occurrence} AS occurrence, {position} AS position, "
        f"{exit_class} AS exit_class FROM facts.enrolment AS e {rows}"
    )


# A contract's place among those of the enrolment: a later one starts later.
_CONTRACT_POSITION = "date_diff('day', DATE '1900-01-01', c.start_on)"
_STARTED = "WHERE e.start_on <= $as_of{one}"

ANCHORS: dict[str, str] = {
    "enrolment_start": _anchor("enrolment_start", at="e.start_on", subject="e.enrolment_id", rows=_STARTED),
    "orientation": _anchor("orientation", at="e.oriented_on", subject="e.enrolment_id", rows=_STARTED),
    "duties_end": _anchor(
        "duties_end",
        at="d.end_on",
        subject="e.enrolment_id",
        occurrence="CAST(d.end_on AS TEXT)",
        rows="JOIN facts.rights_and_duties AS d ON d.person_id = e.person_id AND d.end_on >= e.start_on "
        f"AND d.end_on <= COALESCE(e.end_on, {FOREVER}) "
        "LEFT JOIN facts.rights_and_duties AS n ON n.person_id = d.person_id AND n.start_on = add_days(d.end_on, 1) "
        "WHERE e.start_on <= $as_of AND d.end_on < $as_of AND n.period_id IS NULL{one}",
    ),
    "contract_end": _anchor(
        "contract_end",
        at="c.end_on",
        subject="c.contract_id",
        position=_CONTRACT_POSITION,
        rows="JOIN facts.contract AS c ON c.enrolment_id = e.enrolment_id AND c.in_force_on IS NOT NULL "
        "AND c.state <> 'cancelled' AND c.validated_on <= $as_of " + _STARTED,
    ),
    "job_start": _anchor(
        "job_start",
        at="j.start_on",
        subject="j.job_id",
        end="LEAST(COALESCE(e.end_on, j.ended_on), COALESCE(j.ended_on, e.end_on))",
        rows="JOIN facts.job AS j ON j.enrolment_id = e.enrolment_id AND j.start_on <= $as_of " + _STARTED,
    ),
    "step_start": _anchor(
        "step_start",
        at="s.started_on",
        subject="s.step_id",
        end="LEAST(COALESCE(e.end_on, s.ended_on), COALESCE(s.ended_on, e.end_on))",
        rows="JOIN facts.step AS s ON s.enrolment_id = e.enrolment_id AND s.started_on <= $as_of "
        "AND s.state <> 'cancelled' " + _STARTED,
    ),
    "exit": _anchor(
        "exit",
        at="x.exited_on",
        subject="x.exit_id",
        end="CAST(NULL AS DATE)",
        exit_class="COALESCE(x.exit_class, '')",
        rows="JOIN facts.exit AS x ON x.enrolment_id = e.enrolment_id AND x.exited_on <= $as_of "
        "AND x.state <> 'reversed' " + _STARTED,
    ),
}


def subjects_cte(anchors: Iterable[str], *, some_persons: bool) -> str:
    """Return the CTE of the subjects that start from ``anchors``, for everybody or for ``$persons`` only."""
    one = " AND e.person_id = any($persons)" if some_persons else ""
    return "subjects AS (" + " UNION ALL ".join(ANCHORS[name].format(one=one) for name in sorted(anchors)) + ")"


def _appointment(event: Appointment) -> tuple[str, str]:
    tests = [f"a.outcome IN ({text_list(event.outcomes)})"]
    if event.kinds is not None:
        tests.append(f"a.kind IN ({text_list(event.kinds)})")
    if event.modes is not None:
        tests.append(f"a.mode IN ({text_list(event.modes)})")
    columns = _columns("a.on_date", "appointment", "a.appointment_id", minutes="COALESCE(a.minutes, 0)")
    rows = (
        "JOIN facts.appointment AS a ON a.person_id = e.person_id AND a.organisation_id = e.organisation_id "
        f"AND a.on_date >= e.start_on AND a.on_date <= COALESCE(e.end_on, {FOREVER}) "
        f"WHERE a.on_date <= $as_of AND {' AND '.join(tests)}"
    )
    return columns, rows


def _contract(event: Contract) -> tuple[str, str]:
    day = {"signed": "c.signed_on", "submitted": "c.submitted_on", "in_force": "c.in_force_on"}[event.milestone]
    known = "c.validated_on" if event.milestone == "in_force" else day
    columns = _columns(day, "contract", "c.contract_id", until="c.end_on", position=_CONTRACT_POSITION)
    rows = (
        "JOIN facts.contract AS c ON c.enrolment_id = e.enrolment_id "
        f"WHERE {known} <= $as_of AND {day} IS NOT NULL AND c.state <> 'cancelled' AND c.kind IN ({text_list(event.kinds)})"
    )
    return columns, rows


def _step(event: Step) -> tuple[str, str]:
    day = {"positioned": "s.positioned_on", "started": "s.started_on", "ended": "s.ended_on"}[event.milestone]
    tests = [f"{day} <= $as_of", "s.state <> 'cancelled'"]
    if event.families is not None:
        tests.append(f"s.family IN ({text_list(event.families)})")
    if event.kinds is not None:
        tests.append(f"s.kind IN ({text_list(event.kinds)})")
    return _columns(
        day, "step", "s.step_id"
    ), f"JOIN facts.step AS s ON s.enrolment_id = e.enrolment_id WHERE {' AND '.join(tests)}"


def _piece(event: Piece) -> tuple[str, str]:
    return _columns("p.dated_on", "piece", "p.piece_id"), (
        "JOIN facts.piece AS p ON p.enrolment_id = e.enrolment_id "
        f"WHERE p.dated_on <= $as_of AND p.kind IN ({text_list(event.kinds)})"
    )


def _fact(event: Fact) -> tuple[str, str]:
    return {
        "maintenance": (
            _columns("m.decided_on", "maintenance", "m.maintenance_id"),
            "JOIN facts.maintenance AS m ON m.enrolment_id = e.enrolment_id WHERE m.decided_on <= $as_of",
        ),
        "enrolment_end": (_columns("e.end_on", "enrolment", "e.enrolment_id"), "WHERE e.end_on <= $as_of"),
        "duties_start": (
            _columns("d.start_on", "rights_and_duties", "d.period_id"),
            "JOIN facts.rights_and_duties AS d ON d.person_id = e.person_id AND d.start_on >= e.start_on "
            "WHERE d.start_on <= $as_of",
        ),
        "job_start": (
            _columns("j.start_on", "job", "j.job_id"),
            "JOIN facts.job AS j ON j.enrolment_id = e.enrolment_id WHERE j.start_on <= $as_of",
        ),
    }[event.event]


def _columns(
    day: str, name: str, key: str, *, until: str | None = None, position: str = LAST_POSITION, minutes: str = "0"
) -> str:
    """SQL of an event: its day, the last day it covers, its reference, its place among contracts, its length."""
    return (
        f"{day} AS event_on, {until or day} AS until_on, '{name}:' || CAST({key} AS TEXT) AS ref, "
        f"{position} AS position, {minutes} AS minutes"
    )


def _branch(event: Event) -> tuple[str, str]:
    if isinstance(event, Appointment):
        return _appointment(event)
    if isinstance(event, Contract):
        return _contract(event)
    if isinstance(event, Step):
        return _step(event)
    if isinstance(event, Piece):
        return _piece(event)
    return _fact(event)


class Selectors:
    """Numbers the lists of events that rules name, so that two rules that count the same thing share one scan."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Event, ...], int] = {}
        self._actions: dict[int, set[str]] = {}

    def number(self, events: Sequence[Event], action_code: str) -> int:
        """Return the number of a list of events, remembering that ``action_code`` needs it."""
        number = self._numbers.setdefault(tuple(events), len(self._numbers) + 1)
        self._actions.setdefault(number, set()).add(action_code)
        return number

    @property
    def used(self) -> bool:
        """Tell whether any rule counts events."""
        return bool(self._numbers)

    def cte(self, *, some_persons: bool) -> str:
        """Return the CTE of all the events named so far."""
        one = " AND e.person_id = any($persons)" if some_persons else ""
        branches = []
        for events, number in self._numbers.items():
            actions = text_list(sorted(self._actions[number]))
            selects = []
            for event in events:
                columns, rows = _branch(event)
                selects.append(
                    f"SELECT {number} AS selector, e.enrolment_id, {columns} FROM facts.enrolment AS e {rows} "
                    f"AND e.action_code IN ({actions}){one}"
                )
            # UNION without ALL: a fact named twice by a list counts once.
            branches.append(selects[0] if len(selects) == 1 else "(" + " UNION ".join(selects) + ")")
        return "events AS (" + " UNION ALL ".join(branches) + ")"
