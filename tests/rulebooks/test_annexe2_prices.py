"""The 111 printed lines of Annexe 2 against the flat rates of the rulebook: what agrees, what the text itself contradicts."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal

import pytest

from jalons.agreements.printed import ANNEXE2_2020, load_printed_words
from jalons.rulebooks.funding import amount, per_place
from jalons.rulebooks.loader import load_content
from jalons.rulebooks.schema import Action

ACTIONS: dict[str, Action] = {
    action.code: one.rulebook.action(action.code) for one in load_content() for action in one.rulebook.actions
}


def lines() -> list[dict[str, str]]:
    with ANNEXE2_2020.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def outcome(line: dict[str, str]) -> str:
    """Compare a printed amount with the flat rate of its action: « flat rate », « less » or « more, to justify »."""
    words = load_printed_words()
    kind = words.type_of(line["type_parcours"])
    assert kind is not None
    places, printed = int(line["places"]), Decimal(line["montant_eur"])
    action = ACTIONS[kind.action]
    if action.price is None or action.price.kind != "flat_rate":
        return "no flat rate"
    carrier = words.kind_of(line["structure"]).value
    given = amount(action, places=places, carrier_kind=carrier, asked=printed)
    if given.needs_justification:
        return "more, to justify"
    return "flat rate" if given.euros == printed else "less"


@pytest.mark.req("R-194", "R-200")
def test_the_printed_table_adds_up_to_its_printed_total() -> None:
    table = lines()
    totals = [sum(Decimal(line[column]) for line in table) for column in ("places", "suivis", "montant_eur")]
    assert (len(table), *totals) == (111, 11_067, 15_068, Decimal("6519855.53"))


@pytest.mark.req("R-194")
def test_activity_places_are_at_473_euros_for_a_ccas_and_500_for_an_association() -> None:
    words = load_printed_words()
    activity = [line for line in lines() if line["type_parcours"] == "Itinéraires activité"]
    priced = Counter(
        (
            words.kind_of(line["structure"]).value,
            per_place(Decimal(line["montant_eur"]), int(line["places"])),
            outcome(line),
        )
        for line in activity
    )
    assert priced == {
        ("ccas", Decimal("473.00"), "flat rate"): 18,
        ("association", Decimal("500.00"), "more, to justify"): 5,
    }


@pytest.mark.req("R-194")
@pytest.mark.parametrize(
    ("structure", "places", "expected"),
    [("CCAS BRON", 90, "42570.00"), ("ADL", 150, "75000.00"), ("A D I E", 72, "56016.00")],
)
def test_lines_the_catalogue_names(structure: str, places: int, expected: str) -> None:
    [line] = [one for one in lines() if one["structure"] == structure and int(one["places"]) == places]
    assert Decimal(line["montant_eur"]) == Decimal(expected)
    assert outcome(line) == ("more, to justify" if structure == "A D I E" else "flat rate")
