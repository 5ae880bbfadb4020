"""Adopting rulebooks: the past is never rewritten."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from jalons.kernel.refusals import Refusal, constraints_explained
from jalons.rulebooks.loader import CONTENT, BadRulebook
from jalons.rulebooks.models import NEVER_CHANGES, RulebookVersion
from jalons.rulebooks.operations import adopt, load_shipped
from jalons.rulebooks.queries import adopted, rulebook_of
from tests.worlds import World

pytestmark = pytest.mark.django_db
TODAY = date(2020, 10, 15)
LYON = (CONTENT / "lyon_2020.yaml").read_bytes()


def second_version(valid_from: str = "2020-07-01", version: str = '"2"') -> bytes:
    """The Lyon rulebook with a dearer place, from a later day on."""
    text = LYON.decode().replace("unit_cost_eur: 50000", "unit_cost_eur: 60000", 1)
    return (
        text.replace('version: "1"', f"version: {version}", 1)
        .replace("valid_from: 2020-01-01", f"valid_from: {valid_from}", 1)
        .encode()
    )


def unit_cost(day: date) -> Decimal:
    rulebook = rulebook_of("lyon_emploi_diversifie_2020", on=day)
    assert rulebook is not None
    price: Any = rulebook.action("lyon_emploi_diversifie_2020").price
    return Decimal(price.unit_cost_eur)


@pytest.mark.req("R-001")
def test_shipped_rulebooks_are_adopted_once(world: World) -> None:
    first = load_shipped(actor=world.administrator, on=TODAY)
    again = load_shipped(actor=world.administrator, on=date(2020, 11, 1))
    assert [one.pk for one in first] == [one.pk for one in again]
    assert {"lyon_2020", "nord_2019_2021", "plie_2014_2020"} <= {one.code for one in first}
    assert {one.adopted_on for one in again} == {TODAY}


@pytest.mark.req("R-001")
def test_a_changed_file_needs_a_new_version(world: World) -> None:
    adopt(raw=LYON, file="lyon.yaml", actor=world.administrator, on=TODAY)
    with pytest.raises(Refusal, match="nouveau numéro de version"):
        adopt(raw=LYON + b"# changed\n", file="lyon.yaml", actor=world.administrator, on=TODAY)
    assert RulebookVersion.objects.count() == 1


@pytest.mark.req("R-001")
def test_a_new_price_leaves_what_began_before_unchanged(world: World) -> None:
    adopt(raw=LYON, file="lyon.yaml", actor=world.administrator, on=date(2020, 1, 1))
    adopt(raw=second_version(), file="lyon.yaml", actor=world.administrator, on=date(2020, 7, 1))
    assert unit_cost(date(2020, 6, 30)) == 50000
    assert unit_cost(date(2020, 7, 1)) == 60000
    assert [(one.version, one.framework.valid_to) for one in adopted()] == [
        ("1", date(2020, 6, 30)),
        ("2", date(2020, 12, 31)),
    ]


@pytest.mark.req("R-001")
def test_a_new_version_does_not_rewrite_the_past(world: World) -> None:
    adopt(raw=LYON, file="lyon.yaml", actor=world.administrator, on=TODAY)
    with pytest.raises(Refusal, match="ne réécrit pas le passé"):
        adopt(raw=second_version(valid_from="2020-01-01"), file="lyon.yaml", actor=world.administrator, on=TODAY)


@pytest.mark.req("R-001")
def test_days_already_governed_are_not_taken_back(world: World) -> None:
    adopt(raw=LYON, file="lyon.yaml", actor=world.administrator, on=date(2020, 1, 1))
    with pytest.raises(Refusal, match=r"commence au plus tôt le 02/07/2020"):
        adopt(raw=second_version(), file="lyon.yaml", actor=world.administrator, on=date(2020, 7, 2))
    assert RulebookVersion.objects.get().applies_to == date(2020, 12, 31)


@pytest.mark.req("R-001")
def test_a_version_that_has_ended_still_keeps_its_past(world: World) -> None:
    adopt(raw=LYON, file="lyon.yaml", actor=world.administrator, on=date(2020, 1, 1))  # ends on 31 December 2020
    later = second_version(valid_from="2025-01-01").replace(b"valid_to: 2020-12-31", b"valid_to: 2029-12-31", 1)
    with pytest.raises(Refusal, match=r"commence au plus tôt le 03/03/2026"):
        adopt(raw=later, file="lyon.yaml", actor=world.administrator, on=date(2026, 3, 3))
    adopt(raw=later, file="lyon.yaml", actor=world.administrator, on=date(2025, 1, 1))


@pytest.mark.req("R-001")
def test_the_database_refuses_to_change_adopted_bytes(world: World) -> None:
    version = adopt(raw=LYON, file="lyon.yaml", actor=world.administrator, on=TODAY)
    with pytest.raises(Refusal, match=NEVER_CHANGES), constraints_explained():
        RulebookVersion.objects.filter(pk=version.pk).update(raw=b"other")


def test_a_faulty_file_is_not_adopted(world: World) -> None:
    with pytest.raises(BadRulebook, match=r"lyon\.yaml, ligne"):
        adopt(raw=LYON.replace(b"basis: stated", b"basis: sure"), file="lyon.yaml", actor=world.administrator, on=TODAY)
    assert not RulebookVersion.objects.exists()


@pytest.mark.req("R-001")
def test_values_are_facts_with_their_citation(world: World) -> None:
    load_shipped(actor=world.administrator, on=TODAY)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT path, number, value, basis, citation FROM facts.rule_value"
            " WHERE action_code = 'nord_ii2_coaching' AND path IN ('price.unit_cost_eur', 'active_caseload.mode')"
            " ORDER BY path"
        )
        mode, cost = cursor.fetchall()
    assert mode[2:4] == ("monthly", "stated")
    assert cost[1] == 52500
    assert "003 fiche II.2 l.774" in cost[4]


def test_no_rule_outside_the_validity(world: World) -> None:
    load_shipped(actor=world.administrator, on=TODAY)
    assert rulebook_of("lyon_emploi_diversifie_2020", on=date(2021, 1, 1)) is None
    assert rulebook_of("lyon_emploi_diversifie_2020", on=date(2020, 12, 31)) is not None
