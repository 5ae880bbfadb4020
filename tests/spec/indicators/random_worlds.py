"""Small random worlds of facts that obey the invariants of the house: what is never false in the database is not drawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from jalons.kernel.periods import add_months
from tests.facts.given import Rows, complete

START = date(2019, 9, 1)
DAYS = 540
ORGANISATIONS = [
    {"organisation_id": 1, "kind": "association"},
    {"organisation_id": 2, "kind": "plie"},
    {"organisation_id": 3, "kind": "employment_service"},
]
CHANGE = date(2020, 3, 1)  # a new version of the rulebook of « plie » takes over
FORMER = {"action_code": "plie", "version": "1", "valid_from": date(2019, 11, 1), "valid_to": date(2020, 2, 29)}
LATER = {"action_code": "plie", "version": "2", "valid_from": CHANGE, "valid_to": date(2020, 12, 31)}
RULES = [
    {"action_code": "annual", "path": "active_caseload.mode", "value": "annual"},
    {"action_code": "annual", "path": "accompaniment_type", "value": "activity"},
    {**FORMER, "path": "active_caseload.mode", "value": "monthly"},
    {**FORMER, "path": "active_caseload.positive_exit_months", "value": "6", "number": 6},
    {**FORMER, "path": "accompaniment_type", "value": "employment"},
    {**FORMER, "path": "exits.classes.positive.label", "value": "Sortie positive"},
    {"action_code": "annual", "path": "exits.classes.durable.label", "value": "Emploi durable"},
    {"action_code": "annual", "path": "exits.classes.positive.label", "value": "Sortie positive"},
    {**LATER, "path": "active_caseload.mode", "value": "annual"},
    {**LATER, "path": "sign_in.kinds", "value": "individual, group"},
    {**LATER, "path": "active_caseload.positive_exit_months", "value": "3", "number": 3},
]
Draw = Callable[[st.SearchStrategy[Any]], Any]


def _day(draw: Draw, low: date = START, high: date | None = None) -> date:
    last = high or START + timedelta(days=DAYS)
    # Ends of months and of years are where counting goes wrong: they are drawn on purpose.
    edges = [
        d for d in (date(2019, 12, 31), date(2020, 1, 1), date(2020, 2, 29), date(2020, 5, 31)) if low <= d <= last
    ]
    any_day = st.integers(0, max(0, (last - low).days)).map(lambda n: low + timedelta(days=n))
    day: date = draw(st.one_of(any_day, st.sampled_from(edges)) if edges else any_day)
    return day


def _periods(draw: Draw, most: int) -> list[tuple[date, date | None]]:
    """Periods that never overlap, sometimes touching; the last one may still run."""
    found: list[tuple[date, date | None]] = []
    start = _day(draw)
    for _ in range(draw(st.integers(0, most))):
        end = start + timedelta(days=draw(st.integers(0, 200)))
        if draw(st.booleans()) and draw(st.booleans()):
            found.append((start, None))
            break
        found.append((start, end))
        start = end + timedelta(days=draw(st.sampled_from([1, 1, 2, 40])))
    return found


@st.composite
def worlds(draw: Draw) -> Rows:
    """Draw fact rows around the year 2020, for at most five persons."""
    facts: dict[str, list[dict[str, Any]]] = {"organisation": ORGANISATIONS, "rule_value": [*RULES]}
    _delay_starts(draw, facts)
    _lines(draw, facts)
    for person in range(1, draw(st.integers(1, 5)) + 1):
        _person(draw, facts, person)
    return complete(facts)


def _add(facts: dict[str, list[dict[str, Any]]], table: str, **row: Any) -> dict[str, Any]:
    facts.setdefault(table, []).append(row)
    return row


def _delay_starts(draw: Draw, facts: dict[str, list[dict[str, Any]]]) -> None:
    """Rulebooks of the authority, and of another one, that say since when an orientation is counted; they may disagree."""
    _add(facts, "authority", authority_id=1, code="ours")
    _add(facts, "authority", authority_id=2, code="theirs")
    for rulebook in ("early", "late")[: draw(st.integers(0, 2))]:
        start = _day(draw)
        _add(
            facts, "rule_value", rulebook_code=rulebook, authority_code=draw(st.sampled_from(["ours", "ours", "theirs"])),
            path="orientation_delay.starts_from", value=draw(st.sampled_from(["first_right", "rights_and_duties"])),
            valid_from=start, valid_to=draw(st.sampled_from([None, start + timedelta(days=60)])),
        )  # fmt: skip


def _place(draw: Draw) -> dict[str, Any]:
    return {
        "authority_id": 1,
        "organisation_id": draw(st.integers(1, 3)),
        "action_code": draw(st.sampled_from(["plie", "annual", "nord"])),
        "territory_id": draw(st.sampled_from([None, 1, 2])),
    }


def _lines(draw: Draw, facts: dict[str, list[dict[str, Any]]]) -> None:
    for rank in range(1, draw(st.integers(0, 3)) + 1):
        start, end = _day(draw), None
        if draw(st.booleans()):  # an amendment: the periods of places cover the line
            end = start + timedelta(90)
            change = start + timedelta(days=draw(st.integers(1, 60)))
            _add(facts, "line_places", line_id=rank, start_on=start, end_on=change - timedelta(days=1), places=4)
            _add(facts, "line_places", line_id=rank, start_on=change, end_on=end, places=7)
        _add(
            facts, "agreement_line", **_place(draw), start_on=start,
            end_on=end or draw(st.sampled_from([None, start + timedelta(90)])),
            places=draw(st.integers(0, 9)), persons_to_follow=draw(st.sampled_from([None, 12])),
            kind=draw(st.sampled_from(["convention", "in_house"])), fte=draw(st.sampled_from([None, 1])),
        )  # fmt: skip


def _person(draw: Draw, facts: dict[str, list[dict[str, Any]]], person: int) -> None:
    _add(facts, "person", person_id=person, authority_id=1, territory_id=draw(st.sampled_from([None, 1, 2])))
    since = None
    for start, end in _periods(draw, 2):
        since = start
        _add(facts, "rights_and_duties", person_id=person, start_on=start, end_on=end)
        _add(facts, "right", person_id=person, start_on=start, end_on=end)
    for start, end in _periods(draw, 2):
        _add(
            facts, "orientation", person_id=person, **{**_place(draw), "territory_id": None}, decided_on=start, closed_on=end,
            subject_since=since if since and since <= start else None, line_id=draw(st.sampled_from([None, 1, 2])),
        )  # fmt: skip
        facts["orientation"][-1].pop("territory_id")
    place = _place(draw)
    for start, end in _periods(draw, 3):
        if draw(st.booleans()):
            place = {**_place(draw), "action_code": place["action_code"]}
        _stay(draw, facts, person, place, start, end)
    if draw(st.booleans()):  # an overlapping stay in another action of the same organisation
        start = _day(draw)
        _stay(draw, facts, person, {**place, "action_code": "other"}, start, start + timedelta(days=100))
    for _ in range(draw(st.integers(0, 6))):
        _add(
            facts, "appointment", person_id=person, organisation_id=draw(st.integers(1, 3)), on_date=_day(draw),
            kind=draw(st.sampled_from(["individual", "group", "tripartite", "employer_visit", "information_session"])),
            mode=draw(st.sampled_from(["face_to_face", "phone", "mail", "video"])),
            outcome=draw(st.sampled_from(["held", "held", "justified_absence", "unjustified_absence", "cancelled"])),
            minutes=draw(st.sampled_from([None, 50, 75])), proved=draw(st.booleans()),
        )  # fmt: skip


def _stay(
    draw: Draw,
    facts: dict[str, list[dict[str, Any]]],
    person: int,
    place: dict[str, Any],
    start: date,
    end: date | None,
) -> None:
    number = len(facts.get("enrolment", ())) + 1
    common = {"enrolment_id": number, "person_id": person}
    _add(
        facts, "enrolment", **common, **place, start_on=start, end_on=end, oriented_on=start - timedelta(days=5),
        line_id=draw(st.integers(1, 3)), orientation_id=draw(st.sampled_from([None, 1])),
    )  # fmt: skip
    last = end or START + timedelta(days=DAYS)
    for rank in range(1, draw(st.integers(0, 2)) + 1):
        signed = _day(draw, start, last)
        _add(
            facts, "contract", **common, rank=rank, start_on=signed, end_on=add_months(signed, 6),
            state=draw(st.sampled_from(["validated", "handed_over", "submitted", "cancelled"])),
            validated_on=signed, in_force_on=signed,
        )  # fmt: skip
    for _ in range(draw(st.integers(0, 2))):
        began = _day(draw, start, last)
        _add(
            facts, "step", **common, family=draw(st.sampled_from(["employment_training", "employment_access", "mobilisation"])),
            state=draw(st.sampled_from(["started", "completed", "cancelled", "positioned"])),
            kind=draw(st.sampled_from(["cdd", "training"])), qualifying=draw(st.booleans()),
            positioned_on=draw(st.sampled_from([None, began - timedelta(days=20)])),
            started_on=draw(st.sampled_from([None, began, began])),
            ended_on=draw(st.sampled_from([None, began + timedelta(days=45), add_months(began, 6)])),
            diploma_on=draw(st.sampled_from([None, began])),
        )  # fmt: skip
    if draw(st.booleans()):
        began = _day(draw, start, last)
        _add(facts, "pause", **common, start_on=began, end_on=draw(st.sampled_from([None, began + timedelta(days=60)])))
    if draw(st.booleans()):
        found = _day(draw, start, last)
        worked = draw(st.sampled_from([None, found + timedelta(days=9)]))
        lifted = worked + timedelta(days=draw(st.integers(0, 60))) if worked and draw(st.booleans()) else None
        _add(facts, "obstacle", **common, domain="mobility", opened_on=found, worked_on=worked, lifted_on=lifted)
    for _ in range(draw(st.integers(0, 2))):
        kind = draw(st.sampled_from(["eti_action_plan", "payslip"]))
        _add(facts, "piece", **common, kind=kind, dated_on=_day(draw, start, last))
    job = step = None
    if draw(st.booleans()):
        began = _day(draw, start)
        job = _add(
            facts, "job", **common, start_on=began, job_id=len(facts.get("job", ())) + 1,
            contract_kind=draw(st.sampled_from(["cdi", "cdd", "apprenticeship"])),
            end_on=draw(st.sampled_from([None, add_months(began, 6) - timedelta(days=1), add_months(began, 3)])),
        )  # fmt: skip
    elif facts.get("step") and facts["step"][-1]["enrolment_id"] == number:
        step = len(facts["step"])
    if draw(st.booleans()):
        _add(
            facts, "exit", **common, **{k: v for k, v in place.items() if k != "territory_id"}, exited_on=end or last,
            job_id=job["job_id"] if job else None, step_id=step,
            exit_class=draw(st.sampled_from([None, "durable", "transition", "positive", "other"])),
            state="proposed" if end is None else draw(st.sampled_from(["confirmed", "proposed", "reversed"])),
        )  # fmt: skip
