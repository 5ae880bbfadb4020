"""« Bilan de fin d’action » on screen: written, established, signed, reached from the to-do and from the exit (R-132)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalons.pathways.models import Destination, Enrolment, FinalReview, Piece
from jalons.pathways.operations import confirm_exit, open_beside, propose_exit
from jalons.todos.operations import refresh
from tests.documents.pictures import PNG
from tests.worlds import World

pytestmark = [pytest.mark.req("R-132"), pytest.mark.usefixtures("rulebooks")]
FILLED = {
    "made_on": "14/10/2020", "p_person": "on", "n_person": "Camille MARTIN", "p_caseworker": "on",
    "n_caseworker": "Anne Roux", "absence_reason": "", "q_her_view": "J’ai appris.", "q_plan_followed": "Tout.",
    "q_trainings": "Taille douce.", "q_obstacles_worked": "", "q_exit_project": "Paysagiste.",
    "q_next_contact": "Pôle emploi.", "skills-TOTAL_FORMS": "2", "skills-INITIAL_FORMS": "0",
    "skills-0-label": "Taille des arbres", "skills-0-proof": "attestation", "skills-0-proven_on": "01/10/2020",
    "skills-1-label": "", "skills-1-proof": "", "skills-1-proven_on": "",
}  # fmt: skip


@pytest.fixture
def enrolment(world: World) -> Enrolment:
    line = world.place(action_code="nord_iv_aci", framework_code="nord_2019_2021")
    return world.enrolled(world.person("Martin", "Camille"), line=line, caseworker=world.caseworker)


@pytest.fixture
def desk(client: Client, world: World) -> Client:
    client.force_login(world.caseworker)
    return client


def at(enrolment: Enrolment, page: str = "") -> str:
    return f"/personnes/{enrolment.person.key}/bilan-de-fin/{enrolment.pk}/{page}"


def shown(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ").replace("&#39;", "'")


def test_it_is_written_established_and_signed(desk: Client, enrolment: Enrolment) -> None:
    begun = desk.get(f"/personnes/{enrolment.person.key}/bilan-de-fin/", follow=True)
    form = shown(begun)
    assert "Acquis valorisés" in form
    assert 'value="Anne Roux"' in form
    half = FILLED | {"q_her_view": "", "p_caseworker": ""}
    page = shown(desk.post(at(enrolment, "ecrire/"), half, follow=True))
    assert "Il manque : Ce que la personne en dit." in page
    assert "Établir le bilan" not in page
    assert "Avant d’établir le bilan" in shown(desk.post(at(enrolment, "etablir/"), follow=True))
    assert '<input type="hidden" name="seen" value="1"' in shown(desk.get(at(enrolment, "ecrire/")))
    page = shown(desk.post(at(enrolment, "ecrire/"), FILLED | {"seen": "1"}, follow=True))
    assert "Taille des arbres" in page
    assert "Établir le bilan" in page
    page = shown(desk.post(at(enrolment, "etablir/"), follow=True))
    assert "son document est au dossier" in page
    assert "Pas encore signé" in page
    piece = Piece.objects.get()
    assert (
        desk.get(f"/personnes/{enrolment.person.key}/documents/{piece.pk}/").headers["Content-Type"]
        == "application/pdf"
    )
    assert piece.document is not None
    assert piece.document.sha256 in shown(desk.get(at(enrolment, "signer/")))
    hand = "M10 10 L300 150"
    sent = {"sha256": piece.document.sha256, "identity": "known", "person": hand, "professional": hand}
    page = shown(desk.post(at(enrolment, "signer/"), sent, follow=True))
    assert "signé à l’écran" in page
    assert "Corriger" not in page
    assert "Ce bilan est signé" in shown(desk.get(at(enrolment, "signer/")))


def test_it_is_corrected_before_it_is_signed_and_a_scan_signs_it(desk: Client, enrolment: Enrolment) -> None:
    desk.post(at(enrolment, "ecrire/"), FILLED)
    desk.post(at(enrolment, "etablir/"))
    assert "Bilan rouvert" in shown(desk.post(at(enrolment, "rouvrir/"), follow=True))
    assert not Piece.objects.exists()
    desk.post(at(enrolment, "etablir/"))
    document = Piece.objects.get().document
    assert document is not None
    sent = {
        "paper-sha256": document.sha256,
        "paper-signed_on": "15/10/2020",
        "paper-identity": "known",
        "paper-both": "on",
    }
    page = shown(desk.post(at(enrolment, "signer/papier/"), sent))
    assert "Choisissez le fichier du papier signé" in page
    scan = SimpleUploadedFile("bilan.png", PNG)
    assert "signé sur papier" in shown(
        desk.post(at(enrolment, "signer/papier/"), sent | {"paper-scan": scan}, follow=True)
    )


def test_the_exit_and_its_to_do_lead_to_it(desk: Client, world: World, enrolment: Enrolment) -> None:
    leaving = propose_exit(
        actor=world.caseworker,
        on=world.day,
        enrolment_id=enrolment.pk,
        exited_on=world.day,
        destination=Destination.OTHER,
    )
    page = shown(desk.get(f"/personnes/{enrolment.person.key}/sorties/{leaving.pk}/"))
    assert at(enrolment) in page
    refresh(as_of=world.day)
    page = shown(desk.get(f"/personnes/{enrolment.person.key}/"))
    assert f"/personnes/{enrolment.person.key}/bilan-de-fin/" in page
    assert "Faire le bilan" in page


def test_the_to_do_opens_the_action_she_left_though_she_entered_another(
    desk: Client, world: World, enrolment: Enrolment
) -> None:
    leaving = propose_exit(
        actor=world.caseworker,
        on=world.day,
        enrolment_id=enrolment.pk,
        exited_on=world.day,
        destination=Destination.OTHER_ACTION,
    )
    confirm_exit(actor=world.head, on=world.day, exit_id=leaving.pk)
    line = world.place(action_code="nord_v_freins", framework_code="nord_2019_2021")
    second = open_beside(
        actor=world.orientation_officer,
        on=world.day,
        person_id=enrolment.person_id,
        line_id=line.pk,
        start_on=world.day,
    )
    refresh(as_of=world.day)
    page = shown(desk.get(f"/personnes/{enrolment.person.key}/"))
    assert f'href="{at(enrolment)}"' in page
    assert f'href="{at(second)}"' not in page
    to_start = f"/personnes/{enrolment.person.key}/bilan-de-fin/"
    assert desk.get(to_start).headers["Location"] == at(enrolment)
    desk.post(at(enrolment, "ecrire/"), FILLED)
    desk.post(at(enrolment, "etablir/"))
    assert desk.get(to_start).headers["Location"] == at(second)


def test_the_second_to_save_sees_both_texts_and_chooses(desk: Client, enrolment: Enrolment) -> None:
    desk.post(at(enrolment, "ecrire/"), FILLED)
    mine = FILLED | {"q_her_view": "Je veux un CDI."}
    page = shown(desk.post(at(enrolment, "ecrire/"), mine | {"seen": ""}))
    assert "Ce bilan a été modifié entre-temps" in page
    assert '<dd class="kept-text">J’ai appris.</dd>' in page
    assert "Je veux un CDI." in page
    assert '<input type="hidden" name="seen" value="1"' in page
    assert "Bilan enregistré" in shown(desk.post(at(enrolment, "ecrire/"), mine | {"seen": "1"}, follow=True))
    assert FinalReview.objects.get().answers.get(question="her_view").words == "Je veux un CDI."


def test_another_action_leads_to_the_documents_and_a_heading_wrong_keeps_what_was_typed(
    desk: Client, world: World, enrolment: Enrolment
) -> None:
    other = world.enrolled(world.person("Autre", "Nour"), caseworker=world.caseworker)
    page = shown(desk.get(f"/personnes/{other.person.key}/bilan-de-fin/", follow=True))
    assert "ne prévoit pas de bilan de fin" in page
    assert "ne prévoit pas de bilan de fin" in shown(desk.get(at(other, "ecrire/"), follow=True))
    assert (
        desk.get(at(enrolment, "ecrire/").replace(str(enrolment.person.key), str(other.person.key))).status_code == 404
    )
    assert "bilan-de-fin" not in shown(desk.get(f"/personnes/{other.person.key}/"))
    late = FILLED | {"made_on": "16/10/2020", "skills-0-label": ""}
    page = shown(desk.post(at(enrolment, "ecrire/"), late))
    assert "Dites ce qui a été appris." in page
    assert "Taille douce." in page
    assert "pas encore arrivé" in shown(desk.post(at(enrolment, "ecrire/"), FILLED | {"made_on": "16/10/2020"}))
    assert not FinalReview.objects.exists()


def test_the_pages_read_little(desk: Client, enrolment: Enrolment) -> None:
    desk.post(at(enrolment, "ecrire/"), FILLED)
    desk.post(at(enrolment, "etablir/"))
    for page in ("", "signer/", "ecrire/"):
        with CaptureQueriesContext(connection) as queries:
            desk.get(at(enrolment, page))
        assert len(queries) <= 25, page
