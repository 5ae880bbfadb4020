"""Signing in: in French, nothing told about accounts, and the demo's accounts shown in a demo only."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.worlds import World

PASSWORD = "un mot de passe de test"


@pytest.fixture
def account(world: World) -> Any:
    world.caseworker.set_password(PASSWORD)
    world.caseworker.save()
    return world.caseworker


def test_a_visitor_is_led_to_the_sign_in_page(client: Client, world: World) -> None:
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"].startswith("/connexion/")


def test_the_page_is_in_french_and_lists_no_account(client: Client, world: World) -> None:
    page = client.get("/connexion/").content.decode()
    assert "Se connecter" in page
    assert "Identifiant" in page
    assert "referente" not in page


def test_a_right_password_lets_in(client: Client, account: Any) -> None:
    response = client.post("/connexion/", {"login": "referente", "password": PASSWORD})
    assert response.status_code == 302
    assert client.get("/reglages/").status_code == 200


def test_a_wrong_password_says_the_same_whether_the_account_exists(client: Client, account: Any) -> None:
    known = client.post("/connexion/", {"login": "referente", "password": "faux"}).content.decode()
    unknown = client.post("/connexion/", {"login": "personne", "password": "faux"}).content.decode()
    assert "alert-danger" in known
    assert _alert(known) == _alert(unknown)


def _alert(page: str) -> str:
    return page.split('role="alert"')[1].split("</div>")[0]


def test_attempts_are_counted(client: Client, account: Any) -> None:
    for _ in range(10):
        client.post("/connexion/", {"login": "referente", "password": "faux"})
    refused = client.post("/connexion/", {"login": "referente", "password": PASSWORD})
    assert refused.status_code != 302
    assert client.get("/reglages/").status_code == 302


def test_a_demo_shows_one_account_per_role(client: Client, account: Any, settings: Any) -> None:
    settings.JALONS_FICTITIOUS = True
    settings.JALONS_DEMO_PASSWORD = PASSWORD
    page = client.get("/connexion/").content.decode()
    assert "referente" in page
    assert PASSWORD in page
    assert "Personnes et résultats fictifs" in page


def test_nothing_of_a_demo_shows_when_persons_are_real(client: Client, account: Any, settings: Any) -> None:
    settings.JALONS_FICTITIOUS = False
    settings.JALONS_DEMO_PASSWORD = PASSWORD
    assert PASSWORD not in client.get("/connexion/").content.decode()


def test_signing_out_needs_a_click_on_a_button(client: Client, account: Any) -> None:
    client.force_login(account)
    assert client.get("/deconnexion/").status_code == 200
    assert client.get("/reglages/").status_code == 200
    client.post("/deconnexion/")
    assert client.get("/reglages/").status_code == 302


def test_a_page_not_found_says_so_in_french(client: Client, account: Any) -> None:
    client.force_login(account)
    response = client.get("/nulle-part/")
    assert response.status_code == 404
    assert "Page introuvable" in response.content.decode()
