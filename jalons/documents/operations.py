"""The door by which documents are kept and signed. Rooms above call it inside their own operations."""

from __future__ import annotations

import hashlib
import re
from datetime import date

from jalons.documents.models import Document, IdentityCheck, Signature, SignatureMeans, SignerKind
from jalons.documents.paper import Paper
from jalons.documents.rendering import PDF, TEMPLATE, render
from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import User

MOST_STROKES = 60_000  # characters of a drawn signature: a long one takes a tenth of it
_PATH = re.compile(r"\s*M[MLQC0-9\s,.-]+")
_DRAWN = re.compile(r"[LQC]")


@operation
def keep(*, actor: User, on: date, raw: bytes, kind: str, title: str, media_type: str, template: str = "") -> Document:
    """Keep a file, received or made, with the hash of its bytes."""
    if not raw:
        raise Refusal("Ce fichier est vide.", code="document_not_empty")
    return Document.objects.create(
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
        kind=kind,
        title=title,
        media_type=media_type,
        template=template,
        made_on=on,
        made_by=actor,
    )


@operation
def keep_paper(*, actor: User, on: date, paper: Paper, kind: str) -> Document:
    """Typeset a paper and keep its PDF: what is printed again later is these bytes, whatever the template became."""
    return keep(
        actor=actor, on=on, raw=render(paper), kind=kind, title=paper.title, media_type=PDF, template=TEMPLATE.name
    )


@operation
def sign_on_screen(
    *,
    actor: User,
    on: date,
    document_id: int,
    sha256: str,
    signer: SignerKind,
    identity_check: IdentityCheck,
    strokes: str,
) -> Signature:
    """Record a hand drawn on the screen under the document whose bytes have the hash ``sha256``: the one that was shown (R-082).

    ``strokes`` is SVG path data (M, L, Q and C commands). Refused: an empty drawing, another document than the one kept.
    """
    require_drawn(strokes)
    return _signed(document_id, sha256, actor, on, signer, identity_check, strokes=strokes.encode())


def require_drawn(strokes: str) -> None:
    """Refuse SVG path data that is no drawn hand: empty, a mere dot lifted, too long, or anything else."""
    if len(strokes) > MOST_STROKES or not _PATH.fullmatch(strokes) or not _DRAWN.search(strokes):
        raise Refusal("La signature est vide ou illisible : signez dans le cadre.", code="signature_empty")


@operation
def attach_signed_paper(
    *,
    actor: User,
    on: date,
    document_id: int,
    signer: SignerKind,
    identity_check: IdentityCheck,
    scan_id: int,
    signed_on: date,
) -> Signature:
    """Record a signature put on the printed document, with the scan that shows it (R-082)."""
    if signed_on > on:
        raise Refusal("Une signature ne peut pas être datée dans le futur.", code="signature_in_the_future")
    sha256 = Document.objects.values_list("sha256", flat=True).get(pk=document_id)
    return _signed(document_id, sha256, actor, signed_on, signer, identity_check, scan_id=scan_id)


def _signed(
    document_id: int,
    sha256: str,
    actor: User,
    signed_on: date,
    signer: SignerKind,
    identity_check: IdentityCheck,
    *,
    strokes: bytes | None = None,
    scan_id: int | None = None,
) -> Signature:
    kept = Document.objects.values_list("sha256", flat=True).get(pk=document_id)
    if kept != sha256:
        raise Refusal(
            "Le document a changé depuis qu’il a été affiché : relisez-le avant de signer.",
            code="signature_other_document",
        )
    if Signature.objects.filter(document_id=document_id, signer=signer).exists():
        raise Refusal("Ce document est déjà signé de ce côté.", code="signature_once_per_side")
    return Signature.objects.create(
        document_id=document_id,
        sha256=sha256,
        signer=signer,
        means=SignatureMeans.SCREEN if strokes is not None else SignatureMeans.PAPER,
        identity_check=identity_check,
        signed_on=signed_on,
        recorded_by=actor,
        strokes=strokes,
        scan_id=scan_id,
    )
