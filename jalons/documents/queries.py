"""Reads of kept documents. Who may read one is decided by the room whose file it belongs to."""

from __future__ import annotations

import hashlib

from jalons.documents.models import Document


class AlteredDocument(RuntimeError):
    """The bytes kept no longer have their hash: the database was written from outside. Nothing is shown."""


def bytes_of(document: Document) -> bytes:
    """Return the exact bytes kept; raise ``AlteredDocument`` when they are not those of the hash."""
    raw = bytes(document.raw)
    if hashlib.sha256(raw).hexdigest() != document.sha256:
        raise AlteredDocument(str(document.key))
    return raw
