"""Tables that leave the house as CSV or XLSX, streamed, with formulas made harmless (goal S8).

A table says what it is: title, filters in use, and a notice (« personnes et résultats fictifs » in the demo). The reader
of a spreadsheet skips the lines before the header; ``header_row`` tells where it is.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, TypeAlias

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from jalons.kernel.text import fold

Cell: TypeAlias = str | int | Decimal | date | bool | None

NOTICE = "Personnes et résultats fictifs"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_XLSX = 1_048_576 - 20  # rows a sheet can hold, lines of title apart
CSV_BLOCK = 500  # rows sent at once

# What makes a spreadsheet compute instead of show, full-width twins included, whatever blanks come before.
_FORMULA = re.compile(r"^[\s\u00a0\u202f\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # refused by XML
_LONGEST_CELL = 32_767
_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Export:
    """A table to send: ``columns`` are its headers, ``rows`` may be a generator and is read once."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    filters: Sequence[tuple[str, str]] = ()  # label, value in words

    def preamble(self) -> list[list[str]]:
        """Lines before the header: title, filters, notice, then an empty line."""
        lines = [[self.title], *([label, value] for label, value in self.filters)]
        if getattr(settings, "JALONS_FICTITIOUS", False):
            lines.append([NOTICE])
        return [*lines, []]

    @property
    def header_row(self) -> int:
        """Number, from 1, of the line that holds the names of the columns."""
        return len(self.preamble()) + 1

    @property
    def file_stem(self) -> str:
        """Name of the file without its extension: the title, folded."""
        return _NAME.sub("-", fold(self.title))[:80].strip("-") or "export"


def harmless(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula: an apostrophe first when it could be one."""
    clean = _UNPRINTABLE.sub("", text)[: _LONGEST_CELL - 1]
    return f"'{clean}" if _FORMULA.match(clean) else clean


def csv_text(value: Cell) -> str:
    """Return a value as French spreadsheets read it in CSV: decimal comma, dates 31/12/2020, « oui » and « non »."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, int):
        return str(value)
    return harmless(str(value))


def csv_blocks(export: Export) -> Iterator[bytes]:
    """Yield the CSV in blocks: UTF-8 with its mark, « ; », lines ended by CR LF."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerows([harmless(text) for text in line] for line in export.preamble())
    writer.writerow([harmless(name) for name in export.columns])
    for number, row in enumerate(export.rows, start=1):
        writer.writerow([csv_text(value) for value in row])
        if number % CSV_BLOCK == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def write_xlsx(export: Export, target: IO[bytes]) -> None:
    """Write the workbook to ``target``, row by row; raises ValueError past what a sheet can hold."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Export")
    try:
        _append_all(sheet, export)
    except BaseException:
        sheet.close()  # its temporary file is being written by a generator
        raise
    book.save(target)


def _append_all(sheet: WriteOnlyWorksheet, export: Export) -> None:
    for line in export.preamble():
        sheet.append([_xlsx_cell(sheet, text) for text in line])
    sheet.append([_xlsx_cell(sheet, name, bold=True) for name in export.columns])
    for number, row in enumerate(export.rows, start=1):
        if number > LARGEST_XLSX:
            raise ValueError("Trop de lignes pour un classeur : exportez en CSV.")
        sheet.append([_xlsx_cell(sheet, value) for value in row])


def _xlsx_cell(sheet: WriteOnlyWorksheet, value: Cell, *, bold: bool = False) -> Any:
    if isinstance(value, bool):
        value = "oui" if value else "non"
    if not isinstance(value, str):
        if isinstance(value, datetime):
            value = value.replace(tzinfo=None)
        return value
    cell = WriteOnlyCell(sheet, value=harmless(value))
    cell.data_type = "s"  # openpyxl would turn « =… » into a live formula
    if bold:
        cell.font = Font(bold=True)
    return cell


def csv_response(export: Export) -> StreamingHttpResponse:
    """Return the CSV as a download, streamed."""
    response = StreamingHttpResponse(csv_blocks(export), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{export.file_stem}.csv"'
    return response


def xlsx_response(export: Export) -> HttpResponse:
    """Return the workbook as a download."""
    target = io.BytesIO()
    write_xlsx(export, target)
    response = HttpResponse(target.getvalue(), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{export.file_stem}.xlsx"'
    return response
