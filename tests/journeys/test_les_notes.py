"""Les notes : gardées pendant qu’on tape, à deux sans rien perdre, et un formulaire qui survit à la fin de la session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from jalons.agenda.models import Appointment
from jalons.casefile.models import FiledDocument, Note, NoteDraft
from jalons.casefile.operations import change_note, write_note
from jalons.kernel import clock
from jalons.network.models import User
from tests.documents.hostile_files import HOSTILE
from tests.documents.pictures import PNG
from tests.journeys.conftest import Desk
from tests.journeys.test_every_screen_is_accessible import check

Enter = Callable[[User], None]
Take = Callable[[str], None]
PASSWORD = "un mot de passe de test"


@pytest.mark.req("R-163")
def test_une_note_est_gardee_pendant_qu_on_la_tape(page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take) -> None:
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Dupont"))
    page.keyboard.press("n")  # sans souris
    page.get_by_label("Note", exact=True).focus()
    page.keyboard.type("Projet de cuisine. Elle est sous traitement pour dépression.")
    page.get_by_text("jamais la maladie").wait_for()  # avant d’enregistrer
    page.get_by_text("Brouillon gardé à").wait_for()
    found = check(page, axe, "notes-avertissement", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert not Note.objects.exists()
    assert NoteDraft.objects.get().text.startswith("Projet de cuisine.")

    page.goto(desk.address("Dupont", "notes/"))  # la page a été fermée
    assert page.get_by_label("Note", exact=True).input_value().endswith("pour dépression.")
    found += check(page, axe, "notes-reprise", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Note", exact=True).fill("Projet de cuisine. Étape « accès aux soins ».")
    page.get_by_role("button", name="Enregistrer la note").press("Enter")
    page.get_by_text("Note enregistrée").wait_for()
    assert not NoteDraft.objects.exists()
    page.goto(desk.address("Dupont", "?type=note"))
    page.get_by_text("Étape « accès aux soins ».").wait_for()
    assert found == []


def test_a_deux_sur_une_note_chacun_lit_les_deux_textes(
    page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take
) -> None:
    world, person = desk.world, desk.persons["Dupont"]
    note = write_note(actor=world.caseworker, on=world.day, person_id=person.pk, text="Vue ce matin. Permis en cours.")
    sign_in(world.caseworker)
    page.goto(desk.address("Dupont", f"notes/{note.key}/"))
    page.get_by_label("Note", exact=True).fill("Vue ce matin. Permis obtenu.")
    change_note(
        actor=world.colleague, on=world.day, note_id=note.pk, text="Vue ce matin avec Bruno. Permis en cours.", seen=1,
        now=clock.now(),
    )  # fmt: skip
    page.get_by_text("a enregistré un autre texte").wait_for()  # dit dès le brouillon suivant
    page.get_by_role("button", name="Enregistrer la note").click()
    page.get_by_role("heading", name="Deux textes pour cette note").wait_for()
    found = check(page, axe, "notes-deux-textes", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.get_by_label("Note", exact=True).input_value() == "Vue ce matin avec Bruno. Permis obtenu."
    page.get_by_role("button", name="Enregistrer ce texte").click()
    page.get_by_text("Note enregistrée").wait_for()
    note.refresh_from_db()
    assert note.text == "Vue ce matin avec Bruno. Permis obtenu."
    page.problems[:] = [text for text in page.problems if "409" not in text]
    assert found == []


def test_un_formulaire_survit_a_la_fin_de_la_session(
    page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take
) -> None:
    desk.world.caseworker.set_password(PASSWORD)
    desk.world.caseworker.save()
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Nguyen", "rendez-vous/fait/"))
    page.get_by_label("Compte rendu").fill("Stage trouvé à Bron.\n\nDébut lundi.")
    before = Appointment.objects.count()
    Session.objects.all().delete()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Votre saisie est gardée").wait_for()
    found = check(page, axe, "connexion-saisie-gardee", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Identifiant").fill("referente")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Votre saisie a été gardée").wait_for()
    found += check(page, axe, "saisie-gardee", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Envoyer maintenant").press("Enter")
    page.get_by_text("Rendez-vous enregistré").wait_for()
    assert Appointment.objects.count() == before + 1
    page.problems[:] = [text for text in page.problems if "401" not in text]  # the guard was told too
    assert Appointment.objects.latest("pk").note.replace("\r\n", "\n") == "Stage trouvé à Bron.\n\nDébut lundi."
    assert found == []


@pytest.mark.req("R-160", "R-167")
def test_un_document_est_verse_ouvert_et_retire(
    page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take, tmp_path: Path
) -> None:
    scan, trap = tmp_path / "cdi.png", tmp_path / "piege.pdf"
    scan.write_bytes(PNG)
    trap.write_bytes(HOSTILE["paper that runs"]()[1])
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Nguyen", "documents/"))
    page.get_by_label("Nature").select_option("job_proof")
    page.get_by_label("Fichier").set_input_files(trap)
    page.get_by_label("Intitulé").fill("CDI de la blanchisserie")
    page.get_by_role("button", name="Verser au dossier").click()
    page.get_by_text("contient du code").wait_for()
    found = check(page, axe, "documents-refus", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Fichier").set_input_files(scan)
    page.get_by_role("button", name="Verser au dossier").click()
    page.get_by_text("Document versé au dossier").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="CDI de la blanchisserie").click()
    assert Path(download.value.path()).read_bytes() == PNG
    page.locator("summary", has_text="Retirer").click()
    found += check(page, axe, "documents", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Motif du retrait").fill("Doublon")
    page.get_by_role("button", name="Retirer du dossier").click()
    page.get_by_text("Document retiré du dossier").wait_for()
    assert FiledDocument.objects.get().withdrawn_reason == "Doublon"
    assert found == []
