"""L’agenda du référent : un atelier de l’invitation à l’émargement, la feuille imprimée et son retour, la feuille de temps."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from jalons.agenda.models import Appointment, AttendanceSheet, GroupSession, Outcome, SignIn, TimeSheet
from jalons.network.models import User
from tests.documents.pictures import PNG
from tests.journeys.conftest import Desk
from tests.journeys.hands import pad, sign_by_keyboard, sign_by_pointer
from tests.worlds import World

Enter = Callable[[User], None]
Take = Callable[[str], None]
SCAN = PNG


def found(page: Any, name: str) -> None:
    """Search somebody and invite them."""
    page.get_by_label("Nom ou prénom").fill(name)
    page.get_by_role("button", name="Chercher", exact=True).last.click()
    page.get_by_role("button", name="Inscrire", exact=True).click()
    page.get_by_text("Inscription enregistrée").wait_for()


@pytest.mark.req("R-094", "R-098", "R-100")
def test_un_atelier_de_l_inscription_a_l_emargement_et_au_compte_rendu(
    page: Any, desk: Desk, sign_in: Enter, shot: Take
) -> None:
    sign_in(desk.world.caseworker)
    page.goto("/agenda/")
    page.get_by_role("link", name="Temps collectifs").click()
    page.get_by_role("link", name="Prévoir un temps collectif").click()
    page.get_by_label("Thème").fill("Atelier CV")
    page.get_by_label("Date").fill("15/10/2020")
    page.get_by_label("Heure de début").fill("14h")
    page.get_by_label("Durée").select_option("2 h")
    page.get_by_label("Forme").select_option("Atelier")
    page.get_by_label("Lieu").fill("Salle 2")
    page.get_by_label("Places").fill("2")
    page.get_by_label("Préparation").select_option("45 min")
    page.get_by_role("button", name="Prévoir").click()
    page.get_by_text("Personne n’est inscrit").wait_for()
    for name in ("garcia", "nguyen"):
        found(page, name)
    page.get_by_text("Toutes les places sont prises").wait_for()
    shot("atelier-complet")

    page.get_by_role("link", name=re.compile("Faire signer GARCIA")).click()
    page.get_by_text("Je confirme ma présence").wait_for()
    page.get_by_label("Heure de fin").fill("15h30")
    page.get_by_role("button", name="Changer les heures").click()
    page.get_by_text(re.compile(r"de 14\sh à 15\sh\s30")).first.wait_for()
    sign_by_pointer(page, "La personne accompagnée")
    shot("emarger")
    page.get_by_role("button", name="Enregistrer l’émargement").click()
    page.get_by_text("Émargement enregistré").wait_for()

    page.get_by_label("Présence de NGUYEN Linh").select_option("Excusé")
    page.get_by_role("button", name="Enregistrer les présences").click()
    page.get_by_text("Présences enregistrées").wait_for()
    page.get_by_label("Compte rendu pour les personnes présentes").fill("Un CV refait, deux offres repérées.")
    page.get_by_role("button", name="Ajouter aux dossiers").click()
    page.get_by_text("Compte rendu ajouté à un dossier").wait_for()
    group = page.get_by_role("group", name=re.compile("recherche d’emploi"))
    group.get_by_label("Oui").fill("1")
    group.get_by_label("Réponses").fill("1")
    page.get_by_role("button", name="Enregistrer les réponses").click()
    page.get_by_text("Réponses enregistrées").wait_for()
    shot("atelier-fait")

    session = GroupSession.objects.get()
    became = dict(session.appointments.values_list("person__last_name", "outcome"))
    assert became == {"GARCIA": Outcome.HELD, "NGUYEN": Outcome.JUSTIFIED_ABSENCE}
    signed = SignIn.objects.get()
    assert signed.ends_at - signed.starts_at == timedelta(minutes=90)
    assert session.appointments.get(outcome=Outcome.HELD).note == "Un CV refait, deux offres repérées."
    assert session.answers.get().yes == 1


@pytest.mark.req("R-100")
def test_la_feuille_du_jour_est_imprimee_signee_puis_rendue(
    page: Any, desk: Desk, sign_in: Enter, shot: Take, tmp_path: Path
) -> None:
    sign_in(desk.world.caseworker)
    page.goto("/agenda/?vue=jour")
    page.get_by_role("button", name="Feuille d’émargement du jour").click()
    page.get_by_role("heading", name=re.compile("Feuille d’émargement FE-")).wait_for()
    href = page.get_by_role("link", name=re.compile("Ouvrir la feuille")).get_attribute("href")
    assert page.context.request.get(href).body().startswith(b"%PDF")
    page.get_by_label("Présence de LEFÈVRE Théo").select_option("Absent")
    page.get_by_label("Heure de fin de BENALI Samia").fill("9h30")
    scan = tmp_path / "feuille.png"
    scan.write_bytes(SCAN)
    page.get_by_label("Feuille signée", exact=True).set_input_files(scan)
    shot("feuille")
    page.get_by_role("button", name="Enregistrer la feuille signée").click()
    page.get_by_text("Feuille signée enregistrée").wait_for()
    page.get_by_text("Feuille revenue le 15/10/2020").wait_for()
    rows = Appointment.objects.filter(on_date=desk.world.day)
    assert dict(rows.values_list("person__last_name", "outcome")) == {
        "BENALI": Outcome.HELD, "DUPONT": Outcome.HELD, "LEFÈVRE": Outcome.UNJUSTIFIED_ABSENCE,
    }  # fmt: skip
    assert SignIn.objects.count() == 2
    assert AttendanceSheet.objects.get().returns.count() == 1

    page.goto(desk.address("Lefèvre", "presence/"))
    shot("presence")
    page.get_by_role("link", name=re.compile("Justifier")).first.click()
    page.get_by_label("Justification").select_option("Garde d’un enfant")
    page.get_by_role("button", name="Justifier").click()
    page.get_by_text("Absence justifiée").first.wait_for()
    assert rows.get(person=desk.persons["Lefèvre"]).justification == "childcare"


def test_tout_au_clavier_une_signature_et_un_rendez_vous_qui_se_repete(page: Any, desk: Desk, sign_in: Enter) -> None:
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Garcia", "rendez-vous/prevoir/"))
    page.get_by_label("Date").fill("03/11/2020")
    page.get_by_label("Heure de début").fill("10h")
    page.get_by_label("Répéter").select_option("Toutes les deux semaines")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("jusqu’à quel jour").wait_for()
    page.get_by_label("Jusqu’au").fill("15/12/2020")
    page.keyboard.press("Enter")
    page.get_by_text("4 rendez-vous prévus").wait_for()

    appointment = Appointment.objects.get(person=desk.persons["Benali"], on_date=desk.world.day)
    page.goto(desk.address("Benali", f"rendez-vous/{appointment.pk}/emarger/"))
    page.get_by_role("button", name="Enregistrer l’émargement").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Il manque la signature").wait_for()
    sign_by_keyboard(page, "La personne accompagnée")
    pad(page, "La personne accompagnée").press("Tab")
    page.get_by_role("button", name="Enregistrer l’émargement").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Émargement enregistré").wait_for()
    assert SignIn.objects.get().appointment == appointment


@pytest.mark.req("R-210")
def test_la_feuille_de_temps_du_mois_se_remplit_et_s_arrete(
    page: Any, committed_world: World, sign_in: Enter, shot: Take
) -> None:
    from jalons.rulebooks.operations import load_shipped

    world = committed_world
    load_shipped(actor=world.system, on=world.day)
    line = world.place(framework_code="plie_2014_2020", action_code="plie_2014_2020")
    world.enrolled(world.person("Morin", "Nadia"), line=line, caseworker=world.caseworker)
    sign_in(world.caseworker)
    page.goto("/feuille-de-temps/?mois=2020-09")
    page.get_by_text("Rien n’est noté ce mois-là").wait_for()
    page.get_by_label("Jour", exact=True).fill("14/09/2020")
    page.get_by_label("Durée", exact=True).fill("1h30")
    page.get_by_role("button", name="Ajouter", exact=True).click()
    page.get_by_text("Choisissez la catégorie").wait_for()
    page.get_by_label("Catégorie", exact=True).select_option("network")
    page.get_by_label(re.compile("^Quoi")).fill("Commission d’entrée")
    page.get_by_role("button", name="Ajouter", exact=True).click()
    page.get_by_text("Temps enregistré").wait_for()
    page.get_by_label("Temps du poste").fill("70h")
    page.get_by_role("button", name="Arrêter la feuille").click()
    page.get_by_text("68 h 30 manquent").wait_for()
    page.get_by_label("Temps du poste").fill("1h30")
    page.get_by_role("button", name="Arrêter la feuille").click()
    page.get_by_text("Feuille arrêtée le 15/10/2020").wait_for()
    shot("feuille-de-temps")
    href = page.get_by_role("link", name=re.compile("Ouvrir la feuille à signer")).get_attribute("href")
    assert page.context.request.get(href).body().startswith(b"%PDF")
    assert TimeSheet.objects.get().month == date(2020, 9, 1)
