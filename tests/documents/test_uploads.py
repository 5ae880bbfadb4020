"""A scan is read in its bytes: PDF, JPEG or PNG, whole, of a reasonable size, and nothing in it acts."""

from __future__ import annotations

import io
import zlib
from datetime import date

import pikepdf
import pytest

from jalons.documents import received_pdf, uploads
from jalons.documents.paper import Paper, Paragraph
from jalons.documents.rendering import render
from jalons.documents.uploads import extension_of, scan_kind
from jalons.kernel.refusals import Refusal
from tests.documents.pictures import JPEG, PNG


def paper() -> bytes:
    return render(Paper("Contrat", date(2020, 10, 15), "Métropole", (Paragraph("Texte"),)))


def altered(**root: object) -> bytes:
    """Return a PDF with these entries in its catalogue, its objects packed as most writers do."""
    pdf, kept = pikepdf.open(io.BytesIO(paper())), io.BytesIO()
    for name, value in root.items():
        pdf.Root[f"/{name}"] = value
    pdf.save(kept, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return kept.getvalue()


@pytest.mark.parametrize(("raw", "kind", "extension"), [(PNG, "image/png", "png"), (JPEG, "image/jpeg", "jpg")])
def test_pictures_are_known_by_their_bytes(raw, kind, extension):
    assert scan_kind(raw) == kind
    assert extension_of(kind) == extension


def test_our_own_papers_and_packed_ones_are_received():
    assert scan_kind(paper()) == scan_kind(altered()) == "application/pdf"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "vide"),
        (b"MZ\x90", "ni un PDF"),
        (b"<html>%PDF-1.7", "ni un PDF"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "ni un PDF"),
        (b"PK\x03\x04", "ni un PDF"),
        (PNG[:-8], "incomplet"),
        (JPEG[:-2], "incomplet"),
        (PNG + b"0" * uploads.MOST_BYTES, "dépasse 10 Mo"),
    ],
)
def test_what_is_not_a_scan_is_refused_with_what_to_do(raw, said):
    with pytest.raises(Refusal, match=said):
        scan_kind(raw)


SCRIPT = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS=pikepdf.String("app.alert(1)"))


@pytest.mark.parametrize(
    "root",
    [
        {"OpenAction": SCRIPT},
        {"OpenAction": pikepdf.Dictionary(S=pikepdf.Name("/Launch"), F=pikepdf.String("calc.exe"))},
        {"Names": pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=pikepdf.Array([])))},
        {"AcroForm": pikepdf.Dictionary(XFA=pikepdf.String("x"))},
    ],
    ids=["script", "launch", "attachment", "form"],
)
def test_a_pdf_that_acts_is_refused_even_packed(root):
    with pytest.raises(Refusal, match="code, un formulaire ou un autre fichier"):
        scan_kind(altered(**root))


def test_a_name_written_in_hexadecimal_hides_nothing():
    raw = paper().replace(b"/Type/Catalog", b"/OpenAction << /S /J#61vaScript >> /Type/Catalog", 1)
    assert b"J#61va" in raw
    with pytest.raises(Refusal, match="code"):
        scan_kind(raw)


def test_a_protected_pdf_is_refused():
    pdf, kept = pikepdf.open(io.BytesIO(paper())), io.BytesIO()
    pdf.save(kept, encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(Refusal, match="mot de passe"):
        scan_kind(kept.getvalue())


def test_a_pdf_that_unfolds_without_end_is_refused():
    packed = zlib.compress(b" " * (received_pdf.MOST_UNPACKED + 1))
    raw = b"%PDF-1.7\n1 0 obj << /Type /ObjStm /Filter /FlateDecode >> stream\n" + packed + b"\nendstream endobj\n%%EOF"
    with pytest.raises(Refusal, match="déplie"):
        scan_kind(raw)
