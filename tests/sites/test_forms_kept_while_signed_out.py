"""A form sent once the sign-in has ended loses nothing: its sender, and nobody else, finds it again."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from jalons.agenda.models import Appointment
from jalons.people.models import Person
from jalons.sites.frame import kept_forms
from jalons.sites.tasks import erase_old_sessions
from tests.worlds import World

PASSWORD = "un mot de passe de test"
TEXT = "Projet de maçonnerie confirmé.\r\n\r\nStage à Bron <b>lundi</b> & mardi."


@pytest.fixture
def person(world: World) -> Person:
    found = world.person()
    world.enrolled(found, caseworker=world.caseworker)
    for user in (world.caseworker, world.colleague):
        user.set_password(PASSWORD)
        user.save()
    return found


def stamp(page: str) -> str:
    found = re.search(r'name="page_stamp" value="([^"]+)"', page)
    assert found is not None
    return unescape(found[1])


def held(client: Client, person: Person) -> dict[str, str]:
    """Open « RDV fait » and fill it in."""
    page = client.get(f"/personnes/{person.key}/rendez-vous/fait/").content.decode()
    return {
        "page_stamp": stamp(page), "day": "15/10/2020", "start": "9:00", "minutes": "45", "kind": "individual",
        "mode": "face_to_face", "note": TEXT,
    }  # fmt: skip


def hidden(page: str) -> dict[str, str]:
    """Return what the page of kept forms would send."""
    (form,) = re.findall(r'<form method="post" action="/personnes.*?</form>', page, re.DOTALL)
    areas = re.findall(r'<textarea class="visually-hidden" name="([^"]+)" hidden>\n(.*?)</textarea>', form, re.DOTALL)
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {name: unescape(text) for name, text in [*inputs, *areas]}


def sign_in(client: Client, username: str, where: str) -> Any:
    return client.post("/connexion/", {"login": username, "password": PASSWORD, "next": where})


def test_a_form_sent_too_late_waits_for_its_sender_and_is_sent(client: Client, world: World, person: Person) -> None:
    client.force_login(world.caseworker)
    address, fields = f"/personnes/{person.key}/rendez-vous/fait/", held(client, person)
    Session.objects.all().delete()  # the session ended, the cookie is still there
    answer = client.post(address, fields)
    assert answer.status_code == 302
    assert answer["Location"] == "/connexion/?next=/reprendre/"
    assert "Votre saisie est gardée" in client.get(answer["Location"]).content.decode()
    assert not Appointment.objects.exists()

    assert sign_in(client, "referente", "/reprendre/")["Location"] == "/reprendre/"
    page = client.get("/reprendre/").content.decode()
    assert "Projet de maçonnerie confirmé." in page
    again = hidden(page)
    assert again["note"].replace("\r\n", "\n") == TEXT.replace("\r\n", "\n")
    assert client.post(address, again).status_code == 302
    assert Appointment.objects.get().note.replace("\r\n", "\n") == TEXT.replace("\r\n", "\n")
    assert "Rien n’attend" in client.get("/reprendre/").content.decode()


def test_a_form_the_page_refuses_comes_back_filled_in(client: Client, world: World, person: Person) -> None:
    client.force_login(world.caseworker)
    address, fields = f"/personnes/{person.key}/rendez-vous/fait/", {**held(client, person), "day": "demain"}
    Session.objects.all().delete()
    client.post(address, fields)
    sign_in(client, "referente", "/reprendre/")
    page = client.post(address, hidden(client.get("/reprendre/").content.decode())).content.decode()
    assert "Écrivez une date comme" in page
    assert "Projet de maçonnerie" in page


def test_somebody_else_who_signs_in_there_never_sees_it(client: Client, world: World, person: Person) -> None:
    client.force_login(world.caseworker)
    fields = held(client, person)
    Session.objects.all().delete()
    client.post(f"/personnes/{person.key}/rendez-vous/fait/", fields)
    sign_in(client, "collegue", "/reprendre/")
    assert "maçonnerie" not in client.get("/reprendre/").content.decode()
    assert kept_forms.SESSION not in client.session


def test_what_waits_is_sealed_in_the_database(client: Client, world: World, person: Person) -> None:
    client.force_login(world.caseworker)
    fields = held(client, person)
    Session.objects.all().delete()
    client.post(f"/personnes/{person.key}/rendez-vous/fait/", fields)
    assert "maçonnerie" not in str(Session.objects.get().get_decoded())


@pytest.mark.parametrize("forged", ["", "1", "1:x:y"])
def test_without_our_stamp_nothing_is_kept(client: Client, world: World, person: Person, forged: str) -> None:
    answer = client.post(f"/personnes/{person.key}/rendez-vous/fait/", {"page_stamp": forged, "note": TEXT})
    assert answer["Location"].startswith("/connexion/")
    assert kept_forms.SESSION not in client.session


def test_a_button_leads_back_to_the_page_it_was_on(client: Client, world: World, person: Person) -> None:
    page = f"/personnes/{person.key}/?type=rdv"
    answer = client.post(
        f"/personnes/{person.key}/rendez-vous/1/annuler/", headers={"referer": f"http://testserver{page}"}
    )
    assert answer["Location"] == f"/connexion/?next={quote(page)}"
    away = client.post("/personnes/", headers={"referer": "https://ailleurs.test/x"})
    assert away["Location"] == "/connexion/?next=/"


def test_a_script_is_told_rather_than_led_away(client: Client, world: World, person: Person) -> None:
    answer = client.post(f"/personnes/{person.key}/notes/brouillon/", headers={"x-requested-with": "fetch"})
    assert answer.status_code == 401


def test_a_form_older_than_the_last_sign_in_is_offered_again(world: World, person: Person) -> None:
    """Signed out then in again in another tab: the token of the page no longer holds, what was typed does."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.caseworker)
    fields = held(client, person)
    answer = client.post(f"/personnes/{person.key}/rendez-vous/fait/", {**fields, "csrfmiddlewaretoken": "x" * 64})
    page = answer.content.decode()
    assert answer.status_code == 403
    again = hidden(page)
    assert again["note"].replace("\r\n", "\n") == TEXT.replace("\r\n", "\n")
    assert not Appointment.objects.exists()
    assert client.post(f"/personnes/{person.key}/rendez-vous/fait/", again).status_code == 302
    assert Appointment.objects.exists()


def test_another_site_cannot_fill_our_page(world: World, person: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.colleague)
    theirs = stamp(client.get("/reglages/").content.decode())
    client.force_login(world.caseworker)
    for fields in ({"note": TEXT}, {"note": TEXT, "page_stamp": theirs}):
        answer = client.post(f"/personnes/{person.key}/rendez-vous/fait/", fields)
        assert answer.status_code == 403
        assert "maçonnerie" not in answer.content.decode()


def test_a_form_too_long_to_keep_and_one_thrown_away(client: Client, world: World, person: Person) -> None:
    client.force_login(world.caseworker)
    address, fields = f"/personnes/{person.key}/rendez-vous/fait/", held(client, person)
    Session.objects.all().delete()
    client.post(address, {**fields, "note": "x" * (kept_forms.MOST_CHARACTERS + 1)})
    assert kept_forms.SESSION not in client.session
    for number in range(kept_forms.MOST_FORMS + 2):
        client.post(address, {**fields, "note": f"Texte {number} du jour"})
    sign_in(client, "referente", "/reprendre/")
    page = client.get("/reprendre/").content.decode()
    assert page.count("Envoyer maintenant") == kept_forms.MOST_FORMS
    assert "Texte 6 du jour" in page
    for key in re.findall(r'name="forget" value="(\w+)"', page):
        client.post("/reprendre/", {"forget": key})
    assert "Rien n’attend" in client.get("/reprendre/").content.decode()


def test_a_form_nobody_came_back_for_is_erased_with_its_session(client: Client, person: Person) -> None:
    client.force_login(person.mandates.get().caseworker)
    late = held(client, person)
    client.logout()
    client.post(f"/personnes/{person.key}/rendez-vous/fait/", late)
    waiting = Session.objects.get()
    erase_old_sessions(timestamp=0)
    assert Session.objects.filter(pk=waiting.pk).exists(), "it may still come back"
    Session.objects.update(expire_date=waiting.expire_date - timedelta(days=30))
    erase_old_sessions(timestamp=0)
    assert not Session.objects.exists()
