"""The judge: the same indicators counted slowly, day by day and row by row, in plain Python.

Written from the meaning of each indicator, not from its SQL; it knows nothing of the compiler and is used by tests only
to judge the engines. Facts are rows as mappings (a column left out is None). See the notes of each definition for the choices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jalons.indicators.reference.caseload import GAINFUL, Facts, Group
from jalons.indicators.reference.world import World
from jalons.kernel.periods import last_of_month, months_between


def _individual(a: Mapping[str, Any], *modes: str) -> bool:
    return a["kind"] in ("individual", "tripartite") and a["mode"] in modes


def _tally(condition: Callable[[Mapping[str, Any]], bool]) -> Callable[[World, date, date], Decimal]:
    return lambda world, first, last: Decimal(sum(1 for a in world.contacts(first, last) if condition(a)))


_interviews = _tally(lambda a: _individual(a, "face_to_face", "video") and a["outcome"] == "held")
_honoured = _tally(lambda a: _individual(a, "face_to_face", "video", "phone") and a["outcome"] == "held")
_expected = _tally(
    lambda a: (
        _individual(a, "face_to_face", "video", "phone")
        and a["outcome"] in ("held", "justified_absence", "unjustified_absence")
    )
)
_group_held = _tally(lambda a: a["kind"] == "group" and a["outcome"] == "held")
_group_expected = _tally(
    lambda a: a["kind"] == "group" and a["outcome"] in ("held", "justified_absence", "unjustified_absence")
)
_others = _tally(
    lambda a: a["outcome"] == "held" and (a["kind"] == "employer_visit" or _individual(a, "phone", "mail"))
)


def _of_class(*names: str) -> Callable[[World, date, date], Decimal]:
    return lambda w, first, last: Decimal(sum(1 for e in w.exits(first, last) if w.exit_class(e) in names))


def _all_exits(w: World, first: date, last: date) -> Decimal:
    return Decimal(len(w.exits(first, last)))


def _exits_where_classes(w: World, first: date, last: date) -> Decimal:
    return Decimal(sum(1 for e in w.exits(first, last) if w.classed(e, w.left_on(e))))


def _followed(w: World, first: date, last: date) -> Decimal:
    return Decimal(len(w.followed(date(last.year, 1, 1), last)))


def _month_ends(first: date, last: date) -> list[date]:
    return [last_of_month(month) for month in months_between(first, last)]


def _occupied(w: World, first: date, last: date) -> Decimal:
    ends = _month_ends(first, last)
    by_month = Decimal(sum(w.caseload(day, counted_only=True) for day in ends)) / len(ends)
    return by_month + w.accompanied_annual(last, counted_only=True)


def _open_places(w: World, first: date, last: date) -> Decimal:
    ends = _month_ends(first, last)
    return Decimal(sum(w.places(day, annual=False) for day in ends)) / len(ends) + w.places(last, annual=True)


def _prorata_places(w: World, first: date, last: date) -> Decimal:
    return Decimal(sum(w.places(day) for day in _month_ends(first, last))) / 12


def _prorata_places_classed(w: World, first: date, last: date) -> Decimal:
    return Decimal(sum(w.places_classed(day) for day in _month_ends(first, last))) / 12


def _caseload_at_end(w: World, first: date, last: date) -> Decimal:
    return Decimal(w.caseload(last) + w.accompanied_annual(last))


def _step(family: str) -> Callable[[World, date, date], Decimal]:
    return lambda w, first, last: Decimal(len(w.with_step(family, first, last)))


def _durable_persons(w: World, first: date, last: date) -> Decimal:
    return Decimal(len(w.with_durable_job(first, last)))


def _agreed(column: str) -> Callable[[World, date, date], Decimal]:
    def total(w: World, first: date, last: date) -> Decimal:
        lines = w.lines(date(last.year, 1, 1), last)
        return sum((Decimal(x.get(column) or 0) for x in lines if x["kind"] == "convention"), Decimal(0))

    return total


def _number(what: str) -> Callable[[World, date, date], Decimal]:
    return lambda w, first, last: Decimal(len(getattr(w, what)(first, last)))


def _mean_fte(w: World, first: date, last: date) -> Decimal:
    ends = _month_ends(first, last)
    return sum((Decimal(x.get("fte") or 0) for day in ends for x in w.lines(day, day)), Decimal(0)) / len(ends)


def _classed_exits(w: World, first: date, last: date) -> Decimal:
    exits = [w.exit_of(e) for e in w.exits(first, last)]
    return Decimal(sum(1 for x in exits if x and x["state"] == "confirmed" and x.get("exit_class")))


Question = Callable[[World, date, date], Decimal]
# code → (numerator, denominator, scale), asked for the days of the interval.
QUESTIONS: dict[str, tuple[Question, Question | None, int | Fraction]] = {
    "supported_beneficiaries_count": (
        lambda w, _, last: Decimal(sum(1 for e in w.enrolments() if w.present_at_close(e, last))),
        None,
        1,
    ),
    "entered_beneficiaries_count": (lambda w, first, last: Decimal(len(w.entries(first, last))), None, 1),
    "exited_beneficiaries_count": (_all_exits, None, 1),
    "participants_supported_count": (_followed, None, 1),
    "occupied_places": (_caseload_at_end, None, 1),
    "mean_occupied_places": (_occupied, None, 1),
    "place_occupancy_rate": (_occupied, _open_places, 100),
    "active_caseload_per_fte": (
        _caseload_at_end,
        lambda w, _, last: sum((Decimal(x.get("fte") or 0) for x in w.lines(last, last)), Decimal(0)),
        1,
    ),
    "durable_exits_count": (_of_class("durable"), None, 1),
    "transition_exits_count": (_of_class("transition"), None, 1),
    "positive_exits_count": (_of_class("positive"), None, 1),
    "other_exits_count": (_of_class("other"), None, 1),
    "durable_exit_rate": (_of_class("durable"), _exits_where_classes, 100),
    "transition_exit_rate": (_of_class("transition"), _exits_where_classes, 100),
    "employment_exit_rate": (_of_class("durable", "transition"), _exits_where_classes, 100),
    "dynamic_exit_rate": (_of_class(*GAINFUL), _exits_where_classes, 100),
    "positive_exit_rate": (_of_class("positive"), _exits_where_classes, 100),
    "durable_exits_per_100_places": (_of_class("durable"), _prorata_places_classed, 100),
    "transition_exits_per_100_places": (_of_class("transition"), _prorata_places_classed, 100),
    "action_exits_per_100_places": (_all_exits, _prorata_places, 100),
    "employment_training_step_rate": (_step("employment_training"), _followed, 100),
    "employment_access_step_rate": (_step("employment_access"), _followed, 100),
    "mobilisation_step_rate": (_step("mobilisation"), _followed, 100),
    "employment_training_mobilisation_rate": (_step("employment_training"), _followed, 100),
    "durable_employment_access_rate": (_durable_persons, _followed, 100),
    "durable_share_of_mobilised": (_durable_persons, _step("employment_training"), 100),
    "started_steps_count": (lambda w, first, last: Decimal(w.steps_started(first, last)), None, 1),
    "step_positionings_count": (lambda w, first, last: Decimal(w.steps_positioned(first, last)), None, 1),
    "mean_individual_interviews": (_interviews, _followed, 1),
    "mean_group_times": (_group_held, _followed, 1),
    "mean_other_contacts": (_others, _followed, 1),
    "individual_attendance_rate": (_honoured, _expected, 100),
    "group_attendance_rate": (_group_held, _group_expected, 100),
    "group_time_reach_rate": (
        lambda w, first, last: Decimal(
            len({a["person_id"] for a in w.contacts(first, last) if a["kind"] == "group" and a["outcome"] == "held"})
        ),
        _followed,
        100,
    ),
    "orientation_rate": (
        lambda w, _, last: Decimal(len(w.oriented(last))),
        lambda w, _, last: Decimal(len(w.subject(last))),
        100,
    ),
    "pole_emploi_orientation_share": (
        lambda w, _, last: Decimal(len(w.oriented(last, employment_service=True))),
        lambda w, _, last: Decimal(len(w.subject(last))),
        100,
    ),
    "orientation_delay_days": (
        lambda w, first, last: Decimal(sum(w.orientation_delays(first, last))),
        lambda w, first, last: Decimal(len(w.orientation_delays(first, last))),
        1,
    ),
    "contractualisation_rate": (
        lambda w, _, last: Decimal(len(w.under_contract(last))),
        lambda w, _, last: Decimal(len(w.followed_at(last))),
        100,
    ),
    "contractualisation_delay_days": (
        lambda w, first, last: Decimal(sum(w.contract_delays(first, last))),
        lambda w, first, last: Decimal(len(w.contract_delays(first, last))),
        1,
    ),
    "eti_action_plan_rate": (_number("action_plans"), _prorata_places, 100),
    "aci_training_rate": (
        lambda w, first, last: Decimal(len(w.leavers(first, last, trained=True))),
        _number("leavers"),
        100,
    ),
    "lifted_obstacles_rate": (
        lambda w, first, last: Decimal(sum(w.obstacles(first, last))),
        _number("obstacles"),
        100,
    ),
    "professional_action_access_per_100_places": (
        lambda w, first, last: Decimal(w.accesses(first, last)),
        _prorata_places,
        100,
    ),
    "persons_per_fte_year": (_followed, _mean_fte, 1),
    "plie_accompaniment_hours": (
        lambda w, first, last: Decimal(w.minutes(first, last)),
        _followed,
        Fraction(1, 60),
    ),
    "plie_steps_per_participant": (lambda w, first, last: Decimal(w.steps_started(first, last)), _followed, 1),
    "tripartite_reviews_per_long_step": (
        lambda w, first, last: Decimal(sum(w.long_steps(first, last))),
        _number("long_steps"),
        1,
    ),
    "global_support_orientation_delay_days": (
        lambda w, first, last: Decimal(sum(w.arrivals(first, last))),
        _number("arrivals"),
        1,
    ),
    "global_support_positive_exits": (_of_class("positive"), _classed_exits, 100),
    "reinforced_support_beneficiaries": (_followed, None, 1),
    "orientations_received_count": (lambda w, first, last: Decimal(w.received(first, last)), None, 1),
    "agreed_places_count": (_agreed("places"), None, 1),
    "agreed_followed_persons_count": (_agreed("persons_to_follow"), None, 1),
    "subsidies_committed_amount": (_agreed("amount"), None, 1),
    "persons_per_place_ratio": (_agreed("persons_to_follow"), _agreed("places"), 1),
    "cost_per_place": (_agreed("amount"), _agreed("places"), 1),
}

# What a month asks otherwise than a year.
QUESTIONS_OF_A_MONTH: dict[str, tuple[Question, Question | None, int | Fraction]] = {
    "reinforced_support_beneficiaries": (lambda w, _, last: Decimal(len(w.followed_at(last))), None, 1),
}


def judge(
    code: str, facts: Facts, *, month: date, interval: str, group: Group, parameters: Mapping[str, Any] | None = None
) -> tuple[Decimal, Decimal | None, Decimal | None]:
    """Return (numerator, denominator, value) of ``code`` for ``month``, or since 1 January when ``interval`` is year."""
    asked = QUESTIONS_OF_A_MONTH if interval == "month" else QUESTIONS
    numerator_of, denominator_of, scale = asked.get(code, QUESTIONS[code])
    world = World(facts, group, parameters)
    last = last_of_month(month)
    first = date(last.year, 1, 1) if interval == "year" else last.replace(day=1)
    numerator = numerator_of(world, first, last)
    if denominator_of is None:
        return numerator, None, numerator
    denominator = denominator_of(world, first, last)
    if not denominator:
        return numerator, denominator, None
    whole = Fraction(scale)
    return numerator, denominator, numerator * whole.numerator / (denominator * whole.denominator)
