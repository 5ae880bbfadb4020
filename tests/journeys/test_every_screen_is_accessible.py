"""axe finds nothing on any screen, full, empty or in error, light and dark; nothing overflows a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jalons.agenda.models import Appointment, Outcome
from jalons.network.models import User
from jalons.pathways.models import Step
from tests.journeys.conftest import Desk
from tests.journeys.hands import ready_to_sign

Enter = Callable[[User], None]
Take = Callable[[str], None]

SCREENS = {
    "aujourdhui": "/aujourdhui/",
    "personnes": "/personnes/",
    "personnes-organisme": "/personnes/?qui=toutes&situation=sans_contrat",
    "echeances": "/echeances/?qui=toutes",
    "echeances-suspendues": "/echeances/?etat=suspendues",
    "calendrier": "/calendrier/",
    "agenda": "/agenda/",
    "agenda-jour": "/agenda/?vue=jour",
    "temps-collectifs": "/temps-collectifs/",
    "temps-collectif-nouveau": "/temps-collectifs/nouveau/",
    "feuille-de-temps-sans": "/feuille-de-temps/",
    "offres": "/offres/",
    "offre-nouvelle": "/offres/nouvelle/",
    "reglages": "/reglages/",
    "reprendre-rien": "/reprendre/",
    "introuvable": "/nulle-part/",
}
SEARCHES = {"recherche": "dupon", "recherche-vide": "zzzzz"}
OF_PERSON = {
    "dossier": ("Camara", ""),
    "dossier-contrat": ("Bernard", ""),
    "dossier-parcours": ("Bernard", "parcours/"),
    "dossier-situation": ("Bernard", "situation/"),
    "dossier-accompagnement": ("Bernard", "accompagnement/"),
    "notes": ("Dupont", "notes/"),
    "documents-vide": ("Dupont", "documents/"),
    "rdv-fait": ("Dupont", "rendez-vous/fait/"),
    "rdv-prevoir": ("Dupont", "rendez-vous/prevoir/"),
    "presence": ("Bernard", "presence/"),
    "rythme": ("Bernard", "rythme/"),
    "contrat-nouveau": ("Dupont", "contrats/nouveau/"),
    "etape-nouvelle": ("Dupont", "etapes/nouvelle/"),
    "emploi-nouveau": ("Dupont", "emplois/nouveau/"),
    "document-nouveau": ("Dupont", "documents/nouveau/"),
    "sortie-nouvelle": ("Benali", "sorties/nouvelle/"),
    "signalements": ("Dupont", "signalements/"),
    "signalement-ecrire": ("Dupont", "signalements/ecrire/"),
    "referent": ("Dupont", "referent/"),
    "veille-nouvelle": ("Dupont", "veilles/nouvelle/"),
    "professionnel-nouveau": ("Dupont", "professionnels/nouveau/"),
    "pole-emploi": ("Dupont", "pole-emploi/"),
    "qualites": ("Dupont", "qualites/"),
    "bilan-nouveau": ("Dupont", "bilans/nouveau/"),
    "freins": ("Dupont", "freins/"),
    "information-nouvelle": ("Dupont", "informations/nouvelle/"),
    "projet": ("Dupont", "projet/"),
    "relais": ("Dupont", "relais/nouveau/"),
    "offre-proposer": ("Dupont", "offres/proposer/"),
    "ppae": ("Dupont", "contrats/ppae/"),
    "avis": ("Dupont", "avis/"),
}
OF_HEAD = ("referent", "veille-nouvelle", "professionnel-nouveau")


def check(page: Any, axe: Any, name: str, shot: Take) -> list[str]:
    """Return what is wrong in light, in dark, then 320 px wide."""
    found = []
    page.set_viewport_size({"width": 1280, "height": 800})
    for scheme, called in (("light", "clair"), ("dark", "sombre")):
        page.emulate_media(color_scheme=scheme)
        shot(f"{name}-{called}")
        found += [f"{name}, {scheme}: {problem}" for problem in axe()]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 640})
    shot(f"{name}-320")
    wide = page.evaluate("document.documentElement.scrollWidth")
    return found if wide <= 320 else [*found, f"{name} is {wide} px wide on a phone"]


def test_screens_of_the_desk(page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take) -> None:
    found: list[str] = []
    sign_in(desk.world.caseworker)
    for name, address in SCREENS.items():
        page.goto(address)
        found += check(page, axe, name, shot)
    for name, text in SEARCHES.items():
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto("/personnes/")
        page.locator("#search").fill(text)
        page.locator("#search").press("Enter")
        page.get_by_role("heading", name="Recherche").wait_for()
        found += check(page, axe, name, shot)
    page.problems[:] = [text for text in page.problems if "404" not in text]
    assert found == []


def test_acts_for_several(page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take) -> None:
    found: list[str] = []
    sign_in(desk.world.caseworker)
    page.goto("/echeances/")
    page.locator("input[name=chosen]").first.check()
    page.locator("#act").select_option("rappel")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("heading", name="Me le rappeler plus tard").wait_for()
    found += check(page, axe, "echeances-en-nombre", shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Mettre de côté").click()
    page.get_by_role("heading", name="Mises de côté").wait_for()
    found += check(page, axe, "echeances-recu", shot)
    assert found == []


def test_what_is_due_by_organisation(page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take) -> None:
    found: list[str] = []
    sign_in(desk.world.steering_officer)
    for name, address in (("echeances-organismes", "/pilotage/echeances/"), ("echeances-conventions", "/echeances/")):
        page.goto(address)
        found += check(page, axe, name, shot)
    assert found == []


def test_screens_of_a_person(page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take) -> None:
    found: list[str] = []
    for name, (who, address) in OF_PERSON.items():
        who_signs = "head" if name in OF_HEAD else "social_head" if name == "avis" else "caseworker"
        sign_in(getattr(desk.world, who_signs))
        page.goto(desk.address(who, address))
        found += check(page, axe, name, shot)
    assert found == []


def test_a_contract(page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take) -> None:
    found: list[str] = []
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Bernard", f"contrats/{desk.contracts['Bernard'].key}/"))
    found += check(page, axe, "contrat", shot)
    assert found == []


def test_signing_a_contract(page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take) -> None:
    found: list[str] = []
    sign_in(desk.world.caseworker)
    key = ready_to_sign(desk, "Nguyen").key
    for name, address in (("signer", f"contrats/{key}/signer/"), ("contrat-a-signer", f"contrats/{key}/")):
        page.goto(desk.address("Nguyen", address))
        found += check(page, axe, name, shot)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(desk.address("Nguyen", f"contrats/{key}/signer/"))
    page.get_by_role("button", name="Enregistrer les signatures").click()
    page.get_by_text("Dites comment l’identité").wait_for()
    found += check(page, axe, "signer-erreur", shot)
    page.goto(desk.address("Bernard", f"contrats/{desk.contracts['Bernard'].key}/signer/"))
    found += check(page, axe, "signer-refuse", shot)
    assert found == []


def test_putting_right_what_was_noted_wrong(page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take) -> None:
    found: list[str] = []
    sign_in(desk.world.caseworker)
    step = Step.objects.exclude(started_on=None).select_related("person").first()
    held = Appointment.objects.filter(outcome=Outcome.HELD).select_related("person").first()
    assert step is not None
    assert held is not None
    for name, person, address in (
        ("etape", step.person, f"etapes/{step.pk}/"),
        ("etape-corriger", step.person, f"etapes/{step.pk}/corriger/"),
        ("etape-retirer", step.person, f"etapes/{step.pk}/retirer/"),
        ("presence-remplie", held.person, "presence/"),
        ("rdv-erreur", held.person, f"rendez-vous/{held.pk}/erreur/"),
    ):
        page.goto(f"/personnes/{person.key}/{address}")
        found += check(page, axe, name, shot)
    assert found == []


def test_a_form_in_error(page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take) -> None:
    found: list[str] = []
    sign_in(desk.world.caseworker)
    page.goto(desk.address("Dupont", "emplois/nouveau/"))
    page.get_by_role("button", name="Enregistrer").click()
    assert page.locator(".field-error").count() >= 2
    found += check(page, axe, "emploi-erreur", shot)
    assert found == []


def test_empty_screens(page: Any, axe: Any, desk: Desk, sign_in: Enter, shot: Take) -> None:
    found: list[str] = []
    sign_in(desk.world.colleague)
    for name, address in (
        ("aujourdhui-vide", "/aujourdhui/"),
        ("personnes-vide", "/personnes/"),
        ("echeances-vide", "/echeances/"),
    ):
        page.goto(address)
        found += check(page, axe, name, shot)
    assert found == []


@pytest.mark.parametrize("fictitious", [False, True])
def test_sign_in(page: Any, axe: Any, desk: Desk, shot: Take, settings: Any, fictitious: bool) -> None:
    found: list[str] = []
    settings.JALONS_FICTITIOUS = fictitious
    settings.JALONS_DEMO_PASSWORD = "jalons"
    for user in User.objects.exclude(username="system"):
        user.set_password("jalons")
        user.save()
    page.goto("/connexion/")
    found += check(page, axe, "connexion-demo" if fictitious else "connexion", shot)
    assert found == []
