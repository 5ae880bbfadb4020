"""Hands under a document that was shown, drawn on the screen or put on its print: what contracts and « bilans » share (R-082)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jalons.documents.models import Document, IdentityCheck, SignerKind
from jalons.documents.operations import attach_signed_paper, keep
from jalons.documents.operations import sign_on_screen as sign_document
from jalons.documents.uploads import scan_kind
from jalons.kernel.refusals import Refusal
from jalons.network.models import User


@dataclass(frozen=True, slots=True)
class Drawn:
    """A hand drawn on the screen by one side, and how its identity was checked."""

    signer: SignerKind
    identity_check: IdentityCheck
    strokes: str


def sign_with_hands(document: Document, hands: Iterable[Drawn], *, actor: User, on: date, sha256: str) -> None:
    """Record the hands of both sides under the bytes that were shown; refused without that of the person."""
    given = list(hands)
    if SignerKind.BENEFICIARY not in {one.signer for one in given}:
        raise Refusal("Il manque la signature de la personne accompagnée.", code="signature_of_the_person")
    for one in given:
        sign_document(
            actor=actor,
            on=on,
            document_id=document.pk,
            sha256=sha256,
            signer=one.signer,
            identity_check=one.identity_check,
            strokes=one.strokes,
        )


def sign_with_scan(
    document: Document,
    scan: bytes,
    *,
    actor: User,
    on: date,
    kind: str,
    signed_on: date,
    identity_check: IdentityCheck,
    signers: Iterable[SignerKind],
) -> None:
    """Keep the scan of the signed print as a document of this ``kind``; refused when it is dated before the document."""
    if signed_on < document.made_on:
        raise Refusal(
            f"Ce document est du {document.made_on:%d/%m/%Y} : il ne peut pas avoir été signé avant.",
            code="signed_before_made",
        )
    media_type = scan_kind(scan)
    kept = keep(actor=actor, on=on, raw=scan, kind=kind, title=f"{document.title}, signé", media_type=media_type)
    for signer in signers:
        attach_signed_paper(
            actor=actor,
            on=on,
            document_id=document.pk,
            signer=signer,
            identity_check=identity_check if signer == SignerKind.BENEFICIARY else IdentityCheck.KNOWN,
            scan_id=kept.pk,
            signed_on=signed_on,
        )
