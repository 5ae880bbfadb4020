"""Ce qui est refusé d’une liste ou d’un tableau se retrouve, se corrige, puis s’efface le jour dit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from jalons.exchange.spreadsheets.erasing import erase_refused
from jalons.exchange.spreadsheets.models import Move, TableImport
from jalons.exchange.spreadsheets.moving.erasing import erase_rows, kept_until
from jalons.network.models import User
from jalons.network.operations import system_user
from tests.exchange.spreadsheets.moving.tables import bring, csv_table
from tests.journeys.test_every_screen_is_accessible import check
from tests.worlds import World

Enter = Callable[[User], None]
Take = Callable[[str], None]
WIDE = {"width": 1280, "height": 800}
ADDRESS = "/pilotage/echanges/pre-flechages/"


def test_a_list_of_the_caf_and_its_refused_rows(
    page: Any, axe: Any, committed_world: World, sign_in: Enter, shot: Take
) -> None:
    world = committed_world
    person = world.person("Roy")
    number = person.stays.get().household.request_number
    rows = (
        f"Demande RSA;Nom;Prénom;Pré-fléchage\n{number};ROY;{person.first_name};Social\n99999999999;NGO;Paul;Social\n"
    )
    sign_in(world.data_officer)
    page.goto(ADDRESS)
    found = check(page, axe, "suggestions-aucune", shot)
    page.set_viewport_size(WIDE)
    page.get_by_label("Fichier").set_input_files(
        {"name": "entrants.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.get_by_role("button", name="Lire cette liste").click()
    page.get_by_role("heading", name="Lignes refusées").wait_for()
    page.get_by_text("Personne inconnue").wait_for()
    found += check(page, axe, "suggestions-liste", shot)
    page.set_viewport_size(WIDE)

    # plus tard : la liste et ses refus sont toujours là
    page.goto(ADDRESS)
    found += check(page, axe, "suggestions", shot)
    page.set_viewport_size(WIDE)
    page.get_by_role("link", name="entrants.csv").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Lignes refusées, CSV").click()
    assert "99999999999;NGO;Paul;Social;Personne inconnue" in download.value.path().read_text("utf-8-sig")

    day = TableImport.objects.get().at.date() + timedelta(days=400)
    erase_refused(actor=system_user(), on=day)
    page.reload()
    page.get_by_text("Lignes effacées").wait_for()
    found += check(page, axe, "suggestions-effacees", shot)
    assert found == []


def test_the_rows_of_a_table_are_erased_on_the_day_told(
    page: Any, axe: Any, committed_world: World, sign_in: Enter, shot: Take
) -> None:
    world = committed_world
    move = bring(world, csv_table("Roy;Zoé;12/03/1985;03/02/2020;", "Ngo;Paul;31/02/1990;03/02/2020;"))
    sign_in(world.data_officer)
    page.goto(f"/pilotage/echanges/organismes/{move.key}/")
    page.get_by_text("gardées, chiffrées").wait_for()
    found = check(page, axe, "reprise-gardee", shot)
    page.set_viewport_size(WIDE)
    erase_rows(actor=system_user(), on=kept_until(Move.objects.get()) + timedelta(days=1))
    page.reload()
    page.get_by_text("2 lignes non reprises ont été effacées").wait_for()
    found += check(page, axe, "reprise-effacee", shot)
    assert found == []
