"""The door by which notes are written and documents filed.

Two people may change one note: whoever saves says which version was read, and learns of the other's text before writing over it.
What is being typed is kept apart, in drafts, so that neither a closed page nor an ended session loses it.
"""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from uuid import UUID, uuid4

from jalons.casefile.kinds import kinds
from jalons.casefile.models import FiledDocument, Note, NoteDraft
from jalons.casefile.permissions import require_change
from jalons.casefile.queries import text_of_version
from jalons.documents.operations import keep
from jalons.documents.uploads import file_kind
from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.people.permissions import require_reach

SOURCE = "filed"  # of the kept bytes, for lists of what is kept


class ChangedMeanwhile(Refusal):
    """Somebody saved another text of this note since it was read. ``note`` is as it stands now."""

    def __init__(self, note: Note) -> None:
        super().__init__(
            f"{note.changed_by} a modifié cette note entre-temps. Voici les deux textes : rien n’est perdu.",
            code="note_changed_meanwhile",
        )
        self.note = note


@operation
def write_note(
    *, actor: User, on: date, person_id: int, text: str, written_on: date | None = None, draft: UUID | None = None
) -> Note:
    """Write a new note; the draft it was typed in goes. Refused: nothing written, a day to come.

    The note takes the key of its draft: the same form sent twice is answered with the first note. Another text under that
    key is another note.
    """
    require_reach(actor, person_id, on=on, permission=Permission.NOTE_WRITE)
    day = written_on or on
    _not_after(day, on)
    wanted = _written(text)
    fields = {"person_id": person_id, "written_on": day, "text": wanted, "author": actor, "changed_by": actor}
    # Race: the second sending waits on the unique key, then reads the first's note.
    note, new = Note.objects.get_or_create(key=draft or uuid4(), defaults=fields)
    sent = (note.author_id, note.person_id, text_of_version(note, 1))
    if not new and sent != (actor.pk, person_id, wanted):
        note = Note.objects.create(**fields)
    _forget(actor, person_id, draft)
    return note


@operation
def change_note(
    *,
    actor: User,
    on: date,
    note_id: int,
    text: str,
    seen: int,
    now: datetime,
    written_on: date | None = None,
    draft: UUID | None = None,
) -> Note:
    """Replace the text of a note read at version ``seen``. Raises ``ChangedMeanwhile`` when another text stands now.

    Race: two savings of one note wait for each other on its row; the second reads the first's text and is told.
    """
    note = _locked(note_id)
    require_reach(actor, note.person_id, on=on, permission=Permission.NOTE_WRITE)
    require_change(actor, note.author_id, note.person_id, on=on, permission=Permission.NOTE_WRITE)
    if note.withdrawn_on is not None:
        raise Refusal("Cette note a été retirée du dossier.", code="note_withdrawn")
    day = written_on or note.written_on
    _not_after(day, on)
    wanted = _written(text)
    if note.text != wanted:
        if note.version != seen:
            raise ChangedMeanwhile(note)
        note.text, note.version, note.changed_by, note.changed_at = wanted, note.version + 1, actor, now
    note.written_on = day
    note.save(update_fields=["text", "version", "changed_by", "changed_at", "written_on"])
    _forget(actor, note.person_id, draft)
    return note


@operation
def withdraw_note(*, actor: User, on: date, note_id: int, seen: int, reason: str) -> Note:
    """Take a note out of the file, with a reason; the history keeps it. The same two-writers rule holds."""
    note = _locked(note_id)
    require_reach(actor, note.person_id, on=on, permission=Permission.NOTE_WRITE)
    require_change(actor, note.author_id, note.person_id, on=on, permission=Permission.NOTE_WRITE)
    if note.withdrawn_on is not None:
        raise Refusal("Cette note est déjà retirée du dossier.", code="note_withdrawn")
    if note.version != seen:
        raise ChangedMeanwhile(note)
    note.withdrawn_on, note.withdrawn_by, note.withdrawn_reason = on, actor, _reason(reason)
    note.save(update_fields=["withdrawn_on", "withdrawn_by", "withdrawn_reason"])
    return note


@operation
def keep_draft(
    *,
    actor: User,
    on: date,
    now: datetime,
    person_id: int,
    key: UUID,
    step: int,
    text: str,
    written_on: date | None = None,
    note_id: int | None = None,
    seen: int = 0,
) -> NoteDraft | None:
    """Keep what is being typed; return the draft, None when the text is empty (the draft goes).

    ``step`` is the autosave this page last knew of. A page left open behind another one (or a key that is somebody else's)
    gets a draft of its own under a new key: two pages never write over each other. What was typed in a note withdrawn since
    becomes the draft of a new one. A saving that comes after its note is written is no draft any more: None.
    """
    require_reach(actor, person_id, on=on, permission=Permission.NOTE_WRITE)
    if note_id is not None and _withdrawn(note_id, person_id):
        note_id, seen = None, 0
    NoteDraft.objects.filter(key=key, writer=actor, note__withdrawn_on__isnull=False).update(note=None, seen=0)
    if Note.objects.filter(key=key, author=actor, person_id=person_id).exists():
        return None
    kept = NoteDraft.objects.select_for_update().filter(key=key).first()
    if kept is not None and (kept.writer_id, kept.person_id, kept.note_id) != (actor.pk, person_id, note_id):
        kept, key = None, uuid4()
    if kept is not None and kept.step != step:
        if kept.text == text:
            return kept
        kept, key = None, uuid4()
    if not text.strip():
        if kept is not None:
            kept.delete()
        return None
    if kept is None:
        return NoteDraft.objects.create(
            key=key, person_id=person_id, note_id=note_id, writer=actor, written_on=written_on, text=text, seen=seen, saved_at=now
        )  # fmt: skip
    kept.text, kept.written_on, kept.seen, kept.step, kept.saved_at = text, written_on, seen, kept.step + 1, now
    kept.save()
    return kept


@operation
def forget_draft(*, actor: User, on: date, person_id: int, key: UUID) -> None:
    """Throw away one's own draft."""
    require_reach(actor, person_id, on=on, permission=Permission.NOTE_WRITE)
    _forget(actor, person_id, key)


@operation
def file_document(
    *,
    actor: User,
    on: date,
    person_id: int,
    raw: bytes,
    name: str,
    kind: str,
    dated_on: date | None = None,
    title: str = "",
    key: UUID | None = None,
) -> FiledDocument:
    """Put a received file in a person's file: its bytes are judged, kept with their hash, and never changed.

    ``name`` is the name it came with: judged too, never used to store it. ``key`` is that of the form: sent twice with the
    same file, it is answered with the first document. Refused: what could act or is not what it says.
    """
    require_reach(actor, person_id, on=on, permission=Permission.DOCUMENT_WRITE)
    if kind not in kinds():
        raise Refusal("Choisissez la nature du document dans la liste.", code="document_kind_unknown")
    day = dated_on or on
    _not_after(day, on)
    media_type = file_kind(raw, name)
    label = title.strip() or kinds()[kind]
    fields = {
        "person_id": person_id,
        "document": lambda: keep(actor=actor, on=on, raw=raw, kind=SOURCE, title=label, media_type=media_type),
        "kind": kind,
        "title": title.strip(),
        "dated_on": day,
        "filed_on": on,
        "filed_by": actor,
    }
    # Race: the second sending waits on the unique key, its bytes go with its savepoint, then it reads the first's document.
    filed, new = FiledDocument.objects.select_related("document").get_or_create(key=key or uuid4(), defaults=fields)
    sent = (filed.filed_by_id, filed.person_id, filed.kind, filed.document.sha256)
    if not new and sent != (actor.pk, person_id, kind, sha256(raw).hexdigest()):
        filed, _ = FiledDocument.objects.get_or_create(key=uuid4(), defaults=fields)
    return filed


@operation
def withdraw_document(*, actor: User, on: date, filed_id: int, reason: str) -> FiledDocument:
    """Take a document out of the file, with a reason; its bytes and the history stay in the archive."""
    filed = FiledDocument.objects.select_for_update(of=("self",)).get(pk=filed_id)
    require_reach(actor, filed.person_id, on=on, permission=Permission.DOCUMENT_WRITE)
    require_change(actor, filed.filed_by_id, filed.person_id, on=on, permission=Permission.DOCUMENT_WRITE)
    if filed.withdrawn_on is not None:
        raise Refusal("Ce document est déjà retiré du dossier.", code="document_withdrawn")
    filed.withdrawn_on, filed.withdrawn_by, filed.withdrawn_reason = on, actor, _reason(reason)
    filed.save(update_fields=["withdrawn_on", "withdrawn_by", "withdrawn_reason"])
    return filed


def _locked(note_id: int) -> Note:
    """Lock a note. Without a join: whoever waited would look for its new writer among the rows of before, and find no note."""
    return Note.objects.select_for_update().get(pk=note_id)


def _withdrawn(note_id: int, person_id: int) -> bool:
    """Say whether a note of this person was withdrawn. Refused: it is a note of somebody else."""
    found = Note.objects.filter(pk=note_id, person_id=person_id).values_list("withdrawn_on", flat=True)
    if not found:
        raise Refusal("Cette note n’est pas dans ce dossier : revenez à la liste des notes.", code="note_of_another")
    return found[0] is not None


def _forget(writer: User, person_id: int, key: UUID | None) -> None:
    if key is not None:
        NoteDraft.objects.filter(key=key, writer=writer, person_id=person_id).delete()


def _written(text: str) -> str:
    if not text.strip():
        raise Refusal("Écrivez la note avant d’enregistrer.", code="note_not_empty")
    return text.replace("\r\n", "\n").strip()


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Refusal("Dites pourquoi : un retrait garde son motif.", code="withdrawal_without_reason")
    return reason.strip()


def _not_after(day: date, on: date) -> None:
    if day > on:
        raise Refusal("La date ne peut pas être dans le futur.", code="dated_in_the_future")
