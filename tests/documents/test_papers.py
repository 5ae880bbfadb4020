"""A paper becomes a PDF that lasts (PDF/A-2a), that a screen reader reads (PDF/UA-1), the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pikepdf
import pytest

from jalons.documents.paper import Facts, Hand, Hands, Heading, Paper, Paragraph, Places, Quote, Table
from jalons.documents.rendering import render

PAPER = Paper(
    title="Contrat d’engagements n° 2",
    day=date(2020, 10, 15),
    author="Métropole fictive",
    blocks=(
        Paragraph("Entre Amina et l’association."),
        Heading("Ce que je veux"),
        Quote("Retrouver #un travail *stable* $x$ \\ <b>près</b>.\n\nEt du temps."),
        Facts((("À court terme", "Passer le code"),)),
        Table("Étapes", ("Date", "Étape"), (("03/03/2020", "Atelier"),)),
        Places(("La personne", "Le référent")),
    ),
    recipient=("Amina Diallo", "12 rue des Lilas"),
)


def opened(raw: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(raw))


def elements(node: Any) -> Iterator[Any]:
    """Walk the structure tree in reading order."""
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from elements(one)
    elif isinstance(node, pikepdf.Dictionary) and "/K" in node:
        if "/S" in node:
            yield node
        yield from elements(node["/K"])


def test_the_pdf_says_what_it_conforms_to_its_language_and_its_title():
    pdf = opened(render(PAPER))
    with pdf.open_metadata() as meta:
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("2", "A", "1")
        assert meta["dc:title"] == PAPER.title
    assert str(pdf.Root.Lang) == "fr-FR"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)


def test_a_screen_reader_meets_title_headings_and_table_headers_in_order():
    pdf = opened(render(PAPER))
    kinds = [str(one.S) for one in elements(pdf.Root.StructTreeRoot)]
    told = [kind for kind in kinds if kind in ("/H1", "/H2", "/BlockQuote", "/Table", "/TH", "/TD")]
    assert told == ["/H1", "/H2", "/BlockQuote", "/Table", "/TH", "/TH", "/TD", "/TD"]


def test_fonts_are_inside_the_file():
    pdf = opened(render(PAPER))
    fonts = [one for page in pdf.pages for one in page.Resources.get("/Font", {}).values()]
    assert fonts
    for font in fonts:
        for below in font.get("/DescendantFonts", [font]):
            descriptor = below.FontDescriptor
            assert any(f"/FontFile{end}" in descriptor for end in ("", "2", "3"))


def test_the_same_paper_gives_the_same_bytes_and_another_word_other_bytes():
    assert render(PAPER) == render(PAPER)
    assert render(PAPER) != render(Paper(PAPER.title, PAPER.day, PAPER.author, PAPER.blocks[:-1]))


@pytest.mark.parametrize("text", ["#panic()", "$ $", "= titre", "*", "\\", "`", "@ref", "<label>", "//", "\u202f", ""])
def test_no_text_is_read_as_markup(text):
    assert render(Paper("Titre", PAPER.day, "Autorité", (Paragraph(text), Quote(text), Facts(((text, text),)))))


def test_a_row_has_as_many_cells_as_columns():
    with pytest.raises(ValueError, match="2 cells"):
        Table("Étapes", ("Date", "Étape"), (("03/03/2020",),))


def test_a_long_table_goes_on_over_the_pages_with_its_headers():
    rows = tuple((f"ligne {number}", "Atelier") for number in range(120))
    pdf = opened(render(Paper("Long", PAPER.day, "Autorité", (Table("Étapes", ("Date", "Étape"), rows),))))
    assert len(pdf.pages) > 2


def _signed(strokes: str) -> pikepdf.Pdf:
    hand = Hand("Aline Martin", "signé à l’écran", strokes)
    return opened(render(Paper("Contrat", PAPER.day, "Autorité", (Hands((hand,)),))))


def _figures(pdf: pikepdf.Pdf) -> list[str]:
    return [str(one.Alt) for one in elements(pdf.Root.StructTreeRoot) if str(one.S) == "/Figure"]


def test_a_drawn_hand_is_a_curve_that_a_screen_reader_hears_named():
    drawn = _signed("M 60 120 C 120 20 160 180 220 90 L 420 110 Q 430 100,440 110")
    operators = [str(one.operator) for one in pikepdf.parse_content_stream(drawn.pages[0])]
    assert operators.count("c") == 2
    assert _figures(drawn) == ["Signature de Aline Martin"]
    assert _figures(_signed("")) == []


@pytest.mark.parametrize("strokes", ["M10 10L300", "ML", "M.5-6L7.5.5 8", "M1 2C3 4 5", "M--,,L"])
def test_a_hand_badly_drawn_still_makes_its_paper(strokes):
    assert _signed(strokes).pages
