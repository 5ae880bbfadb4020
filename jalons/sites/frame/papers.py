"""Kept documents sent to the browser: the exact bytes, under a name that says nothing of the person, never cached."""

from __future__ import annotations

from django.http import HttpResponse

from jalons.documents.models import Document
from jalons.documents.queries import bytes_of
from jalons.documents.rendering import PDF
from jalons.documents.uploads import extension_of

# Only our own pages may frame a paper; the reader of the browser draws it with styles of its own.
_SHOWN = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "base-uri 'none'; form-action 'none'"
)
_KEPT = "default-src 'none'; sandbox; frame-ancestors 'none'"


def sent(document: Document, name: str) -> HttpResponse:
    """Answer with the bytes of ``document``, named ``name`` and its extension.

    A paper made here is shown in place, also inside a page of ours; a file received from outside is only downloaded.
    """
    shown = bool(document.template) and document.media_type == PDF
    response = HttpResponse(bytes_of(document), content_type=document.media_type)
    how = "inline" if shown else "attachment"
    response.headers["Content-Disposition"] = f'{how}; filename="{name}.{extension_of(document.media_type)}"'
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Content-Security-Policy"] = _SHOWN if shown else _KEPT
    response.headers["X-Frame-Options"] = "SAMEORIGIN" if shown else "DENY"
    return response
