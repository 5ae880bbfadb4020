"""Reads a table somebody made, CSV, XLSX or ODS: the bytes tell which, not the name of the file.

What comes out is the same whatever the format: rows of raw cells with their line number, nothing interpreted.
"""

from __future__ import annotations

from pathlib import Path

from jalons.exchange.spreadsheets.cells import RawSheet
from jalons.exchange.spreadsheets.csvfile import read_csv
from jalons.exchange.spreadsheets.errors import TableRefused
from jalons.exchange.spreadsheets.odsfile import is_ods, read_ods
from jalons.exchange.spreadsheets.xlsx import read_xlsx

MAX_BYTES = 10 * 1024 * 1024
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def file_bytes(path: Path) -> bytes:
    """Return the content of a file that exists and is not too big. Raises TableRefused."""
    if not path.is_file():
        raise TableRefused(f"Le fichier « {path.name} » n’existe pas.")
    if path.stat().st_size > MAX_BYTES:
        raise TableRefused(_too_big())
    return path.read_bytes()


def read_bytes(content: bytes) -> list[RawSheet]:
    """Read the sheets of a file given by its bytes. Raises TableRefused."""
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise TableRefused("Le fichier est vide.")
    if len(content) > MAX_BYTES:
        raise TableRefused(_too_big())
    if content.startswith(b"PK"):
        return read_ods(content) if is_ods(content) else read_xlsx(content)
    if content.startswith(_OLD_EXCEL):
        raise TableRefused(
            "Ce fichier est un ancien classeur Excel, ou il est protégé par un mot de passe."
            " Enregistrez-le au format .xlsx, sans mot de passe."
        )
    if content.startswith(b"%PDF"):
        raise TableRefused("Ce fichier est un PDF : il faut un tableau CSV, XLSX ou ODS.")
    return [read_csv(content)]


def _too_big() -> str:
    return f"Le fichier dépasse {MAX_BYTES // 1024 // 1024} Mo : coupez-le en plusieurs fichiers."
