"""Ten professionals save the same note at the same moment: one text stands, each of the others is told and loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections

from jalons.casefile.models import Note, NoteDraft
from jalons.casefile.operations import ChangedMeanwhile, change_note, keep_draft, write_note
from jalons.casefile.rules import together
from jalons.kernel import clock
from jalons.network.models import RoleCode, User
from tests.worlds import World

WRITERS = 10
BASE = "Vue ce matin. Cherche un poste."


def at_once(world: World, work: Callable[[User, int], Any]) -> list[Any]:
    """Run ``work`` in one thread per professional of the house, all released together."""
    users = [world.user(f"main{number}", RoleCode.CASEWORKER, organisation=world.house) for number in range(WRITERS)]
    barrier = threading.Barrier(WRITERS)

    def run(number: int) -> Any:
        try:
            barrier.wait(timeout=30)
            return work(users[number], number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(run, range(WRITERS)))


@pytest.fixture
def note(committed_world: World) -> Note:
    world = committed_world
    person = world.person()
    world.enrolled(person, caseworker=world.caseworker)
    return write_note(actor=world.caseworker, on=world.day, person_id=person.pk, text=BASE)


@pytest.mark.django_db(transaction=True)
def test_one_saves_the_others_are_told_and_all_words_end_in_the_note(committed_world: World, note: Note) -> None:
    world = committed_world

    def insist(user: User, number: int) -> int:
        """Save; when told, save both texts as the page proposes, until it is taken. Return how many times one was told."""
        seen, base, text, told = 1, BASE, f"{BASE} Vu {number}.", 0
        while True:
            try:
                change_note(actor=user, on=world.day, note_id=note.pk, text=text, seen=seen, now=clock.now())
                return told
            except ChangedMeanwhile as other:
                text, base, seen = together(base, other.note.text, text), other.note.text, other.note.version
                told += 1

    told = at_once(world, insist)
    note.refresh_from_db()
    assert all(f"Vu {number}." in note.text for number in range(WRITERS))
    assert note.version == WRITERS + 1
    assert sum(told) >= WRITERS - 1


@pytest.mark.django_db(transaction=True)
def test_the_planted_fault_without_the_version_read_texts_would_be_lost(committed_world: World, note: Note) -> None:
    """Saving as most software does (read, then write all): the database itself stops what would write over another."""

    def blindly(user: User, number: int) -> bool:
        mine = Note.objects.get(pk=note.pk)
        threading.Event().wait(0.05)  # the others read too
        mine.text, mine.version = f"Vu {number}.", mine.version + 1
        try:
            mine.save()
        except IntegrityError:
            return False
        return True

    done = at_once(committed_world, blindly)
    note.refresh_from_db()
    assert done.count(True) == note.version - 1 < WRITERS


@pytest.mark.django_db(transaction=True)
def test_autosaves_of_one_page_sent_together_keep_every_text(committed_world: World, note: Note) -> None:
    """Ten autosaves of one draft, as after a break of the network: none writes over another it had not seen."""
    world, key = committed_world, uuid4()
    common: dict[str, Any] = {"actor": world.caseworker, "on": world.day, "person_id": note.person_id, "key": key}
    assert keep_draft(**common, now=clock.now(), step=0, text="Début") is not None

    def send(user: User, number: int) -> None:
        keep_draft(**common, now=clock.now(), step=1, text=f"Début {number}")

    at_once(world, send)
    kept = set(NoteDraft.objects.values_list("text", flat=True))
    assert kept == {f"Début {number}" for number in range(WRITERS)}
