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
    made_here = bool(document.template) and document.media_type == PDF
    file = f"{name}.{extension_of(document.media_type)}"
    return _answer(bytes_of(document), document.media_type, file, in_place=made_here)


def shown(raw: bytes, name: str) -> HttpResponse:
    """Answer with a paper made for this reading only (a preview), called ``name``: it is kept nowhere."""
    return _answer(raw, PDF, f"{name}.pdf", in_place=True)


def _answer(raw: bytes, media_type: str, file: str, *, in_place: bool) -> HttpResponse:
    response = HttpResponse(raw, content_type=media_type)
    response.headers["Content-Disposition"] = f'{"inline" if in_place else "attachment"}; filename="{file}"'
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Content-Security-Policy"] = _SHOWN if in_place else _KEPT
    response.headers["X-Frame-Options"] = "SAMEORIGIN" if in_place else "DENY"
    return response
