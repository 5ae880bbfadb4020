"""A paper that names the former référent is said so before anybody signs it (R-046, R-082)."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from jalons.pathways.models import Horizon
from jalons.pathways.operations import (
    Draft,
    Objective,
    PlannedStep,
    draft_contract,
    name_lead_caseworker,
    prepare_signature,
)
from tests.worlds import World


@pytest.mark.req("R-046", "R-082")
def test_the_page_says_that_the_paper_is_to_be_made_again(client: Client, world: World, rulebooks: None) -> None:
    enrolment = world.enrolled(caseworker=world.caseworker)
    draft = Draft(
        enrolment.pk, world.day, date(2020, 12, 31), objectives=[Objective(one, "Avancer") for one in Horizon],
        steps=[PlannedStep("job_search", "", world.day, "Mairie")], her_words="Travailler dehors.",
    )  # fmt: skip
    given = {"actor": world.caseworker, "on": world.day}
    contract = draft_contract(**given, draft=draft)
    prepare_signature(**given, contract_id=contract.pk)
    client.force_login(world.caseworker)
    page = reverse("desk:sign_contract", args=(enrolment.person.key, contract.key))
    assert "Préparer à nouveau" not in client.get(page).content.decode()
    name_lead_caseworker(
        actor=world.head, on=world.day, person_id=enrolment.person_id, caseworker_id=world.colleague.pk,
        organisation_id=world.house.pk, start_on=world.day, reason="Congé",
    )  # fmt: skip
    assert "Préparer à nouveau" in client.get(page).content.decode()
    client.post(reverse("desk:prepare_signature", args=(enrolment.person.key, contract.key)))
    assert "Préparer à nouveau" not in client.get(page).content.decode()
