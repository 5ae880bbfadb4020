"""Le bilan de fin d’action écrit ensemble, établi et signé ; une offre et à qui elle peut convenir ; le suivi d’une action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jalons.network.models import User
from jalons.pathways.models import Enrolment, FinalReview, Step
from jalons.pathways.operations import open_offer, open_project
from tests.journeys.conftest import Desk, step_kind
from tests.journeys.hands import SIDES, sign_by_keyboard, sign_by_pointer
from tests.journeys.test_every_screen_is_accessible import check
from tests.worlds import ACTION

Enter = Callable[[User], None]
Take = Callable[[str], None]


def in_nord(desk: Desk) -> Enrolment:
    world = desk.world
    line = world.place(action_code="nord_iv_aci", framework_code="nord_2019_2021")
    return world.enrolled(world.person("Perrin", "Nadia"), line=line, caseworker=world.caseworker)


@pytest.mark.req("R-132")
def test_le_bilan_est_ecrit_ensemble_etabli_et_signe(
    page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take
) -> None:
    found: list[str] = []
    stay = in_nord(desk)
    sign_in(desk.world.caseworker)
    page.goto(f"/personnes/{stay.person.key}/bilan-de-fin/")
    found += check(page, axe, "bilan-de-fin-ecrire", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("group", name="La personne", exact=True).get_by_role("checkbox").check()
    page.get_by_role("group", name="Le professionnel en charge").get_by_role("checkbox").check()
    for label, text in (
        ("Ce que la personne en dit", "J’ai appris à travailler en équipe."),
        ("Plan d’actions", "Tout est fait, sauf le permis."),
        ("Formations et mises en situation", "Taille douce, deux semaines chez un paysagiste."),
        ("Projet professionnel à la sortie", "Ouvrière paysagiste."),
    ):
        page.get_by_label(label).fill(text)
    skill = page.get_by_role("group", name="Acquis 1", exact=True)
    skill.get_by_label("Acquis").fill("Tailler un arbre")
    skill.get_by_label("Attesté par").select_option("Attestation de compétences")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Il manque : Qui prend la suite, et quand.").wait_for()
    found += check(page, axe, "bilan-de-fin-incomplet", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="Modifier").click()
    page.get_by_label("Qui prend la suite, et quand").fill("Pôle emploi, le 2 novembre.")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("button", name="Établir le bilan").click()
    page.get_by_text("son document est au dossier").wait_for()
    found += check(page, axe, "bilan-de-fin-etabli", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="Signer").click()
    page.locator("iframe.document").wait_for()
    page.get_by_label("Pièce d’identité présentée").first.check()
    sign_by_pointer(page, SIDES[0])
    sign_by_keyboard(page, SIDES[1])
    shot("bilan-de-fin-signer")
    page.get_by_role("button", name="Enregistrer les signatures").click()
    page.get_by_text("Signature enregistrée").wait_for()
    assert FinalReview.objects.get().piece is not None
    assert found == []


@pytest.mark.req("R-114")
def test_une_offre_montre_a_qui_elle_peut_convenir_et_pourquoi(
    page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take
) -> None:
    world = desk.world
    common: dict[str, Any] = {"actor": world.caseworker, "on": world.day}
    stay = desk.persons["Dupont"].enrolments.get()
    open_project(**common, enrolment_id=stay.pk, title="Vendeuse en boulangerie", opened_on=world.day)
    kind = step_kind(ACTION, world.day)
    offer = open_offer(
        **common, organisation_id=world.house.pk, provider="Boulangerie Roy", kind=kind, label="Vente en boulangerie"
    )
    sign_in(world.caseworker)
    page.goto("/offres/")
    page.get_by_role("link", name="Repérer des personnes pour Vente en boulangerie").click()
    page.get_by_label("Le projet parle de").fill("boulangerie")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_text("proche de l’offre").wait_for()
    assert page.get_by_role("row").count() == 2
    found = check(page, axe, "reperer", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Positionner").click()
    page.get_by_text("Personne positionnée sur l’offre").wait_for()
    assert Step.objects.get(offer=offer).person == desk.persons["Dupont"]
    page.goto(f"/offres/{offer.pk}/reperer/?projet=boulangerie")
    page.get_by_text("Personne ne correspond").wait_for()
    found += check(page, axe, "reperer-personne", shot)
    assert found == []


@pytest.mark.req("R-066")
def test_le_groupe_de_suivi_note_ce_qu_il_retient(page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take) -> None:
    world = desk.world
    line = world.place(action_code="lyon_emploi_innovant_2020", places=12)
    world.enrolled(world.person("Perrin", "Nadia"), line=line, caseworker=world.caseworker)
    sign_in(world.steering_officer)
    page.goto("/pilotage/equipes/suivi-des-actions/")
    found = check(page, axe, "suivi-des-actions-vide", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="Noter une réunion").click()
    page.get_by_label("Instance").select_option("Groupe de suivi technique")
    page.get_by_label("Ce qui est retenu").fill("Montée en charge lente à l’ouest ; un second appel à projets.")
    found += check(page, axe, "suivi-des-actions-noter", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Réunion notée").wait_for()
    found += check(page, axe, "suivi-des-actions", shot)
    assert found == []
