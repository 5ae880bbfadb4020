"""Files made to hurt, or that are no table at all: refused at once, with a sentence, within little memory (goal S7)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from jalons.exchange.spreadsheets.agreements import FIELDS
from jalons.exchange.spreadsheets.cells import MAX_COLUMNS, MAX_ROWS, Formula
from jalons.exchange.spreadsheets.columns import find_layout
from jalons.exchange.spreadsheets.errors import TableRefused
from jalons.exchange.spreadsheets.reading import MAX_BYTES, read_bytes

ROW = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'


def workbook(**parts: bytes) -> bytes:
    """A good small workbook, with parts added or replaced (``__`` stands for ``/``, ``_xml`` for ``.xml``)."""
    book = Workbook()
    book.active.append(["Structure", "Places"])
    book.active.append(["ALPHA", 3])
    first, target = io.BytesIO(), io.BytesIO()
    book.save(first)
    changed = {
        name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): body for name, body in parts.items()
    }
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            made.writestr(name, changed.pop(name, source.read(name)))
        for name, body in changed.items():
            made.writestr(name, body)
    return target.getvalue()


def sheet(rows: bytes, head: bytes = b"") -> bytes:
    return (
        b'<?xml version="1.0"?>'
        + head
        + b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<sheetData>" + rows + b"</sheetData></worksheet>"
    )


def archive(**names: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in names.items():
            made.writestr(name, body)
    return target.getvalue()


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb": (lambda: workbook(xl__worksheets__sheet1_xml=sheet(b" " * 60_000_000)), "Une fois ouvert"),
    "many bombs": (lambda: workbook(**{f"xl__a{i}_xml": b" " * 1_000_000 for i in range(40)}), "Une fois ouvert"),
    "too many rows": (
        lambda: workbook(xl__worksheets__sheet1_xml=sheet(b"".join(ROW % (i, i) for i in range(1, MAX_ROWS + 3)))),
        "dépasse 20000 lignes",
    ),
    "millions of empty elements": (
        lambda: workbook(xl__worksheets__sheet1_xml=sheet(b"<a/>" * 1_500_000)),
        "trop de cellules",
    ),
    "one row at the very end": (
        lambda: workbook(xl__worksheets__sheet1_xml=sheet(ROW % (1_048_576, 1_048_576))),
        "dépasse 20000 lignes",
    ),
    "one cell at the far right": (
        lambda: workbook(xl__worksheets__sheet1_xml=sheet(b'<row r="1"><c r="BI1"><v>1</v></c></row>')),
        f"plus de {MAX_COLUMNS} colonnes",
    ),
    "entities": (lambda: workbook(xl__worksheets__sheet1_xml=sheet(b"", LAUGHS)), "entités XML"),
    "entities in the styles": (lambda: workbook(xl__styles_xml=OUTSIDE + b"<styleSheet/>"), "entités XML"),
    "entities hidden in UTF-16": (
        lambda: workbook(xl__worksheets__sheet1_xml=sheet(b"", LAUGHS).decode().encode("utf-16")),
        "UTF-8",
    ),
    "macros": (lambda: workbook(xl__vbaProject_bin=b"x"), "macros"),
    "external links": (lambda: workbook(xl__externalLinks__externalLink1_xml=b"<x/>"), "liens"),
    "a path out of the archive": (lambda: workbook(**{"../../etc/cron": b"x"}), "chemin suspect"),
    "another archive": (lambda: archive(a=b"x"), "archive, pas un classeur"),
    "not XML inside": (lambda: workbook(xl__worksheets__sheet1_xml=b"\x01\x02 not xml"), "abîmé"),
    "a cut workbook": (lambda: workbook()[:-200], "abîmé"),
    "a thousand parts": (lambda: workbook(**{f"xl__p{i}_xml": b"<x/>" for i in range(1000)}), "trop de parties"),
    "an old or locked workbook": (lambda: b"\xd0\xcf\x11\xe0" + b"x" * 600, "ancien classeur Excel"),
    "a PDF": (lambda: b"%PDF-1.7 ...", "PDF"),
    "a web page": (lambda: b"<html><table><tr><td>Structure</td></tr></table></html>", "page web"),
    "an XML with entities": (lambda: b'<?xml version="1.0"?>' + OUTSIDE + b"<x>&a;</x>", "page web ou du XML"),
    "a program": (lambda: b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 100, "ni un CSV ni un classeur"),
    "nothing": (lambda: b"", "vide"),
    "blanks": (lambda: b"\xef\xbb\xbf \r\n\r\n", "vide"),
    "zeros": (lambda: b"\x00" * 5000, "vide"),
    "too heavy": (lambda: b"a;b\n" * (MAX_BYTES // 4 + 1), "dépasse 10 Mo"),
    "a quote that never closes": (lambda: b'Structure;Places\n"ALPHA;3\nBETA;4\n', "guillemet"),
    "one endless cell": (lambda: b"Structure;Places\n" + b"A" * 60_000 + b";3\n", "caractères"),
    "too many cells of text": (lambda: (b"y;" * 49 + b"y\n") * 4_100, "dépasse 200000 cellules"),
    "too many lines": (lambda: b"a;1\n" * (MAX_ROWS + 2), "dépasse 20000 lignes"),
    "too many columns": (lambda: b";".join([b"x"] * 100) + b"\n", "plus de 60 colonnes"),
    "false UTF-16": (lambda: b"\xff\xfea", "UTF-16"),
    "unreadable characters": (lambda: b"Structure;Places\n\x81\x8d\x8f;3\n", "illisibles"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_with_a_sentence(name: str) -> None:
    make, sentence = HOSTILE[name]
    with pytest.raises(TableRefused, match=sentence):
        find_layout(read_bytes(make()), FIELDS)


def test_a_good_workbook_passes() -> None:
    layout = find_layout(read_bytes(workbook()), FIELDS)
    assert [row.cells for row in layout.rows] == [("ALPHA", 3)]


def test_formulas_of_a_workbook_are_seen_as_formulas() -> None:
    book = Workbook()
    book.active.append(["Structure", "Places"])
    book.active.append(["ALPHA", "=1+2"])
    target = io.BytesIO()
    book.save(target)
    (row,) = find_layout(read_bytes(target.getvalue()), FIELDS).rows
    assert isinstance(row.cells[1], Formula)


def test_hidden_sheets_are_not_read() -> None:
    book = Workbook()
    book.active.append(["rien"])
    hidden = book.create_sheet("caché")
    hidden.append(["Structure", "Places"])
    hidden.append(["ALPHA", 3])
    hidden.sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    with pytest.raises(TableRefused, match="Il manque"):
        find_layout(read_bytes(target.getvalue()), FIELDS)


def test_the_sheet_with_the_table_is_found_wherever_it_is() -> None:
    book = Workbook()
    book.active.append(["Mode d’emploi"])
    second = book.create_sheet("Données")
    second.append(["Structures", "Nombre de places proposées 2021"])
    second.append(["ALPHA", 3])
    target = io.BytesIO()
    book.save(target)
    assert find_layout(read_bytes(target.getvalue()), FIELDS).sheet == "Données"
