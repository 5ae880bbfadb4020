"""The pathway follows the rulebook adopted and in force on the day; without one it asks nothing and computes nothing."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.kernel.refusals import Refusal
from jalons.pathways.operations import orient
from jalons.pathways.rulebook import Shelf, rules_of
from jalons.people.models import Person
from jalons.rulebooks.loader import CONTENT
from jalons.rulebooks.operations import adopt
from tests.worlds import ACTION, World

JULY = date(2020, 7, 1)


def decide(world: World, person: Person, on: date) -> None:
    orient(actor=world.orientation_officer, on=on, person_id=person.pk, line_id=world.line.pk, reason="Emploi")


@pytest.mark.req("R-001")
def test_a_later_version_changes_what_is_asked_from_its_first_day_only(world):
    raw = (CONTENT / "lyon_2020.yaml").read_bytes()
    later = (
        raw.replace(b'version: "1"', b'version: "2"', 1)
        .replace(b"valid_from: 2020-01-01", b"valid_from: 2020-07-01", 1)
        .replace(b"conditions: [rsa, rights_and_duties, domicile, orientation]", b"conditions: [rsa]", 1)
    )
    adopt(raw=later, file="lyon_2020.yaml", actor=world.system, on=JULY)
    outside = world.person(domiciled=False)
    with pytest.raises(Refusal, match="domicile"):
        decide(world, outside, date(2020, 6, 30))
    decide(world, outside, JULY)
    assert (rules_of(ACTION, on=date(2020, 6, 30)).version, rules_of(ACTION, on=JULY).version) == (
        "lyon_2020 1",
        "lyon_2020 2",
    )


def test_an_action_without_rulebook_asks_nothing(world):
    nothing = rules_of("somewhere_else", on=JULY)
    assert (nothing.version, nothing.conditions, nothing.contract.horizons, nothing.steps) == ("", frozenset(), (), {})


def test_many_actions_are_read_in_one_query(world, django_assert_num_queries):
    rules_of(ACTION, on=JULY)
    with django_assert_num_queries(1):
        shelf = Shelf()
        for action in (ACTION, "nord_ii2_coaching", "plie_2014_2020", "somewhere_else"):
            for day in (date(2020, 3, 1), JULY):
                shelf.rules_of(action, on=day)


@pytest.mark.req("R-001")
def test_a_version_that_ended_without_a_successor_goes_on_for_who_is_in_and_opens_to_nobody(rulebooks):
    day, shelf = date(2021, 2, 1), Shelf()  # the rulebook of 2020 is valid until 31 December
    before, after = rules_of(ACTION, on=date(2020, 12, 31)), rules_of(ACTION, on=day)
    assert (after.version, after.contract, after.steps) == (before.version, before.contract, before.steps)
    assert shelf.exit_classes(ACTION, on=day) == shelf.exit_classes(ACTION, on=date(2020, 12, 31))
    assert shelf.entry_rules_of(ACTION, on=date(2020, 12, 31)).conditions == before.conditions
    assert shelf.entry_rules_of(ACTION, on=day).version == ""
