"""Le référent note une situation : inscription, bilan, frein, informations, en trois clics depuis le dossier."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from jalons.network.models import User
from jalons.pathways.models import Assessment, Information, Obstacle
from jalons.people.models import JobSeekerRegistration
from tests.journeys.conftest import Desk
from tests.journeys.test_le_referent import MOST_CLICKS, Clicks

Enter = Callable[[User], None]


@pytest.mark.req("R-060", "R-062", "R-067", "R-071", "R-072")
def test_le_referent_note_une_situation(page: Any, desk: Desk, sign_in: Enter) -> None:
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Nguyen"))

    clicks = Clicks(page)  # le bilan : chaque domaine se dit au clavier
    clicks.number += 1
    page.locator("summary", has_text="Ajouter").click()
    clicks.on("link", "Bilan de situation")
    page.get_by_label("Mobilité (facultatif)", exact=True).focus()
    page.keyboard.type("Frein")
    clicks.on("button", "Enregistrer")
    page.get_by_text("Bilan enregistré").wait_for()
    assert clicks.number <= MOST_CLICKS

    page.goto(desk.address("Nguyen"))
    clicks = Clicks(page)  # le frein qu’il a trouvé est levé
    clicks.on("link", "Mobilité")
    page.get_by_label("Le frein est levé").check()
    clicks.on("button", "Enregistrer")
    page.get_by_text("Frein mis à jour").wait_for()
    assert clicks.number <= MOST_CLICKS

    page.goto(desk.address("Nguyen", "informations/nouvelle/"))
    page.get_by_label("Droits et devoirs").focus()
    page.keyboard.press("Space")
    page.get_by_label("Documents remis").fill("Livret d’accueil")
    page.keyboard.press("Enter")
    page.get_by_text("Information notée").wait_for()

    page.get_by_role("link", name="Situation", exact=True).click()
    page.get_by_role("link", name="Inscription à Pôle emploi").first.click()
    page.get_by_label(re.compile("depuis le")).fill("2/3/2020")
    page.keyboard.press("Enter")
    page.get_by_text("Inscription à Pôle emploi enregistrée").wait_for()
    page.get_by_role("link", name="Situation", exact=True).click()
    page.get_by_text("depuis le 02/03/2020").first.wait_for()

    person = desk.persons["Nguyen"]
    assert Assessment.objects.get(person=person).kind == "initial"
    assert Obstacle.objects.get(person=person).lifted_on == desk.world.day
    assert Information.objects.get(person=person).documents == "Livret d’accueil"
    assert JobSeekerRegistration.objects.get(person=person).end_on is None
