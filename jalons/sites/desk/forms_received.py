"""The field of a paper received: its kinds and its size, said and asked the same way on every form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.base import File

from jalons.documents.uploads import MOST_BYTES

KINDS = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"
SIZE = MOST_BYTES // 1024 // 1024


class PaperField(forms.FileField):
    """A scan. One too large is refused before it is read; its bytes and its name are judged by the operation."""

    def __init__(self, *, paper: str = "le papier", **given: Any) -> None:
        given.setdefault("help_text", f"PDF, JPEG ou PNG, {SIZE} Mo au plus.")
        given.setdefault("widget", forms.FileInput(attrs={"accept": KINDS}))
        super().__init__(**given)
        self.error_messages |= {
            "empty": f"Ce fichier est vide : numérisez {paper} à nouveau.",
            "required": "Choisissez le fichier.",
            "max_length": "Ce nom de fichier est trop long : renommez le fichier simplement.",
            "too_large": f"Ce fichier dépasse {SIZE} Mo : numérisez en noir et blanc ou à 150 points par pouce.",
        } | given.get("error_messages", {})

    def to_python(self, data: Any) -> File[Any] | None:
        """Return the file; ValidationError when it is empty, too large or badly named."""
        file = super().to_python(data)
        if file is not None and (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(self.error_messages["too_large"], code="too_large")
        return file
