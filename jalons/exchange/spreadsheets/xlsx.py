"""Reads an XLSX workbook with openpyxl, after the archive was weighed and searched without being unpacked on disk.

openpyxl has no limit of its own: 0.7 MB of a hostile file cost it 149 s of processor.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL

from jalons.exchange.spreadsheets.cells import MAX_COLUMNS, Formula, Raw, RawSheet, checked
from jalons.exchange.spreadsheets.errors import TableRefused

MAX_UNZIPPED = 20 * 1024 * 1024  # 20 000 rows of ten columns weigh about 8 MB
MAX_MARKS = 1_000_000  # « < » in all parts: openpyxl reads some parts whole, even those nobody asks for
MAX_PARTS = 400
MAX_SHEETS = 20
CHUNK = 256 * 1024
_DANGEROUS = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_REFUSED_PARTS = ("vbaproject.bin", "/externallinks/", "/embeddings/", "/activex/")


def read_xlsx(content: bytes) -> list[RawSheet]:
    """Read the visible sheets of a workbook. Raises TableRefused."""
    _inspect(content)
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


def _inspect(content: bytes) -> None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise TableRefused("Le classeur est abîmé ou incomplet : enregistrez-le à nouveau en .xlsx.") from error
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise TableRefused("Ce fichier est une archive, pas un classeur XLSX.")
    if len(parts) > MAX_PARTS or len(names) != len(parts):
        raise TableRefused("Le classeur contient trop de parties, ou deux fois la même : enregistrez-le à nouveau.")
    for part in parts:
        _inspect_name(part)
    if sum(part.file_size for part in parts) > MAX_UNZIPPED:
        raise TableRefused(
            f"Une fois ouvert, le classeur dépasse {MAX_UNZIPPED // 1024 // 1024} Mo : "
            "copiez le seul tableau dans un nouveau classeur."
        )
    marks = 0
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            marks += _inspect_xml(archive, part)
            if marks > MAX_MARKS:
                raise TableRefused("Le classeur contient trop de cellules : copiez le seul tableau dans un nouveau.")


def _inspect_name(part: zipfile.ZipInfo) -> None:
    name = part.filename.lower().replace("\\", "/")
    if part.flag_bits & 0x1:
        raise TableRefused("Le classeur est protégé par un mot de passe : enregistrez-le sans mot de passe.")
    if name.startswith("/") or ".." in name.split("/") or ":" in name:
        raise TableRefused("Le classeur contient un chemin suspect : il est refusé.")
    if any(refused in f"/{name}" for refused in _REFUSED_PARTS):
        raise TableRefused("Le classeur contient des macros, des liens ou des objets : enregistrez-le en .xlsx simple.")


def _inspect_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Refuse entities, and encodings that would hide them; return how many marks the part holds.

    Reading it also checks that its size is the announced one.
    """
    tail, marks = b"", 0
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                if (not tail and chunk.startswith((b"\xff\xfe", b"\xfe\xff"))) or b"\x00" in chunk[:64]:
                    raise TableRefused("Le classeur n’est pas en UTF-8 : enregistrez-le à nouveau en .xlsx.")
                if _DANGEROUS.search(tail + chunk):
                    raise TableRefused("Le classeur contient des entités XML : il est refusé.")
                tail = chunk[-16:]
                marks += chunk.count(b"<")
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise TableRefused("Le classeur est abîmé ou incomplet : enregistrez-le à nouveau en .xlsx.") from error
    return marks


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
