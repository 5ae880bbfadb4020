"""Reads an XLSX workbook with openpyxl, after the archive was weighed and searched."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL

from jalons.exchange.spreadsheets.archive import inspect
from jalons.exchange.spreadsheets.cells import MAX_COLUMNS, Formula, Raw, RawSheet, checked
from jalons.exchange.spreadsheets.errors import TableRefused


def read_xlsx(content: bytes) -> list[RawSheet]:
    """Read the visible sheets of a workbook. Raises TableRefused."""
    inspect(content, asked="[content_types].xml", folder="xl/")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles openpyxl does not know: nothing we read
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
            try:
                return [_sheet(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"]
            finally:
                book.close()
    except TableRefused:
        raise
    except Exception as error:  # openpyxl raises anything on a broken workbook
        raise TableRefused("Le classeur est abîmé : ouvrez-le dans un tableur et enregistrez-le à nouveau.") from error


def _sheet(sheet: Any) -> RawSheet:
    sheet.reset_dimensions()  # the announced size of a sheet is not to be trusted
    return RawSheet(str(sheet.title), tuple(checked(_rows(sheet))))


def _rows(sheet: Any) -> Iterator[tuple[int, Sequence[Raw]]]:
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
        yield number, [None if cell is EMPTY_CELL else _raw(cell) for cell in row]


def _raw(cell: Any) -> Raw:
    if cell.data_type == "f":
        return Formula(cell.value)
    value: Any = cell.value
    return value if value is None or isinstance(value, (str, bool, int, float, date)) else str(value)
