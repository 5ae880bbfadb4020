"""Le diagnostic partagé : la grille remplie ensemble, le plan repris dans le contrat, la commission, puis la réévaluation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from jalons.network.models import User
from jalons.pathways.models import AssessmentKind, Contract, Obstacle, Piece, Recommendation, Standing, Step
from jalons.pathways.operations import Finding, Findings, PlanLine, record_assessment
from jalons.people.models import Person
from tests.journeys.conftest import Desk
from tests.journeys.hands import SIDES, sign_by_keyboard
from tests.journeys.test_every_screen_is_accessible import check

Enter = Callable[[User], None]
GRID = {
    "Motivations": "Travailler dehors",
    "Parcours socioprofessionnel antérieur": "Dix ans de maraîchage",
    "Atouts et potentiels": "Endurance",
    "Objectifs à atteindre": "Un CDI",
}
CHOICES = {
    "Capacité à adhérer à un accompagnement renforcé": "Prête à s’engager",
    "Niveau de qualification ou de formation": "CAP ou BEP",
    "Connaissance du marché du travail": "Partielle",
    "Autonomie dans les démarches d’emploi": "Autonome",
    "Stade du projet professionnel": "En élaboration",
}


def newcomer(desk: Desk, action: str) -> Person:
    """A person of the caseworker in another action than the others."""
    world = desk.world
    person = world.person("Zola", "Rim")
    line = world.place(action_code=action, framework_code=action)
    world.enrolled(person, line=line, on=date(2020, 10, 1), caseworker=world.caseworker)
    desk.persons["Zola"] = person
    return person


@pytest.mark.req("R-020", "R-067", "R-069", "R-070", "R-089")
def test_une_candidate_au_plie_de_la_grille_a_la_commission(
    page: Any, desk: Desk, sign_in: Enter, shot: Callable[[str], None], axe: Any
) -> None:
    person = newcomer(desk, "plie_2014_2020")
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Zola", "bilans/nouveau/"))
    for label, words in GRID.items():
        page.get_by_label(label).fill(words)
    for label, answer in list(CHOICES.items())[:4]:
        page.get_by_label(label).select_option(answer)
    mobility = page.get_by_role("group", name="Mobilité", exact=True)
    mobility.get_by_label("Mobilité").first.select_option("Frein")
    mobility.get_by_label("Précision").fill("Pas de permis")
    line = page.get_by_role("group", name="Préconisation 1")
    line.get_by_label("Préconisation").fill("Passer le permis B")
    line.get_by_label("Domaine").select_option("Mobilité")
    page.get_by_role("button", name="Enregistrer").click()

    page.get_by_text("Diagnostic incomplet").wait_for()
    assert page.get_by_text("Il manque la réponse à « Stade du projet professionnel ».").count() >= 1
    assert page.get_by_text("Demande incomplète").is_visible()
    problems = check(page, axe, "bilan-incomplet", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="Modifier").click()
    page.get_by_label("Stade du projet professionnel").select_option("En élaboration")
    page.get_by_label("La personne confirme son engagement, le").fill("15/10/2020")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Bilan corrigé").wait_for()
    assert page.get_by_text("Diagnostic incomplet").count() == 0

    page.goto(desk.address("Zola", "contrats/nouveau/"))
    page.get_by_label("Ce que je veux").fill("Je demande à entrer dans le PLIE.")
    page.get_by_label("Objectif à court terme").fill("Le permis B")
    page.get_by_label("Passer le permis B").select_option("Dans l’objectif à court terme")
    problems += check(page, axe, "contrat-preconisations", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.get_by_text("Les aides individuelles").first.wait_for()
    assert page.get_by_role("button", name="Signer", exact=True).count() == 0
    page.get_by_role("link", name="Noter les informations données").click()
    assert page.get_by_label("Les actions du PLIE").is_checked()
    problems += check(page, axe, "informations-avant-adhesion", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.get_by_text("Information notée").wait_for()
    page.get_by_role("button", name="Signer", exact=True).click()
    page.get_by_label("Pièce d’identité présentée").first.check()
    for side in SIDES:
        sign_by_keyboard(page, side)
    page.get_by_role("button", name="Enregistrer les signatures").click()
    page.get_by_text("Signature enregistrée").wait_for()
    assert Contract.objects.get(person=person).signed_on == desk.world.day

    made = person.assessments.get()
    page.goto(desk.address("Zola", f"bilans/{made.pk}/"))
    page.get_by_text("Demande complète").wait_for()
    assert page.get_by_text("Reprise dans le contrat n° 1").is_visible()
    page.get_by_role("button", name="Noter la présentation").click()
    page.get_by_text("Demande présentée").wait_for()
    assert {"diagnostic", "commission_application"} <= set(
        Piece.objects.filter(person=person).values_list("kind", flat=True)
    )
    assert problems == []


@pytest.mark.req("R-068", "R-072")
def test_une_reevaluation_leve_un_frein_et_se_compare(
    page: Any, desk: Desk, sign_in: Enter, shot: Callable[[str], None], axe: Any
) -> None:
    person = desk.persons["Nguyen"]
    record_assessment(
        actor=desk.world.caseworker,
        on=desk.world.day,
        enrolment_id=person.enrolments.get().pk,
        kind=AssessmentKind.INITIAL,
        made_on=date(2020, 3, 2),
        findings=Findings(
            domains={"mobility": Finding(Standing.OBSTACLE), "housing": Finding(Standing.OBSTACLE)},
            plan=[PlanLine("Passer le permis B", "mobility")],
        ),
    )
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Nguyen"))
    page.get_by_role("link", name="Mobilité").click()
    page.get_by_label("Précision").fill("Dossier de permis")
    page.get_by_label("C’est fait").check()
    page.get_by_role("button", name="Ajouter l’action").click()
    page.get_by_text("Action notée").wait_for()
    problems = check(page, axe, "frein-actions", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert Obstacle.objects.get(person=person, domain="mobility").worked_on == desk.world.day

    page.goto(desk.address("Nguyen", "bilans/nouveau/"))
    assert page.get_by_text("La dernière fois : frein").count() == 2
    page.get_by_role("group", name="Mobilité", exact=True).get_by_label("Mobilité").first.select_option("Atout")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("heading", name="Depuis le bilan du 02/03/2020").wait_for()
    row = page.get_by_role("row", name="Mobilité")
    assert "Frein" in row.inner_text()
    assert "Atout" in row.inner_text()
    problems += check(page, axe, "bilan-compare", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert Obstacle.objects.get(person=person, domain="mobility").lifted_on == desk.world.day
    assert Obstacle.objects.get(person=person, domain="housing").lifted_on is None

    page.get_by_role("link", name="Bilan initial du 02/03/2020").click()
    page.get_by_role("link", name="Suivre").click()
    page.get_by_label("Reprise dans").select_option("Abandonnée")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Dites pourquoi").wait_for()
    page.get_by_label("Motif d’abandon").fill("Elle vient à vélo")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Abandonnée : Elle vient à vélo").wait_for()
    assert Recommendation.objects.get().dropped_reason == "Elle vient à vélo"
    assert problems == []


@pytest.mark.req("R-073")
def test_une_offre_trop_loin_n_est_pas_proposee(page: Any, desk: Desk, sign_in: Enter) -> None:
    person = newcomer(desk, "nord_ii2_coaching")
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Zola", "bilans/nouveau/"))
    page.get_by_label("Métiers ou secteurs non souhaités").fill("Restauration")
    page.get_by_label("Périmètre de déplacement").fill("15")
    page.get_by_label("Vélo").check()
    page.get_by_label("Salaire net mensuel").fill("1 100")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Bilan enregistré").wait_for()
    page.goto(desk.address("Zola", "offres/proposer/"))
    page.get_by_label("Étape").select_option("Positionnement sur une offre")
    page.get_by_label("Métier").fill("Vendeur")
    page.get_by_label("Distance").fill("40")
    page.get_by_role("button", name="Proposer cette offre").click()
    page.get_by_text("au-delà du périmètre de 15 km").wait_for()
    page.get_by_label("Distance").fill("12,5")
    page.get_by_role("button", name="Proposer cette offre").click()
    page.get_by_text("Offre proposée").wait_for()
    assert Step.objects.get(person=person).label == "Offre : Vendeur"
