"""Notes and documents in the admin, to look at dates and hands only: their text is read in the file, with a trace."""

from __future__ import annotations

from django.contrib import admin

from jalons.casefile.models import FiledDocument, Note
from jalons.ui.readonly_admin import ReadOnlyAdmin


@admin.register(Note)
class NoteAdmin(ReadOnlyAdmin[Note]):
    """Notes by date, without their text."""

    list_display = ("person_id", "written_on", "version", "author", "changed_by", "withdrawn_on")
    list_select_related = ("author", "changed_by")
    exclude = ("text",)


@admin.register(FiledDocument)
class FiledDocumentAdmin(ReadOnlyAdmin[FiledDocument]):
    """Documents of the files, without their bytes."""

    list_display = ("person_id", "kind", "dated_on", "filed_on", "filed_by", "withdrawn_on")
    list_select_related = ("filed_by",)
