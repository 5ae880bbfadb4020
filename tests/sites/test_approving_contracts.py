"""The head of an organisation reads the contracts that wait for her, approves or sends back; the authority sees them after."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.pathways.models import Contract, ContractState
from tests.pathways.test_levels_of_validation import submitted, two_levels
from tests.worlds import World

__all__ = ["two_levels"]
MOST_QUERIES = 25


def shown(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode()).replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.req("R-083")
def test_a_contract_waits_for_the_head_then_for_the_authority(client: Client, world: World, two_levels: str) -> None:
    enrolment = world.enrolled(world.person("Martin"), line=world.place(action_code=two_levels))
    contract = submitted(world, enrolment.pk)
    page = f"/personnes/{contract.person.key}/contrats/{contract.key}/"
    client.force_login(world.social_head)
    assert "Aucun contrat à valider" in shown(client.get("/pilotage/a-valider/"))
    authority = f"/pilotage/a-valider/{contract.person.key}/{contract.key}/"
    assert "Attend l’approbation du responsable" in shown(client.get(authority))

    client.force_login(world.head)
    assert "1 contrat à approuver" in shown(client.get("/aujourdhui/"))
    assert "MARTIN" in shown(client.get("/contrats/a-approuver/")).upper()
    assert "Votre approbation" in shown(client.get(page))
    assert client.post(f"{page}renvoyer/", {"codes": ["steps"], "reasons": ""}).status_code == 302
    contract.refresh_from_db()
    assert contract.state == ContractState.RETURNED
    assert "Les étapes manquent" in shown(client.get(page))
    Contract.objects.filter(pk=contract.pk).update(state=ContractState.SUBMITTED)
    assert client.post(f"{page}approuver/").status_code == 302
    assert "Aucun contrat à approuver" in shown(client.get("/contrats/a-approuver/"))
    client.force_login(world.social_head)
    assert "1 contrat" in shown(client.get("/pilotage/a-valider/"))


def test_the_list_costs_the_same_for_one_contract_or_six(client: Client, world: World, two_levels: str) -> None:
    line = world.place(action_code=two_levels)
    client.force_login(world.head)
    costs = []
    for more in (1, 5):
        for _ in range(more):
            submitted(world, world.enrolled(line=line).pk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/contrats/a-approuver/").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= MOST_QUERIES
