"""Validation of a contract at one level or two, its refusal with reasons of a list, and the PPAE that stands for it."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import Contract, ContractApproval, ContractKind, ContractState
from jalons.pathways.operations import (
    Draft,
    approve_contract,
    correct_ppae,
    draft_contract,
    edit_contract,
    hand_over_copy,
    note_ppae,
    open_beside,
    return_contract,
    sign,
    submit,
    validate,
    withdraw_ppae,
)
from jalons.pathways.queries.contract_papers import given_to
from jalons.pathways.queries.contracts import chain_of, contracts_to_approve
from jalons.pathways.reference import return_reasons
from jalons.pathways.rulebook import rules_of
from jalons.rulebooks.models import RulebookVersion
from tests.worlds import BEGINNING, World

ON = date(2020, 6, 1)
TWO_LEVELS = """
format: 1
authority: {code: metropole_lyon, label: Métropole}
framework: {code: essai, version: "1", label: Essai, valid_from: 2020-01-01, citation: ["000 l.1"], basis: stated}
actions:
  - code: deux_niveaux
    label: Action essayée
    citation: ["000 l.1"]
    contract:
      contractualisation: mandatory
      label: Contrat
      kinds: [engagement]
      approved_by_organisation: true
      notice: Écrivez des étapes datées.
      citation: ["000 l.1"]
      basis: chosen
      ref: S-22
"""


@pytest.fixture
def two_levels(db: None) -> str:
    raw = TWO_LEVELS.encode()
    RulebookVersion.objects.create(
        pk=2_000_003,
        code="essai",
        version="1",
        authority_code="metropole_lyon",
        label="Essai",
        valid_from=BEGINNING,
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        adopted_on=BEGINNING,
    )
    return "deux_niveaux"


def submitted(world: World, enrolment_id: int) -> Contract:
    common: dict[str, Any] = {"actor": world.caseworker, "on": ON}
    contract = draft_contract(**common, draft=Draft(enrolment_id, ON, date(2020, 11, 30)))
    sign(**common, contract_id=contract.pk)
    return submit(**common, contract_id=contract.pk)


@pytest.mark.req("R-083")
def test_where_the_rulebook_asks_the_head_approves_before_the_authority_validates(
    world: World, two_levels: str
) -> None:
    contract = submitted(world, world.enrolled(line=world.place(action_code=two_levels)).pk)
    given: dict[str, Any] = {"on": ON, "contract_id": contract.pk}
    with pytest.raises(Refusal, match="approbation du responsable"):
        validate(actor=world.social_head, **given)
    for actor in (world.caseworker, world.neighbour_head, world.social_head):
        with pytest.raises(NotAllowed):
            approve_contract(actor=actor, **given)
    approve_contract(actor=world.head, **given)
    with pytest.raises(Refusal, match="n’attend pas d’approbation"):
        approve_contract(actor=world.head, **given)
    assert validate(actor=world.social_head, **given).state == ContractState.VALIDATED


@pytest.mark.req("R-083")
def test_the_head_sends_back_while_the_contract_waits_for_her_then_the_authority_does(
    world: World, two_levels: str
) -> None:
    contract = submitted(world, world.enrolled(line=world.place(action_code=two_levels)).pk)
    given: dict[str, Any] = {"on": ON, "contract_id": contract.pk}
    with pytest.raises(NotAllowed):
        return_contract(actor=world.social_head, codes=["steps"], **given)
    back = return_contract(actor=world.head, codes=["steps"], reasons="Ajoutez l’atelier.", **given)
    assert (back.state, back.submitted_on) == (ContractState.RETURNED, ON)
    said = back.returns.get()
    assert (said.codes, said.reasons) == (["steps"], f"{return_reasons()['steps']}. Ajoutez l’atelier.")
    sign(actor=world.caseworker, **given)
    submit(actor=world.caseworker, **given)
    approve_contract(actor=world.head, **given)
    return_contract(actor=world.social_head, codes=["signature"], **given)
    assert not ContractApproval.objects.exists()  # it is approved again


@pytest.mark.req("R-083")
def test_a_changed_contract_is_approved_again(world: World, two_levels: str) -> None:
    contract = submitted(world, world.enrolled(line=world.place(action_code=two_levels)).pk)
    given: dict[str, Any] = {"on": ON, "contract_id": contract.pk}
    approve_contract(actor=world.head, **given)
    return_contract(actor=world.social_head, reasons="À revoir.", **given)
    edit_contract(actor=world.caseworker, her_words="Autrement.", **given)
    assert not ContractApproval.objects.filter(contract=contract).exists()


def test_one_level_asks_nothing_of_the_head(world: World) -> None:
    enrolment = world.enrolled()
    assert not rules_of(enrolment.action_code, on=ON).contract.approval
    contract = draft_contract(actor=world.caseworker, on=ON, draft=Draft(enrolment.pk, ON, date(2020, 11, 30)))
    with pytest.raises(Refusal, match="s’approuve une fois transmis"):
        approve_contract(actor=world.head, on=ON, contract_id=contract.pk)


def test_a_reason_out_of_the_list_is_refused_and_words_alone_are_enough(world: World, two_levels: str) -> None:
    contract = submitted(world, world.enrolled(line=world.place(action_code=two_levels)).pk)
    given: dict[str, Any] = {"actor": world.head, "on": ON, "contract_id": contract.pk}
    with pytest.raises(Refusal, match="pas dans la liste"):
        return_contract(codes=["humeur"], **given)
    with pytest.raises(Refusal, match="donne ses motifs"):
        return_contract(**given)
    assert return_contract(reasons="À compléter.", **given).returns.get().codes == []


@pytest.mark.req("R-091")
def test_the_notice_of_the_contract_is_told_by_the_rulebook(world: World, two_levels: str) -> None:
    assert rules_of(two_levels, on=ON).contract.notice == "Écrivez des étapes datées."
    assert "notice explicative" in rules_of("nord_ii2_coaching", on=ON).contract.notice


@pytest.mark.req("R-085")
def test_a_ppae_satisfies_the_duty_where_the_rulebook_admits_it(world: World) -> None:
    enrolment = world.enrolled()
    given: dict[str, Any] = {"actor": world.caseworker, "on": ON, "signed_on": ON, "end_on": date(2020, 11, 30)}
    noted = note_ppae(enrolment_id=enrolment.pk, start_on=ON, **given)
    assert (noted.state, noted.end_on) == (ContractState.VALIDATED, date(2020, 11, 30))
    assert (noted.kind, noted.rank) == (ContractKind.PPAE, 1)
    with pytest.raises(Refusal, match="couvre déjà"):
        note_ppae(enrolment_id=enrolment.pk, start_on=date(2020, 10, 1), **given)
    with pytest.raises(Refusal, match="finir avant"):
        note_ppae(enrolment_id=enrolment.pk, start_on=date(2020, 12, 1), **given)
    plie = world.enrolled(line=world.place(action_code="plie_2014_2020"))
    with pytest.raises(Refusal, match="ne retient pas le PPAE"):
        note_ppae(enrolment_id=plie.pk, start_on=ON, **given)
    with pytest.raises(NotAllowed):
        note_ppae(enrolment_id=enrolment.pk, start_on=ON, **given | {"actor": world.stranger})


@pytest.mark.req("R-085")
def test_a_ppae_noted_with_wrong_dates_is_corrected_or_taken_back_and_nobody_validates_it(world: World) -> None:
    enrolment = world.enrolled()
    common: dict[str, Any] = {"actor": world.caseworker, "on": ON}
    dates = {"signed_on": ON, "start_on": ON, "end_on": date(2020, 11, 30)}
    noted = note_ppae(**common, enrolment_id=enrolment.pk, **dates)
    with pytest.raises(Refusal, match="Pôle emploi, qui remet sa copie"):
        hand_over_copy(**common, contract_id=noted.pk)
    assert given_to(noted).sentences[-1].startswith("Noté par")
    with pytest.raises(NotAllowed):
        correct_ppae(**common | {"actor": world.stranger}, contract_id=noted.pk, **dates)
    correct_ppae(**common, contract_id=noted.pk, **dates | {"end_on": date(2020, 8, 31)})
    noted.refresh_from_db()
    assert noted.end_on == date(2020, 8, 31)
    withdraw_ppae(**common, contract_id=noted.pk)
    noted.refresh_from_db()
    assert noted.state == ContractState.CANCELLED
    note_ppae(**common, enrolment_id=enrolment.pk, **dates)
    written = draft_contract(**common, draft=Draft(world.enrolled().pk, ON, date(2020, 11, 30)))
    with pytest.raises(Refusal, match="Seul un PPAE"):
        withdraw_ppae(**common, contract_id=written.pk)


@pytest.mark.req("R-083")
def test_a_head_approves_the_contracts_of_their_house_only(world: World, two_levels: str) -> None:
    line = world.place(action_code=two_levels)
    contract = submitted(world, world.enrolled(line=line).pk)
    person = contract.person
    theirs = world.place(world.neighbour)
    open_beside(actor=world.system, on=ON, person_id=person.pk, line_id=theirs.pk, start_on=ON)
    assert list(contracts_to_approve(world.head, on=ON)) == [contract]
    assert list(contracts_to_approve(world.neighbour_head, on=ON)) == []


@pytest.mark.req("R-077")
def test_the_chain_shows_the_days_no_contract_covers(world: World) -> None:
    enrolment = world.enrolled()
    common: dict[str, Any] = {"actor": world.caseworker, "on": ON}
    first = draft_contract(**common, draft=Draft(enrolment.pk, date(2020, 3, 1), date(2020, 6, 30)))
    second = draft_contract(**common, draft=Draft(enrolment.pk, date(2020, 7, 3), date(2020, 12, 31)))
    links = chain_of(first)
    assert [one.contract for one in links] == [first, second]
    assert links[0].gap is None
    gap = links[1].gap
    assert gap is not None
    assert (gap.start, gap.end) == (date(2020, 7, 1), date(2020, 7, 2))
