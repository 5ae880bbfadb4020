"""La CAF : un accès CDAP noté par le responsable, la situation initiale ouverte par qui l’a, une question et sa réponse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jalons.casefile.caf_questions import questions_of
from jalons.network.models import CdapAccess, User
from tests.journeys.conftest import Desk
from tests.journeys.test_every_screen_is_accessible import check

Enter = Callable[[User], None]


@pytest.mark.req("R-044")
def test_un_acces_cdap_puis_une_question_a_la_caf(
    page: Any, desk: Desk, sign_in: Enter, shot: Callable[[str], None], axe: Any, settings: Any
) -> None:
    problems: list[str] = []

    def seen(name: str) -> None:
        problems.extend(check(page, axe, name, shot))
        page.set_viewport_size({"width": 1280, "height": 800})

    holder = desk.world.caseworker
    sign_in(holder)
    page.goto(desk.address("Dupont", "caf/"))
    page.get_by_text("Aucun accès à CDAP n’est noté à votre nom").wait_for()
    seen("caf-vide")

    sign_in(desk.world.head)
    page.goto("/pilotage/equipes/acces-cdap/")
    seen("acces-cdap-vide")
    page.get_by_role("link", name="Noter un accès").click()
    page.get_by_label("Professionnel").select_option(label=f"{holder}, {desk.world.house}")
    page.get_by_label("Ouvert le").fill("20/10/2020")
    page.get_by_role("button", name="Noter l’accès").click()
    page.get_by_text("une fois qu’il est ouvert par la CAF").wait_for()
    seen("acces-cdap-erreur")
    page.get_by_label("Ouvert le").fill("02/03/2020")
    page.get_by_role("button", name="Noter l’accès").click()
    page.get_by_text("Accès CDAP noté.").wait_for()
    seen("acces-cdap")
    page.get_by_role("link", name="Noter la fin").click()
    seen("acces-cdap-fin")
    assert CdapAccess.objects.get().recorded_by == desk.world.head

    settings.JALONS_CDAP_URL = "https://cdap.example.org/"
    sign_in(holder)
    page.goto(desk.address("Dupont"))
    link = page.get_by_role("link", name="Ouvrir CDAP")
    assert link.get_attribute("href") == "https://cdap.example.org/"
    page.get_by_role("link", name="CAF", exact=True).click()
    page.get_by_label("Sujet").select_option("Ressources déclarées, déclaration trimestrielle")
    page.get_by_label("Posée le").fill("05/10/2020")
    page.get_by_role("button", name="Noter la question").click()
    page.get_by_text("Question notée.").wait_for()
    seen("caf-question")
    page.get_by_text("Noter la réponse").click()
    page.get_by_label("Réponse reçue le").fill("01/10/2020")
    page.get_by_role("button", name="Enregistrer la réponse").click()
    page.get_by_text("la réponse ne peut pas la précéder").wait_for()
    seen("caf-erreur")
    page.get_by_label("Réponse reçue le").fill("09/10/2020")
    page.get_by_role("button", name="Enregistrer la réponse").click()
    page.get_by_text("Réponse notée.").wait_for()
    seen("caf-reponse")
    page.goto(desk.address("Dupont", "parcours/?type=message"))
    assert page.get_by_text("Réponse de la CAF").is_visible()
    assert questions_of(desk.persons["Dupont"].pk).get().answer_noted_by == holder
    assert problems == []
