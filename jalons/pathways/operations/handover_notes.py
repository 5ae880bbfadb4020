"""« Ce que la personne suivante doit savoir »: written by who leaves, read by who comes (R-046)."""

from __future__ import annotations

from datetime import date

from jalons.kernel.operation import operation
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import HandoverNote, Mandate
from jalons.pathways.operations._door import open_persons
from jalons.pathways.queries.handovers import may_write_note

MOST = 4000  # characters: a page and a half; more belongs in the pieces of the file


class HandoverNoteChanged(Refusal):
    """Somebody wrote another note since it was read; ``text`` is the one that stands."""

    def __init__(self, text: str) -> None:
        super().__init__(
            "Cette note a été modifiée entre-temps. Voici les deux textes : rien n’est perdu.",
            code="handover_note_changed",
        )
        self.text = text


@operation
def write_handover_note(*, actor: User, on: date, person_id: int, text: str, seen: str | None = None) -> HandoverNote:
    """Write, or correct, what the next référent has to know: by the référent unique, or who names référents there.

    Refused once it was read: what somebody relied on does not change under them. ``seen``: the text that was read;
    raises ``HandoverNoteChanged`` when another stands. Race: two savings wait for each other on the person.
    """
    open_persons(actor, [person_id], on=on, permission=Permission.SITUATION_WRITE)
    mandate = _last_mandate(person_id, on=on)
    if not may_write_note(actor, person_id, on=on):
        raise NotAllowed(
            "La note de passation est écrite par le référent unique, ou par le responsable de son organisme.",
            code="not_allowed:handover_note",
        )
    words = text.strip()
    if not words:
        raise Refusal("La note est vide : écrivez ce que le référent suivant doit savoir.", code="handover_note_empty")
    if len(words) > MOST:
        raise Refusal(f"La note est trop longue : {len(words)} signes pour {MOST} au plus.", code="handover_note_long")
    note = HandoverNote.objects.filter(mandate=mandate).first()
    if note is None:
        return HandoverNote.objects.create(
            person_id=person_id, mandate=mandate, text=words, written_on=on, written_by=actor
        )
    if note.read_on is not None:
        raise Refusal(
            f"Le référent suivant a lu cette note le {note.read_on:%d/%m/%Y} : elle ne change plus.",
            code="handover_note_read",
        )
    if seen is not None and _same(note.text) not in (_same(seen), _same(words)):
        raise HandoverNoteChanged(note.text)
    note.text, note.written_on, note.written_by = words, on, actor
    note.save(update_fields=["text", "written_on", "written_by"])
    return note


@operation
def read_handover_note(*, actor: User, on: date, note_id: int) -> HandoverNote:
    """Say that the référent who came next has read the note; once is enough."""
    person_id = HandoverNote.objects.values_list("person_id", flat=True).get(pk=note_id)
    open_persons(actor, [person_id], on=on, permission=Permission.NOTE_READ)
    note = HandoverNote.objects.select_related("mandate").get(pk=note_id)
    mandate = _last_mandate(person_id, on=on)
    if mandate.pk == note.mandate_id or mandate.caseworker_id != actor.pk:
        raise NotAllowed(
            "Cette note s’adresse au référent unique qui prend la suite.", code="not_allowed:handover_note"
        )
    if note.read_on is None:
        note.read_on, note.read_by = on, actor
        note.save(update_fields=["read_on", "read_by"])
    return note


def _last_mandate(person_id: int, *, on: date) -> Mandate:
    mandate = Mandate.objects.filter(person=person_id, start_on__lte=on).order_by("start_on").last()
    if mandate is None:
        raise Refusal("Cette personne n’a pas encore de référent unique.", code="no_mandate")
    return mandate


def _same(text: str) -> str:
    """A text as it compares: forms send other ends of lines than they received."""
    return text.replace("\r\n", "\n").strip()
