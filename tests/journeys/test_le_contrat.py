"""Le contrat, de ses mots à l’exemplaire remis : lu, signé à l’écran ou sur papier, validé, réimprimé à l’identique."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jalons.documents.models import Signature
from jalons.network.models import User
from jalons.pathways.models import Contract, ContractState, PaperPurpose
from jalons.pathways.queries.contract_papers import paper_in_force, papers_of
from tests.documents.pictures import PNG
from tests.journeys.conftest import Desk
from tests.journeys.hands import SIDES, pad, ready_to_sign, sign_by_keyboard, sign_by_pointer

Enter = Callable[[User], None]


def downloaded(page: Any, address: str) -> bytes:
    """Return the bytes that the browser's session receives at an address."""
    answer = page.context.request.get(address)
    assert answer.status == 200
    assert "no-store" in answer.headers["cache-control"]
    return bytes(answer.body())


@pytest.mark.req("R-082", "R-083", "R-084")
def test_un_contrat_est_ecrit_signe_a_l_ecran_valide_remis_et_reimprime_a_l_identique(
    page: Any, desk: Desk, sign_in: Enter, shot: Callable[[str], None]
) -> None:
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Nguyen", "contrats/nouveau/"))
    page.get_by_label("Ce que je veux").fill("Un travail où je parle aux gens.")
    for horizon, text in (("court", "Mon français écrit"), ("moyen", "Un stage en accueil"), ("long", "Un CDI")):
        page.get_by_label(f"Objectif à {horizon} terme").fill(text)
    line = page.get_by_role("group", name="Ligne 1", exact=True)
    line.get_by_label("Étape").select_option(index=1)
    line.get_by_label("Qui").select_option("Ensemble")
    line.get_by_label("Date").fill("3/11/2020")
    line.get_by_label("Lieu").fill("Maison des parcours")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.get_by_role("button", name="Signer", exact=True).click()

    href = page.locator("iframe.document").get_attribute("src").partition("#")[0]
    shown = downloaded(page, href)
    page.get_by_label("Pièce d’identité présentée").first.check()
    sign_by_pointer(page, SIDES[0])
    page.get_by_text("1 trait tracé").wait_for()
    sign_by_keyboard(page, SIDES[1])
    shot("signer-deux-mains")
    page.get_by_role("button", name="Enregistrer les signatures").click()
    page.get_by_text("Signature enregistrée").wait_for()

    contract = Contract.objects.get(person=desk.persons["Nguyen"])
    assert {one.sha256 for one in Signature.objects.all()} == {hashlib.sha256(shown).hexdigest()}
    page.get_by_role("button", name="Transmettre pour validation").click()
    page.get_by_text("Contrat transmis").wait_for()

    sign_in(desk.world.social_head)
    page.goto(f"/pilotage/a-valider/{contract.person.key}/{contract.key}/")
    signed = page.get_by_role("link", name="Document signé du 15/10/2020").get_attribute("href")
    assert downloaded(page, signed) == shown
    page.get_by_text("Pièce d’identité présentée").first.wait_for()
    page.get_by_role("button", name="Valider le contrat").click()
    page.get_by_text("Contrat validé").wait_for()

    sign_in(desk.world.caseworker)
    page.goto(desk.address("Nguyen", f"contrats/{contract.key}/"))
    page.get_by_role("button", name="Remis à la personne").click()
    page.get_by_text("Remise enregistrée").wait_for()
    shot("contrat-remis")
    contract.refresh_from_db()
    assert contract.state == ContractState.HANDED_OVER
    copy = paper_in_force(contract, PaperPurpose.HANDED_OVER)
    assert copy is not None
    link = page.get_by_role("link", name="Exemplaire remis du 15/10/2020").get_attribute("href")
    assert hashlib.sha256(downloaded(page, link)).hexdigest() == copy.document.sha256
    assert downloaded(page, href) == shown


def test_la_main_se_reprend_et_s_efface(page: Any, desk: Desk, sign_in: Enter) -> None:
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Nguyen", f"contrats/{ready_to_sign(desk, 'Nguyen').key}/signer/"))
    drawn = page.locator("#id_person")
    sign_by_keyboard(page, SIDES[0])
    first = drawn.input_value()
    assert first.startswith("M290 100 L")
    sign_by_pointer(page, SIDES[0])
    page.get_by_text("2 traits tracés").wait_for()
    page.get_by_role("button", name="Reprendre le dernier trait").first.click()
    assert drawn.input_value() == first
    sign_by_keyboard(page, SIDES[0])
    page.get_by_role("button", name="Tout effacer").first.click()
    assert drawn.input_value() == ""
    pad(page, SIDES[0]).press("Tab")
    assert page.evaluate("document.activeElement.hasAttribute('data-undo')")


def test_une_main_manquante_est_dite_et_l_autre_n_est_pas_perdue(page: Any, desk: Desk, sign_in: Enter) -> None:
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Nguyen", f"contrats/{ready_to_sign(desk, 'Nguyen').key}/signer/"))
    page.get_by_label("Personne connue du professionnel").first.check()
    sign_by_keyboard(page, SIDES[0])
    before = page.locator("#id_person").input_value()
    page.get_by_role("button", name="Enregistrer les signatures").click()
    page.get_by_text("le professionnel signe dans son cadre").wait_for()
    assert page.locator("#id_person").input_value() == before
    page.get_by_text("1 trait tracé").wait_for()


@pytest.mark.req("R-082")
def test_le_papier_signe_a_la_main_est_depose(page: Any, desk: Desk, sign_in: Enter, tmp_path: Path) -> None:
    contract = ready_to_sign(desk, "Nguyen")
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Nguyen", f"contrats/{contract.key}/signer/"))
    page.get_by_text("Déposer le papier signé").click()
    part = page.locator("[data-signature-paper]")
    wrong = tmp_path / "contrat.pdf"
    wrong.write_bytes(b"MZ pas un PDF")
    part.get_by_label("Papier signé").set_input_files(wrong)
    part.get_by_label("Personne connue").check()
    part.get_by_role("button", name="Enregistrer le papier signé").click()
    page.get_by_text("ni un PDF").wait_for()
    scan = tmp_path / "scan.png"
    scan.write_bytes(PNG)
    part.get_by_label("Papier signé").set_input_files(scan)
    part.get_by_label("Signé le").fill("15/10/2020")
    part.get_by_role("button", name="Enregistrer le papier signé").click()
    page.get_by_text("Signature enregistrée").wait_for()
    link = page.get_by_role("link", name="Papier signé, numérisé").get_attribute("href")
    assert downloaded(page, link) == scan.read_bytes()
    contract.refresh_from_db()
    assert contract.state == ContractState.SIGNED


def test_sans_javascript_le_papier_est_propose(browser: Any, live_server: Any, desk: Desk) -> None:
    from django.conf import settings
    from django.test import Client

    contract = ready_to_sign(desk, "Nguyen")
    client = Client()
    client.force_login(desk.world.caseworker)
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
    page = context.new_page()
    page.goto(desk.address("Nguyen", f"contrats/{contract.key}/signer/"))
    page.get_by_text("demande JavaScript").wait_for()
    assert page.get_by_label("Papier signé").is_visible()
    assert not page.get_by_role("button", name="Enregistrer les signatures").is_visible()
    context.close()


@pytest.mark.req("R-082")
def test_un_document_remplace_pendant_la_lecture_n_est_pas_signe(page: Any, desk: Desk, sign_in: Enter) -> None:
    from jalons.pathways.operations import edit_contract

    contract = ready_to_sign(desk, "Nguyen")
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Nguyen", f"contrats/{contract.key}/signer/"))
    edit_contract(actor=desk.world.caseworker, on=desk.world.day, contract_id=contract.pk, her_words="Autre chose.")
    page.get_by_label("Personne connue").first.check()
    for side in SIDES:
        sign_by_keyboard(page, side)
    page.get_by_role("button", name="Enregistrer les signatures").click()
    page.get_by_text("préparez-le à nouveau").wait_for()
    page.get_by_role("button", name="Préparer le document").click()
    page.get_by_role("heading", name="1. Lire ensemble").wait_for()
    assert not Signature.objects.exists()
    assert len(papers_of(contract)) == 2
