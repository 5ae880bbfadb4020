"""« Repérer des personnes » and the list of offers to hand over, on screen (R-114)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.network.models import ReadTrace
from jalons.pathways.models import Step, StepOffer
from jalons.pathways.operations import open_offer, open_project
from tests.journeys.conftest import step_kind
from tests.worlds import ACTION, World

pytestmark = [pytest.mark.req("R-114"), pytest.mark.usefixtures("rulebooks")]


@pytest.fixture
def offer(world: World) -> StepOffer:
    given: dict[str, Any] = {"actor": world.caseworker, "on": world.day, "organisation_id": world.house.pk}
    kind = step_kind(ACTION, world.day)
    return open_offer(**given, provider="Cantine", kind=kind, label="Agent de cuisine", contact="Mme Roy, à l’accueil")


@pytest.fixture
def desk(client: Client, world: World) -> Client:
    client.force_login(world.caseworker)
    return client


def shown(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def test_from_an_offer_one_finds_somebody_and_positions_her(desk: Client, world: World, offer: StepOffer) -> None:
    cook = world.enrolled(world.person("Zola", "Alix"), caseworker=world.caseworker)
    world.enrolled(world.person("Abadie", "Nour"), caseworker=world.caseworker)
    open_project(actor=world.caseworker, on=world.day, enrolment_id=cook.pk, title="Cuisinière", opened_on=world.day)
    page = shown(desk.get("/offres/"))
    assert f"/offres/{offer.pk}/reperer/" in page
    page = shown(desk.get(f"/offres/{offer.pk}/reperer/"))
    assert page.index("ABADIE") < page.index("ZOLA")
    assert "Projet : Cuisinière" in page
    assert ReadTrace.objects.filter(user_id=world.caseworker.pk, count=2).exists()
    page = shown(desk.get(f"/offres/{offer.pk}/reperer/?projet=cuisiniere&disponible=on"))
    assert "ZOLA" in page
    assert "ABADIE" not in page
    assert "Personne ne correspond" in shown(desk.get(f"/offres/{offer.pk}/reperer/?projet=soudure"))
    address = f"/personnes/{cook.person.key}/offres/{offer.pk}/{cook.pk}/"
    page = shown(desk.post(address, follow=True))
    assert "Personne positionnée sur l’offre." in page
    assert Step.objects.get().offer == offer
    assert "déjà positionnée" in shown(desk.post(address, follow=True))


def test_a_territory_that_does_not_exist_filters_nothing_and_says_so(
    desk: Client, world: World, offer: StepOffer
) -> None:
    world.enrolled(world.person("Zola", "Alix"), caseworker=world.caseworker)
    page = shown(desk.get(f"/offres/{offer.pk}/reperer/?territoire=999"))
    assert "ZOLA" in page
    assert "is-invalid" in page


def test_another_authority_does_not_find_the_offer(client: Client, world: World, offer: StepOffer) -> None:
    away = world.organisation("Maison de Lille", authority=world.neighbour_authority)
    client.force_login(world.user("lilloise", "caseworker", organisation=away))
    assert client.get(f"/offres/{offer.pk}/reperer/").status_code == 404


def test_the_list_cost_does_not_grow_with_the_persons(desk: Client, world: World, offer: StepOffer) -> None:
    counts = []
    for turn in range(3):
        for number in range(3):
            world.enrolled(world.person(f"Nom{turn}{number}"), caseworker=world.caseworker)
        with CaptureQueriesContext(connection) as queries:
            desk.get(f"/offres/{offer.pk}/reperer/")
        counts.append(len(queries))
    assert counts[1] == counts[2] <= 25


def test_the_list_to_hand_over_is_a_pdf_that_names_nobody(desk: Client, world: World, offer: StepOffer) -> None:
    assert "/offres/a-remettre/" in shown(desk.get("/offres/"))
    answer = desk.get("/offres/a-remettre/")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "offres.pdf" in answer.headers["Content-Disposition"]
    filtered = desk.get(f"/offres/a-remettre/?type={offer.kind}")
    assert filtered.content[:5] == b"%PDF-"
    form = {"provider": "GRETA", "kind": offer.kind, "label": "Vente", "source": "programme", "places": "",
            "start_on": "", "end_on": "", "territory_id": str(world.east.pk), "weekly_hours": "28",
            "contact": "Le site"}  # fmt: skip
    desk.post("/offres/nouvelle/", form)
    made = StepOffer.objects.get(label="Vente")
    assert (made.territory, made.weekly_hours, made.contact) == (world.east, 28, "Le site")
    assert "Territoire Est" in shown(desk.get("/offres/"))
