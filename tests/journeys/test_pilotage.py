"""Le parcours de la direction : lire les chiffres du mois, ouvrir l'un d'eux, voir qui il compte, le geler."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from jalons.agenda.operations import record_held
from jalons.indicators.models import FrozenFigure
from jalons.indicators.operations import refresh_cube
from jalons.network.models import User
from tests.journeys.test_every_screen_is_accessible import check
from tests.worlds import World, at

Enter = Callable[[User], None]
Take = Callable[[str], None]
FIGURE = "/pilotage/indicateurs/mean_individual_interviews/"


@pytest.fixture
def counted(committed_world: World) -> World:
    """Two persons followed, one interview each, the cube counted."""
    world = committed_world
    day = world.day - timedelta(days=2)
    for name in ("Benali", "Camara"):
        person = world.person(name)
        world.enrolled(person, caseworker=world.caseworker)
        record_held(
            actor=world.caseworker,
            on=world.day,
            person_id=person.pk,
            organisation_id=world.house.pk,
            starts_at=at(day, 9),
            ends_at=at(day, 10),
        )
    refresh_cube(until=world.day)
    return world


@pytest.mark.req("R-207", "R-208", "R-218")
def test_la_direction_ouvre_un_chiffre_et_le_gele(page: Any, counted: World, sign_in: Enter) -> None:
    sign_in(counted.steering_officer)
    page.goto("/pilotage/")
    page.get_by_text("D’où vient ce chiffre").first.click()
    page.goto(FIGURE)
    page.get_by_text("Voir la liste").first.click()
    page.get_by_text("BENALI").first.wait_for()
    page.go_back()
    page.get_by_text("Geler ce chiffre").click()
    page.get_by_label("Publiée dans").fill("Rapport annuel 2020")
    page.get_by_role("button", name="Geler").click()
    page.get_by_text("Rien n’a changé depuis la publication").wait_for()
    assert FrozenFigure.objects.count() == 1


@pytest.mark.req("R-207")
def test_les_ecrans_de_pilotage(page: Any, axe: Any, counted: World, sign_in: Enter, shot: Take) -> None:
    found: list[str] = []
    screens = {
        "pilotage": (counted.steering_officer, "/pilotage/"),
        "pilotage-organisme": (counted.caseworker, "/pilotage/"),
        "indicateur": (counted.steering_officer, FIGURE),
        "indicateur-vide": (counted.steering_officer, "/pilotage/indicateurs/durable_exit_rate/"),
        "indicateur-liste": (counted.steering_officer, f"{FIGURE}liste/"),
    }
    for name, (who, address) in screens.items():
        sign_in(who)
        page.goto(address)
        found += check(page, axe, name, shot)
    assert found == []
