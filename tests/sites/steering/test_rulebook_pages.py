"""The rulebooks on screen: those in force, each rule with its source and its basis."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from jalons.rulebooks.french import told
from jalons.rulebooks.loader import load_content
from jalons.rulebooks.models import RulebookVersion
from jalons.rulebooks.operations import load_shipped
from jalons.sites.steering.views.rulebooks import Rule, nested, rule_of
from tests.worlds import World


def body(response: Any) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def test_a_sentence_and_its_source_are_told_apart() -> None:
    rule = rule_of("    – Bilan : 2 mois après l'entrée [choisi (S-18) ; 000 §3.2 l.233 ; 001 l.4] — deux lectures")
    assert rule == Rule("Bilan : 2 mois après l'entrée", "choisi (S-18)", "000 §3.2 l.233 ; 001 l.4", "deux lectures")
    assert rule_of("  Obligations :") == Rule("Obligations :")


def test_indentation_makes_the_tree() -> None:
    (root,) = nested(["■ Action", "  Obligations :", "    – une", "      lecture : a", "    – deux"])
    (obligations,) = root.below
    assert [one.text for one in obligations.below] == ["une", "deux"]
    assert obligations.below[0].below[0].text == "lecture : a"


@pytest.mark.parametrize("loaded", load_content(), ids=lambda one: one.rulebook.code)
def test_no_source_is_left_in_a_sentence(loaded: Any) -> None:
    for line in told(loaded.rulebook):
        assert " ; " not in line or "[" not in rule_of(line).text


@pytest.mark.req("R-001")
def test_a_rulebook_reads_with_its_sources(client: Client, world: World) -> None:
    load_shipped(actor=world.system, on=world.day)
    client.force_login(world.steering_officer)
    assert "Itinéraires emploi et Itinéraires activité 2020" in body(client.get("/pilotage/cadres/"))
    version = RulebookVersion.objects.get(code="lyon_2020")
    page = body(client.get(f"/pilotage/cadres/{version.pk}/"))
    assert "dit par le texte" in page
    assert "000 §3.1" in page
    assert "[dit par le texte" not in page


def test_without_a_rulebook_the_page_says_so(client: Client, world: World) -> None:
    client.force_login(world.administrator)
    assert "Aucun cadre en vigueur" in body(client.get("/pilotage/cadres/"))
    assert client.get("/pilotage/cadres/1/").status_code == 404
