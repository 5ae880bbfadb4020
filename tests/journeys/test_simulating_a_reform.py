"""A policy officer tries next year's rulebook on the dossiers before it applies: the page, its lists, axe and 320 px."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jalons.network.models import User
from jalons.rulebooks.operations import propose
from tests.journeys.test_every_screen_is_accessible import check
from tests.todos.reform_cases import TODAY, lived
from tests.todos.reform_files import proposed
from tests.worlds import World

Enter = Callable[[User], None]
Take = Callable[[str], None]


def test_a_reform_is_tried_before_it_applies(
    page: Any, axe: Any, committed_world: World, sign_in: Enter, shot: Take
) -> None:
    lived(committed_world)
    proposal = propose(raw=proposed().encode(), file="reforme.yaml", actor=committed_world.steering_officer, on=TODAY)
    sign_in(committed_world.steering_officer)
    page.goto(f"/pilotage/cadres/propositions/{proposal.pk}/")
    page.get_by_role("link", name="Simuler sur les dossiers").click()
    found = check(page, axe, "simuler", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Situation au").fill("15/10/2020")
    page.get_by_role("button", name="Simuler").click()
    page.get_by_role("heading", name="Obligations qui bougent").wait_for()
    assert page.get_by_text("3 dossiers touchés sur 3").is_visible()
    found += check(page, axe, "simuler-resultat", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="Voir les dossiers qui deviennent en retard").click()
    page.get_by_role("heading", name="Échéances qui changent").wait_for()
    assert page.get_by_role("rowheader").count() == 3
    page.get_by_label("Toutes les obligations").select_option(label="Premier entretien")
    page.wait_for_url("**obligation=first_interview**")
    assert page.get_by_role("rowheader").count() == 2
    found += check(page, axe, "simuler-liste", shot)
    page.get_by_role("link", name="La simulation").click()
    page.get_by_role("heading", name="Obligations qui bougent").wait_for()
    assert found == []
