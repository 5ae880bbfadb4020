"""A batch of letters while its workers are killed (-9): each letter written, once, its e-mail asked for once."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jalons.documents.models import Document, LetterKind
from jalons.exchange.letters.models import Letter, LetterBatch, Way
from jalons.exchange.letters.operations import ask_letters
from jalons.kernel.outbox import Message
from jalons.people.models import ContactKind
from jalons.people.operations import agree_to_messages
from tests.exchange.letters.given import DAY, convened, housed
from tests.worlds import World

PROJECT = Path(__file__).resolve().parents[2]
SEED = os.environ.get("JALONS_CRASH_SEED", "20201015")
LETTERS, KILLS = 9, 3
NAIVE_LETTERS, NAIVE_KILLS = 4, 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """``lost``: letters without document; ``twice``: documents nobody's letter has; ``unasked``: e-mails missing or doubled."""

    lost: int
    twice: int
    unasked: int


def verdict(batch: LetterBatch) -> Verdict:
    letters = Letter.objects.filter(batch=batch)
    written = letters.filter(document__isnull=False)
    bound = LetterBatch.objects.filter(pk=batch.pk, bundle__isnull=False).count()
    mailed = Message.objects.filter(subject_kind="letter").count()
    return Verdict(
        lost=letters.count() - written.count(),
        twice=Document.objects.filter(kind="letter").count() - written.count() - bound,
        unasked=abs(letters.filter(way=Way.EMAIL).count() - mailed),
    )


def lived(world: World, writer: str, folder: Path, *, letters: int, kills: int) -> LetterBatch:
    """Ask for the letters, let the workers write and die, and return the batch."""
    numbers = []
    for number in range(letters):
        person = housed(world.person(f"Personne {number:03d}"))
        world.enrolled(person, caseworker=world.caseworker)
        numbers.append(convened(world, person).pk)
        if number % 4 == 0:
            address: dict[str, Any] = {"kind": ContactKind.EMAIL, "value": f"p{number}@exemple.test", "agreed_on": DAY}
            agree_to_messages(actor=world.caseworker, on=DAY, person_id=person.pk, **address)
    asked = ask_letters(actor=world.caseworker, on=DAY, kind=LetterKind.CONVOCATION, subject_ids=numbers, by_email=True)
    command = [sys.executable, "-m", "tests.crash.letters_worker", writer, str(asked.batch.pk), str(kills), SEED]
    subprocess.run([*command, str(folder)], cwd=PROJECT, check=True, timeout=300)
    return asked.batch


@pytest.mark.django_db(transaction=True)
def test_every_letter_is_written_once_whatever_is_killed(world: World, tmp_path: Path) -> None:
    batch = lived(world, "jalons", tmp_path, letters=LETTERS, kills=KILLS)
    assert verdict(batch) == Verdict(lost=0, twice=0, unasked=0)
    batch.refresh_from_db()
    assert batch.finished


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("writer", "wrong"), [("position_then_write", "lost"), ("keep_then_say", "twice")])
def test_a_naive_writer_fails_the_same_check(world: World, tmp_path: Path, writer: str, wrong: str) -> None:
    found = verdict(lived(world, writer, tmp_path, letters=NAIVE_LETTERS, kills=NAIVE_KILLS))
    assert getattr(found, wrong) > 0, f"the check found nothing wrong with {writer}: it proves nothing"
