"""Reads an ODS workbook (LibreOffice) with lxml, after the archive was weighed as an XLSX is.

Repeated rows and cells are counted, never unrolled: an empty sheet of a million rows is one mark.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from lxml import etree

from jalons.exchange.spreadsheets.archive import MAX_UNZIPPED, inspect
from jalons.exchange.spreadsheets.cells import MAX_COLUMNS, MAX_ROWS, Formula, Raw, RawSheet, checked
from jalons.exchange.spreadsheets.errors import TableRefused

MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_ROWS = (f"{_TABLE}table-row-group", f"{_TABLE}table-rows", f"{_TABLE}table-header-rows")


def is_ods(content: bytes) -> bool:
    """Tell whether an archive says it is an OpenDocument spreadsheet: its type is stored first, uncompressed."""
    return MIMETYPE in content[:120]


def read_ods(content: bytes) -> list[RawSheet]:
    """Read the visible sheets of a workbook. Raises TableRefused."""
    inspect(content, asked="content.xml", folder="")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("content.xml") as stream:
            root = etree.fromstring(stream.read(MAX_UNZIPPED), _parser())
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, OSError, EOFError) as error:
        raise TableRefused("Le classeur est abîmé : ouvrez-le dans un tableur et enregistrez-le à nouveau.") from error
    hidden = _hidden_styles(root)
    return [
        RawSheet(table.get(f"{_TABLE}name", ""), tuple(checked(_rows(table))))
        for table in root.iter(f"{_TABLE}table")
        if table.get(f"{_TABLE}style-name") not in hidden
    ]


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _hidden_styles(root: etree._Element) -> set[str]:
    style = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
    return {
        one.get(f"{style}name", "")
        for one in root.iter(f"{style}style")
        if any(child.get(f"{_TABLE}display") == "false" for child in one)
    }


def _rows(table: etree._Element) -> Iterator[tuple[int, Sequence[Raw]]]:
    number = 1
    for row in _row_elements(table):
        repeated = _count(row, "number-rows-repeated")
        cells = _cells(row)
        if any(cell not in (None, "") for cell in cells):
            if repeated > MAX_ROWS:
                raise TableRefused(f"Le tableau dépasse {MAX_ROWS} lignes : coupez-le en plusieurs fichiers.")
            for offset in range(repeated):
                yield number + offset, cells
        number += repeated


def _row_elements(parent: etree._Element) -> Iterator[etree._Element]:
    for child in parent:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in _ROWS:
            yield from _row_elements(child)


def _cells(row: etree._Element) -> list[Raw]:
    """Return the cells, empty ones at the end left out whatever their number."""
    found: list[Raw] = []
    waiting = 0
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        repeated, value = _count(cell, "number-columns-repeated"), _value(cell)
        if value in (None, ""):
            waiting += repeated
            continue
        if len(found) + waiting + repeated > MAX_COLUMNS:
            raise TableRefused(f"Le tableau a plus de {MAX_COLUMNS} colonnes. Gardez celles du tableau.")
        found += [None] * waiting + [value] * repeated
        waiting = 0
    return found


def _count(element: etree._Element, name: str) -> int:
    try:
        return max(1, int(element.get(f"{_TABLE}{name}", "1")))
    except ValueError:
        return 1


def _value(cell: etree._Element) -> Raw:
    if formula := cell.get(f"{_TABLE}formula"):
        return Formula(formula)
    kind, shown = cell.get(f"{_OFFICE}value-type"), _shown(cell)
    try:
        if kind in ("float", "currency"):
            return float(cell.get(f"{_OFFICE}value", ""))
        if kind == "date":
            written = cell.get(f"{_OFFICE}date-value", "")
            return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)
    except ValueError:
        return shown
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    return shown or None


def _shown(cell: etree._Element) -> str:
    """The text of the cell, its paragraphs joined by blanks; comments are not part of it."""
    return " ".join("".join(map(str, part.itertext())) for part in cell.iterchildren(f"{_TEXT}p")).strip()
