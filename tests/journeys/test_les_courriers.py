"""Les courriers : l'autorité écrit son modèle, la référente convoque une personne, puis plusieurs d'un coup."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jalons.exchange.letters.batches import go_on, unfinished
from jalons.exchange.letters.models import Letter
from jalons.network.models import User
from tests.exchange.letters.given import convened, housed
from tests.journeys.conftest import Desk
from tests.journeys.test_every_screen_is_accessible import check

Enter = Callable[[User], None]
Take = Callable[[str], None]
WIDE = {"width": 1280, "height": 800}


@pytest.mark.req("R-034")
def test_du_modele_a_l_envoi_en_nombre(page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take) -> None:
    world = desk.world
    found: list[str] = []
    for name in ("Dupont", "Bernard", "Garcia"):
        convened(world, housed(desk.persons[name]))
    convened(world, desk.persons["Nguyen"], place="")  # rien à dire du lieu : ce courrier-là ne s'écrit pas

    # l'autorité écrit son modèle ; une mention inconnue est refusée et rien n'est perdu
    sign_in(world.orientation_officer)
    page.goto("/reglages/")
    page.get_by_role("link", name="Modèles de courriers").click()
    found += check(page, axe, "courriers-modeles-vide", shot)
    page.set_viewport_size(WIDE)
    page.get_by_role("link", name="Convocation", exact=True).click()
    page.get_by_label("Nom du modèle").fill("Convocation de la Métropole")
    page.get_by_label("Texte", exact=True).fill("Bonjour,\n\n> Date : {{rdv.jours}}\n> Lieu : {{rdv.lieu}}")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Vouliez-vous {{rdv.jour}}").wait_for()
    assert "rdv.jours" in page.get_by_label("Texte", exact=True).input_value()
    found += check(page, axe, "courriers-modele-erreur", shot)
    page.set_viewport_size(WIDE)
    page.get_by_label("Texte", exact=True).fill("Bonjour,\n\n> Date : {{rdv.jour}}\n> Lieu : {{rdv.lieu}}")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Modèle enregistré").wait_for()
    found += check(page, axe, "courriers-modeles", shot)
    page.set_viewport_size(WIDE)

    # la référente convoque une personne, au clavier
    sign_in(world.caseworker)
    page.goto(desk.address("Dupont", "courriers/"))
    found += check(page, axe, "courriers-personne", shot)
    page.set_viewport_size(WIDE)
    page.get_by_role("button", name="Écrire : Entretien individuel").last.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Courrier écrit").wait_for()
    found += check(page, axe, "courrier", shot)
    page.set_viewport_size(WIDE)
    page.get_by_role("button", name="Noter le départ").click()
    page.get_by_text("départ noté aujourd’hui").wait_for()

    # puis plusieurs d'un coup : l'aperçu dit ce qui ne s'écrira pas
    page.get_by_role("link", name="Courriers", exact=True).first.click()
    found += check(page, axe, "courriers-vide", shot)
    page.set_viewport_size(WIDE)
    page.get_by_role("link", name="Convocations").click()
    page.get_by_label("Tout choisir").check()
    found += check(page, axe, "courriers-a-ecrire", shot)
    page.set_viewport_size(WIDE)
    page.get_by_role("button", name="Voir l’aperçu").click()
    page.get_by_text("Il manque").first.wait_for()
    found += check(page, axe, "courriers-apercu", shot)
    page.set_viewport_size(WIDE)
    page.get_by_role("button", name="Écrire 5").click()
    page.get_by_text("0 sur 5").wait_for()
    found += check(page, axe, "courriers-envoi-en-cours", shot)
    page.set_viewport_size(WIDE)
    (batch,) = unfinished()
    assert go_on(batch) == 5
    page.get_by_text("Tous les courriers sont écrits").wait_for()  # la page le voit d'elle-même
    page.reload()
    page.get_by_role("link", name="Tout imprimer").wait_for()
    found += check(page, axe, "courriers-envoi", shot)
    page.set_viewport_size(WIDE)
    page.get_by_text("Noter le départ de 5").click()
    page.get_by_role("button", name="Oui, noter le départ").click()
    page.get_by_text("départ noté aujourd’hui").wait_for()
    assert Letter.objects.filter(sent_on=world.day).count() == 6
    assert found == []
