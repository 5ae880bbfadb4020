"""Hands that sign in the browser, and a contract ready for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from jalons.pathways.models import Contract, Horizon
from jalons.pathways.operations import Draft, Objective, PlannedStep, draft_contract, prepare_signature
from tests.journeys.conftest import Desk, step_kind
from tests.worlds import ACTION

SIDES = ("La personne accompagnée", "Le professionnel")


def ready_to_sign(desk: Desk, name: str) -> Contract:
    """Return a complete contract of a person, its document made."""
    world = desk.world
    steps = [PlannedStep(step_kind(ACTION, world.day), "", date(2020, 11, 3), "Maison des parcours", "both")]
    draft = Draft(
        desk.persons[name].enrolments.get().pk,
        world.day,
        date(2021, 4, 14),
        objectives=[Objective(one, "Avancer") for one in Horizon],
        steps=steps,
        her_words="Un travail où je parle aux gens.",
    )
    contract = draft_contract(actor=world.caseworker, on=world.day, draft=draft)
    prepare_signature(actor=world.caseworker, on=world.day, contract_id=contract.pk)
    return contract


def pad(page: Any, side: str) -> Any:
    """Return the pad of a side."""
    return page.get_by_role("application", name=side)


def sign_by_keyboard(page: Any, side: str) -> None:
    """Draw a hand with the arrows."""
    pad(page, side).focus()
    for key in ("ArrowLeft", "Space", "ArrowRight", "ArrowRight", "ArrowDown", "Space"):
        page.keyboard.press(key)


def sign_by_pointer(page: Any, side: str) -> None:
    """Draw a hand with the mouse."""
    pad(page, side).scroll_into_view_if_needed()
    box = pad(page, side).bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 90, steps=8)
    page.mouse.move(box["x"] + 200, box["y"] + 40, steps=8)
    page.mouse.up()


def both_sign_by_keyboard(page: Any) -> None:
    """Say how the identity was checked, sign on both sides, keep."""
    page.get_by_role("heading", name="Signer le contrat").wait_for()
    page.get_by_label("Personne connue du professionnel").first.check()
    for side in SIDES:
        sign_by_keyboard(page, side)
    page.get_by_role("button", name="Enregistrer les signatures").click()
    page.get_by_text("Signature enregistrée").wait_for()
