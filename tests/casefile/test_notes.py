"""Notes: drafts that keep what is typed, and two people who change one note."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from jalons.casefile.models import Note, NoteDraft
from jalons.casefile.operations import (
    ChangedMeanwhile,
    change_note,
    forget_draft,
    keep_draft,
    withdraw_note,
    write_note,
)
from jalons.casefile.queries import also_writing, drafts_of, notes_of, text_of_version
from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.operations import move_to_organisation
from jalons.people.models import Person
from tests.worlds import World


@pytest.fixture
def person(world: World) -> Person:
    found = world.person()
    world.enrolled(found, caseworker=world.caseworker)
    return found


def given(world: World, **more: Any) -> dict[str, Any]:
    return {"actor": world.caseworker, "on": world.day, **more}


def typed(world: World, person: Person, text: str, **more: Any) -> NoteDraft | None:
    return keep_draft(
        **{**given(world), "now": clock.now(), "person_id": person.pk, "key": uuid4(), "step": 0, "text": text, **more}
    )


def test_a_note_is_written_and_read_by_date(world: World, person: Person) -> None:
    write_note(**given(world), person_id=person.pk, text="Premier contact.", written_on=date(2020, 9, 1))
    write_note(**given(world), person_id=person.pk, text="  Projet confirmé.  ")
    assert [(one.written_on, one.text) for one in notes_of(person.pk)] == [
        (world.day, "Projet confirmé."),
        (date(2020, 9, 1), "Premier contact."),
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"text": "  \n "}, "Écrivez la note"), ({"written_on": date(2020, 10, 16)}, "futur")],
)
def test_an_empty_note_or_one_of_tomorrow_is_refused(
    world: World, person: Person, changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refusal, match=said):
        write_note(**{**given(world), "person_id": person.pk, "text": "Vu.", **changed})


@pytest.mark.req("R-164")
@pytest.mark.parametrize("who", ["stranger", "social_head", "orientation_officer"])
def test_only_those_who_accompany_write(world: World, person: Person, who: str) -> None:
    note = write_note(**given(world), person_id=person.pk, text="Vu.")
    common: dict[str, Any] = {"actor": getattr(world, who), "on": world.day}
    with pytest.raises(NotAllowed):
        write_note(**common, person_id=person.pk, text="Vu.")
    with pytest.raises(NotAllowed):
        change_note(**common, note_id=note.pk, text="Non", seen=1, now=clock.now())
    with pytest.raises(NotAllowed):
        keep_draft(**common, now=clock.now(), person_id=person.pk, key=uuid4(), step=0, text="x")


def test_the_same_form_sent_twice_is_one_note_and_another_text_another_note(world: World, person: Person) -> None:
    common: dict[str, Any] = {**given(world), "person_id": person.pk, "draft": uuid4()}
    first = write_note(**common, text="Vu ce matin.")
    change_note(**given(world), note_id=first.pk, text="Vu ce matin, CV remis.", seen=1, now=clock.now())
    assert write_note(**common, text="Vu ce matin.\r\n") == first
    assert write_note(**common, text="Autre chose.") != first
    other = world.person()
    world.enrolled(other, caseworker=world.caseworker)
    theirs = write_note(**{**common, "person_id": other.pk}, text="Vu ce matin.")
    assert theirs.person_id == other.pk
    assert write_note(**{**common, "actor": world.colleague}, text="Vu ce matin.").author == world.colleague
    assert Note.objects.count() == 4


# Two writers


def test_the_second_to_save_is_told_and_nothing_is_written_over(world: World, person: Person) -> None:
    note = write_note(**given(world), person_id=person.pk, text="Vu ce matin.")
    common: dict[str, Any] = {"on": world.day, "note_id": note.pk, "seen": 1, "now": clock.now()}
    change_note(**common, actor=world.colleague, text="Vu ce matin. CV à refaire.")
    with pytest.raises(ChangedMeanwhile, match="Bruno Petit a modifié") as told:
        change_note(**common, actor=world.caseworker, text="Vu ce matin. Permis obtenu.")
    assert told.value.note.text == "Vu ce matin. CV à refaire."
    note.refresh_from_db()
    assert (note.text, note.version) == ("Vu ce matin. CV à refaire.", 2)
    change_note(**{**common, "seen": 2}, actor=world.caseworker, text="Les deux.")
    note.refresh_from_db()
    assert (note.version, text_of_version(note, 1), text_of_version(note, 2)) == (
        3,
        "Vu ce matin.",
        "Vu ce matin. CV à refaire.",
    )


def test_the_same_text_from_both_is_no_conflict(world: World, person: Person) -> None:
    note = write_note(**given(world), person_id=person.pk, text="Vu.")
    for who in (world.colleague, world.caseworker):
        change_note(actor=who, on=world.day, note_id=note.pk, text="Vu, projet validé.", seen=1, now=clock.now())
    note.refresh_from_db()
    assert (note.version, note.changed_by) == (2, world.colleague)


def test_the_database_itself_refuses_a_text_over_another(world: World, person: Person) -> None:
    """A write that goes round the operation, with the version it read, breaks on the trigger."""
    from django.db import IntegrityError, transaction

    note = write_note(**given(world), person_id=person.pk, text="Vu.")
    with pytest.raises(IntegrityError, match="a text replaces the one that was read"), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(text="Autre")


def test_a_note_is_withdrawn_with_a_reason_and_kept_in_the_history(world: World, person: Person) -> None:
    note = write_note(**given(world), person_id=person.pk, text="Erreur de dossier.")
    with pytest.raises(Refusal, match="pourquoi"):
        withdraw_note(**given(world), note_id=note.pk, seen=1, reason=" ")
    with pytest.raises(ChangedMeanwhile):
        withdraw_note(**given(world), note_id=note.pk, seen=0, reason="Erreur")
    withdraw_note(**given(world), note_id=note.pk, seen=1, reason="Écrite dans le mauvais dossier")
    assert not notes_of(person.pk).exists()
    assert text_of_version(note, 1) == "Erreur de dossier."
    with pytest.raises(Refusal, match="déjà retirée"):
        withdraw_note(actor=world.colleague, on=world.day, note_id=note.pk, seen=1, reason="Autre motif")
    note.refresh_from_db()
    assert (note.withdrawn_by, note.withdrawn_reason) == (world.caseworker, "Écrite dans le mauvais dossier")
    with pytest.raises(Refusal, match="retirée"):
        change_note(**given(world), note_id=note.pk, text="x", seen=1, now=clock.now())


# Drafts


def test_what_is_typed_is_kept_for_its_writer_alone_until_the_note_is_saved(world: World, person: Person) -> None:
    draft = typed(world, person, "Elle cherche")
    assert draft is not None
    draft = typed(world, person, "Elle cherche un poste de nuit", key=draft.key, step=draft.step)
    assert draft is not None
    assert [one.text for one in drafts_of(world.caseworker, person.pk)] == ["Elle cherche un poste de nuit"]
    assert not drafts_of(world.colleague, person.pk).exists()
    assert not notes_of(person.pk).exists()
    write_note(**given(world), person_id=person.pk, text=draft.text, draft=draft.key)
    assert not NoteDraft.objects.exists()


def test_two_pages_of_one_writer_never_write_over_each_other(world: World, person: Person) -> None:
    first = typed(world, person, "Début")
    assert first is not None
    typed(world, person, "Début, suite de la page 1", key=first.key, step=first.step)
    other = typed(world, person, "Début, suite de la page 2", key=first.key, step=first.step)  # had not seen page 1
    assert other is not None
    assert other.key != first.key
    assert {one.text for one in drafts_of(world.caseworker, person.pk)} == {
        "Début, suite de la page 1",
        "Début, suite de la page 2",
    }
    again = typed(world, person, "Début, suite de la page 2", key=other.key, step=0)  # sent twice, answered once
    assert again is not None
    assert again.key == other.key


def test_a_draft_key_of_somebody_else_opens_nothing(world: World, person: Person) -> None:
    theirs = typed(world, person, "Mes mots", actor=world.colleague)
    assert theirs is not None
    mine = typed(world, person, "Les miens", key=theirs.key, step=theirs.step)
    assert mine is not None
    assert mine.key != theirs.key
    forget_draft(**given(world), person_id=person.pk, key=theirs.key)
    write_note(**given(world), person_id=person.pk, text="Vu.", draft=theirs.key)
    theirs.refresh_from_db()
    assert theirs.text == "Mes mots"


def test_what_was_typed_in_a_note_withdrawn_since_is_kept_for_a_new_note(world: World, person: Person) -> None:
    note = write_note(**given(world), person_id=person.pk, text="Vu.")
    draft = typed(world, person, "Vu. Et", note_id=note.pk, seen=1)
    assert draft is not None
    withdraw_note(actor=world.colleague, on=world.day, note_id=note.pk, seen=1, reason="Mauvais dossier")
    for step, text in ((1, "Vu. Et puis"), (2, "Vu. Et puis le reste")):
        kept = typed(world, person, text, note_id=note.pk, seen=1, key=draft.key, step=step)
        assert kept is not None
        assert (kept.pk, kept.note_id, kept.text, kept.seen) == (draft.pk, None, text, 0)


def test_a_draft_of_a_note_of_somebody_else_is_refused(world: World, person: Person) -> None:
    other = world.person()
    world.enrolled(other, caseworker=world.caseworker)
    note = write_note(**given(world), person_id=other.pk, text="Vu.")
    with pytest.raises(Refusal, match="pas dans ce dossier"):
        typed(world, person, "Vu. Et", note_id=note.pk, seen=1)


def test_an_autosave_that_comes_after_its_note_leaves_no_ghost(world: World, person: Person) -> None:
    draft = typed(world, person, "Elle cherche")
    assert draft is not None
    write_note(**given(world), person_id=person.pk, text="Elle cherche un poste.", draft=draft.key)
    assert typed(world, person, "Elle cherche un", key=draft.key, step=draft.step) is None
    assert not NoteDraft.objects.exists()


def test_an_emptied_draft_goes(world: World, person: Person) -> None:
    draft = typed(world, person, "Finalement non")
    assert draft is not None
    assert typed(world, person, "  ", key=draft.key, step=draft.step) is None
    assert not NoteDraft.objects.exists()
    assert typed(world, person, "") is None


def test_who_else_is_writing_is_said_for_ten_minutes(world: World, person: Person) -> None:
    note = write_note(**given(world), person_id=person.pk, text="Vu.")
    typed(world, person, "Vu. Et puis", actor=world.colleague, note_id=note.pk, seen=1)
    now = clock.now()
    assert also_writing(note, but=world.caseworker, now=now) == ["Bruno Petit"]
    assert also_writing(note, but=world.colleague, now=now) == []
    assert also_writing(note, but=world.caseworker, now=now + timedelta(minutes=11)) == []


def _moved(world: World, person: Person) -> None:
    """Another organisation accompanies the person now; the file stays open to the former one."""
    move_to_organisation(
        actor=world.social_head, on=world.day, person_ids=[person.pk], line_id=world.place(world.neighbour).pk,
        reason="Convention arrêtée",
    )  # fmt: skip


@pytest.mark.req("R-164")
def test_the_former_organisation_leaves_alone_what_the_new_one_wrote(world: World, person: Person) -> None:
    mine = write_note(**given(world), person_id=person.pk, text="Premier contact.")
    _moved(world, person)
    theirs = write_note(**given(world, actor=world.stranger), person_id=person.pk, text="Nouveau projet.")
    change = {"seen": 1, "now": clock.now(), "text": "Autre texte."}
    with pytest.raises(NotAllowed, match="accompagne la personne aujourd’hui"):
        change_note(**given(world), note_id=theirs.pk, **change)
    with pytest.raises(NotAllowed, match="accompagne la personne aujourd’hui"):
        withdraw_note(**given(world, actor=world.head), note_id=theirs.pk, seen=1, reason="Doublon")
    with pytest.raises(NotAllowed):  # nor, now, what a colleague wrote
        change_note(**given(world, actor=world.colleague), note_id=mine.pk, **change)
    write_note(**given(world), person_id=person.pk, text="Le CDD est signé.")  # adding stays open
    assert change_note(**given(world), note_id=mine.pk, **change).text == "Autre texte."  # as does one's own
    withdrawn = withdraw_note(**given(world, actor=world.neighbour_head), note_id=mine.pk, seen=2, reason="Doublon")
    assert withdrawn.withdrawn_on == world.day


@pytest.mark.req("R-164")
def test_the_pages_offer_the_former_organisation_its_own_notes_only(
    client: Client, world: World, person: Person
) -> None:
    mine = write_note(**given(world), person_id=person.pk, text="Premier contact.")
    _moved(world, person)
    theirs = write_note(**given(world, actor=world.stranger), person_id=person.pk, text="Nouveau projet.")
    client.force_login(world.caseworker)
    page = client.get(reverse("desk:notes", args=[person.key])).content.decode()
    own, other = (reverse("desk:change_note", args=[person.key, one.key]) for one in (mine, theirs))
    assert own in page
    assert other not in page
    assert (client.get(own).status_code, client.get(other).status_code) == (200, 403)
