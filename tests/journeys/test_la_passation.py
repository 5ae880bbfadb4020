"""Un référent s’en va : la note, l’aperçu, la passation, la lecture par le suivant ; puis ce qui passe en instance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jalons.network.groups import add_member, create_group
from jalons.network.models import User
from jalons.pathways.models import CaseReview, Handover, HandoverNote, Mandate
from jalons.pathways.operations import ask_review
from tests.journeys.conftest import Desk
from tests.journeys.test_every_screen_is_accessible import check
from tests.worlds import World

Enter = Callable[[User], None]
Take = Callable[[str], None]
TEAMS = "/pilotage/equipes/"


@pytest.mark.req("R-046")
def test_la_referente_transmet_et_le_suivant_lit(page: Any, desk: Desk, sign_in: Enter) -> None:
    world, person = desk.world, desk.persons["Benali"]
    held = Mandate.objects.filter(caseworker=world.caseworker, end_on=None).count()
    assert world.colleague.pk
    sign_in(world.caseworker)  # elle prépare la passation, au clavier
    page.goto(desk.address("Benali", "accompagnement/"))
    page.get_by_role("link", name="Préparer une passation").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Ce que la personne suivante doit savoir").fill("Préfère être jointe le matin.")
    page.get_by_role("button", name="Enregistrer").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Note de passation enregistrée").wait_for()

    sign_in(world.head)  # la responsable choisit, voit l’effet, décide
    page.goto(f"{TEAMS}passations/?referent={world.caseworker.pk}")
    page.get_by_label("Tout choisir sur cette page").focus()
    page.keyboard.press("Space")
    page.get_by_label(str(world.colleague)).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Voir l’aperçu").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Rien n’est encore écrit").wait_for()
    assert page.get_by_text("note de passation écrite").count() == 1
    page.get_by_label("Motif").fill("Départ de la référente")
    page.get_by_role("button", name="Transmettre ces personnes").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="personnes transmises").wait_for()
    assert Mandate.objects.filter(caseworker=world.colleague, end_on=None).count() == held

    sign_in(world.colleague)  # le suivant lit
    page.goto("/aujourdhui/")
    page.get_by_role("link", name="Lire la note").click()
    page.get_by_text("Préfère être jointe le matin.").wait_for()
    page.get_by_role("button", name="J’ai lu").focus()
    page.keyboard.press("Enter")
    page.get_by_text("marquée comme lue").wait_for()
    assert HandoverNote.objects.get(person=person).read_by == world.colleague

    sign_in(world.head)  # la responsable s’est trompée : tout revient
    page.goto(f"{TEAMS}passations/{Handover.objects.get().key}/")
    page.get_by_role("button", name="Annuler toute la passation").click()
    page.get_by_text("comme avant").first.wait_for()
    assert Mandate.objects.filter(caseworker=world.caseworker, end_on=None).count() == held


@pytest.mark.req("R-144")
def test_un_accompagnement_long_passe_en_instance(page: Any, desk: Desk, sign_in: Enter) -> None:
    world = desk.world
    sign_in(world.caseworker)
    page.goto(desk.address("Dupont", "accompagnement/"))
    page.get_by_role("link", name="Demander un examen en instance").click()
    page.get_by_label("Motif").fill("Aucune piste depuis un an")
    page.get_by_role("button", name="Demander").click()
    page.get_by_text("Demande d’examen enregistrée").wait_for()

    sign_in(world.social_head)
    page.goto(f"{TEAMS}examens/")
    page.get_by_role("link", name="DUPONT").click()
    page.get_by_label("Poursuite validée").check()
    page.get_by_role("button", name="Enregistrer la décision").click()
    page.get_by_text("Décision de l’instance enregistrée").wait_for()
    assert CaseReview.objects.get().decision == "continued"


def test_les_ecrans_des_equipes_sont_accessibles(page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take) -> None:
    world, found = desk.world, []
    review = ask_review(
        actor=world.caseworker, on=world.day, enrolment_id=desk.persons["Dupont"].enrolments.get().pk,
        kind="long_accompaniment", reason="Sans issue",
    )  # fmt: skip
    group = _group(world)
    assert world.colleague.pk
    post = world.caseworker.memberships.get()
    for who, name, address in (
        ("head", "equipes", TEAMS),
        ("head", "temps-de-travail", f"{TEAMS}temps/{post.pk}/"),
        ("head", "passations", f"{TEAMS}passations/"),
        ("head", "passations-vide", f"{TEAMS}passations/?referent=sans"),
        ("social_head", "examens", f"{TEAMS}examens/"),
        ("social_head", "examen", f"{TEAMS}examens/{review.pk}/"),
        ("steering_officer", "groupements", f"{TEAMS}groupements/"),
        ("steering_officer", "groupement", f"{TEAMS}groupements/{group.pk}/"),
        ("steering_officer", "groupement-membre", f"{TEAMS}groupements/{group.pk}/membres/"),
        ("head", "referent", desk.address("Dupont", "referent/")),
        ("caseworker", "note-de-passation", desk.address("Dupont", "referent/note/")),
        ("caseworker", "examen-nouveau", desk.address("Camara", "examens/nouveau/")),
        ("caseworker", "missions-aucune", desk.address("Camara", "missions/")),
    ):
        sign_in(getattr(world, who))
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(address)
        found += check(page, axe, name, shot)
    found += _preview(page, axe, world, sign_in, shot)
    assert found == []


def _group(world: World) -> Any:
    given: dict[str, Any] = {"actor": world.steering_officer, "on": world.day}
    group = create_group(**given, authority_id=world.authority.pk, name="Groupement d’essai")
    for one in (world.house, world.neighbour):
        add_member(**given, group_id=group.pk, organisation_id=one.pk, start_on=world.day)
    return group


def _preview(page: Any, axe: Any, world: World, sign_in: Enter, shot: Take) -> list[str]:
    sign_in(world.head)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{TEAMS}passations/")
    page.locator("input[name=chosen]").first.check()
    page.get_by_label(str(world.colleague)).check()
    page.get_by_role("button", name="Voir l’aperçu").click()
    page.get_by_text("Rien n’est encore écrit").wait_for()
    found = check(page, axe, "passation-apercu", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Transmettre ces personnes").click()
    page.get_by_text("Ce champ est à remplir").wait_for()
    found += check(page, axe, "passation-erreur", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Motif").fill("Congé")
    page.get_by_role("button", name="Transmettre ces personnes").click()
    page.get_by_text("transmise").first.wait_for()
    return found + check(page, axe, "passation-recu", shot)
