"""Les parcours de l'autorité : orienter, valider, décider d'une fin de droits, recevoir un fichier, dire qui est qui."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from jalons.exchange.caf.models import IdentityConflict
from jalons.exchange.caf.operations import import_file
from jalons.network.models import Commune, User
from jalons.pathways.models import ClosureProposal, Contract, ContractState, Enrolment, Orientation, ProposalState
from jalons.pathways.operations import Draft, EndedRights, draft_contract, propose_closures, sign, submit
from jalons.people.models import Household
from jalons.rulebooks.models import RulebookVersion
from jalons.rulebooks.operations import load_shipped
from tests.exchange.caf.writing import adult, document, household, nir, write
from tests.journeys.test_every_screen_is_accessible import check
from tests.worlds import World, create

Enter = Callable[[User], None]
Take = Callable[[str], None]


@pytest.fixture
def authority(made_once: Callable[[Callable[[], World]], World], settings: Any, tmp_path_factory: Any) -> World:
    """Persons to orient, one oriented, one contract sent, one end of rights, one refused household, one conflict."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "authority" / "files"  # its rows, kept, know these files
    return made_once(_furnished)


def _furnished() -> World:
    world, folder = create(), Path(settings.MEDIA_ROOT).parent
    folder.mkdir()
    load_shipped(actor=world.system, on=world.day)
    Commune.objects.create(territory=world.east, insee_code="69266", name="Villeurbanne")
    for name in ("Benali", "Camara", "Dupont"):
        world.person(name, subject_since=date(2020, 6, 1))
    world.oriented(world.person("Fournier"))
    enrolment = world.enrolled(world.person("Garcia"), caseworker=world.caseworker)
    _sent(world, enrolment)
    leaving = world.enrolled(world.person("Haddad"), caseworker=world.caseworker)
    ending = EndedRights(leaving.person_id, date(2020, 9, 30), "duties_ended")
    propose_closures(actor=world.system, on=world.day, endings=[ending])
    given: dict[str, Any] = {"actor": world.data_officer, "on": world.day, "authority": world.authority}
    import_file(**given, path=write(folder / "RSABE1.xml", household(), kind="I"))
    bad = household("00000003069", adult(born_on="1990-13-45"))
    again = household("00000002069", adult(nir=nir(555)))
    import_file(**given, path=write(folder / "RSABE2.xml", bad, again, day="2020-10-01", kind="I"))
    return world


def _sent(world: World, enrolment: Enrolment) -> Contract:
    from jalons.pathways.models import Horizon
    from jalons.pathways.operations import Objective, PlannedStep
    from tests.journeys.conftest import step_kind

    draft = Draft(
        enrolment.pk, date(2020, 10, 1), date(2021, 3, 31), her_words="Travailler près de chez moi.",
        objectives=[Objective(horizon, "Refaire le CV") for horizon in Horizon],
        steps=[PlannedStep(kind=step_kind(enrolment.action_code, world.day), planned_on=date(2020, 11, 2), place="Est")],
    )  # fmt: skip
    contract = draft_contract(actor=world.caseworker, on=world.day, draft=draft)
    sign(actor=world.caseworker, on=world.day, contract_id=contract.pk)
    return submit(actor=world.caseworker, on=world.day, contract_id=contract.pk)


@pytest.mark.req("R-030")
def test_orienter_plusieurs_personnes_puis_annuler(page: Any, authority: World, sign_in: Enter) -> None:
    sign_in(authority.orientation_officer)
    page.goto("/pilotage/a-orienter/")
    for name in ("BENALI", "CAMARA"):
        page.get_by_role("checkbox", name=f"Choisir {name}").check()
    page.get_by_text("2 lignes choisies").wait_for()
    page.get_by_role("checkbox", name="Maison des parcours").check()
    page.get_by_role("button", name="Voir l’effet sur les places").click()
    page.get_by_role("heading", name="Effet sur les places").wait_for()
    assert not Orientation.objects.filter(batch__isnull=False).exists()
    page.get_by_label("Motif de la décision").fill("Recherche d’emploi")
    page.get_by_role("button", name="Orienter ces personnes").click()
    page.get_by_role("heading", name="2 personnes orientées").wait_for()
    assert Orientation.objects.filter(batch__isnull=False).count() == 2
    page.get_by_role("button", name="Annuler toute la décision").click()
    page.get_by_text("Décision annulée").wait_for()
    assert not Orientation.objects.filter(batch__isnull=False).exists()


def test_orienter_une_personne_puis_l_inscrire(page: Any, authority: World, sign_in: Enter) -> None:
    sign_in(authority.social_head)
    page.goto("/pilotage/a-orienter/")
    page.get_by_role("link", name="DUPONT").click()
    page.get_by_role("button", name="Orienter").click()
    page.get_by_text("Choisissez une offre.").wait_for()
    page.get_by_label("Maison des parcours").check()
    page.get_by_label("Motif de la décision").fill("Projet clair")
    page.get_by_role("button", name="Orienter").click()
    page.get_by_text("Orientation enregistrée.").wait_for()
    page.goto("/pilotage/a-inscrire/")
    page.get_by_role("link", name="DUPONT").first.click()
    page.get_by_role("button", name="Inscrire").click()
    page.get_by_text("Inscription enregistrée.").wait_for()
    assert Enrolment.objects.get(person__last_name__iexact="Dupont").start_on == authority.day


@pytest.mark.req("R-083")
def test_lire_un_contrat_et_le_renvoyer(page: Any, authority: World, sign_in: Enter) -> None:
    sign_in(authority.social_head)
    page.goto("/pilotage/a-valider/")
    page.get_by_role("link", name="GARCIA").click()
    page.get_by_text("Travailler près de chez moi.").wait_for()
    page.get_by_text("Renvoyer à son auteur").click()
    page.get_by_label("Motifs du renvoi").fill("Précisez les dates.")
    page.get_by_role("button", name="Renvoyer avec ces motifs").click()
    page.get_by_text("Contrat renvoyé").wait_for()
    assert Contract.objects.get().state == ContractState.RETURNED


@pytest.mark.req("R-026")
def test_maintenir_un_accompagnement(page: Any, authority: World, sign_in: Enter) -> None:
    sign_in(authority.social_head)
    page.goto("/pilotage/fins-de-droits/")
    page.get_by_role("link", name="HADDAD").click()
    page.get_by_label("Maintenir au-delà").check()
    page.get_by_label("Motif de la décision").fill("Formation en cours")
    page.get_by_role("button", name="Enregistrer la décision").click()
    page.get_by_text("Accompagnement maintenu.").wait_for()
    assert ClosureProposal.objects.get().state == ProposalState.MAINTAINED


def test_essayer_puis_importer_un_fichier(page: Any, authority: World, sign_in: Enter, tmp_path: Path) -> None:
    sign_in(authority.data_officer)
    page.goto("/pilotage/echanges/")
    page.get_by_role("link", name="Fichier de la CAF").click()
    path = tmp_path / "RSABE9.xml"
    path.write_bytes(
        document(household("00000009069", adult("ZOÉ", nir=nir(901))), day="2020-10-05", kind="I").encode("cp1252")
    )
    page.get_by_label("Fichier").set_input_files(str(path))
    page.get_by_role("button", name="Essayer ce fichier").click()
    page.get_by_text("rien n’est encore changé").wait_for()
    assert not Household.objects.filter(request_number="00000009069").exists()
    page.get_by_role("button", name="Importer ce fichier").click()
    page.get_by_text("Fichier importé.").wait_for()
    assert Household.objects.filter(request_number="00000009069").exists()


def test_dire_qui_est_qui(page: Any, authority: World, sign_in: Enter) -> None:
    sign_in(authority.data_officer)
    page.goto("/pilotage/echanges/")
    page.get_by_role("link", name="1 identité").click()
    page.get_by_role("link", name="ESSAI").click()
    page.get_by_text("Dans le fichier").wait_for()
    page.get_by_label("C’est une autre personne").check()
    page.get_by_role("button", name="Enregistrer la décision").click()
    page.get_by_text("Décision enregistrée. Le foyer est importé.").wait_for()
    assert IdentityConflict.objects.get().state == "resolved"


def test_les_ecrans_de_l_autorite(page: Any, axe: Any, authority: World, sign_in: Enter, shot: Take) -> None:
    found: list[str] = []
    contract, conflict = Contract.objects.get(), IdentityConflict.objects.get()
    waiting = Orientation.objects.filter(enrolments=None).get()
    screens = {
        "a-orienter": (authority.social_head, "a-orienter/"),
        "a-orienter-une": (authority.social_head, f"a-orienter/{contract.person.key}/"),
        "a-inscrire": (authority.social_head, "a-inscrire/"),
        "inscrire": (authority.social_head, f"a-inscrire/{waiting.pk}/"),
        "a-valider": (authority.social_head, "a-valider/"),
        "contrat-a-valider": (authority.social_head, f"a-valider/{contract.person.key}/{contract.key}/"),
        "fins-de-droits": (authority.social_head, "fins-de-droits/"),
        "fin-de-droits": (authority.social_head, f"fins-de-droits/{ClosureProposal.objects.get().pk}/"),
        "fins-de-droits-vide": (authority.west_social_head, "fins-de-droits/"),
        "echanges": (authority.data_officer, "echanges/"),
        "echanges-fichier": (authority.data_officer, f"echanges/caf/{conflict.record.run_id}/"),
        "echanges-deposer": (authority.data_officer, "echanges/caf/deposer/"),
        "echanges-tableau": (authority.steering_officer, "echanges/conventions/deposer/"),
        "identites": (authority.data_officer, "echanges/identites/"),
        "identite": (authority.data_officer, f"echanges/identites/{conflict.pk}/"),
        "conventions": (authority.steering_officer, "conventions/"),
        "convention": (authority.steering_officer, f"conventions/{authority.line.agreement_id}/"),
        "convention-places": (authority.steering_officer, f"conventions/{authority.line.agreement_id}/places/"),
        "convention-rapport": (authority.steering_officer, f"conventions/{authority.line.agreement_id}/rapports/"),
        "grille-de-presence": (authority.steering_officer, "conventions/presence/"),
        "grille-de-presence-vide": (authority.neighbour_head, "conventions/presence/?action=aucune&annee=2020"),
        "resultats": (authority.steering_officer, "resultats/"),
        "cadres": (authority.steering_officer, "cadres/"),
        "cadre": (
            authority.steering_officer,
            f"cadres/{RulebookVersion.objects.order_by('pk').values_list('pk', flat=True)[0]}/",
        ),
    }
    for name, (who, address) in screens.items():
        sign_in(who)
        page.goto(f"/pilotage/{address}")
        found += check(page, axe, name, shot)
    assert found == []
