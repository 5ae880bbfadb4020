"""The rulebooks on screen: read with their sources, reduced to the choices, compared, their silences listed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.rulebooks.loader import CONTENT
from jalons.rulebooks.models import RulebookVersion
from jalons.rulebooks.operations import adopt, load_shipped, propose
from tests.sites.steering.rulebook_files import lyon_later
from tests.worlds import World


def body(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")


@pytest.fixture
def reader(client: Client, world: World) -> Client:
    load_shipped(actor=world.system, on=world.day)
    client.force_login(world.steering_officer)
    return client


def version(code: str) -> int:
    return RulebookVersion.objects.get(code=code).pk


@pytest.mark.req("R-001")
def test_a_rulebook_shows_its_actions(reader: Client) -> None:
    assert "Itinéraires emploi et Itinéraires activité 2020" in body(reader.get("/pilotage/cadres/"))
    page = body(reader.get(f"/pilotage/cadres/{version('lyon_2020')}/"))
    assert "Métropole de Lyon, du 01/01/2020 au 31/12/2020" in page
    assert "Itinéraires emploi renforcés" in page
    assert RulebookVersion.objects.get(code="lyon_2020").sha256 in page
    assert "Contrat en cours de validité" not in page
    whole = body(reader.get(f"/pilotage/cadres/{version('lyon_2020')}/?tout=1"))
    assert whole.count("Contrat en cours de validité deux mois après l'orientation") >= 5


@pytest.mark.req("R-001")
def test_an_action_reads_with_its_sources(reader: Client) -> None:
    address = f"/pilotage/cadres/{version('lyon_2020')}/actions/lyon_emploi_diversifie_2020/"
    page = body(reader.get(address))
    assert "dit par le texte" in page
    assert "000 §3.1" in page
    assert "50 000,00 € pour 100 places" in page
    assert 'href="#obligations"' in page
    assert 'id="obligations-contract-after-orientation"' in page
    assert "registre/#s-12" in page
    assert "Année de référence des cinq rendez-vous" in page
    assert reader.get(f"/pilotage/cadres/{version('lyon_2020')}/actions/nord_iv_aci/").status_code == 404


@pytest.mark.req("R-001")
def test_only_the_choices_can_be_read(reader: Client) -> None:
    address = f"/pilotage/cadres/{version('lyon_2020')}/actions/lyon_emploi_diversifie_2020/"
    page = body(reader.get(address + "?choix=1"))
    assert "Accès à l'emploi durable" in page
    assert "Mobilisation sur une étape emploi-formation" not in page
    assert "Dossier individuel" not in page


@pytest.mark.req("R-001")
def test_the_exact_bytes_come_back(reader: Client) -> None:
    found = RulebookVersion.objects.get(code="nord_2019_2021")
    response = reader.get(f"/pilotage/cadres/{found.pk}/fichier/")
    assert response.content == bytes(found.raw)
    assert "attachment" in response["Content-Disposition"]


def test_the_register_says_which_rulebook_decides(reader: Client) -> None:
    page = body(reader.get("/pilotage/cadres/registre/"))
    assert 'id="c-13"' in page
    part = page.partition('id="c-13"')[2].partition("</section>")[0]
    assert "Nord : CDD de 6 mois exactement" in part
    assert "(11 actions)" in part
    assert page.count('<section class="part" id="') >= 103


@pytest.mark.req("R-001")
def test_two_actions_are_compared_side_by_side(reader: Client) -> None:
    lyon = version("lyon_2020")
    sides = f"a=v{lyon}.lyon_emploi_diversifie_2020&b=v{lyon}.lyon_activite_diversifie_2020"
    page = body(reader.get(f"/pilotage/cadres/comparer/?{sides}"))
    assert "<del>" in page
    assert "<ins>" in page
    assert "47 300,00 €" in page
    only = body(reader.get(f"/pilotage/cadres/comparer/?{sides}&ecarts=1"))
    assert len(only) < len(page)
    assert "47 300,00 €" in only
    assert "être allocataire du RSA" in page
    assert "être allocataire du RSA" not in only
    export = reader.get(f"/pilotage/cadres/comparer/export/csv/?{sides}&ecarts=1")
    text = b"".join(export.streaming_content).decode("utf-8-sig")
    assert "différences seulement" in text
    assert "47\u202f300,00" in text


@pytest.mark.req("R-001")
def test_a_proposal_is_compared_with_what_is_in_force(reader: Client, world: World) -> None:
    made = propose(raw=lyon_later(), file="lyon_2021.yaml", actor=world.steering_officer, on=world.day)
    page = body(reader.get(f"/pilotage/cadres/comparer/?a=v{version('lyon_2020')}&b=p{made.pk}&ecarts=1"))
    assert "60 000,00" in page
    assert "Itinéraires activité diversifiés" not in page.partition("<tbody>")[2]
    assert "Accompagnement" in body(reader.get(f"/pilotage/cadres/propositions/{made.pk}/texte/?tout=1"))


def test_a_proposal_is_not_compared_by_those_who_may_not_see_it(client: Client, world: World) -> None:
    load_shipped(actor=world.system, on=world.day)
    made = propose(raw=lyon_later(), file="lyon_2021.yaml", actor=world.steering_officer, on=world.day)
    client.force_login(world.caseworker)
    page = body(client.get(f"/pilotage/cadres/comparer/?a=v{version('lyon_2020')}&b=p{made.pk}"))
    assert "60 000,00" not in page
    assert "Choisissez les deux côtés" in page


def test_without_a_rulebook_the_page_says_so(client: Client, world: World) -> None:
    client.force_login(world.administrator)
    assert "Aucun cadre en vigueur" in body(client.get("/pilotage/cadres/"))
    assert client.get("/pilotage/cadres/1/").status_code == 404


def test_more_proposals_cost_no_more_queries(client: Client, world: World) -> None:
    adopt(raw=(CONTENT / "lyon_2020.yaml").read_bytes(), file="l.yaml", actor=world.system, on=world.day)
    client.force_login(world.steering_officer)

    def queries() -> list[int]:
        counts = []
        for address in ("/pilotage/cadres/", f"/pilotage/cadres/comparer/?a=v{version('lyon_2020')}"):
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                body(client.get(address))
            counts.append(len(captured))
        return counts

    propose(raw=lyon_later(), file="l.yaml", actor=world.steering_officer, on=world.day)
    before = queries()
    for number in range(3, 6):
        propose(raw=lyon_later(version=str(number)), file="l.yaml", actor=world.steering_officer, on=world.day)
    assert queries() == before
