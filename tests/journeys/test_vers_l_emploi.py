"""Vers l’emploi : l’étape prescrite, l’emploi suivi, la sortie par petites questions, l’absence signalée ou écartée."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from jalons.agenda.models import Outcome
from jalons.agenda.operations import plan, record_outcome
from jalons.network.models import User
from jalons.pathways.models import Exit, ExitState, Job, Report, ReportState, Step
from jalons.todos.operations import refresh
from tests.journeys.conftest import Desk
from tests.worlds import at

Enter = Callable[[User], None]
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def go_on(page: Any) -> None:
    page.get_by_role("button", name="Continuer").click()


@pytest.mark.req("R-108", "R-109", "R-113")
def test_une_formation_est_prescrite_acceptee_et_suivie(
    page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Callable[[str], None]
) -> None:
    sign_in(desk.world.caseworker)
    page.goto("/offres/nouvelle/")
    page.get_by_label("Organisme").fill("GRETA")
    page.get_by_label("Étape", exact=True).select_option("qualifying_training")
    page.get_by_label("Intitulé").fill("CAP cuisine")
    page.get_by_label(re.compile("^Places")).fill("12")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("12 places sur 12").wait_for()
    shot("offres")
    assert axe() == []
    page.goto(desk.address("Nguyen", "etapes/nouvelle/"))
    page.get_by_label("Étape", exact=True).select_option("qualifying_training")
    go_on(page)
    assert page.get_by_label("Formation qualifiante").is_checked()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Prescrire l’étape").click()
    page.get_by_label(re.compile("^Offre")).select_option(index=1)
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Noter la réponse").click()
    page.get_by_label("Acceptée").check()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_label("L’étape commence").check()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Prendre des nouvelles").click()
    page.get_by_label("L’employeur ou l’organisme").check()
    page.get_by_label("Se passe bien").check()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("heading", name="Nouvelles").wait_for()
    shot("etape-suivie")
    assert axe() == []
    step = Step.objects.get(person=desk.persons["Nguyen"])
    assert (step.state, step.answer, step.contacts.count()) == ("started", "accepted", 1)


@pytest.mark.req("R-119", "R-125", "R-128")
def test_la_sortie_par_petites_questions_la_preuve_et_la_confirmation(
    page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Callable[[str], None], tmp_path: Any
) -> None:
    world = desk.world
    line = world.place(action_code="plie_2014_2020", framework_code="plie_2014_2020")
    person = desk.persons["Zola"] = world.person("Zola", "Émile")
    world.enrolled(person, line=line, caseworker=world.caseworker)
    sign_in(world.caseworker)
    page.goto(desk.address("Zola", "sorties/nouvelle/"))
    page.get_by_label("Emploi ou création d’activité").check()
    go_on(page)
    page.get_by_label("Contrat", exact=True).select_option("cdi")
    page.get_by_label("Employeur").fill("Ville de Givors")
    page.get_by_label("Premier jour").fill("02/03/2020")
    go_on(page)
    page.get_by_label("Employeur classique").check()
    go_on(page)
    page.get_by_label(re.compile("heures par semaine")).fill("28")
    shot("sortie-question")
    assert axe() == []
    go_on(page)
    page.get_by_text("Sortie positive").first.wait_for()
    page.get_by_role("button", name="Modifier : L’emploi").click()
    assert page.get_by_label("Employeur").input_value() == "Ville de Givors"
    go_on(page)
    for _ in range(2):
        go_on(page)
    page.get_by_text("la sortie n’est pas confirmée sans elle").wait_for()
    shot("sortie-bilan")
    assert axe() == []
    page.get_by_role("button", name="Proposer la sortie").click()
    page.get_by_text("Sortie proposée").wait_for()
    sign_in(world.head)
    page.reload()
    page.get_by_role("button", name="Confirmer la sortie").click()
    page.get_by_text("demande une pièce au dossier").wait_for()
    proof = tmp_path / "contrat.pdf"
    proof.write_bytes(PDF)
    page.get_by_text("Mettre un document au dossier").click()
    page.get_by_label("Document reçu").select_option("work_contract")
    page.get_by_label(re.compile("^Fichier")).set_input_files(proof)
    page.get_by_role("button", name="Mettre au dossier").click()
    page.get_by_text("Document mis au dossier").wait_for()
    page.get_by_text("Retenir une autre classe").click()
    page.get_by_label("Motif").first.fill("Emploi durable, validé en équipe")
    page.get_by_role("button", name="Retenir cette classe").click()
    page.get_by_role("button", name="Confirmer la sortie").click()
    page.get_by_text("Sortie confirmée").wait_for()
    shot("sortie-confirmee")
    assert axe() == []
    leaving = Exit.objects.get(person=person)
    assert (leaving.state, leaving.job.weekly_hours) == (ExitState.CONFIRMED, 28)
    page.goto(desk.address("Zola", f"emplois/{Job.objects.get(person=person).pk}/"))
    page.get_by_text("Suivi à garder jusqu’au 1er septembre 2020").wait_for()
    shot("emploi")
    assert axe() == []


@pytest.mark.req("R-145", "R-147")
def test_deux_absences_proposent_un_signalement_que_le_referent_ecrit(
    page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Callable[[str], None]
) -> None:
    world, person = desk.world, desk.persons["Haddad"]
    for day in (date(2020, 10, 5), date(2020, 10, 12)):
        planned = plan(
            actor=world.caseworker,
            on=day,
            person_id=person.pk,
            organisation_id=world.house.pk,
            starts_at=at(day, 9),
            ends_at=at(day, 10),
        )
        outcome = Outcome.UNJUSTIFIED_ABSENCE
        record_outcome(actor=world.caseworker, on=day, appointment_id=planned.pk, outcome=outcome)
    refresh(as_of=world.day, person_ids=[person.pk])
    sign_in(world.caseworker)
    page.goto(desk.address("Haddad"))
    page.get_by_role("link", name="Écrire ou écarter le signalement").first.click()
    page.get_by_text("Deux absences non justifiées").first.wait_for()
    shot("signalement-propose")
    assert axe() == []
    page.get_by_role("link", name="Écrire le signalement").click()
    facts = page.get_by_label("Faits", exact=True)
    assert "Absence non justifiée" in facts.input_value()
    shot("signalement-ecrire")
    assert axe() == []
    page.get_by_role("button", name="Enregistrer le signalement").click()
    page.get_by_text("Signalement écrit. Rien n’est envoyé").wait_for()
    shot("signalement-ecrit")
    assert axe() == []
    assert Report.objects.get(person=person).state == ReportState.WRITTEN
