"""Un organisme arrive avec son tableau : colonnes reliées, mots expliqués, lignes corrigées, reprises, puis annulées."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jalons.network.models import User
from jalons.pathways.models import Enrolment, Mandate
from jalons.people.models import Person
from tests.exchange.spreadsheets.moving.tables import xlsx_table
from tests.journeys.test_every_screen_is_accessible import check
from tests.worlds import World

Enter = Callable[[User], None]
Take = Callable[[str], None]
HEADERS = [
    "Nom usuel",
    "Prénom bénéficiaire",
    "Date de\nNaissance",
    "Entrée le",
    "Qui suit",
    "Dernier RDV",
    "Venu ?",
    "NIR",
]
ROWS = [
    ["LEROY", "Zoé", "12/03/1985", "03/02/2020", "Anne", "10/02/2020", "OK", "2850369123456"],
    ["Ngo", "Paul", "31/02/1990", "03/02/2020", "Anne", None, None, None],
    ["Petit", "Rémi", "04/05/1979", "10/02/2020", "Anne", None, None, None],
]


@pytest.fixture
def upload() -> dict[str, Any]:
    content = xlsx_table(["Suivi 2020 de la Maison des parcours"], HEADERS, *ROWS)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "suivi 2020.xlsx", "mimeType": kind, "buffer": content}


def deposit(page: Any, upload: dict[str, Any]) -> None:
    page.goto("/pilotage/echanges/")
    page.get_by_role("link", name="Tableau d’un organisme").click()
    page.get_by_label("Organisme").select_option(label="Maison des parcours")
    page.get_by_label("Nom du tableau").fill("Suivi des participants")
    page.get_by_label("Fichier").set_input_files(upload)
    page.get_by_role("button", name="Lire ce tableau").click()


def test_a_table_is_taken_over_and_taken_back(
    page: Any, axe: Any, committed_world: World, sign_in: Enter, shot: Take, upload: dict[str, Any]
) -> None:
    world = committed_world
    assert world.caseworker.pk
    sign_in(world.data_officer)
    deposit(page, upload)
    page.get_by_role("heading", name="Relier les colonnes").wait_for()
    found = check(page, axe, "reprise-colonnes", shot)
    assert "2850369" not in page.content(), "a NIR is never shown"
    page.get_by_label("Ce que contient la colonne Qui suit").select_option(label="Référent")
    page.get_by_label("Ce que contient la colonne Venu").select_option(label="Issue du rendez-vous")
    page.get_by_role("button", name="Essayer les lignes").click()

    page.get_by_text("2 mots du tableau ne sont pas connus").wait_for()
    page.get_by_role("link", name="Dire ce que ces mots veulent dire").click()
    page.get_by_label("Ce que veut dire Anne").select_option(label="Anne Roux")
    page.get_by_label("Ce que veut dire OK").select_option(label="Venu")
    found += check(page, axe, "reprise-mots", shot)
    page.get_by_role("button", name="Retenir ces mots").click()

    page.get_by_text("Essai : rien n’est encore changé").wait_for()
    assert Person.objects.count() == 0
    found += check(page, axe, "reprise-essai", shot)
    page.get_by_role("link", name="Corriger la ligne 4").click()
    page.get_by_text("ce jour n’existe pas dans le calendrier").wait_for()
    page.get_by_label("Date de Naissance").fill("28/02/1990")
    found += check(page, axe, "reprise-ligne", shot)
    page.get_by_role("button", name="Enregistrer et essayer").click()
    page.get_by_text("Ligne 4 : personne nouvelle, entrée, référent").wait_for()
    page.get_by_role("button", name="Importer 3 lignes").click()
    page.get_by_text("Lignes importées").wait_for()
    assert Enrolment.objects.filter(organisation=world.house).count() == 3
    assert set(Mandate.objects.values_list("caseworker", flat=True)) == {world.caseworker.pk}

    deposit(page, upload)  # the next month, the same file: columns and words are known, nothing is written twice
    page.get_by_text("Essai : rien n’est encore changé").wait_for()
    page.get_by_role("link", name="1", exact=True).first.wait_for()
    assert page.get_by_text("déjà connu").count() == 2

    page.goto("/pilotage/echanges/")
    page.get_by_role("link", name="suivi 2020.xlsx").last.click()
    page.get_by_role("link", name="Annuler cette reprise").click()
    page.get_by_text("3 personnes").wait_for()
    found += check(page, axe, "reprise-annuler", shot)
    page.get_by_role("button", name="Annuler la reprise").click()
    page.get_by_text("Reprise annulée.").wait_for()
    assert (Person.objects.count(), Enrolment.objects.count()) == (0, 0)
    page.goto("/pilotage/echanges/")
    found += check(page, axe, "reprise-journal", shot)
    assert found == []
    assert page.problems == []


def test_a_table_is_brought_in_by_keyboard_alone(
    page: Any, axe: Any, committed_world: World, sign_in: Enter, shot: Take
) -> None:
    world = committed_world
    sign_in(world.data_officer)
    page.goto("/pilotage/echanges/organismes/deposer/")
    page.get_by_label("Organisme").focus()
    page.keyboard.type("Maison")
    page.keyboard.press("Tab")
    page.keyboard.type("Suivi")
    page.keyboard.press("Tab")
    page.get_by_label("Fichier").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b"%PDF-1.4"})
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Ce fichier est un PDF").wait_for()
    found = check(page, axe, "reprise-depot-refuse", shot)
    content = "Nom;Prénom;Né(e) le;Entrée le\r\nRoy;Zoé;12/03/1985;03/02/2020\r\n".encode()
    page.get_by_label("Fichier").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_label("Feuille").press("Enter")
    page.get_by_role("heading", name="Relier les colonnes").wait_for()
    page.get_by_label("Noter l’orientation").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Importer 1 ligne").press("Enter")
    page.get_by_text("Lignes importées").wait_for()
    assert Enrolment.objects.get().person.last_name == "ROY"
    found += check(page, axe, "reprise-recu", shot)
    assert found == []
