"""How a table's facts looked when they were written: an undo touches only what is still so."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from jalons.agenda.models import Appointment
from jalons.exchange.spreadsheets.models import FactKind, MoveFact
from jalons.pathways.models import Enrolment, Exit, Job, Mandate, Orientation, Step
from jalons.people.models import Person

MODELS: dict[str, type[Model]] = {
    FactKind.PERSON: Person,
    FactKind.ORIENTATION: Orientation,
    FactKind.ENROLMENT: Enrolment,
    FactKind.MANDATE: Mandate,
    FactKind.APPOINTMENT: Appointment,
    FactKind.STEP: Step,
    FactKind.JOB: Job,
    FactKind.EXIT: Exit,
}


def fingerprints(facts: Iterable[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
    """Return (kind, primary key) → 32 bytes for the rows that exist, in one query per kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for kind, pk in facts:
        wanted[kind].add(pk)
    found: dict[tuple[str, int], bytes] = {}
    for kind, ids in wanted.items():
        for row in MODELS[kind]._default_manager.filter(pk__in=ids).values():
            found[kind, row["id"]] = _hash(row)
    return found


def _hash(row: dict[str, Any]) -> bytes:
    text = json.dumps(row, sort_keys=True, default=_text)
    return hashlib.sha256(text.encode()).digest()


def take_fingerprints(move_id: int, person_ids: Iterable[int]) -> None:
    """Write again the fingerprints of all that the table wrote of these persons: its own later rows may have changed it."""
    facts = list(MoveFact.objects.filter(move=move_id, person_id__in=set(person_ids), undone=False))
    now = fingerprints((one.kind, one.object_id) for one in facts)
    for one in facts:
        one.fingerprint = now.get((one.kind, one.object_id), b"")
    MoveFact.objects.bulk_update(facts, ["fingerprint"], batch_size=1000)


def _text(value: object) -> str:
    return bytes(value).hex() if isinstance(value, (bytes, memoryview)) else str(value)
