"""What starts an obligation, and what no longer does: jobs, steps, documents, on days of a dossier."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jalons.rulebooks.examples.runner import state_of
from tests.rulebooks.test_living_through_versions import answers, dossier
from tests.rulebooks.test_meaning_of_words import one

ENTRY = date(2020, 7, 1)
CAP = "shape: span, starts_from: job_start, at_most: {count: 6, unit: months}"
DECISION = (
    "shape: deadline_after_event, starts_from: job_start, delay: {count: 6, unit: months}, "
    "expects: {event: piece, kinds: [positive_exit_decision]}"
)


def job(start: date, planned: date | None = None, ended: date | None = None, **kinds: str) -> dict[str, Any]:
    who = {"job_id": 1, "enrolment_id": 1, "person_id": 1, "contract_kind": "cdi", "employer_kind": "ordinary"}
    return {**who, "start_on": start, "end_on": planned, "ended_on": ended, **kinds}


@pytest.mark.req("R-119")
def test_a_job_held_before_the_entry_starts_nothing() -> None:
    """Employed since 1 January 2019, entered on 1 July 2020: no follow-up was missed in June 2019."""
    rules = one(CAP)
    assert answers(rules, dossier(ENTRY, job=[job(date(2019, 1, 1))]), date(2021, 3, 1)) == {}
    begun = answers(rules, dossier(ENTRY, job=[job(ENTRY)]), date(2021, 1, 1))["one", ""]
    assert (begun.due_on, begun.breached_on) == (date(2020, 12, 31), date(2021, 1, 1))


@pytest.mark.req("R-122")
def test_a_step_begun_before_the_entry_starts_nothing() -> None:
    rules = one(
        "shape: last_event, starts_from: step_start, counts: {event: appointment}, every: {count: 1, unit: months}"
    )
    step = {"step_id": 1, "enrolment_id": 1, "person_id": 1, "kind": "cdd", "state": "started", "ended_on": None}
    for started, asked in ((date(2020, 6, 30), 0), (ENTRY, 1)):
        facts = dossier(ENTRY, step=[{**step, "started_on": started}])
        assert len(answers(rules, facts, date(2020, 9, 1))) == asked


@pytest.mark.req("R-125")
@pytest.mark.parametrize(
    ("planned", "ended", "shown"),
    [
        (date(2017, 5, 31), None, "suspended"),  # a contract of four months: nothing to present at six
        (date(2017, 5, 31), date(2017, 8, 31), "breached"),  # renewed: missed before its real end
        (date(2017, 8, 31), date(2017, 5, 31), "suspended"),  # broken before its planned end
        (None, None, "late"),
    ],
)
def test_a_job_is_over_on_its_real_last_day_else_on_the_planned_one(
    planned: date | None, ended: date | None, shown: str
) -> None:
    rules = one(DECISION, since="2014-01-01")
    facts = dossier(date(2016, 9, 1), job=[job(date(2017, 2, 1), planned, ended)])
    as_of = date(2017, 9, 1)
    found = answers(rules, facts, as_of)["one", ""]
    assert (found.due_on, state_of(found, as_of)) == (date(2017, 8, 1), shown)


@pytest.mark.req("R-127")
@pytest.mark.parametrize(
    ("kinds", "asked"),
    [
        ({"contract_kind": "cdi", "employer_kind": "ordinary"}, 1),
        ({"contract_kind": "cddi", "employer_kind": "aci"}, 0),
        ({"contract_kind": "cdi", "employer_kind": "lending"}, 0),
        ({"contract_kind": "cddi", "employer_kind": "ordinary"}, 0),
    ],
)
def test_only_some_jobs_start_it_when_it_is_said(kinds: dict[str, str], asked: int) -> None:
    rules = one(f"{DECISION}, only_job_contracts: [cdi, cdd, aided], only_employers: [ordinary, siae]")
    facts = dossier(ENTRY, job=[job(ENTRY, **kinds)])
    assert len(answers(rules, facts, date(2021, 3, 1))) == asked


@pytest.mark.req("R-120")
@pytest.mark.parametrize(
    ("words", "dated", "met"),
    [
        (", even_earlier: false", date(2020, 1, 15), None),  # a note of before the exit tells nothing of after
        (", even_earlier: false", date(2020, 6, 30), date(2020, 6, 30)),
        (", even_earlier: false", date(2020, 12, 30), date(2020, 12, 30)),
        ("", date(2020, 1, 15), date(2020, 1, 15)),  # a final review written before the exit is there
    ],
)
def test_a_document_of_before_the_exit_counts_unless_it_must_tell_what_follows(
    words: str, dated: date, met: date | None
) -> None:
    rules = one(
        "shape: presence_of_piece, starts_from: exit, delay: {count: 6, unit: months}, "
        f"pieces: [{{code: note, label: x, any_of: [follow_up_note]}}]{words}"
    )
    left = {"exit_id": 1, "enrolment_id": 1, "person_id": 1, "destination": "job", "state": "confirmed"}
    piece = {"piece_id": 1, "enrolment_id": 1, "person_id": 1, "kind": "follow_up_note", "dated_on": dated}
    facts = dossier(date(2019, 9, 2), exit=[{**left, "exited_on": date(2020, 6, 30)}], piece=[piece])
    found = answers(rules, facts, date(2021, 2, 1))["one", "note"]
    assert (found.due_on, found.met_on) == (date(2020, 12, 30), met)


def pause(number: int, start: date, end: date | None) -> dict[str, Any]:
    return {"pause_id": number, "enrolment_id": 1, "person_id": 1, "start_on": start, "end_on": end}


@pytest.mark.req("R-142")
@pytest.mark.parametrize(
    ("second", "breached"),
    [
        ((date(2019, 4, 1), date(2019, 4, 30)), date(2019, 5, 1)),  # the very next day: one pause of two months
        ((date(2019, 4, 2), date(2019, 4, 30)), date(2019, 4, 1)),  # a day between them
        ((date(2019, 4, 1), None), None),
    ],
)
def test_two_pauses_that_touch_are_one(second: tuple[date, date | None], breached: date | None) -> None:
    """Due on 5 March, in a pause until 31 March that another one follows."""
    rules = one(
        "shape: deadline_after_event, starts_from: enrolment_start, delay: {count: 1, unit: months}, "
        "expects: {event: piece, kinds: [diagnostic]}"
    )
    facts = dossier(date(2019, 2, 5), pause=[pause(1, date(2019, 3, 1), date(2019, 3, 31)), pause(2, *second)])
    found = answers(rules, facts, date(2019, 6, 3))["one", ""]
    assert (found.due_on, found.breached_on) == (date(2019, 3, 5), breached)


LINE = {
    "line_id": 1,
    "kind": "convention",
    "agreement_id": 1,
    "authority_id": 1,
    "organisation_id": 1,
    "action_code": "accueil",
    "start_on": date(2019, 1, 1),
    "places": 2,
}


@pytest.mark.req("R-136", "R-142")
@pytest.mark.parametrize(
    ("left", "in_a_step", "breached"),
    [
        (None, False, date(2019, 2, 5)),  # two persons where one is allowed
        ((date(2019, 5, 1), None), False, None),  # one in « veille » since 1 May
        ((date(2019, 5, 1), date(2019, 5, 31)), False, date(2019, 6, 1)),  # back the day after
        ((date(2019, 5, 1), None), True, date(2019, 2, 5)),  # a step runs: she stays in the caseload
    ],
)
def test_a_person_in_veille_is_not_in_the_caseload_of_the_line(
    left: tuple[date, date | None] | None, in_a_step: bool, breached: date | None
) -> None:
    rules = one("shape: ratio, per: places, at_most: 0.5")
    facts = dossier(date(2019, 2, 5), pause=[pause(1, *left)] if left else [])
    first = {**facts["enrolment"][0], "line_id": 1}
    second = {**first, "enrolment_id": 2, "person_id": 2, "start_on": date(2019, 1, 7)}
    step = {"step_id": 1, "enrolment_id": 1, "person_id": 1, "state": "started", "started_on": date(2019, 4, 1)}
    facts |= {"agreement_line": [LINE], "enrolment": [first, second], "step": [step] if in_a_step else []}
    found = answers(rules, facts, date(2019, 6, 3))["one", ""]
    assert (found.measured, found.breached_on) == (1 if breached is None else 2, breached)


@pytest.mark.req("R-201")
@pytest.mark.parametrize(("kind", "asked"), [("convention", True), ("in_house", False)])
def test_places_kept_in_house_report_to_nobody(kind: str, asked: bool) -> None:
    rules = one(
        "shape: deadline_after_event, starts_from: period_end, period: month, delay: {count: 10, unit: days}, "
        "expects: {event: report, kinds: [monthly]}"
    )
    assert bool(answers(rules, {"agreement_line": [{**LINE, "kind": kind}]}, date(2019, 3, 1))) is asked
