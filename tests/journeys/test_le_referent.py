"""Les parcours du référent et de son responsable, dans un vrai navigateur, au clavier quand c'est possible."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from jalons.agenda.models import Appointment, Outcome
from jalons.network.models import User
from jalons.pathways.models import Contract, ContractState, Exit, ExitState, Mandate
from tests.journeys.conftest import Desk
from tests.journeys.hands import both_sign_by_keyboard

Enter = Callable[[User], None]
MOST_CLICKS = 3


class Clicks:
    """Counts what the professional clicks."""

    def __init__(self, page: Any) -> None:
        self.page, self.number = page, 0

    def on(self, role: str, name: str | re.Pattern[str], **options: Any) -> None:
        """Click and count."""
        self.number += 1
        self.page.get_by_role(role, name=name, **options).first.click()


@pytest.mark.req("R-095")
def test_le_referent_note_un_rendez_vous_fait(page: Any, desk: Desk, sign_in: Enter) -> None:
    sign_in(desk.world.caseworker)
    page.goto("/aujourdhui/")
    clicks = Clicks(page)
    page.keyboard.press("/")
    page.keyboard.type("garcai")  # une faute de frappe
    page.keyboard.press("Enter")
    clicks.on("link", re.compile("RDV fait"))
    page.get_by_role("heading", name="Rendez-vous fait").wait_for()
    page.keyboard.type("A trouvé deux annonces, lettre à écrire.")
    clicks.on("button", "Enregistrer")
    page.get_by_text("Rendez-vous enregistré").wait_for()
    assert clicks.number <= MOST_CLICKS
    written = Appointment.objects.filter(person=desk.persons["Garcia"]).latest("pk")
    assert (written.outcome, written.note) == (Outcome.HELD, "A trouvé deux annonces, lettre à écrire.")
    assert page.get_by_text("lettre à écrire").count() == 1


@pytest.mark.req("R-095")
def test_a_la_souris_seule_trois_clics_suffisent_et_un_seul_pour_qui_etait_attendu(
    page: Any, desk: Desk, sign_in: Enter
) -> None:
    sign_in(desk.world.caseworker)
    page.goto("/aujourdhui/")
    expected = Clicks(page)
    expected.on("button", re.compile("Venu BENALI"))
    page.get_by_text("venu.").wait_for()
    assert expected.number == 1
    unexpected = Clicks(page)  # elle est passée sans rendez-vous
    unexpected.on("link", re.compile("DUPONT"))
    unexpected.on("link", re.compile("RDV fait"))
    unexpected.on("button", "Enregistrer")
    page.get_by_text("Rendez-vous enregistré").wait_for()
    assert unexpected.number <= MOST_CLICKS
    held = Appointment.objects.filter(outcome=Outcome.HELD, on_date=desk.world.day)
    assert set(held.values_list("person__last_name", flat=True)) == {"BENALI", "DUPONT"}


def test_une_touche_dit_qui_est_venu(page: Any, desk: Desk, sign_in: Enter) -> None:
    sign_in(desk.world.caseworker)
    page.goto("/aujourdhui/")
    page.keyboard.press("j")
    page.keyboard.press("v")
    page.get_by_text("venu.").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.get_by_text("absence non justifiée.").wait_for()
    found = dict(Appointment.objects.filter(on_date=desk.world.day).values_list("person__last_name", "outcome"))
    assert found == {"BENALI": Outcome.HELD, "DUPONT": Outcome.UNJUSTIFIED_ABSENCE, "LEFÈVRE": Outcome.PLANNED}


@pytest.mark.req("R-079", "R-080", "R-083")
def test_le_referent_redige_et_transmet_un_contrat(page: Any, desk: Desk, sign_in: Enter) -> None:
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Nguyen"))
    page.locator("summary", has_text="Ajouter").click()
    page.get_by_role("link", name="Contrat", exact=True).click()
    page.get_by_label("Ce que je veux").fill("Un travail où je parle aux gens.")
    page.get_by_label("Objectif à court terme").fill("Améliorer mon français écrit")
    page.get_by_label("Objectif à moyen terme").fill("Un stage en accueil")
    page.get_by_label("Objectif à long terme").fill("Un CDI d’agent d’accueil")
    line = page.get_by_role("group", name="Ligne 1", exact=True)
    line.get_by_label("Étape").select_option(index=1)
    line.get_by_label("Date").fill("3/11/2020")
    line.get_by_label("Lieu").fill("Maison des parcours")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.get_by_role("button", name="Signer", exact=True).click()
    both_sign_by_keyboard(page)
    page.get_by_role("button", name="Transmettre pour validation").click()
    page.get_by_text("Contrat transmis").wait_for()
    contract = Contract.objects.get(person=desk.persons["Nguyen"])
    assert (contract.state, contract.signed_on, contract.submitted_on) == (
        ContractState.SUBMITTED,
        desk.world.day,
        desk.world.day,
    )
    assert contract.objectives.count() == 3


@pytest.mark.req("R-080")
def test_un_contrat_incomplet_n_est_pas_transmis_et_rien_n_est_perdu(page: Any, desk: Desk, sign_in: Enter) -> None:
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Nguyen", "contrats/nouveau/"))
    page.get_by_label("Ce que je veux").fill("Ne pas perdre ces mots.")
    page.get_by_label("Au", exact=True).fill("pas une date")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.get_by_text("Écrivez une date comme 03/03/2020").wait_for()
    assert page.get_by_label("Ce que je veux").input_value() == "Ne pas perdre ces mots."
    page.get_by_label("Au", exact=True).fill("31/03/2021")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.get_by_text("Avant de transmettre").wait_for()
    assert "Il manque" in page.locator("main").inner_text()


def test_le_referent_ajoute_puis_termine_une_etape(page: Any, desk: Desk, sign_in: Enter) -> None:
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Haddad", "etapes/nouvelle/"))
    page.get_by_label("Étape", exact=True).select_option(index=3)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Opérateur").fill("Régie de quartier")
    page.get_by_label("Commencée le").fill("05/10/2020")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Étape enregistrée").wait_for()
    page.get_by_label("L’étape est réalisée").check()
    page.get_by_label("Résultat ou motif").select_option("done")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Étape mise à jour").wait_for()
    step = desk.persons["Haddad"].steps.get()
    assert (step.state, step.ended_on) == ("completed", desk.world.day)


@pytest.mark.req("R-122", "R-127")
def test_la_sortie_montre_sa_classe_et_le_responsable_la_confirme(page: Any, desk: Desk, sign_in: Enter) -> None:
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Benali", "sorties/nouvelle/"))
    page.get_by_label("Emploi ou création d’activité").check()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label(re.compile("Blanchisserie du Rhône")).check()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("heading", name="Classe donnée par le cadre").wait_for()
    page.get_by_role("button", name="Proposer la sortie").click()
    page.get_by_text("Sortie proposée").wait_for()
    assert page.get_by_role("button", name="Confirmer la sortie").count() == 0
    sign_in(desk.world.head)
    page.reload()
    page.get_by_role("button", name="Confirmer la sortie").click()
    page.get_by_text("Sortie confirmée").wait_for()
    leaving = Exit.objects.get()
    assert (leaving.state, leaving.confirmed_by) == (ExitState.CONFIRMED, desk.world.head)


@pytest.mark.req("R-046")
def test_le_responsable_change_le_referent(page: Any, desk: Desk, sign_in: Enter) -> None:
    sign_in(desk.world.head)
    page.goto(desk.address("Fournier"))
    page.get_by_role("link", name="Changer de référent").click()
    page.get_by_label("Nouveau référent unique").select_option(label="Bruno Petit")
    page.get_by_label("Motif").fill("Départ en congé")
    page.get_by_role("button", name="Nommer").click()
    page.get_by_text("Référent unique nommé").wait_for()
    current = Mandate.objects.get(person=desk.persons["Fournier"], end_on=None)
    assert current.caseworker == desk.world.colleague


def test_chaque_echeance_dit_pourquoi(page: Any, desk: Desk, sign_in: Enter) -> None:
    sign_in(desk.world.caseworker)
    page.goto("/echeances/")
    why = page.locator("details.why").first
    why.locator("summary").click()
    assert why.locator("cite").inner_text() != ""


def test_toute_la_liste_se_parcourt_au_clavier(page: Any, desk: Desk, sign_in: Enter) -> None:
    sign_in(desk.world.caseworker)
    page.goto("/personnes/")
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/personnes/[0-9a-f-]{36}/$"))
    assert page.locator("h1").inner_text() == "BERNARD Élodie"
