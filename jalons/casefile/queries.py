"""Reads of notes, drafts and filed documents. A draft is read by its writer only."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from jalons.casefile.models import FiledDocument, Note, NoteDraft
from jalons.network.models import User

WRITING = timedelta(minutes=10)  # since the last autosave: the other one is still at it


def notes_of(person_id: int) -> QuerySet[Note]:
    """Return the notes of a person's file, newest first, without those withdrawn."""
    rows = Note.objects.filter(person_id=person_id, withdrawn_on=None).select_related("author", "changed_by")
    return rows.order_by("-written_on", "-pk")


def note_ever(person_id: int, key: UUID) -> Note | None:
    """Return a note of this person by its key, withdrawn or not."""
    return Note.objects.filter(person_id=person_id, key=key).select_related("author", "changed_by").first()


def text_of_version(note: Note, version: int) -> str:
    """Return the text a note had at one of its versions; empty when it never had that one."""
    if version == note.version:
        return note.text
    kept = note.events.filter(version=version).order_by("-pgh_id")  # type: ignore[attr-defined]
    return kept.values_list("text", flat=True).first() or ""


def drafts_of(writer: User, person_id: int) -> QuerySet[NoteDraft]:
    """Return what this writer left unsaved about a person, newest first."""
    rows = NoteDraft.objects.filter(writer=writer, person_id=person_id).select_related("note")
    return rows.order_by("-saved_at", "-pk")


def draft_of(writer: User, person_id: int, key: UUID) -> NoteDraft | None:
    """Return one draft of this writer, None when there is none."""
    return drafts_of(writer, person_id).filter(key=key).first()


def also_writing(note: Note, *, but: User, now: datetime) -> list[str]:
    """Return who else has been typing in this note in the last ten minutes."""
    rows = NoteDraft.objects.filter(note=note, saved_at__gte=now - WRITING).exclude(writer=but).select_related("writer")
    return sorted({str(one.writer) for one in rows})


def filed_documents(person_id: int) -> QuerySet[FiledDocument]:
    """Return the documents of a person's file, newest first, without their bytes nor those withdrawn."""
    rows = FiledDocument.objects.filter(person_id=person_id, withdrawn_on=None).select_related("document", "filed_by")
    return rows.defer("document__raw").order_by("-dated_on", "-pk")


def filed_document(person_id: int, key: UUID) -> FiledDocument | None:
    """Return one document of this person by its key, None when there is none or it was withdrawn."""
    return filed_documents(person_id).filter(key=key).first()
