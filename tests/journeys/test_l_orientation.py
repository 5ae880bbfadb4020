"""L'orientation : de la convocation au référent nommé le jour même, puis une réorientation demandée, avec avis et décision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from jalons.network.models import User
from jalons.pathways.models import Enrolment, Evaluation, Mandate, Orientation, ReorientationRequest, RequestState
from jalons.pathways.operations import NewPreflag, record_preflags
from jalons.rulebooks.operations import load_shipped
from tests.journeys.test_every_screen_is_accessible import check
from tests.worlds import World

Enter = Callable[[User], None]
Take = Callable[[str], None]


@pytest.fixture
def authority(committed_world: World) -> World:
    """Three persons to meet, one suggested by the CAF, one accompanied."""
    world = committed_world
    load_shipped(actor=world.system, on=world.day)
    people = [world.person(name, subject_since=date(2020, 6, 1)) for name in ("Benali", "Camara", "Dupont")]
    record_preflags(
        actor=world.data_officer, on=world.day, preflags=[NewPreflag(people[0].pk, "Pôle emploi", date(2020, 7, 1))]
    )
    world.enrolled(world.person("Fournier"), caseworker=world.caseworker)
    assert world.colleague.pk, "a second caseworker to name"
    return world


@pytest.mark.req("R-033", "R-035", "R-031")
def test_une_information_collective_jusqu_au_referent_du_jour(
    page: Any, axe: Any, authority: World, sign_in: Enter, shot: Take
) -> None:
    found: list[str] = []
    sign_in(authority.social_head)
    page.goto("/pilotage/a-orienter/")
    page.get_by_role("cell", name="Pôle emploi").wait_for()
    page.get_by_role("link", name="Informations collectives").click()
    page.get_by_text("3 personnes à convoquer").wait_for()
    page.get_by_role("link", name="Prévoir une information collective").first.click()
    page.get_by_label("Organisme qui reçoit").select_option(label="Maison des parcours")
    page.get_by_label("Lieu").fill("Mairie annexe")
    page.get_by_label("Jour").fill("15/10/2020")
    page.get_by_label("De", exact=True).fill("9h")
    page.get_by_label("À", exact=True).fill("11h30")
    page.get_by_label("Places").fill("2")
    found += check(page, axe, "information-collective-prevoir", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Prévoir et choisir qui convoquer").click()
    page.get_by_text("2 places libres").wait_for()
    found += check(page, axe, "information-collective-convoquer", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    for name in ("BENALI", "CAMARA"):
        page.get_by_role("checkbox", name=f"Choisir {name}").check()
    page.get_by_role("button", name="Convoquer ces personnes").click()
    page.get_by_text("2 personnes convoquées").wait_for()
    page.get_by_label("Présence de BENALI Camille").select_option("held")
    page.get_by_role("button", name="Enregistrer les présences").click()
    page.get_by_text("Présences enregistrées").wait_for()
    found += check(page, axe, "information-collective", shot)
    page.set_viewport_size({"width": 1280, "height": 800})

    page.get_by_role("link", name="Évaluer et orienter").click()
    page.get_by_label("Oui, avec un appui").check()
    page.get_by_label("Avec un peu d’aide").check()
    found += check(page, axe, "grille-remplir", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Voir ce que la grille propose").click()
    page.get_by_text("La grille propose : Itinéraire emploi").first.wait_for()
    found += check(page, axe, "orienter-avec-grille", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Maison des parcours").check()
    page.get_by_label("Motif de la décision").fill("Projet clair, appui demandé")
    page.get_by_label("Référent unique, nommé aujourd’hui").select_option(label="Anne Roux")
    page.get_by_role("button", name="Orienter").click()
    page.get_by_text("référent nommé le jour même").wait_for()
    decision = Orientation.objects.get(person__last_name="BENALI")
    assert (decision.channel, decision.preflag) == ("information_session", "Pôle emploi")
    assert Evaluation.objects.get().orientation == decision
    assert Mandate.objects.get(person=decision.person).start_on == authority.day

    page.goto("/pilotage/delais/")
    page.get_by_text("le jour même").first.wait_for()
    found += check(page, axe, "delais", shot)
    page.goto("/pilotage/informations-collectives/?quand=passees")
    found += check(page, axe, "informations-collectives-vide", shot)
    assert found == [], "\n".join(found)


@pytest.mark.req("R-042")
def test_une_reorientation_demandee_puis_decidee(
    page: Any, axe: Any, authority: World, sign_in: Enter, shot: Take
) -> None:
    found: list[str] = []
    person = Enrolment.objects.get().person
    sign_in(authority.caseworker)
    page.goto(f"/personnes/{person.key}/")
    page.locator("summary", has_text="Ajouter").click()
    page.get_by_role("link", name="Orientation, réorientation").click()
    page.get_by_role("button", name="Demander").click()
    page.locator(".field-error").first.wait_for()
    found += check(page, axe, "demander-une-reorientation", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Cause").select_option(label="Les difficultés sociales passent d’abord")
    page.get_by_label("Motif").fill("Logement à trouver avant l’emploi")
    page.get_by_label("Accompagnement souhaité").select_option(label="Itinéraire activité")
    page.get_by_role("button", name="Demander").click()
    page.get_by_text("Demande de réorientation envoyée").wait_for()

    sign_in(authority.social_head)
    page.goto("/pilotage/reorientations/")
    found += check(page, axe, "reorientations", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="FOURNIER").click()
    page.get_by_text("Aucun avis n’est noté").wait_for()
    page.get_by_label("Avis d’une instance").select_option(label="Instance technique territoriale (ITT)")
    page.get_by_label("Avis du").fill("12/10/2020")
    page.get_by_label("Sens de l’avis").select_option(label="Favorable")
    page.get_by_role("button", name="Enregistrer l’avis").click()
    page.get_by_text("Avis enregistré").wait_for()
    found += check(page, axe, "reorientation", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Réorienter vers l’offre choisie").check()
    page.locator("#id_line").select_option(label="Atelier voisin – Itinéraires activité diversifiés")
    page.get_by_label("Motif de la décision").fill("Avis suivi")
    page.get_by_role("button", name="Enregistrer la décision").click()
    page.get_by_text("Décision enregistrée").wait_for()
    request = ReorientationRequest.objects.get()
    assert request.state == RequestState.ACCEPTED
    assert request.result is not None
    assert request.result.opinion_body == "itt"

    sign_in(authority.steering_officer)
    page.goto("/pilotage/a-orienter/grille/")
    found += check(page, axe, "grille-de-l-autorite", shot)
    assert found == [], "\n".join(found)
