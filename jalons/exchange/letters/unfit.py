"""What a batch was asked and could not write: visible and exported as long as the batch is, to whom reaches the person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from jalons.documents.models import LetterKind
from jalons.exchange.letters.models import Letter, LetterBatch
from jalons.exchange.letters.permissions import writable
from jalons.network.models import User
from jalons.people.models import Person
from jalons.ui.exports import Cell, Export

COLUMNS = ("Personne", "Motif", "Écrit depuis")


@dataclass(frozen=True, slots=True)
class Unfit:
    """A letter that could not be written, and why; ``written_since`` says that another batch did."""

    person: Person
    reason: str
    written_since: bool


def unfit_of(user: User, batch: LetterBatch, *, on: date) -> list[Unfit]:
    """Return what a batch could not write, in the order asked, of the persons ``user`` may write to; two queries."""
    kind = LetterKind(batch.version.model.kind)
    persons = writable(user, kind, on=on).in_bulk({person_id for _, person_id, _ in batch.unfit})
    since = Letter.objects.filter(
        kind=kind, subject_id__in=[subject_id for subject_id, _, _ in batch.unfit], cancelled_on__isnull=True
    )
    written = set(since.values_list("subject_id", flat=True))
    return [
        Unfit(persons[person_id], reason, subject_id in written)
        for subject_id, person_id, reason in batch.unfit
        if person_id in persons
    ]


def unfit_export(batch: LetterBatch, found: Sequence[Unfit]) -> Export:
    """Return them as a table to send."""

    def rows() -> Iterator[list[Cell]]:
        for one in found:
            yield [one.person.full_name, one.reason, one.written_since]

    return Export(f"Courriers non écrits du {batch.asked_on:%d/%m/%Y}", COLUMNS, rows())
