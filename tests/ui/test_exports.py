"""Tables that leave the house: readable by a French spreadsheet, and no cell ever computes (goal S8)."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from jalons.ui.exports import CSV_BLOCK, NOTICE, Export, csv_blocks, csv_response, csv_text, write_xlsx, xlsx_response

DANGEROUS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "   =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\u202f+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    '=HYPERLINK("http://x";"clic")',
    '=cmd|" /C calc"!A0',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    '=IMPORTXML("http://x";"//a")',
    '=WEBSERVICE("http://x")',
    '=DDE("cmd";"/C calc";"x")',
    "=A1&B1",
    "={1;2}",
    "==1",
    "=+1",
    "-",
    "+",
    "@",
    "=",
    "\t",
    "\x00=1+1",
    "\x0b=1+1",
    "\x1f=1",
    "=\n1",
    ";=1+1",
    '";=1+1',
    '"\r\n=1+1',
]


def csv_rows(export: Export) -> list[list[str]]:
    text = b"".join(csv_blocks(export)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def xlsx_bytes(export: Export) -> bytes:
    target = io.BytesIO()
    write_xlsx(export, target)
    return target.getvalue()


@pytest.mark.parametrize("payload", DANGEROUS)
def test_no_text_of_a_csv_starts_like_a_formula(payload: str) -> None:
    (*_, row) = csv_rows(Export("Essai", ["a", "b"], [[payload, "x"]]))
    assert len(row) == 2
    assert not re.match(r"^[\s\u00a0\u202f\ufeff]*[=+\-@＝＋－＠]", row[0])
    assert row[0][:1] not in ("\t", "\r", "\n")


@pytest.mark.parametrize("payload", DANGEROUS)
def test_no_cell_of_a_workbook_is_a_formula(payload: str) -> None:
    content = xlsx_bytes(Export(payload, [payload], [[payload]], filters=[(payload, payload)]))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    cells = [cell for row in load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)


def test_what_is_no_formula_stays_as_it_is() -> None:
    for text in ("N’Guyen", "L'Hôte", "a=b", "06 12 34 56 78", "« oui »", "1+1", "", "3 - 4"):
        assert csv_text(text) == text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("-1234.50"), "-1234,50"),
        (Decimal("1E+3"), "1000"),
        (-3, "-3"),
        (date(2020, 12, 31), "31/12/2020"),
        (True, "oui"),
        (False, "non"),
        (None, ""),
    ],
)
def test_figures_and_dates_are_french_and_stay_figures(value: object, shown: str) -> None:
    assert csv_text(value) == shown  # type: ignore[arg-type]


def test_figures_stay_figures_in_a_workbook() -> None:
    content = xlsx_bytes(Export("Essai", ["a", "b", "c"], [[Decimal("12.50"), -3, date(2020, 12, 31)]]))
    *_, last = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    assert (last[0], last[1], last[2].date()) == (12.5, -3, date(2020, 12, 31))


def test_a_table_says_what_it_is_before_its_header() -> None:
    export = Export("Personnes", ["Nom"], [["Roux"]], filters=[("Territoire", "Est"), ("Mois", "octobre 2020")])
    rows = csv_rows(export)
    assert rows[:3] == [["Personnes"], ["Territoire", "Est"], ["Mois", "octobre 2020"]]
    assert rows[export.header_row - 1] == ["Nom"]
    assert rows[export.header_row] == ["Roux"]


def test_the_demo_says_that_nothing_is_real(settings: Any) -> None:
    settings.JALONS_FICTITIOUS = True
    export = Export("Personnes", ["Nom"], [["Roux"]])
    assert [NOTICE] in csv_rows(export)
    assert NOTICE in {
        cell.value for row in load_workbook(io.BytesIO(xlsx_bytes(export))).active.iter_rows() for cell in row
    }
    settings.JALONS_FICTITIOUS = False
    assert [NOTICE] not in csv_rows(export)


def test_rows_are_read_as_they_are_sent() -> None:
    read = 0

    def rows() -> Iterator[list[str]]:
        nonlocal read
        for number in range(CSV_BLOCK * 3):
            read = number + 1
            yield [str(number)]

    blocks = csv_blocks(Export("Essai", ["n"], rows()))
    next(blocks)
    assert read == CSV_BLOCK


def test_downloads_have_a_plain_name_and_a_type() -> None:
    export = Export("Personnes à orienter — Est", ["Nom"], [["Roux"]])
    answer = csv_response(export)
    assert answer["Content-Disposition"] == 'attachment; filename="personnes-a-orienter-est.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbf")  # type: ignore[arg-type]
    assert xlsx_response(export)["Content-Disposition"].endswith('.xlsx"')
    assert Export("«»", [], []).file_stem == "export"


def test_a_workbook_that_cannot_hold_the_rows_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jalons.ui.exports.LARGEST_XLSX", 2)
    with pytest.raises(ValueError, match="exportez en CSV"):
        xlsx_bytes(Export("Essai", ["n"], [[1], [2], [3]]))
