"""A person followed by two houses: each writes, sends and cancels its own letters; the authority its own."""

from __future__ import annotations

from typing import Any

import pytest

from jalons.agenda.models import Appointment
from jalons.agenda.operations import plan
from jalons.documents.models import LetterKind
from jalons.exchange.letters.batches import write_some
from jalons.exchange.letters.models import Letter
from jalons.exchange.letters.operations import ask_letters, cancel_letters, mark_sent
from jalons.exchange.letters.permissions import letters_of
from jalons.exchange.letters.waiting import Filter, waiting
from jalons.kernel.refusals import NotAllowed
from jalons.network.models import User
from jalons.pathways.operations import open_beside
from jalons.people.models import Person
from tests.exchange.letters.given import DAY, MEETING, convened, housed
from tests.worlds import World, at

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-034")]


@pytest.fixture
def shared(world: World) -> Person:
    """Accompanied by the house; the neighbour opened an action beside."""
    person = housed(world.person("Benali"))
    world.enrolled(person, caseworker=world.caseworker)
    open_beside(
        actor=world.orientation_officer, on=DAY, person_id=person.pk, line_id=world.neighbour_line.pk, start_on=DAY
    )
    return person


@pytest.fixture
def theirs(world: World, shared: Person) -> Appointment:
    """An interview of the neighbour, in the name of the neighbour."""
    return plan(
        actor=world.stranger, on=DAY, person_id=shared.pk, organisation_id=world.neighbour.pk, place="2 rue Haute",
        starts_at=at(MEETING, 14), ends_at=at(MEETING, 15), caseworker_id=world.stranger.pk,
    )  # fmt: skip


def written(actor: User, kind: LetterKind, subject_id: int) -> Letter:
    batch = ask_letters(actor=actor, on=DAY, kind=kind, subject_ids=[subject_id]).batch
    write_some(actor=actor, on=DAY, batch_id=batch.pk)
    return batch.letters.get()


def listed(user: User, kind: LetterKind) -> set[int]:
    return set(waiting(user, kind, Filter(), on=DAY).values_list("pk", flat=True))


def test_nobody_convokes_in_the_name_of_another_house(world, shared, theirs):
    ours = convened(world, shared)
    assert listed(world.caseworker, LetterKind.CONVOCATION) == {ours.pk}
    assert listed(world.stranger, LetterKind.CONVOCATION) == {theirs.pk}
    assert listed(world.orientation_officer, LetterKind.CONVOCATION) == set()
    for actor in (world.caseworker, world.orientation_officer):
        with pytest.raises(NotAllowed, match="au nom d’un autre organisme"):
            ask_letters(actor=actor, on=DAY, kind=LetterKind.CONVOCATION, subject_ids=[theirs.pk])


def test_nobody_sends_nor_cancels_the_letter_of_another(world, shared, theirs):
    letter = written(world.stranger, LetterKind.CONVOCATION, theirs.pk)
    given: dict[str, Any] = {"on": DAY, "letter_ids": [letter.pk]}
    for actor in (world.caseworker, world.orientation_officer):
        with pytest.raises(NotAllowed, match="d’un autre organisme"):
            mark_sent(actor=actor, **given)
        with pytest.raises(NotAllowed, match="d’un autre organisme"):
            cancel_letters(actor=actor, reason="Erreur", **given)
        assert not letters_of(actor, on=DAY).filter(pk=letter.pk).exists()
    assert mark_sent(actor=world.neighbour_head, **given) == 1


def test_the_letter_the_authority_asked_waits_for_the_authority(world, shared):
    orientation = shared.orientations.order_by("pk")[0]
    letter = written(world.orientation_officer, LetterKind.ORIENTATION, orientation.pk)
    with pytest.raises(NotAllowed, match="de l’autorité"):
        mark_sent(actor=world.caseworker, on=DAY, letter_ids=[letter.pk])
    assert mark_sent(actor=world.orientation_officer, on=DAY, letter_ids=[letter.pk]) == 1
