"""Documents are kept with the hash of their bytes; a signature covers the bytes shown, and nothing rewrites either."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from django.db import DatabaseError, transaction

from jalons.documents.models import Document, IdentityCheck, Signature, SignerKind
from jalons.documents.operations import attach_signed_paper, keep, keep_paper, sign_on_screen
from jalons.documents.paper import Paper, Paragraph
from jalons.documents.queries import AlteredDocument, bytes_of
from jalons.kernel.refusals import Refusal
from tests.worlds import DAY, World

HAND = "M 10 10 L 40 22 L 60 12"
ME, KNOWN = SignerKind.BENEFICIARY, IdentityCheck.KNOWN


def kept(world: World) -> Document:
    paper = Paper("Contrat", DAY, "Métropole", (Paragraph("Texte"),))
    return keep_paper(actor=world.caseworker, on=DAY, paper=paper, kind="contract")


def signed(world: World, document: Document, **options: object) -> Signature:
    given = {"sha256": document.sha256, "signer": ME, "identity_check": KNOWN, "strokes": HAND} | options
    return sign_on_screen(actor=world.caseworker, on=DAY, document_id=document.pk, **given)


def test_a_document_is_kept_with_the_hash_of_its_exact_bytes(world):
    document = kept(world)
    raw = bytes_of(Document.objects.get(pk=document.pk))
    assert raw.startswith(b"%PDF-")
    assert hashlib.sha256(raw).hexdigest() == document.sha256
    assert (document.size, document.made_by, document.made_on) == (len(raw), world.caseworker, DAY)


def test_an_empty_file_is_refused(world):
    with pytest.raises(Refusal, match="vide"):
        keep(actor=world.caseworker, on=DAY, raw=b"", kind="scan", title="Scan", media_type="image/png")


def test_the_database_refuses_a_hash_of_other_bytes(world):
    with pytest.raises(DatabaseError, match="document_hash_of_its_bytes"), transaction.atomic():
        Document.objects.create(
            raw=b"x",
            sha256="0" * 64,
            size=1,
            kind="scan",
            title="Scan",
            media_type="image/png",
            made_on=DAY,
            made_by=world.head,
        )


@pytest.mark.parametrize("act", ["UPDATE documents_document SET title = 'autre'", "DELETE FROM documents_document"])
def test_nobody_rewrites_a_document(world, act):
    from django.db import connection

    kept(world)
    with pytest.raises(DatabaseError, match=r"permission denied|droit refusé"), transaction.atomic():
        connection.cursor().execute(act)


@pytest.mark.req("R-082")
def test_a_signature_on_screen_says_who_when_how_and_covers_the_bytes_shown(world):
    document = kept(world)
    signature = signed(world, document)
    assert (signature.sha256, signature.signed_on, signature.recorded_by) == (document.sha256, DAY, world.caseworker)
    assert (signature.get_means_display(), bytes(signature.strokes)) == ("À l’écran", HAND.encode())


@pytest.mark.parametrize("strokes", ["", "   ", "M 10 10", "<script>", "M 1 1 L 2 2" + " L 3 3" * 20_000, "L 1 1"])
def test_an_empty_or_strange_drawing_is_not_a_signature(world, strokes):
    with pytest.raises(Refusal, match="signez dans le cadre"):
        signed(world, kept(world), strokes=strokes)


def test_another_document_than_the_one_shown_is_not_signed(world):
    with pytest.raises(Refusal, match="relisez"):
        signed(world, kept(world), sha256="0" * 64)


def test_a_side_signs_once(world):
    document = kept(world)
    signed(world, document)
    with pytest.raises(Refusal, match="déjà signé"):
        signed(world, document)
    signed(world, document, signer=SignerKind.PROFESSIONAL)


def test_the_database_refuses_a_signature_of_other_bytes(world):
    document = kept(world)
    with pytest.raises(DatabaseError, match="covers the bytes shown"), transaction.atomic():
        Signature.objects.create(
            document=document,
            sha256="0" * 64,
            signer=ME,
            means="screen",
            identity_check=KNOWN,
            signed_on=DAY,
            recorded_by=world.caseworker,
            strokes=HAND.encode(),
        )


@pytest.mark.req("R-082")
def test_a_signature_on_paper_keeps_its_scan_and_its_day(world):
    document = kept(world)
    scan = keep(actor=world.caseworker, on=DAY, raw=b"scan", kind="scan", title="Scan", media_type="image/png")
    given = {"document_id": document.pk, "signer": ME, "identity_check": KNOWN, "scan_id": scan.pk}
    with pytest.raises(Refusal, match="futur"):
        attach_signed_paper(actor=world.caseworker, on=DAY, signed_on=date(2020, 10, 16), **given)
    signature = attach_signed_paper(actor=world.caseworker, on=DAY, signed_on=date(2020, 10, 12), **given)
    assert (signature.signed_on, signature.scan, signature.sha256) == (date(2020, 10, 12), scan, document.sha256)


def test_bytes_altered_from_outside_are_not_shown(world):
    document = kept(world)
    document.raw = bytes(document.raw) + b" "
    with pytest.raises(AlteredDocument):
        bytes_of(document)
