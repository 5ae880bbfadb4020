"""Two ways one would write a batch in an hour, kept to prove that the test of the batches can fail.

The first keeps a position and moves it before writing: a worker killed in between loses letters. The second keeps each
document, then says so on its letter: killed in between, the letter is written again and two documents exist.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jalons.documents.operations import keep_paper
from jalons.exchange.letters.models import Letter
from jalons.exchange.letters.writing import KIND, paper


def position_then_write(batch_id: int, place: Path, kept: Callable[[], None]) -> None:
    """At most once."""
    numbers = list(Letter.objects.filter(batch_id=batch_id).order_by("pk").values_list("pk", flat=True))
    while (position := int(place.read_text() or 0) if place.exists() else 0) < len(numbers):
        place.write_text(str(position + 1))
        kept()
        _write(numbers[position], lambda: None)


def keep_then_say(batch_id: int, place: Path, kept: Callable[[], None]) -> None:
    """At least once."""
    while (
        letter := Letter.objects.filter(batch_id=batch_id, document__isnull=True).order_by("pk").first()
    ) is not None:
        _write(letter.pk, kept)


def _write(number: int, kept: Callable[[], None]) -> None:
    letter = Letter.objects.select_related("version__model__authority", "asked_by").get(pk=number)
    made = paper(letter, letter.version.model.authority)
    document = keep_paper(actor=letter.asked_by, on=letter.asked_on, paper=made, kind=KIND)
    kept()
    Letter.objects.filter(pk=number).update(document=document)


WRITERS = {"position_then_write": position_then_write, "keep_then_say": keep_then_say}
