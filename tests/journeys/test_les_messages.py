"""Les rappels : la référente note un accord, l'autorité règle, le rappel part, et quelqu'un décide d'un sort inconnu."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jalons.exchange.messages.operations import ask_for_due
from jalons.kernel.outbox import Message, State, Uncertain, deliver_next, gateway_of
from jalons.network.models import User
from tests.exchange.messages.test_reminders import Post
from tests.journeys.conftest import Desk
from tests.journeys.test_every_screen_is_accessible import check
from tests.worlds import at

Enter = Callable[[User], None]
Take = Callable[[str], None]


def test_un_rappel_de_l_accord_a_la_decision(
    page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = desk.world
    found: list[str] = []

    # la référente note où la personne accepte d'être prévenue, au clavier
    sign_in(world.caseworker)
    page.goto(desk.address("Dupont", "situation/"))
    page.get_by_role("link", name="Messages et coordonnées").click()
    page.get_by_label("Téléphone mobile (SMS)").focus()
    page.keyboard.press("ArrowUp")  # Courriel
    page.keyboard.press("Tab")
    page.keyboard.type("marie@exemple.test")
    page.keyboard.press("Enter")
    page.get_by_text("Coordonnée notée").wait_for()
    found += check(page, axe, "coordonnees", shot)
    page.set_viewport_size({"width": 1280, "height": 800})

    # l'autorité règle les rappels
    sign_in(world.data_officer)
    page.goto("/pilotage/echanges/")
    page.get_by_role("link", name="Messages").click()
    found += check(page, axe, "messages-vide", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="Régler les rappels").click()
    page.get_by_role("button", name="Enregistrer").click()
    found += check(page, axe, "rappels-erreur", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Courriel").check()
    page.get_by_label("Jours avant le rendez-vous").fill("2")
    page.get_by_label("Première heure").fill("9")
    page.get_by_label("Heure où l’envoi").fill("19")
    page.get_by_label("Fondement").fill("Note de service du 1er octobre 2020")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Réglage enregistré").wait_for()
    found += check(page, axe, "rappels", shot)

    # le rappel part, et le serveur ne répond pas
    monkeypatch.setattr(gateway_of, "owner", lambda *, channel: Post(answer=Uncertain("Le serveur n’a pas confirmé.")))
    assert ask_for_due(actor=world.system, on=world.day, at=at(world.day, 10)) == 1
    assert deliver_next(at=at(world.day, 10)) == State.UNKNOWN

    # quelqu'un décide, avec un motif
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/pilotage/echanges/messages/")
    found += check(page, axe, "messages", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="1 message de sort inconnu").click()
    page.get_by_role("link", name="Rappel de rendez-vous").click()
    found += check(page, axe, "message-inconnu", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Considérer comme envoyé").check()
    page.get_by_label("Sur quoi repose").fill("Vu au journal du serveur")
    page.get_by_role("button", name="Enregistrer la décision").click()
    page.get_by_text("Décision enregistrée").wait_for()
    assert Message.objects.get().state == State.SENT

    # et la référente le lit dans le dossier
    sign_in(world.caseworker)
    page.goto(desk.address("Dupont", "?type=message"))
    page.get_by_text("Rappel de rendez-vous\u202f: envoyé").wait_for()
    assert found == []
