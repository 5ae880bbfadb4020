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
