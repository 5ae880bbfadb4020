"""Small random worlds of facts: few days, few people, many coincidences."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

FIRST, LAST = date(2019, 12, 20), date(2021, 2, 28)
ACTIONS = ("act_one", "act_one", "act_two", "act_two", "other")
Rows = list[dict[str, Any]]

days = st.one_of(
    st.dates(FIRST, LAST),
    st.sampled_from([date(2020, 1, 31), date(2020, 2, 29), date(2020, 3, 1), date(2020, 3, 31), date(2020, 12, 31)]),
    st.dates(date(2020, 1, 1), date(2020, 3, 31)),
)
readings = st.one_of(days, st.dates(date(2020, 6, 1), date(2021, 4, 30)))
maybe = st.one_of(st.none(), days)
kinds = st.sampled_from(("kind_a", "kind_b", "kind_c"))
weekly_hours = st.sampled_from([None, None, Decimal("3.5"), Decimal("17.25"), Decimal("35")])


def periods(draw: Any, count: int) -> list[tuple[date, date | None]]:
    """Up to ``count`` periods that do not overlap; only the last may run on."""
    cuts = sorted(draw(st.sets(days, min_size=0, max_size=2 * count)))
    pairs = [(cuts[i], cuts[i + 1]) for i in range(0, len(cuts) - 1, 2)]
    found: list[tuple[date, date | None]] = list(pairs)
    if len(cuts) % 2 and draw(st.booleans()):
        found.append((cuts[-1], None))
    if (
        len(found) > 1
        and found[0][1] is not None
        and draw(st.booleans())
        and found[0][1] + timedelta(days=1) < found[1][0]
    ):
        found[1] = (found[0][1] + timedelta(days=1), found[1][1])  # one period just after the other
    return found


@st.composite
def worlds(draw: Any) -> dict[str, Rows]:
    """Facts of one or two persons, with up to three enrolments."""
    facts: dict[str, Rows] = {name: [] for name in TABLES}
    for person_id in (1, 2):
        facts["person"].append(
            {
                "person_id": person_id,
                "born_on": draw(st.sampled_from([None, date(1970, 3, 15), date(1970, 7, 1), date(1995, 1, 1)])),
                "disabled_worker": draw(st.sampled_from([None, False, True])),
                "authority_id": 1,
            }
        )
        for start, end in periods(draw, 2):
            number = len(facts["rights_and_duties"]) + 1
            facts["rights_and_duties"].append(
                {"period_id": number, "person_id": person_id, "start_on": start, "end_on": end}
            )
        for start, end in periods(draw, 1):
            _add(facts, "registration", "registration_id", {"person_id": person_id, "start_on": start, "end_on": end})
    for line_id in (1, 2):
        start, end = draw(days), draw(maybe)
        facts["agreement_line"].append(
            {
                "line_id": line_id,
                "agreement_id": 1,
                "kind": draw(st.sampled_from(["convention", "convention", "in_house"])),
                "authority_id": 1,
                "organisation_id": line_id,
                "framework_code": "every_option",
                "action_code": draw(st.sampled_from(ACTIONS)),
                "start_on": start,
                "end_on": end if end and end >= start else None,
                "places": draw(st.integers(0, 3)),
                "fte": draw(st.sampled_from([None, Decimal("0"), Decimal("0.5"), Decimal("1")])),
            }
        )
        for _ in range(draw(st.sampled_from((0, 2, 4)))):
            _report(draw, facts, line_id)
    for enrolment_id in range(1, draw(st.sampled_from((3, 4, 5))) + 1):
        _enrolment(draw, facts, enrolment_id)
    for number in range(1, draw(st.sampled_from((4, 9, 14))) + 1):
        day = draw(days)
        facts["appointment"].append(
            {
                "appointment_id": number,
                "person_id": draw(st.integers(1, 2)),
                "organisation_id": draw(st.integers(1, 2)),
                "kind": draw(st.sampled_from(("individual", "group", "tripartite"))),
                "mode": draw(st.sampled_from(("face_to_face", "phone"))),
                "on_date": day,
                "month": day.replace(day=1),
                "outcome": draw(
                    st.sampled_from(
                        ("held", "held", "unjustified_absence", "unjustified_absence", "justified_absence", "planned")
                    )
                ),
                "minutes": draw(st.sampled_from((None, 20, 40, 90))),
            }
        )
    return facts


TABLES = (
    "person",
    "rights_and_duties",
    "agreement_line",
    "enrolment",
    "pause",
    "maintenance",
    "contract",
    "step",
    "job",
    "exit",
    "piece",
    "appointment",
    "registration",
    "orientation",
    "assessment",
    "obstacle",
    "information",
    "report",
)


def _enrolment(draw: Any, facts: dict[str, Rows], number: int) -> None:
    start, end = draw(days), draw(maybe)
    end = end if end and end >= start else None
    who = {"enrolment_id": number, "person_id": draw(st.integers(1, 2))}
    line_id = draw(st.integers(1, 2))
    facts["enrolment"].append(
        {
            **who,
            "line_id": line_id,
            "agreement_id": 1,
            "authority_id": 1,
            "organisation_id": line_id,
            "framework_code": "every_option",
            "action_code": draw(st.sampled_from(ACTIONS)),
            "orientation_id": number,
            "oriented_on": start - timedelta(days=draw(st.integers(0, 20))),
            "start_on": start,
            "end_on": end,
        }
    )
    _diagnosis(draw, facts, who, start)
    for first, last in periods(draw, 2):
        _add(facts, "pause", "pause_id", {**who, "start_on": first, "end_on": last})
    for _ in range(draw(st.sampled_from((0, 1, 2)))):
        _add(facts, "maintenance", "maintenance_id", {**who, "decided_on": draw(days), "until": draw(maybe)})
        _add(facts, "piece", "piece_id", {**who, "kind": draw(kinds), "dated_on": draw(days)})
        _step(draw, facts, who)
    for _ in range(draw(st.sampled_from((0, 1, 2, 3)))):
        _contract(draw, facts, who)
    for _ in range(draw(st.sampled_from((0, 1, 1)))):
        _add(
            facts,
            "job",
            "job_id",
            {
                **who,
                "contract_kind": draw(st.sampled_from(["cdi", "cdd", "cddi"])),
                "employer_kind": draw(st.sampled_from(["ordinary", "siae", "aci"])),
                "start_on": draw(days),
                "end_on": draw(maybe),
                "ended_on": draw(maybe),
                "weekly_hours": draw(weekly_hours),
            },
        )
        _add(
            facts,
            "exit",
            "exit_id",
            {
                **who,
                "line_id": line_id,
                "authority_id": 1,
                "organisation_id": line_id,
                "action_code": "act_one",
                "exited_on": draw(days),
                "destination": draw(st.sampled_from(["job", "training", "moved"])),
                "exit_class": draw(st.sampled_from([None, "positive", "other"])),
                "state": draw(st.sampled_from(["proposed", "confirmed", "reversed"])),
            },
        )


def _diagnosis(draw: Any, facts: dict[str, Rows], who: dict[str, Any], start: date) -> None:
    """The orientation followed and its opinion, bilans, obstacles, information."""
    orientation = {
        "person_id": who["person_id"],
        "authority_id": 1,
        "organisation_id": 1,
        "action_code": "act_one",
        "decided_on": start - timedelta(days=draw(st.integers(0, 20))),
        "replaces_id": draw(st.sampled_from([None, 100])),
        "opinion_on": draw(maybe),
        "opinion_body": draw(st.sampled_from(["itt", "cli"])),
    }
    _add(facts, "orientation", "orientation_id", orientation)
    for _ in range(draw(st.sampled_from((0, 1, 2)))):
        kind = draw(st.sampled_from(("initial", "reassessment", "final")))
        _add(facts, "assessment", "assessment_id", {**who, "kind": kind, "made_on": draw(days)})
        kind = draw(st.sampled_from(("rights_and_duties", "risks", "declarations")))
        _add(facts, "information", "information_id", {**who, "kind": kind, "given_on": draw(days)})
        domain = draw(st.sampled_from(("mobility", "housing")))
        dates = {"opened_on": draw(days), "worked_on": draw(maybe), "lifted_on": draw(maybe)}
        _add(facts, "obstacle", "obstacle_id", {**who, "domain": domain, **dates})


def _report(draw: Any, facts: dict[str, Rows], line_id: int) -> None:
    kind = draw(st.sampled_from(("monthly", "monthly", "annual", "financial")))
    period = draw(days).replace(day=1)
    row = {
        "agreement_id": 1,
        "line_id": line_id,
        "authority_id": 1,
        "organisation_id": line_id,
        "action_code": "act_one",
        "kind": kind,
        "period_start": period if kind == "monthly" else period.replace(month=1),
        "received_on": draw(days),
    }
    _add(facts, "report", "report_id", row)


def _contract(draw: Any, facts: dict[str, Rows], who: dict[str, Any]) -> None:
    start = draw(days)
    validated = draw(maybe)
    _add(
        facts,
        "contract",
        "contract_id",
        {
            **who,
            "kind": draw(st.sampled_from(("engagement", "ppae"))),
            "rank": 1,
            "state": draw(st.sampled_from(("validated", "validated", "cancelled"))) if validated else "draft",
            "start_on": start,
            "end_on": start + timedelta(days=draw(st.integers(0, 120))),
            "signed_on": draw(maybe),
            "validated_on": validated,
            "in_force_on": max(start, validated) if validated else None,
        },
    )


def _step(draw: Any, facts: dict[str, Rows], who: dict[str, Any]) -> None:
    started, ended = draw(maybe), draw(maybe)
    _add(
        facts,
        "step",
        "step_id",
        {
            **who,
            "kind": "cdd",
            "family": draw(st.sampled_from(("mobilisation", "employment_training"))),
            "source": "common_law",
            "state": draw(st.sampled_from(("started", "completed", "cancelled"))),
            "positioned_on": draw(maybe),
            "started_on": started,
            "ended_on": ended if started and ended and ended >= started else None,
            "qualifying": False,
            "weekly_hours": draw(weekly_hours),
        },
    )


def _add(facts: dict[str, Rows], table: str, key: str, row: dict[str, Any]) -> None:
    facts[table].append({key: len(facts[table]) + 1, **row})
