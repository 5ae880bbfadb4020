"""Adhering to a PLIE is voluntary: the person is told four things first, each kept with its day; the contract asks for them."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.contract_paper import paper_to_sign
from jalons.pathways.models import Contract, ContractKind, Enrolment, Information, InformationKind
from jalons.pathways.operations import Draft, draft_contract, give_information, sign, submit, withdraw_information
from jalons.pathways.queries.adhesion import untold
from jalons.pathways.queries.contract_papers import text_of
from jalons.pathways.queries.contracts import missing_for_signature, missing_for_submission
from jalons.pathways.rulebook import Shelf, rules_of
from jalons.rulebooks.loader import BadRulebook, load
from jalons.rulebooks.models import RulebookVersion
from tests.worlds import World

ON = date(2020, 6, 1)
PLIE = "plie_2014_2020"
FOUR = ["commitment", "caseworker_role", "plie_actions", "individual_aids"]
pytestmark = pytest.mark.usefixtures("rulebooks")


def told_before_adhering(world: World, enrolment: Enrolment, *, on: date, but: str = "") -> list[Information]:
    """Note what the rulebook of the action asks to say before the contract, on ``on``; all of it ``but`` one."""
    told = rules_of(enrolment.action_code, on=on).contract.told
    assert told is not None
    kinds = [item.code for item in told.items if item.code != but]
    return give_information(actor=world.caseworker, on=on, enrolment_id=enrolment.pk, kinds=kinds, given_on=on)


@pytest.fixture
def enrolment(world: World) -> Enrolment:
    line = world.place(world.house, action_code=PLIE, framework_code=PLIE)
    return world.enrolled(world.person("Zwarteveen"), line=line, caseworker=world.caseworker)


@pytest.fixture
def contract(world: World, enrolment: Enrolment) -> Contract:
    draft = Draft(enrolment.pk, ON, date(2020, 12, 31), ContractKind.PLIE, her_words="Je veux entrer dans le PLIE.")
    return draft_contract(actor=world.caseworker, on=ON, draft=draft)


def codes(contract: Contract) -> list[str]:
    return [code for code, _ in missing_for_submission([contract], on=ON)[contract]]


@pytest.mark.req("R-020")
def test_the_rulebook_of_the_plie_lists_four_things_with_their_source(world: World) -> None:
    told = rules_of(PLIE, on=ON).contract.told
    assert told is not None
    assert ([item.code for item in told.items], told.missing) == (FOUR, "refuses")
    assert any("002 Principes généraux" in one for one in told.citation)
    others = [rules_of(code, on=ON).contract.told for code in ("lyon_emploi_diversifie_2020", "nord_ii2_coaching")]
    assert others == [None, None]  # of the PLIE only


@pytest.mark.req("R-020")
def test_what_was_said_is_kept_with_its_day_its_words_and_who(world: World, enrolment: Enrolment) -> None:
    rows = told_before_adhering(world, enrolment, on=ON)
    assert [(one.kind, one.given_on, one.recorded_by) for one in rows] == [
        (code, ON, world.caseworker) for code in FOUR
    ]
    assert "votre choix" in rows[0].told
    assert "garde d’enfant" in rows[3].told


@pytest.mark.req("R-020")
def test_the_contract_is_not_sent_while_one_is_missing_and_says_which(
    world: World, enrolment: Enrolment, contract: Contract
) -> None:
    assert codes(contract) == ["contract_without_information"] * 4
    told_before_adhering(world, enrolment, on=ON, but="individual_aids")
    assert missing_for_submission([contract], on=ON)[contract] == [
        (
            "contract_without_information",
            "Il manque l’information à donner avant l’adhésion : Les aides individuelles : transport, garde d’enfant, formation.",
        )
    ]
    assert "contract_without_information" in dict(missing_for_signature(contract, on=ON))
    sign(actor=world.caseworker, on=ON, contract_id=contract.pk)
    with pytest.raises(Refusal, match="Les aides individuelles"):
        submit(actor=world.caseworker, on=ON, contract_id=contract.pk)
    given: dict[str, Any] = {"actor": world.caseworker, "on": ON, "enrolment_id": enrolment.pk}
    (last,) = give_information(**given, kinds=["individual_aids"], given_on=ON)
    assert codes(contract) == []
    withdraw_information(actor=world.caseworker, on=ON, information_id=last.pk)
    assert codes(contract) == ["contract_without_information"]
    give_information(**given, kinds=["individual_aids"], given_on=ON)
    assert submit(actor=world.caseworker, on=ON, contract_id=contract.pk).submitted_on == ON


@pytest.mark.req("R-020")
def test_what_was_said_after_the_signature_comes_too_late(
    world: World, enrolment: Enrolment, contract: Contract
) -> None:
    told_before_adhering(world, enrolment, on=ON + timedelta(days=1))
    sign(actor=world.caseworker, on=ON + timedelta(days=1), contract_id=contract.pk, signed_on=ON)
    contract.refresh_from_db()
    assert codes(contract) == ["contract_without_information"] * 4


def test_an_information_out_of_the_list_of_the_action_is_refused(world: World, enrolment: Enrolment) -> None:
    other = world.enrolled(caseworker=world.caseworker)
    for stay, kind in ((other, "commitment"), (enrolment, "inventée")):
        with pytest.raises(Refusal) as refused:
            give_information(actor=world.caseworker, on=ON, enrolment_id=stay.pk, kinds=[kind], given_on=ON)
        assert refused.value.code == "information_unknown"
    everybody = {"actor": world.caseworker, "on": ON, "given_on": ON}
    give_information(**everybody, enrolment_id=enrolment.pk, kinds=[InformationKind.RIGHTS_AND_DUTIES])  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        give_information(actor=world.stranger, on=ON, enrolment_id=enrolment.pk, kinds=["commitment"], given_on=ON)


@pytest.mark.req("R-020")
def test_the_paper_of_the_contract_says_what_was_explained_and_when(
    world: World, enrolment: Enrolment, contract: Contract
) -> None:
    told_before_adhering(world, enrolment, on=ON)
    blocks = paper_to_sign(text_of(contract, on=ON)).blocks
    rank = next(
        i for i, one in enumerate(blocks) if getattr(one, "text", "") == "Ce qui m’a été expliqué avant de m’engager"
    )
    rows: Any = blocks[rank + 1]
    assert ("Le rôle du référent", "expliqué le 1er\u00a0juin 2020") in rows.rows


WARNS = b"""
format: 1
authority: {code: plie, label: PLIE}
framework: {code: plie_essai, version: "1", label: Essai, valid_from: 2020-01-01, citation: ["000 l.1"], basis: stated}
actions:
  - code: plie_essai
    label: Essai
    citation: ["000 l.1"]
    contract:
      contractualisation: mandatory
      label: Contrat
      kinds: [plie]
      citation: ["000 l.1"]
      basis: stated
      told:
        missing: warns
        citation: ["000 l.1"]
        basis: stated
        items: [{code: commitment, label: Votre engagement, said: Vous choisissez d'entrer.}]
"""


@pytest.mark.req("R-020")
def test_where_the_rulebook_only_flags_the_contract_goes_and_the_page_says_it(world: World, client: Client) -> None:
    load(WARNS, file="essai.yaml")
    RulebookVersion.objects.create(
        pk=2_000_004, code="plie_essai", version="1", authority_code="plie", label="Essai", valid_from=date(2020, 1, 1),
        raw=WARNS, sha256=hashlib.sha256(WARNS).hexdigest(), adopted_on=date(2020, 1, 1),
    )  # fmt: skip
    enrolment = world.enrolled(line=world.place(action_code="plie_essai"), caseworker=world.caseworker)
    draft = Draft(enrolment.pk, ON, date(2020, 12, 31), ContractKind.PLIE)
    contract = draft_contract(actor=world.caseworker, on=ON, draft=draft)
    assert codes(contract) == []
    flagged = untold([contract], on=ON, shelf=Shelf(), missing="warns")[contract.pk]
    assert flagged == [
        ("contract_without_information", "Il manque l’information à donner avant l’adhésion : Votre engagement.")
    ]
    client.force_login(world.caseworker)
    page = client.get(f"/personnes/{contract.person.key}/contrats/{contract.key}/").content.decode()
    assert "À signaler" in page
    assert "Votre engagement" in page
    sign(actor=world.caseworker, on=ON, contract_id=contract.pk)
    assert submit(actor=world.caseworker, on=ON, contract_id=contract.pk).submitted_on == ON


@pytest.mark.req("R-020")
def test_the_referent_is_led_from_the_contract_to_the_four_and_finds_them_in_the_path(
    world: World, enrolment: Enrolment, contract: Contract, client: Client
) -> None:
    client.force_login(world.caseworker)
    person = f"/personnes/{enrolment.person.key}/"
    page = client.get(f"{person}contrats/{contract.key}/").content.decode()
    assert "Les actions du PLIE" in page
    led = f"{person}informations/nouvelle/?adhesion={contract.key}"
    assert led in page
    form = client.get(led).content.decode()
    assert "Entrer dans le PLIE est votre choix" in form
    assert [f'value="{code}"' in form for code in FOUR] == [True] * 4
    assert form.count(" checked") == 4
    sent = {"enrolment": enrolment.pk, "kinds": FOUR, "given_on": "01/06/2020", "documents": ""}
    assert client.post(led, sent)["Location"] == f"{person}contrats/{contract.key}/"
    assert "le rôle du référent" in client.get(f"{person}parcours/").content.decode()
    assert "le rôle du référent le 01/06/2020" in client.get(f"{person}situation/").content.decode()
    again = client.get(f"{person}contrats/{contract.key}/").content.decode()
    assert "expliqué le 1er\u00a0juin 2020" in again
    assert led not in again
    assert client.get(f"{person}informations/nouvelle/?adhesion=x").content.decode().count(" checked") == 0


def test_a_list_says_each_thing_once_and_not_what_everybody_is_told() -> None:
    for wrong in (b"{code: risks, label: Risques, said: x}", b"{code: commitment, label: Encore, said: x}"):
        raw = WARNS.replace(b"entrer.}]", b"entrer.}, " + wrong + b"]")
        with pytest.raises(BadRulebook, match="déclarée deux fois"):
            load(raw, file="essai.yaml")


@pytest.mark.req("R-020")
def test_an_obligation_may_wait_for_one_of_the_list_and_for_no_other() -> None:
    waits = b"""
obligations:
  - {code: told, label: x, do: x, why: x, citation: x, basis: stated, shape: deadline_after_event, starts_from: enrolment_start,
     delay: {count: 0, unit: days}, expects: {event: information, kinds: [commitment]}}
"""
    assert load(WARNS + waits, file="essai.yaml").obligations
    with pytest.raises(BadRulebook, match="information inconnue de l'action plie_essai : aids"):
        load(WARNS + waits.replace(b"[commitment]", b"[aids]"), file="essai.yaml")
