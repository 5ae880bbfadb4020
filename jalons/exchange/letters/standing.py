"""Whether letters written are still right to send: their facts are looked at again, as a set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jalons.documents.models import LetterKind
from jalons.exchange.letters.models import Letter
from jalons.exchange.letters.sources import Subject, subjects

GONE = "Ce dont parle ce courrier n’existe plus."
MOVED = "Ce rendez-vous a changé de jour, d’heure ou de lieu depuis ce courrier."
COMPARED = ("rdv.jour", "rdv.heure", "rdv.lieu")


def not_to_send(letters: Iterable[Letter], *, on: date) -> dict[int, str]:
    """Return, by number of letter, why letters in force are not to be sent any more; those still right are left out.

    A query per kind of letter, whatever their number.
    """
    rows = [one for one in letters if one.cancelled_on is None]
    found: dict[int, str] = {}
    for kind in {one.kind for one in rows}:
        of_kind = [one for one in rows if one.kind == kind]
        facts = subjects(LetterKind(kind), {one.subject_id for one in of_kind}, on=on)
        found |= {one.pk: _why(one, facts.get(one.subject_id)) for one in of_kind}
    return {pk: why for pk, why in found.items() if why}


def _why(letter: Letter, fact: Subject | None) -> str:
    if fact is None:
        return GONE
    if fact.unfit:
        return fact.unfit
    moved = any(letter.values.get(code) != fact.values[code] for code in COMPARED if code in fact.values)
    return MOVED if moved else ""
