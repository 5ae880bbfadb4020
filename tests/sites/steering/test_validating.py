"""Contracts to validate and ends of rights to decide: read whole, decided with reasons, within the territory."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.pathways.models import ClosureProposal, Contract, ContractState, EndReason, Horizon, ProposalState
from jalons.pathways.operations import (
    Draft,
    EndedRights,
    Objective,
    PlannedStep,
    draft_contract,
    propose_closures,
    sign,
    submit,
)
from jalons.people.models import Person
from tests.journeys.conftest import step_kind
from tests.worlds import ACTION, World

MOST_QUERIES = 25


def body(response: Any) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def submitted(world: World, name: str = "Martin") -> Contract:
    enrolment = world.enrolled(world.person(name), caseworker=world.caseworker)
    objectives = [Objective(horizon, "Refaire le CV") for horizon in Horizon]
    steps = [PlannedStep(kind=step_kind(ACTION, world.day), planned_on=date(2020, 11, 2), place="Maison des parcours")]
    draft = Draft(
        enrolment.pk, date(2020, 10, 1), date(2021, 3, 31), objectives=objectives, steps=steps,
        her_words="Travailler près de chez moi.",
    )  # fmt: skip
    contract = draft_contract(actor=world.caseworker, on=world.day, draft=draft)
    sign(actor=world.caseworker, on=world.day, contract_id=contract.pk)
    return submit(actor=world.caseworker, on=world.day, contract_id=contract.pk)


def address(contract: Contract, act: str = "") -> str:
    return f"/pilotage/a-valider/{contract.person.key}/{contract.key}/{act}"


def proposal(world: World, person: Person | None = None) -> ClosureProposal:
    enrolment = world.enrolled(person or world.person(), caseworker=world.caseworker)
    ending = EndedRights(enrolment.person_id, date(2020, 9, 30), "duties_ended")
    propose_closures(actor=world.system, on=world.day, endings=[ending])
    return ClosureProposal.objects.get(enrolment=enrolment)


@pytest.fixture
def chief(client: Client, world: World) -> Client:
    client.force_login(world.social_head)
    return client


@pytest.mark.req("R-083")
def test_the_contract_is_read_whole_then_validated(chief: Client, world: World) -> None:
    contract = submitted(world)
    assert "MARTIN" in body(chief.get("/pilotage/a-valider/"))
    page = body(chief.get(address(contract)))
    assert "Travailler près de chez moi." in page
    assert "Maison des parcours" in page
    chief.post(address(contract, "valider/"))
    contract.refresh_from_db()
    assert (contract.state, contract.validated_by) == (ContractState.VALIDATED, world.social_head)
    assert "MARTIN" not in body(chief.get("/pilotage/a-valider/"))


@pytest.mark.req("R-083")
def test_a_return_gives_its_reasons(chief: Client, world: World) -> None:
    contract = submitted(world)
    without = chief.post(address(contract, "renvoyer/"), {"reasons": " "})
    assert "Un renvoi donne ses motifs." in body(without)
    chief.post(address(contract, "renvoyer/"), {"reasons": "Dates à préciser."})
    contract.refresh_from_db()
    assert contract.state == ContractState.RETURNED
    assert "Dates à préciser." in body(chief.get(address(contract)))


def test_a_decision_already_taken_is_told(chief: Client, world: World) -> None:
    contract = submitted(world)
    chief.post(address(contract, "valider/"))
    assert 'class="alert alert-danger"' in body(chief.post(address(contract, "valider/"), follow=True))


def test_a_draft_is_not_for_the_authority(chief: Client, world: World) -> None:
    contract = submitted(world)
    Contract.objects.filter(pk=contract.pk).update(submitted_on=None, signed_on=None, state=ContractState.DRAFT)
    assert chief.get(address(contract)).status_code == 404


def test_another_territory_has_nothing(client: Client, world: World) -> None:
    contract, closing = submitted(world), proposal(world, world.person("Autre"))
    client.force_login(world.west_social_head)
    assert "MARTIN" not in body(client.get("/pilotage/a-valider/"))
    assert client.post(address(contract, "valider/")).status_code == 404
    assert "AUTRE" not in body(client.get("/pilotage/fins-de-droits/"))
    assert client.post(f"/pilotage/fins-de-droits/{closing.pk}/", {"decision": "clore"}).status_code == 404


@pytest.mark.req("R-026")
def test_closing_ends_the_enrolment(chief: Client, world: World) -> None:
    closing = proposal(world)
    assert "Fin des droits et devoirs" in body(chief.get("/pilotage/fins-de-droits/"))
    where = f"/pilotage/fins-de-droits/{closing.pk}/"
    assert "Ce champ est à remplir." in body(chief.post(where, {"decision": "clore", "reason": ""}))
    chief.post(where, {"decision": "clore", "last_day": "30/09/2020", "reason": "Droits finis"})
    closing.refresh_from_db()
    assert (closing.state, closing.reason) == (ProposalState.CLOSED, "Droits finis")
    assert (closing.enrolment.end_on, closing.enrolment.end_reason) == (date(2020, 9, 30), EndReason.RIGHTS_ENDED)


@pytest.mark.req("R-026")
def test_a_closure_by_mistake_is_taken_back(chief: Client, world: World) -> None:
    closing = proposal(world)
    where = f"/pilotage/fins-de-droits/{closing.pk}/"
    chief.post(where, {"decision": "clore", "last_day": "30/09/2020", "reason": "Droits finis"})
    assert "MARTIN" not in body(chief.get("/pilotage/fins-de-droits/"))
    assert "MARTIN" in body(chief.get("/pilotage/fins-de-droits/?etat=clos"))
    page = body(chief.get(where))
    assert "Reprendre l’accompagnement" in page
    assert "Droits finis" in page
    assert "Ce champ est à remplir." in body(chief.post(where, {"reason": ""}))
    chief.post(where, {"reason": "Mauvaise ligne"})
    closing.enrolment.refresh_from_db()
    assert closing.enrolment.end_on is None
    assert "MARTIN" not in body(chief.get("/pilotage/fins-de-droits/?etat=clos"))


@pytest.mark.req("R-026")
def test_maintaining_keeps_it_open(chief: Client, world: World) -> None:
    closing = proposal(world)
    fields = {"decision": "maintenir", "until": "31/12/2020", "reason": "Formation en cours"}
    chief.post(f"/pilotage/fins-de-droits/{closing.pk}/", fields)
    closing.refresh_from_db()
    assert (closing.state, closing.until) == (ProposalState.MAINTAINED, date(2020, 12, 31))
    assert closing.enrolment.end_on is None


@pytest.mark.req("R-007")
def test_the_head_closes_but_does_not_maintain(client: Client, world: World) -> None:
    closing = proposal(world)
    client.force_login(world.head)
    where = f"/pilotage/fins-de-droits/{closing.pk}/"
    assert "chef de service social" in body(client.get(where))
    client.post(where, {"decision": "maintenir", "reason": "x"})
    closing.refresh_from_db()
    assert closing.state == ProposalState.OPEN


def test_a_day_to_come_is_refused_beside_the_form(chief: Client, world: World) -> None:
    closing = proposal(world)
    fields = {"decision": "clore", "last_day": "31/12/2020", "reason": "Droits finis"}
    page = body(chief.post(f"/pilotage/fins-de-droits/{closing.pk}/", fields))
    assert "La clôture ne se date pas dans l’avenir." in page
    assert "Droits finis" in page


@pytest.mark.parametrize("where", ["/pilotage/a-valider/", "/pilotage/fins-de-droits/"])
def test_the_number_of_queries_is_constant(chief: Client, world: World, where: str) -> None:
    world.line.places = 100
    world.line.save()
    counts = []
    for group in range(2):
        for number in range(3 + 12 * group):
            submitted(world, f"Contrat{group}{number}")
            proposal(world, world.person(f"Fin{group}{number}"))
        chief.get(where)
        with CaptureQueriesContext(connection) as queries:
            assert chief.get(where).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= MOST_QUERIES
