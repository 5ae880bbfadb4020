"""The domains of obstacles are data: those of the rulebook of the action, else the reference list."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from jalons.kernel.refusals import Refusal
from jalons.pathways.operations import open_obstacle
from jalons.pathways.reference import bodies, domains
from jalons.pathways.rulebook import rules_of
from jalons.rulebooks.loader import load
from jalons.rulebooks.models import RulebookVersion
from tests.worlds import BEGINNING, World

ON = date(2020, 6, 1)
RULEBOOK = """
format: 1
authority: {code: metropole_lyon, label: Métropole}
framework: {code: essai, version: "1", label: Essai, valid_from: 2020-01-01, citation: ["000 l.1"], basis: stated}
actions:
  - code: essai_freins
    label: Action essayée
    citation: ["000 l.1"]
    obstacles:
      citation: ["000 l.1"]
      basis: stated
      domains:
        - {code: mobility, label: Se déplacer}
        - {code: addiction, label: Addictions, sensitive: true}
"""


@pytest.fixture
def own_list(db: None) -> str:
    raw = RULEBOOK.encode()
    RulebookVersion.objects.create(
        pk=2_000_002,
        code="essai",
        version="1",
        authority_code="metropole_lyon",
        label="Essai",
        valid_from=BEGINNING,
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        adopted_on=BEGINNING,
    )
    return "essai_freins"


@pytest.mark.req("R-071", "R-163")
def test_the_list_of_a_rulebook_replaces_the_reference(world: World, own_list: str) -> None:
    enrolment = world.enrolled(line=world.place(action_code=own_list))
    given = {"actor": world.caseworker, "on": ON, "enrolment_id": enrolment.pk, "opened_on": ON}
    with pytest.raises(Refusal, match="« Se déplacer », « Addictions »"):
        open_obstacle(**given, domain="housing")
    with pytest.raises(Refusal, match="rien de médical"):
        open_obstacle(**given, domain="addiction", note="…")
    assert open_obstacle(**given, domain="addiction").sensitive
    assert rules_of(own_list, on=ON).obstacles["mobility"].label == "Se déplacer"


@pytest.mark.req("R-071")
def test_the_reference_list_holds_what_the_documents_name() -> None:
    assert len(domains()) >= 13
    assert [code for code, domain in domains().items() if domain.sensitive] == ["health"]
    assert {"itt", "mediation", "piple"} <= set(bodies())


def test_a_domain_is_declared_once() -> None:
    twice = RULEBOOK.replace("code: addiction", "code: mobility")
    with pytest.raises(Exception, match="catégorie de frein déclarée deux fois"):
        load(twice.encode(), file="essai.yaml")
