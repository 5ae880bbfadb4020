"""Many letters at once: written in the background, each once, whatever dies; bound in one PDF of those to print."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pikepdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jalons.agenda.models import Appointment
from jalons.documents.models import Document, LetterKind
from jalons.documents.queries import bytes_of
from jalons.exchange.letters import batches, planning, writing
from jalons.exchange.letters.batches import go_on, restart, unfinished, write_some
from jalons.exchange.letters.models import Letter, LetterBatch, Way
from jalons.exchange.letters.operations import Asked, ask_letters, cancel_letters, mark_sent
from jalons.exchange.letters.queries import progress
from jalons.exchange.letters.tasks import resume
from jalons.exchange.letters.unfit import unfit_of
from jalons.kernel.outbox import Message
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.people.models import ContactKind
from jalons.people.operations import agree_to_messages
from tests.exchange.letters.given import DAY, convened, housed
from tests.worlds import World

pytestmark = pytest.mark.django_db


def subjects(world: World, many: int, **options: Any) -> list[int]:
    """Appointments to come of as many persons, each with an address."""
    found = []
    for number in range(many):
        person = housed(world.person(f"Personne {number:03d}"), street=f"{number} RUE DES LILAS")
        world.enrolled(person, caseworker=world.caseworker)
        found.append(convened(world, person, **options).pk)
    return found


def asked(world: World, subject_ids: list[int], **options: Any) -> Asked:
    given: dict[str, Any] = {"actor": world.caseworker, "kind": LetterKind.CONVOCATION, "subject_ids": subject_ids}
    return ask_letters(**given, on=DAY, **options)


@pytest.mark.req("R-034")
def test_a_batch_is_written_then_bound_in_the_order_asked_and_who_cannot_be_written_to_is_told(world: World) -> None:
    good = subjects(world, 3)
    (nowhere,) = subjects(world, 1, place="")
    done = asked(world, [*good, nowhere])
    assert [(one.subject_id, one.refused) for one in done.refused] == [(nowhere, "Il manque : lieu du rendez-vous.")]
    assert go_on(done.batch.pk) == 3
    batch = LetterBatch.objects.get(pk=done.batch.pk)
    assert (batch.finished, batch.total) == (True, 3)
    assert batch.bundle is not None
    raw = bytes_of(batch.bundle)
    assert batch.bundle.sha256 == hashlib.sha256(raw).hexdigest()
    assert len(pikepdf.open(io.BytesIO(raw)).pages) == 3
    letters = list(batch.letters.order_by("pk"))
    assert [one.subject_id for one in letters] == good
    assert all(one.document is not None for one in letters)


def test_what_could_not_be_written_stays_visible_and_is_exported_at_any_time(world: World, client: Client) -> None:
    (good, nowhere, later) = (*subjects(world, 1), *subjects(world, 2, place=""))
    batch = asked(world, [good, nowhere, later]).batch
    go_on(batch.pk)
    Appointment.objects.filter(pk=later).update(place="4 place du Marché")
    asked(world, [later])
    client.force_login(world.caseworker)
    page = client.get(reverse("steering:letter_batch", args=[batch.key])).content.decode()
    assert "2 courriers n’ont pas pu être écrits" in page.replace("\u00a0", " ")
    answer: Any = client.get(reverse("steering:letter_batch_unfit", args=[batch.key, "csv"]))
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    names = [Appointment.objects.get(pk=pk).person.full_name for pk in (nowhere, later)]  # type: ignore[union-attr]
    why = "Il manque : lieu du rendez-vous."
    assert rows[-3:] == ["Personne;Motif;Écrit depuis", f"{names[0]};{why};non", f"{names[1]};{why};oui"]
    assert names[0] not in json.dumps(LetterBatch.objects.get(pk=batch.pk).unfit), "numbers and a reason, no name"


def test_what_could_not_be_written_is_told_to_who_reaches_the_person(world: World) -> None:
    (good, nowhere) = (*subjects(world, 1), *subjects(world, 1, place=""))
    batch = asked(world, [good, nowhere]).batch
    assert [one.reason for one in unfit_of(world.caseworker, batch, on=DAY)] == ["Il manque : lieu du rendez-vous."]
    assert unfit_of(world.stranger, batch, on=DAY) == []


def test_what_goes_by_e_mail_is_not_printed(world: World) -> None:
    numbers = subjects(world, 2)
    person = world.caseworker.mandates.order_by("pk")[0].person
    agree_to_messages(
        actor=world.caseworker,
        on=DAY,
        person_id=person.pk,
        kind=ContactKind.EMAIL,
        value="a@exemple.test",
        agreed_on=DAY,
    )
    done = asked(world, numbers, by_email=True)
    go_on(done.batch.pk)
    batch = LetterBatch.objects.get(pk=done.batch.pk)
    assert batch.bundle is not None
    assert len(pikepdf.open(io.BytesIO(bytes_of(batch.bundle))).pages) == 1
    assert Message.objects.filter(subject_kind="letter").count() == 1
    seen = progress(batch)
    assert (seen.emailed, seen.to_send, seen.percent) == (1, 1, 100)
    assert Letter.objects.filter(way=Way.EMAIL).count() == 1


def test_a_batch_sent_by_e_mail_only_has_nothing_to_print(world: World) -> None:
    numbers = subjects(world, 1)
    person = world.caseworker.mandates.get().person
    agree_to_messages(
        actor=world.caseworker,
        on=DAY,
        person_id=person.pk,
        kind=ContactKind.EMAIL,
        value="a@exemple.test",
        agreed_on=DAY,
    )
    done = asked(world, numbers, by_email=True)
    go_on(done.batch.pk)
    batch = LetterBatch.objects.get(pk=done.batch.pk)
    assert (batch.finished, batch.bundle) == (True, None)


def test_what_a_dead_worker_left_is_written_at_the_next_minute_and_nothing_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "CHUNK", 2)
    done = asked(world, subjects(world, 5))
    write_some(actor=world.caseworker, on=DAY, batch_id=done.batch.pk)  # then it dies
    seen = progress(done.batch)
    assert (seen.written, seen.total, seen.percent) == (2, 5, 40)
    kept = set(Document.objects.values_list("pk", flat=True))
    assert unfinished() == [done.batch.pk]
    resume(timestamp=0)
    assert kept <= set(Document.objects.values_list("pk", flat=True))
    assert Document.objects.filter(kind="letter").count() == 6  # five letters, one bundle
    assert unfinished() == []
    resume(timestamp=0)
    assert Document.objects.filter(kind="letter").count() == 6


def test_an_error_of_ours_stops_the_batch_says_so_and_can_be_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = asked(world, subjects(world, 2))

    def broken(*args: Any, **kwargs: Any) -> None:
        raise ValueError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(writing, "keep_paper", broken)
        with pytest.raises(ValueError, match="broken"):
            go_on(done.batch.pk)
    batch = LetterBatch.objects.get(pk=done.batch.pk)
    assert "Rien n’est perdu" in batch.stopped
    assert unfinished() == []
    for act in (restart, batches.stop):
        with pytest.raises(NotAllowed):
            act(actor=world.stranger, on=DAY, batch_id=batch.pk)
    restart(actor=world.caseworker, on=DAY, batch_id=batch.pk)
    assert go_on(batch.pk) == 2


def test_a_letter_cancelled_in_time_is_neither_written_nor_bound(world: World) -> None:
    done = asked(world, subjects(world, 2))
    first = done.batch.letters.order_by("pk")[0]
    cancel_letters(actor=world.caseworker, on=DAY, letter_ids=[first.pk], reason="Erreur")
    assert go_on(done.batch.pk) == 1
    batch = LetterBatch.objects.get(pk=done.batch.pk)
    assert batch.bundle is not None
    assert len(pikepdf.open(io.BytesIO(bytes_of(batch.bundle))).pages) == 1
    seen = progress(batch)
    assert (seen.written, seen.cancelled, seen.to_send) == (2, 1, 1)


def test_what_is_cancelled_after_the_binding_is_printed_no_more(world: World) -> None:
    done = asked(world, subjects(world, 2))
    go_on(done.batch.pk)
    first, last = done.batch.letters.order_by("pk")
    for letter, left in ((first, 1), (last, 0)):
        cancel_letters(actor=world.caseworker, on=DAY, letter_ids=[letter.pk], reason="Erreur")
        batch = LetterBatch.objects.select_related("bundle").get(pk=done.batch.pk)
        assert (batch.bundle, unfinished()) == (None, [batch.pk])
        assert go_on(batch.pk) == 0
        batch.refresh_from_db()
        assert batch.finished
        pages = len(pikepdf.open(io.BytesIO(bytes_of(batch.bundle))).pages) if batch.bundle else 0
        assert pages == left


def test_a_whole_batch_is_undone_while_nothing_has_left(world: World) -> None:
    done = asked(world, subjects(world, 2))
    go_on(done.batch.pk)
    numbers = list(done.batch.letters.values_list("pk", flat=True))
    given: dict[str, Any] = {"actor": world.caseworker, "on": DAY, "letter_ids": numbers}
    assert cancel_letters(**given, reason="Date changée") == 2
    again = asked(world, [one.subject_id for one in done.batch.letters.all()])
    go_on(again.batch.pk)
    mark_sent(actor=world.caseworker, on=DAY, letter_ids=[again.batch.letters.order_by("pk")[0].pk])
    with pytest.raises(Refusal, match="1 de ces courriers"):
        cancel_letters(
            actor=world.caseworker,
            on=DAY,
            letter_ids=list(again.batch.letters.values_list("pk", flat=True)),
            reason="Trop tard",
        )
    assert again.batch.letters.filter(cancelled_on__isnull=False).count() == 0


def test_the_same_persons_asked_twice_are_written_to_once(world: World) -> None:
    numbers = subjects(world, 2)
    asked(world, numbers)
    with pytest.raises(Refusal, match=r"Aucun courrier ne peut être écrit. Un courrier est déjà écrit pour cela."):
        asked(world, numbers)


def test_a_batch_has_an_end_and_is_of_one_perimeter(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = subjects(world, 3)
    monkeypatch.setattr(planning, "MOST", 2)
    with pytest.raises(Refusal, match="2 courriers au plus"):
        asked(world, numbers)
    monkeypatch.undo()
    with pytest.raises(Refusal, match="au moins une personne"):
        asked(world, [])
    with pytest.raises(Refusal, match="n’existe plus"):
        asked(world, [*numbers, 10**9])
    theirs = world.person()
    world.enrolled(theirs, line=world.neighbour_line, caseworker=world.stranger)
    with pytest.raises(NotAllowed):
        ask_letters(actor=world.stranger, on=DAY, kind=LetterKind.CONVOCATION, subject_ids=numbers)
    assert not Letter.objects.exists()


def test_asking_costs_the_same_queries_for_two_as_for_eight(world: World) -> None:
    costs = []
    asked(world, subjects(world, 1))  # the shipped model becomes theirs
    for many in (2, 8):
        numbers = subjects(world, many)
        with CaptureQueriesContext(connection) as seen:
            asked(world, numbers)
        costs.append(len(seen))
    assert costs[0] == costs[1]
