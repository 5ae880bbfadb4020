"""Les douze tâches du cœur de métier, au clavier seul : le repère du clavier ne se perd ni ne se cache (docs/clavier.md)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from jalons.agenda.models import Appointment, Outcome
from jalons.casefile.models import Note
from jalons.network.models import User
from jalons.pathways.models import Contract, ContractState, Job, Mandate, Orientation, Step
from jalons.pathways.operations import sign, submit
from tests.journeys.conftest import Desk
from tests.journeys.hands import both_sign_by_keyboard, ready_to_sign
from tests.journeys.keyboard import Keyboard

Enter = Callable[[User], None]


@pytest.fixture
def keys(page: Any) -> Keyboard:
    """The keyboard of the browser."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(reduced_motion="reduce")  # the page goes at once where the focus is
    return Keyboard(page)


def test_le_referent(page: Any, desk: Desk, sign_in: Enter, keys: Keyboard) -> None:
    sign_in(desk.world.caseworker)
    _trouver_et_ouvrir(page, keys)
    _noter_un_rendez_vous_fait(desk, keys)
    _prevoir_un_rendez_vous(page, desk, keys)
    _dire_qui_est_venu(page, desk, keys)
    _rediger_un_contrat(page, desk, keys)
    _signer_un_contrat(page, desk, keys)
    _ajouter_une_etape(page, desk, keys)
    _noter_un_emploi(page, desk, keys)
    _ecrire_une_note(page, desk, keys)


def _trouver_et_ouvrir(page: Any, keys: Keyboard) -> None:
    page.goto("/aujourdhui/")
    keys.press("/")
    keys.write("garcia")
    keys.press("Enter")
    page.get_by_role("heading", name="Recherche").wait_for()
    keys.activate("GARCIA")
    page.get_by_role("heading", name="GARCIA").wait_for()


def _noter_un_rendez_vous_fait(desk: Desk, keys: Keyboard) -> None:
    keys.activate("RDV fait")
    keys.page.get_by_role("heading", name="Rendez-vous fait").wait_for()
    keys.write("A trouvé deux annonces.")
    keys.activate("Enregistrer")
    keys.expect("Rendez-vous enregistré")
    assert Appointment.objects.filter(person=desk.persons["Garcia"]).latest("pk").outcome == Outcome.HELD


def _prevoir_un_rendez_vous(page: Any, desk: Desk, keys: Keyboard) -> None:
    page.goto(desk.address("Garcia", "rendez-vous/prevoir/"))
    keys.fill("Date", "22/10/2020")
    keys.fill("Heure de début", "10 h 30")
    keys.activate("Enregistrer")
    page.wait_for_url(lambda url: not url.endswith("/prevoir/"))
    planned = Appointment.objects.filter(person=desk.persons["Garcia"]).latest("pk")
    assert (planned.on_date, planned.outcome) == (date(2020, 10, 22), Outcome.PLANNED)


def _dire_qui_est_venu(page: Any, desk: Desk, keys: Keyboard) -> None:
    page.goto("/aujourdhui/")
    keys.press("j", "v")
    keys.expect("venu.")
    assert Appointment.objects.filter(on_date=desk.world.day, outcome=Outcome.HELD, person=desk.persons["Benali"])


def _rediger_un_contrat(page: Any, desk: Desk, keys: Keyboard) -> None:
    page.goto(desk.address("Nguyen", "contrats/nouveau/"))
    keys.fill("Ce que je veux", "Un travail où je parle aux gens.")
    keys.fill("Objectif à court terme", "Améliorer mon français écrit")
    keys.activate("Enregistrer le brouillon")
    keys.expect("Avant de transmettre")
    assert Contract.objects.get(person=desk.persons["Nguyen"]).her_words == "Un travail où je parle aux gens."


def _signer_un_contrat(page: Any, desk: Desk, keys: Keyboard) -> None:
    contract = ready_to_sign(desk, "Haddad")
    page.goto(desk.address("Haddad", f"contrats/{contract.key}/signer/"))
    both_sign_by_keyboard(page)
    contract.refresh_from_db()
    assert contract.state == ContractState.SIGNED


def _ajouter_une_etape(page: Any, desk: Desk, keys: Keyboard) -> None:
    page.goto(desk.address("Haddad", "etapes/nouvelle/"))
    keys.choose("Étape", "Formation qualifiante")
    keys.activate("Continuer")
    page.get_by_label("Commencée le").wait_for()
    keys.fill("Commencée le", "05/10/2020")
    keys.activate("Enregistrer")
    keys.expect("Étape enregistrée")
    assert Step.objects.get(person=desk.persons["Haddad"]).started_on == date(2020, 10, 5)


def _noter_un_emploi(page: Any, desk: Desk, keys: Keyboard) -> None:
    page.goto(desk.address("Haddad", "emplois/nouveau/"))
    keys.choose("Contrat", "CDI")
    keys.fill("Employeur", "Blanchisserie du Rhône")
    keys.fill("Premier jour", "12/10/2020")
    keys.activate("Enregistrer")
    page.wait_for_url(lambda url: not url.endswith("/nouveau/"))
    assert Job.objects.get(person=desk.persons["Haddad"]).start_on == date(2020, 10, 12)


def _ecrire_une_note(page: Any, desk: Desk, keys: Keyboard) -> None:
    page.goto(desk.address("Haddad"))
    keys.press("n")
    page.wait_for_url("**/notes/")
    keys.fill("Note", "Préfère les rendez-vous du matin.")
    keys.activate("Enregistrer")
    keys.expect("Note enregistrée")
    assert Note.objects.filter(person=desk.persons["Haddad"]).count() == 1


def test_le_responsable_et_l_autorite(page: Any, desk: Desk, sign_in: Enter, keys: Keyboard) -> None:
    _changer_de_referent(page, desk, sign_in, keys)
    _valider_un_contrat(page, desk, sign_in, keys)
    _orienter(page, desk, sign_in, keys)


def _changer_de_referent(page: Any, desk: Desk, sign_in: Enter, keys: Keyboard) -> None:
    assert desk.world.colleague.pk
    sign_in(desk.world.head)
    page.goto(desk.address("Fournier", "referent/"))
    keys.choose("Nouveau référent unique", "Bruno")
    keys.fill("Motif", "Congé")
    keys.activate("Nommer")
    keys.expect("Référent unique nommé")
    assert Mandate.objects.get(person=desk.persons["Fournier"], end_on=None).caseworker == desk.world.colleague


def _valider_un_contrat(page: Any, desk: Desk, sign_in: Enter, keys: Keyboard) -> None:
    contract = ready_to_sign(desk, "Lefèvre")
    given: dict[str, Any] = {"actor": desk.world.caseworker, "on": desk.world.day, "contract_id": contract.pk}
    sign(**given)
    submit(**given)
    sign_in(desk.world.social_head)
    page.goto("/pilotage/a-valider/")
    keys.activate("LEFÈVRE")
    page.wait_for_url(lambda url: not url.endswith("/a-valider/"))
    keys.activate("Valider")
    keys.expect("validé")
    contract.refresh_from_db()
    assert contract.state == ContractState.VALIDATED


def _orienter(page: Any, desk: Desk, sign_in: Enter, keys: Keyboard) -> None:
    person = desk.world.person("Zidane", subject_since=date(2020, 9, 1))
    sign_in(desk.world.orientation_officer)
    page.goto("/pilotage/a-orienter/")
    keys.activate("ZIDANE")
    page.wait_for_url(lambda url: not url.endswith("/a-orienter/"))
    keys.pick("Maison des parcours")
    keys.fill("Motif de la décision", "Projet clair")
    keys.activate("Orienter")
    keys.expect("Orientation enregistrée.")
    assert Orientation.objects.filter(person=person).exists()
