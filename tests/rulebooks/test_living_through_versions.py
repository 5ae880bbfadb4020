"""Two versions of a framework side by side: each answer of one dossier follows the version in force on its day (ADR 8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jalons.facts.engines import DuckDBExecutor
from jalons.kernel.refusals import Refusal
from jalons.rulebooks import engine, oracle
from jalons.rulebooks.governing import version_for
from jalons.rulebooks.loader import CONTENT, load
from jalons.rulebooks.obligations.answers import Answer
from jalons.rulebooks.operations import adopt
from jalons.rulebooks.queries import adopted
from jalons.rulebooks.schema import Rulebook
from tests.worlds import World

LYON = (CONTENT / "lyon_2020.yaml").read_text(encoding="utf-8")
NEXT = date(2021, 1, 1)
FRAMEWORK = """
format: 1
authority: {code: essai, label: Essai}
framework:
  {code: essai, version: "1", label: Essai, valid_from: 2020-01-01, valid_to: 2020-12-31, citation: essai, basis: stated}
actions:
  - {code: accueil, label: Accueil, citation: essai}
obligations:
  - {code: contract, label: Contrat, do: x, why: x, citation: x, basis: stated, shape: deadline_after_event,
     starts_from: orientation, delay: {count: 2, unit: months},
     expects: {event: contract, milestone: in_force, kinds: [engagement]}}
  - {code: meetings, label: Rencontres, do: x, why: x, citation: x, basis: stated, shape: count_or_sum_in_window,
     counts: {event: appointment}, at_least: 1, window: {kind: calendar_month}}
  - {code: contact, label: Contact, do: x, why: x, citation: x, basis: stated, shape: last_event, counts: {event: appointment},
     every: {count: 60, unit: days}}
  - {code: cover, label: Sans interruption, do: x, why: x, citation: x, basis: stated, shape: continuity, starts_from: orientation,
     after: {count: 2, unit: months}, covered_by: {event: contract, milestone: in_force, kinds: [engagement]}}
"""
# Next year: a contract in one month, two meetings a month, a contact every 30 days; the cover stays as it was.
REFORM = {
    'version: "1"': 'version: "2"',
    "valid_from: 2020-01-01, valid_to: 2020-12-31": "valid_from: 2021-01-01, valid_to: 2021-12-31",
    "delay: {count: 2, unit: months}": "delay: {count: 1, unit: months}",
    "at_least: 1": "at_least: 2",
    "every: {count: 60, unit: days}": "every: {count: 30, unit: days}",
}


def version(number: int) -> Rulebook:
    text = FRAMEWORK
    for before, after in REFORM.items() if number == 2 else ():
        assert before in text
        text = text.replace(before, after)
    return load(text.encode(), file="essai.yaml")


BOTH = (version(1), version(2))


def dossier(start: date, *, oriented: date | None = None, **more: Any) -> dict[str, Any]:
    stay = {
        "enrolment_id": 1,
        "person_id": 1,
        "line_id": 1,
        "agreement_id": 1,
        "authority_id": 1,
        "organisation_id": 1,
        "framework_code": "essai",
        "action_code": "accueil",
        "oriented_on": oriented or start,
        "start_on": start,
        "end_on": more.pop("end", None),
    }
    return {"enrolment": [stay], "person": [{"person_id": 1, "authority_id": 1}], **more}


def appointments(*days: date) -> list[dict[str, Any]]:
    who = {"person_id": 1, "organisation_id": 1, "kind": "individual", "mode": "face_to_face", "outcome": "held"}
    return [{"appointment_id": n, **who, "on_date": day, "month": day.replace(day=1)} for n, day in enumerate(days, 1)]


def contract(start: date, end: date) -> dict[str, Any]:
    return {
        "contract_id": start.toordinal(),
        "enrolment_id": 1,
        "person_id": 1,
        "kind": "engagement",
        "rank": 1,
        "state": "validated",
        "start_on": start,
        "end_on": end,
        "validated_on": start,
        "in_force_on": start,
    }


def answers(versions: tuple[Rulebook, ...], facts: dict[str, Any], as_of: date) -> dict[tuple[str, str], Answer]:
    """Answers by (obligation, occurrence), the same on the engine and by the judge."""
    judged = oracle.evaluate(versions, facts, as_of)
    with DuckDBExecutor.over_rows(facts, threads=1) as executor:
        assert set(engine.evaluate(versions, executor, as_of)) == set(judged)
    return {(one.obligation_code, one.occurrence): one for one in judged}


@pytest.mark.req("R-001")
def test_a_deadline_follows_the_version_of_the_day_it_starts_from() -> None:
    old = answers(BOTH, dossier(date(2020, 12, 15)), date(2021, 2, 1))["contract", ""]
    new = answers(BOTH, dossier(date(2021, 1, 10)), date(2021, 2, 1))["contract", ""]
    assert (old.rulebook_version, old.due_on) == ("1", date(2021, 2, 15))
    assert (new.rulebook_version, new.due_on) == ("2", date(2021, 2, 10))


@pytest.mark.req("R-001")
def test_who_was_oriented_before_and_enters_after_follows_the_version_of_the_entry() -> None:
    found = answers(BOTH, dossier(date(2021, 1, 4), oriented=date(2020, 12, 28)), date(2021, 1, 10))
    assert (found["contract", ""].rulebook_version, found["contract", ""].due_on) == ("2", date(2021, 1, 28))


@pytest.mark.req("R-001")
def test_a_window_follows_the_version_of_its_first_day() -> None:
    facts = dossier(date(2020, 11, 1), appointment=appointments(date(2020, 12, 3), date(2021, 1, 5)))
    found = answers(BOTH, facts, date(2021, 2, 3))
    december, january = found["meetings", "2020-12-01"], found["meetings", "2021-01-01"]
    assert (december.rulebook_version, december.required, december.met_on) == ("1", 1, date(2020, 12, 3))
    assert (january.rulebook_version, january.required, january.breached_on) == ("2", 2, date(2021, 2, 1))


@pytest.mark.req("R-001")
def test_what_speaks_of_the_present_follows_the_version_of_the_day_of_reading() -> None:
    """42 days without a contact: in order under the first version, missed on the first day of the second."""
    facts = dossier(date(2020, 9, 1), appointment=appointments(date(2020, 11, 20)))
    before = answers(BOTH, facts, date(2020, 12, 31))["contact", ""]
    after = answers(BOTH, facts, date(2021, 1, 1))["contact", ""]
    assert (before.rulebook_version, before.due_on, before.breached_on) == ("1", date(2021, 1, 19), None)
    assert (after.rulebook_version, after.due_on, after.breached_on) == ("2", date(2020, 12, 20), NEXT)


@pytest.mark.req("R-001")
def test_what_ended_before_the_reform_stays_under_the_former_version() -> None:
    facts = dossier(date(2020, 6, 1), end=date(2020, 11, 30))
    assert {one.rulebook_version for one in answers(BOTH, facts, date(2021, 6, 1)).values()} == {"1"}


@pytest.mark.req("R-001")
def test_a_rule_that_did_not_change_keeps_its_breach_across_the_versions() -> None:
    facts = dossier(date(2020, 8, 1), contract=[contract(date(2020, 8, 15), date(2020, 12, 20))])
    gap = answers(BOTH, facts, date(2021, 2, 1))["cover", "2020-12-21"]
    assert (gap.rulebook_version, gap.breached_on, gap.suspended_from) == ("1", date(2020, 12, 21), None)


@pytest.mark.req("R-001")
def test_an_enrolment_older_than_the_first_version_is_governed_from_its_first_day() -> None:
    found = answers(BOTH[:1], dossier(date(2018, 3, 1)), date(2020, 1, 2))
    assert ("contract", "") not in found  # oriented when no version was in force
    assert found["contact", ""].breached_on == date(2020, 1, 1)
    assert [occurrence for code, occurrence in found if code == "meetings"] == ["2020-01-01"]


@pytest.mark.req("R-001")
def test_without_a_successor_the_last_version_goes_on_for_what_it_governed() -> None:
    kept = answers(BOTH[:1], dossier(date(2020, 12, 1)), date(2021, 3, 20))
    assert kept["meetings", "2021-02-01"].breached_on == date(2021, 3, 1)
    assert answers(BOTH[:1], dossier(date(2021, 1, 1)), date(2021, 3, 20)) == {}


@pytest.mark.parametrize(
    ("on", "entered_on", "version_said"),
    [
        (date(2020, 12, 31), date(2020, 6, 1), "1"),
        (date(2021, 1, 1), date(2020, 6, 1), "2"),
        (date(2022, 3, 1), date(2021, 12, 31), "2"),  # no successor: it goes on for who had entered
        (date(2022, 3, 1), date(2022, 1, 1), None),
        (date(2019, 12, 31), date(2019, 6, 1), None),
    ],
)
@pytest.mark.req("R-001")
def test_an_exit_is_classed_by_the_version_that_speaks_that_day(
    on: date, entered_on: date, version_said: str | None
) -> None:
    found = version_for(BOTH, "accueil", on=on, entered_on=entered_on)
    assert (found.version if found else None) == version_said
    assert version_for(BOTH, "unknown", on=on, entered_on=entered_on) is None


@pytest.mark.django_db
@pytest.mark.req("R-001")
def test_two_adopted_versions_speak_side_by_side(world: World) -> None:
    """The five interviews of Lyon become six on 1 July 2020: a dossier of June keeps five until its year ends."""
    second = LYON.replace('version: "1"', 'version: "2"').replace("valid_from: 2020-01-01", "valid_from: 2020-07-01", 1)
    assert "at_least: 5" in second
    adopt(raw=LYON.encode(), file="lyon.yaml", actor=world.administrator, on=date(2020, 1, 1))
    raw = second.replace("at_least: 5", "at_least: 6").encode()
    adopt(raw=raw, file="lyon.yaml", actor=world.administrator, on=date(2020, 6, 1))
    asked = {}
    for start in (date(2020, 6, 30), date(2020, 7, 1)):
        facts = dossier(start)
        facts["enrolment"][0]["action_code"] = "lyon_emploi_diversifie_2020"
        windows = [
            one
            for one in answers(adopted(), facts, date(2020, 9, 1)).values()
            if one.required in (Decimal(5), Decimal(6))
        ]
        asked[start] = {(one.rulebook_version, int(one.required or 0)) for one in windows}
    assert asked == {date(2020, 6, 30): {("1", 5)}, date(2020, 7, 1): {("2", 6)}}


@pytest.mark.django_db
@pytest.mark.req("R-001")
def test_an_obligation_that_keeps_its_code_keeps_its_shape(world: World) -> None:
    adopt(raw=FRAMEWORK.encode(), file="essai.yaml", actor=world.administrator, on=date(2020, 1, 1))
    text = FRAMEWORK
    for before, after in REFORM.items():
        text = text.replace(before, after)
    reshaped = text.replace("starts_from: orientation, delay", "starts_from: enrolment_start, delay")
    assert reshaped != text
    with pytest.raises(Refusal, match="L’obligation contract de l’action accueil change de forme"):
        adopt(raw=reshaped.encode(), file="essai.yaml", actor=world.administrator, on=date(2020, 12, 1))
    adopt(raw=text.encode(), file="essai.yaml", actor=world.administrator, on=date(2020, 12, 1))


@pytest.mark.req("R-001")
def test_each_action_keeps_its_own_delay_of_follow_up() -> None:
    """Nord 2019-2021: 6 months after the exit from I.1, 3 months after the exit from the IV (acceptance of R-001)."""
    nord = load((CONTENT / "nord_2019_2021.yaml").read_bytes(), file="nord_2019_2021.yaml")
    months = {
        code: {
            one.delay.months
            for one in nord.obligations_of(code)
            if getattr(one, "starts_from", "") == "exit" and getattr(one, "delay", None) and one.delay.months
        }
        for code in ("nord_i1_iod", "nord_iv_aci")
    }
    assert months == {"nord_i1_iod": {6}, "nord_iv_aci": {3}}
