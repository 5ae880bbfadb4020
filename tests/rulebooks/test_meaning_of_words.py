"""What the words of obligations mean, on days told by the documents; the judge and the engine say the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jalons.rulebooks.examples.runner import state_of
from jalons.rulebooks.loader import load
from jalons.rulebooks.schema import Rulebook
from tests.rulebooks.test_living_through_versions import NEXT, answers, appointments, contract, dossier
from tests.rulebooks.test_words_of_obligations import ABOUT, HEAD


def one(words: str, *, version: str = "1", since: str = "2019-01-01") -> tuple[Rulebook]:
    text = HEAD.replace('version: "1"', f'version: "{version}"').replace("2020-01-01", since)
    return (load(f"{text}  - {{{ABOUT}, {words}}}\n".encode(), file="essai.yaml"),)


COVER = "shape: continuity, starts_from: enrolment_start, after: {count: 0, unit: days}, covered_by: "
CONTRACT = "{event: contract, of: person, milestone: in_force, kinds: [engagement]}"
REGISTRATION = {"registration_id": 1, "person_id": 1, "start_on": date(2018, 1, 1), "end_on": date(2019, 5, 9)}


@pytest.mark.req("R-087")
def test_a_contract_is_asked_from_the_day_the_registration_lapses() -> None:
    """Registered all along: nothing asked; it lapses on 10 May: a CER is asked from 10 May."""
    rules = one(f"{COVER}[{{event: registration}}, {CONTRACT}]")
    running = dossier(date(2019, 2, 1), registration=[{**REGISTRATION, "end_on": None}])
    assert answers(rules, running, date(2019, 6, 1)) == {}
    gap = answers(rules, dossier(date(2019, 2, 1), registration=[REGISTRATION]), date(2019, 6, 1))["one", "2019-05-10"]
    assert (gap.due_on, gap.breached_on) == (date(2019, 5, 9), date(2019, 5, 10))


@pytest.mark.req("R-088")
def test_a_contract_held_in_another_accompaniment_covers_the_person() -> None:
    """Action from 1 February, CER held elsewhere until 30 April: the alert comes before 30 April."""
    rules = one(f"{COVER}{CONTRACT}")
    elsewhere = {**contract(date(2018, 11, 1), date(2019, 4, 30)), "enrolment_id": 99}
    facts = dossier(date(2019, 2, 1), end=date(2019, 7, 31), contract=[elsewhere])
    gap = answers(rules, facts, date(2019, 4, 1))["one", "2019-05-01"]
    assert (gap.due_on, gap.breached_on) == (date(2019, 4, 30), None)


@pytest.mark.req("R-001")
def test_a_cover_that_a_version_changes_is_asked_by_each_for_its_own_days() -> None:
    """No cover since 21 December: the first version misses eleven days for good, the next asks from its first day."""
    first = f"{COVER}{CONTRACT}"
    second = f"{COVER}[{{event: registration}}, {CONTRACT}]"
    versions = (*one(first), *one(second, version="2", since=NEXT.isoformat()))
    facts = dossier(date(2020, 8, 1), contract=[contract(date(2020, 8, 1), date(2020, 12, 20))])
    found = answers(versions, facts, date(2021, 2, 1))
    old, new = found["one", "2020-12-21"], found["one", "2021-01-01"]
    assert (old.rulebook_version, old.breached_on, old.suspended_from) == ("1", date(2020, 12, 21), NEXT)
    assert (new.rulebook_version, new.breached_on, new.suspended_from) == ("2", NEXT, None)
    registered = {**REGISTRATION, "start_on": date(2020, 12, 28), "end_on": None}
    settled = answers(versions, {**facts, "registration": [registered]}, date(2021, 2, 1))
    assert [key for key, answer in settled.items() if answer.met_on is None] == [("one", "2020-12-21")]


@pytest.mark.req("R-120")
def test_a_contact_after_the_end_counts_for_the_follow_up_only_when_it_is_said() -> None:
    window = "window: {kind: milestones, milestones: [{by: {count: 3, unit: months}, at_least: 1}]}"
    exited = {
        "exit_id": 1,
        "enrolment_id": 1,
        "person_id": 1,
        "exited_on": date(2019, 6, 30),
        "destination": "job",
        "state": "confirmed",
    }
    facts = dossier(date(2019, 1, 7), end=date(2019, 6, 30), exit=[exited], appointment=appointments(date(2019, 8, 20)))
    for said, met in (("", None), (", even_after_end: true", date(2019, 8, 20))):
        rules = one(f"shape: count_or_sum_in_window, starts_from: exit, counts: {{event: appointment{said}}}, {window}")
        (answer,) = answers(rules, facts, date(2019, 10, 1)).values()
        assert (answer.due_on, answer.met_on) == (date(2019, 9, 29), met)


def job(start: date, ended: date | None = None) -> dict[str, Any]:
    who = {"job_id": 1, "enrolment_id": 1, "person_id": 1, "contract_kind": "cdi", "employer_kind": "ordinary"}
    return {**who, "start_on": start, "ended_on": ended}


@pytest.mark.req("R-119")
@pytest.mark.parametrize(
    ("end", "job_ended", "met", "breached"),
    [
        (None, None, date(2017, 7, 2), None),  # followed until 2 July 2017 included
        (date(2017, 7, 2), None, date(2017, 7, 2), None),
        (date(2017, 7, 1), None, None, date(2017, 7, 2)),  # a day too short
        (date(2017, 6, 1), date(2017, 5, 15), None, None),  # the job had stopped: nothing more is expected
    ],
)
def test_a_minimum_in_a_job(end: date | None, job_ended: date | None, met: date | None, breached: date | None) -> None:
    rules = one("shape: span, starts_from: job_start, at_least: {count: 6, unit: months}", since="2014-01-01")
    facts = dossier(date(2016, 9, 1), end=end, job=[job(date(2017, 1, 3), job_ended)])
    answer = answers(rules, facts, date(2017, 9, 1))["one", "minimum"]
    assert (answer.due_on, answer.met_on, answer.breached_on) == (date(2017, 7, 2), met, breached)


@pytest.mark.req("R-201")
@pytest.mark.parametrize(
    ("received", "as_of", "met", "breached"),
    [
        (None, date(2019, 6, 10), None, None),  # due on 10 June
        (None, date(2019, 6, 11), None, date(2019, 6, 11)),  # late on the 11th
        (date(2019, 6, 10), date(2019, 6, 11), date(2019, 6, 10), None),
    ],
)
def test_the_report_of_may_is_due_on_10_june(
    received: date | None, as_of: date, met: date | None, breached: date | None
) -> None:
    rules = one(
        "shape: deadline_after_event, starts_from: period_end, period: month, delay: {count: 10, unit: days}, "
        "expects: {event: report, kinds: [monthly]}"
    )
    line = {
        "line_id": 1,
        "kind": "convention",
        "agreement_id": 1,
        "authority_id": 1,
        "organisation_id": 1,
        "action_code": "accueil",
        "start_on": date(2019, 5, 1),
        "places": 10,
    }
    may = {"report_id": 7, "line_id": 1, "kind": "monthly", "period_start": date(2019, 5, 1), "received_on": received}
    facts = {"agreement_line": [line], "report": [may] if received else []}
    answer = answers(rules, facts, as_of)["one", "2019-05-01"]
    assert (answer.subject_kind, answer.due_on, answer.met_on, answer.breached_on) == (
        "agreement_line",
        date(2019, 6, 10),
        met,
        breached,
    )


@pytest.mark.req("R-100")
def test_hours_between_two_bounds() -> None:
    """18 to 22 hours in twelve months: 12 + 5 + 3 hours are within, two hours and a minute more are too many."""
    rules = one(
        "shape: count_or_sum_in_window, counts: {event: appointment}, measure: minutes, at_least: 1080, at_most: 1320, "
        "window: {kind: from_start, length: {count: 12, unit: months}}"
    )
    days = [date(2019, 2, 4), date(2019, 5, 6), date(2019, 9, 2), date(2019, 11, 4)]

    def read(*minutes: int) -> tuple[Decimal | None, date | None, date | None]:
        held = [{**row, "minutes": length} for row, length in zip(appointments(*days), minutes, strict=False)]
        (answer,) = answers(rules, dossier(date(2019, 1, 7), appointment=held), date(2020, 1, 6)).values()
        return answer.measured, answer.met_on, answer.breached_on

    assert read(720, 300, 180) == (1200, date(2019, 9, 2), None)
    assert read(720, 300, 180, 120) == (1320, date(2019, 9, 2), None)
    assert read(720, 300, 180, 121) == (1321, None, date(2019, 11, 4))
    assert read(720, 300) == (1020, None, None)  # still the last day of the window


@pytest.mark.req("R-052")
@pytest.mark.parametrize(
    ("as_of", "end", "shown"),
    [
        (date(2020, 1, 6), None, "late"),  # the last day of the window: it may still be seen and not made worse
        (date(2020, 1, 7), None, "breached"),
        (date(2020, 1, 7), date(2020, 3, 31), "breached"),  # the end is known and later
        (date(2019, 12, 2), date(2019, 12, 1), "breached"),  # the end cut the window
    ],
)
def test_too_much_is_missed_for_good_once_its_window_is_over(as_of: date, end: date | None, shown: str) -> None:
    rules = one(
        "shape: count_or_sum_in_window, counts: {event: appointment}, at_most: 1, "
        "window: {kind: from_start, length: {count: 12, unit: months}}"
    )
    facts = dossier(date(2019, 1, 7), end=end, appointment=appointments(date(2019, 2, 4), date(2019, 5, 6)))
    found = answers(rules, facts, as_of)["one", "2019-01-07"]
    assert (found.breached_on, state_of(found, as_of)) == (date(2019, 5, 6), shown)


@pytest.mark.req("R-111")
@pytest.mark.parametrize(
    ("window", "met", "as_of", "window_from", "shown"),
    [
        ("kind: calendar_week", (), date(2019, 5, 12), "2019-05-06", "coming"),  # Sunday: the week may still be kept
        ("kind: calendar_week", (), date(2019, 5, 13), "2019-05-06", "breached"),
        ("kind: calendar_week", (date(2019, 5, 14),), date(2019, 6, 12), "2019-05-13", "met"),
        ("kind: calendar_week", (date(2019, 5, 14),), date(2019, 6, 12), "2019-05-20", "breached"),
        ("kind: calendar_week", (), date(2019, 6, 12), "2019-06-10", "coming"),  # the one running
        ("kind: from_start, length: {count: 1, unit: months}", (), date(2019, 6, 6), "2019-05-06", "breached"),
    ],
)
def test_a_meeting_not_held_in_a_week_that_is_over_is_no_longer_to_do(
    window: str, met: tuple[date, ...], as_of: date, window_from: str, shown: str
) -> None:
    """Entered on 6 May 2019: nothing done later can settle a week that has passed; only the running one is to do."""
    rules = one(f"shape: count_or_sum_in_window, counts: {{event: appointment}}, at_least: 1, window: {{{window}}}")
    found = answers(rules, dossier(date(2019, 5, 6), appointment=appointments(*met)), as_of)
    assert state_of(found["one", window_from], as_of) == shown
    assert "late" not in {state_of(each, as_of) for each in found.values()}


@pytest.mark.req("R-052")
def test_too_much_counted_in_a_pause_is_missed_when_the_pause_ends() -> None:
    rules = one(
        "shape: count_or_sum_in_window, counts: {event: appointment}, at_most: 1, "
        "window: {kind: from_start, length: {count: 12, unit: months}}"
    )
    pause = {
        "pause_id": 1,
        "enrolment_id": 1,
        "person_id": 1,
        "start_on": date(2019, 5, 1),
        "end_on": date(2020, 2, 29),
    }
    facts = dossier(date(2019, 1, 7), pause=[pause], appointment=appointments(date(2019, 2, 4), date(2019, 5, 6)))
    for as_of, breached, shown in (
        (date(2020, 2, 29), None, "suspended"),
        (date(2020, 3, 1), date(2020, 3, 1), "breached"),
    ):
        found = answers(rules, facts, as_of)["one", "2019-01-07"]
        assert (found.breached_on, state_of(found, as_of)) == (breached, shown)


@pytest.mark.req("R-145")
@pytest.mark.parametrize(
    ("dismissed", "as_of", "shown"),
    [
        (None, date(2020, 3, 9), "coming"),  # proposed on the day of the second absence
        (None, date(2020, 3, 10), "late"),
        (date(2020, 3, 9), date(2020, 3, 10), "met"),
        (date(2020, 3, 10), date(2020, 3, 10), "met_late"),
    ],
)
def test_a_report_made_the_day_it_is_due_is_in_time(dismissed: date | None, as_of: date, shown: str) -> None:
    rules = one(
        "shape: consecutive_events, counts: {event: appointment, outcomes: [unjustified_absence]}, number: 2, "
        "minimum_interval: {count: 0, unit: days}, within: {count: 12, unit: months}, reset_by: {event: appointment}, "
        "closed_by: {event: piece, kinds: [cli_report_dismissed]}"
    )
    missed = [{**row, "outcome": "unjustified_absence"} for row in appointments(date(2020, 3, 3), date(2020, 3, 9))]
    piece = {"piece_id": 1, "enrolment_id": 1, "person_id": 1, "kind": "cli_report_dismissed", "dated_on": dismissed}
    facts = dossier(date(2020, 1, 10), appointment=missed, piece=[piece] if dismissed else [])
    found = answers(rules, facts, as_of)["one", "2020-03-09"]
    assert (found.due_on, state_of(found, as_of)) == (date(2020, 3, 9), shown)


LINE_2019 = {
    "line_id": 1,
    "kind": "convention",
    "agreement_id": 1,
    "authority_id": 1,
    "organisation_id": 1,
    "action_code": "accueil",
    "start_on": date(2019, 1, 1),
    "end_on": date(2019, 12, 31),
    "places": 1,
}


@pytest.mark.req("R-139")
@pytest.mark.parametrize(("as_of", "shown"), [(date(2019, 12, 31), "breached"), (date(2020, 1, 1), "breached")])
def test_a_line_that_has_ended_is_read_on_its_last_day_and_asks_nothing_more(as_of: date, shown: str) -> None:
    rules = one("shape: ratio, per: places, at_most: 1")
    facts = dossier(date(2019, 2, 1))
    second = {**facts["enrolment"][0], "enrolment_id": 2, "person_id": 2, "start_on": date(2019, 6, 3)}
    third = {**second, "enrolment_id": 3, "person_id": 3, "start_on": date(2020, 1, 1)}  # the day after the last
    facts |= {"enrolment": [*facts["enrolment"], second, third], "agreement_line": [LINE_2019]}
    found = answers(rules, facts, as_of)["one", ""]
    assert (found.measured, found.breached_on, state_of(found, as_of)) == (2, date(2019, 6, 3), shown)
    assert found.suspended_from == date(2020, 1, 1)  # no longer among what is to be done
    held = answers(rules, {**facts, "enrolment": facts["enrolment"][:1]}, as_of)["one", ""]
    assert (held.breached_on, held.suspended_from) == (None, None)


@pytest.mark.req("R-201")
def test_the_last_report_of_a_line_is_due_after_its_end_and_none_follows() -> None:
    rules = one(
        "shape: deadline_after_event, starts_from: period_end, period: month, delay: {count: 10, unit: days}, "
        "expects: {event: report, kinds: [monthly]}"
    )
    found = answers(rules, {"agreement_line": [LINE_2019]}, date(2020, 6, 1))
    assert max(occurrence for _, occurrence in found) == "2019-12-01"
    assert found["one", "2019-12-01"].due_on == date(2020, 1, 10)


def test_a_week_counts_the_days_a_job_runs() -> None:
    """35 hours a week from a Wednesday: five days of seven, 25 hours; known on Sunday."""
    rules = one(
        "shape: count_or_sum_in_window, counts: {event: weekly_activity}, measure: minutes, at_least: 900, "
        "window: {kind: calendar_week}"
    )
    facts = dossier(date(2020, 6, 1), job=[{**job(date(2020, 6, 3)), "weekly_hours": Decimal(35)}])
    eve, sunday = (answers(rules, facts, day)["one", "2020-06-01"] for day in (date(2020, 6, 6), date(2020, 6, 7)))
    assert (eve.measured, eve.met_on) == (0, None)
    assert (sunday.measured, sunday.met_on) == (1500, date(2020, 6, 7))


@pytest.mark.req("R-042")
@pytest.mark.parametrize(("opinion", "breached"), [(None, date(2020, 3, 3)), (date(2020, 2, 20), None)])
def test_a_reorientation_without_an_opinion_is_told(opinion: date | None, breached: date | None) -> None:
    rules = one(
        "shape: deadline_after_event, starts_from: reorientation, delay: {count: 0, unit: days}, even_earlier: true, "
        "expects: {event: opinion, bodies: [itt]}"
    )
    decided = {
        "orientation_id": 5,
        "person_id": 1,
        "decided_on": date(2020, 3, 2),
        "replaces_id": 4,
        "opinion_on": opinion,
        "opinion_body": "itt" if opinion else None,
    }
    facts = dossier(date(2020, 3, 2), orientation=[decided])
    facts["enrolment"][0]["orientation_id"] = 5
    (answer,) = answers(rules, facts, date(2020, 3, 15)).values()
    assert (answer.due_on, answer.breached_on) == (date(2020, 3, 2), breached)
    decided["replaces_id"] = None
    assert answers(rules, facts, date(2020, 3, 15)) == {}
