"""The pages of notes: kept while written, both texts shown to the second to save, told to those who may read."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from jalons.agenda.operations import record_held
from jalons.agenda.operations import write_note as write_report
from jalons.casefile.models import Note, NoteDraft
from jalons.casefile.operations import change_note, keep_draft, withdraw_note, write_note
from jalons.kernel import clock
from jalons.people.models import Person
from tests.worlds import World, at


@pytest.fixture
def person(world: World) -> Person:
    found = world.person()
    world.enrolled(found, caseworker=world.caseworker)
    return found


def sent(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "written_on": "15/10/2020", "key": str(uuid4()), "step": "0", "seen": "0", **more}


def test_a_note_is_written_shown_in_the_file_and_its_draft_goes(client: Client, world: World, person: Person) -> None:
    client.force_login(world.caseworker)
    key = str(uuid4())
    kept = client.post(f"/personnes/{person.key}/notes/brouillon/", sent("Projet de restau", key=key)).json()
    assert (kept["key"], kept["step"]) == (key, 1)
    page = client.get(f"/personnes/{person.key}/notes/").content.decode()
    assert "Projet de restau" in page
    assert "Voici ce que vous aviez commencé" in page
    client.post(f"/personnes/{person.key}/notes/", sent("Projet de restauration confirmé.", key=key, step="1"))
    assert Note.objects.get().text == "Projet de restauration confirmé."
    assert not NoteDraft.objects.exists()
    assert (
        "Projet de restauration confirmé."
        in client.get(f"/personnes/{person.key}/parcours/?type=note").content.decode()
    )


def test_the_second_to_save_reads_both_texts_and_saves_one_that_holds_them(
    client: Client, world: World, person: Person
) -> None:
    note = write_note(actor=world.caseworker, on=world.day, person_id=person.pk, text="Vu ce matin. Permis en cours.")
    address = f"/personnes/{person.key}/notes/{note.key}/"
    change_note(
        actor=world.colleague, on=world.day, note_id=note.pk, seen=1, now=clock.now(),
        text="Vu ce matin avec Bruno. Permis en cours.",
    )  # fmt: skip
    client.force_login(world.caseworker)
    answer = client.post(address, sent("Vu ce matin. Permis obtenu.", seen="1"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Bruno Petit a modifié cette note" in page
    for words in (
        "Vu ce matin avec Bruno. Permis en cours.",
        "Vu ce matin. Permis obtenu.",
        "avec Bruno. Permis obtenu.",
    ):
        assert words in page
    assert 'name="seen" value="2"' in page
    answer = client.post(address, sent("Vu ce matin avec Bruno. Permis obtenu.", seen="2"))
    assert answer.status_code == 302
    note.refresh_from_db()
    assert note.text == "Vu ce matin avec Bruno. Permis obtenu."


def test_the_report_of_an_appointment_too_is_never_written_over(client: Client, world: World, person: Person) -> None:
    common: dict[str, Any] = {"actor": world.colleague, "on": world.day}
    held = record_held(
        **common, person_id=person.pk, organisation_id=world.house.pk, starts_at=at(world.day, 9),
        ends_at=at(world.day, 10), note="CV relu.\nPermis en cours.",
    )  # fmt: skip
    write_report(**common, appointment_id=held.pk, note="CV relu avec elle.\nPermis en cours.")
    client.force_login(world.caseworker)
    address = f"/personnes/{person.key}/rendez-vous/{held.pk}/compte-rendu/"
    mine = {"note": "CV relu.\r\nPermis obtenu.", "seen": "CV relu.\r\nPermis en cours."}
    answer = client.post(address, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert page.count("CV relu avec elle.\nPermis en cours.") == 2  # shown, and what the next saving will have read
    assert "Permis obtenu." in page
    held.refresh_from_db()
    assert held.note == "CV relu avec elle.\nPermis en cours."
    saved = client.post(address, {"note": "CV relu avec elle.\nPermis obtenu.", "seen": held.note})
    assert saved.status_code == 302
    assert client.post(address, {"note": "Sans dire ce qui a été lu."}).status_code == 302


@pytest.mark.parametrize("how", ["save", "autosave", "resume"])
def test_what_is_typed_in_a_note_withdrawn_meanwhile_waits_in_a_new_one(
    client: Client, world: World, person: Person, how: str
) -> None:
    note = write_note(actor=world.caseworker, on=world.day, person_id=person.pk, text="Vu.")
    key, home = str(uuid4()), f"/personnes/{person.key}/notes/"
    client.force_login(world.caseworker)
    if how == "resume":
        client.post(f"{home}brouillon/", sent("Vu. Projet décrit longuement.", key=key, seen="1", note=str(note.key)))
    withdraw_note(actor=world.colleague, on=world.day, note_id=note.pk, seen=1, reason="Mauvais dossier")
    fields = sent("Vu. Projet décrit longuement.", key=key, seen="1", note=str(note.key))
    if how == "autosave":
        assert "a été retirée" in client.post(f"{home}brouillon/", fields).json()["others"]
        page = client.get(home).content.decode()
    else:
        address = f"{home}{note.key}/"
        answer: Any = client.post(address, fields, follow=True) if how == "save" else client.get(address, follow=True)
        page = answer.content.decode()
        assert "Cette note a été retirée" in page
    assert "Vu. Projet décrit longuement.</textarea>" in page
    kept = NoteDraft.objects.get()
    client.post(f"{home}brouillon/", sent("Vu. Encore.", key=str(kept.key), step=str(kept.step)))
    assert [(one.note, one.text) for one in NoteDraft.objects.all()] == [(None, "Vu. Encore.")]


def test_the_page_says_who_else_is_writing(client: Client, world: World, person: Person) -> None:
    note = write_note(actor=world.caseworker, on=world.day, person_id=person.pk, text="Vu.")
    keep_draft(
        actor=world.colleague, on=world.day, now=clock.now(), person_id=person.pk, key=uuid4(), step=0, text="Vu. Et",
        note_id=note.pk, seen=1,
    )  # fmt: skip
    client.force_login(world.caseworker)
    assert "Bruno Petit écrit aussi" in client.get(f"/personnes/{person.key}/notes/{note.key}/").content.decode()
    fields = sent("Vu. Puis", note=str(note.key), seen="1")
    assert (
        "Bruno Petit écrit aussi" in client.post(f"/personnes/{person.key}/notes/brouillon/", fields).json()["others"]
    )


def test_what_a_note_should_not_hold_is_said_and_never_stops(client: Client, world: World, person: Person) -> None:
    client.force_login(world.caseworker)
    page = client.post(
        f"/personnes/{person.key}/notes/", sent("Elle est sous traitement pour dépression."), follow=True
    ).content.decode()
    assert "Note enregistrée" in page
    assert "Santé" in page
    assert "jamais la maladie" in page
    assert Note.objects.exists()


def test_those_who_do_not_read_notes_do_not_see_them_in_the_file(client: Client, world: World, person: Person) -> None:
    write_note(actor=world.caseworker, on=world.day, person_id=person.pk, text="Entre nous seulement.")
    client.force_login(world.social_head)
    for part in ("", "parcours/"):
        page = client.get(f"/personnes/{person.key}/{part}").content.decode()
        assert "Entre nous" not in page
        assert f"/personnes/{person.key}/notes/" not in page


def test_a_page_of_notes_costs_the_same_whatever_their_number(
    client: Client, world: World, person: Person, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        write_note(actor=world.caseworker, on=world.day, person_id=person.pk, text=f"Note {number}")
    client.force_login(world.caseworker)
    with django_assert_max_num_queries(25):
        client.get(f"/personnes/{person.key}/notes/")


def test_the_banner_of_a_draft_holds_two_acts_and_no_stray_dot(client: Client, world: World, person: Person) -> None:
    client.force_login(world.caseworker)
    for text in ("Un premier texte", "Un second texte"):
        client.post(f"/personnes/{person.key}/notes/brouillon/", sent(text))
    page = client.get(f"/personnes/{person.key}/notes/").content.decode()
    banner = page.split("Voici ce que vous aviez commencé")[1].split("Notes du dossier")[0]
    assert "Commencer une autre note" in banner
    assert banner.count("Effacer ce brouillon") == 2
    assert "·" not in banner
