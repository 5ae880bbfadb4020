"""Reads a CSV made by any spreadsheet: its encoding and its separator are found, not asked."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from jalons.exchange.spreadsheets.cells import Formula, Raw, RawRow, RawSheet, checked
from jalons.exchange.spreadsheets.errors import TableRefused

OLD_ENCODINGS = ("cp1252", "mac_roman", "cp850")  # the first wins when they show as many
# Accents as French words have them, and as no word has them: a capital inside small letters, a small one inside capitals.
_FRENCH = re.compile("[a-z][éèêëàâçùûüîïôœ]|[éèêëàâçùûüîïôœ][a-z]|[A-Z][ÉÈÊÀÇ]|[ÉÈÊÀÇ][A-Z]|[a-z]’[a-z]")
_STRANGE = re.compile("[a-z][ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÒÓÔÕÖÙÚÛÜ]|[A-Z][a-zà-ÿ]?[éèêëàâçùûüîïô][A-Z]")
HEAD_LINES = 20  # enough to tell the separator


def read_csv(content: bytes) -> RawSheet:
    """Read the one table of a CSV file. Raises TableRefused."""
    return RawSheet("", tuple(_csv_rows(_decoded(content))))


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, « Unicode » of Excel (UTF-16), else the likeliest of the old ones."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise TableRefused("Le fichier se dit en UTF-16 et ne l’est pas : enregistrez-le en CSV UTF-8.") from error
    if b"\x00" in content:
        raise TableRefused("Ce fichier n’est ni un CSV ni un classeur XLSX.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _old(content)


def _old(content: bytes) -> str:
    """The reading that shows most French letters: windows-1252, then that of a Macintosh or of MS-DOS."""
    readings: list[tuple[int, str]] = []
    for encoding in OLD_ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        readings.append((len(_FRENCH.findall(text)) - len(_STRANGE.findall(text)), text))
    letters, best = max(readings, key=lambda reading: reading[0])
    if letters <= 0 and len(readings) < len(OLD_ENCODINGS):  # no windows-1252, and nothing French either
        raise TableRefused("Les caractères du fichier sont illisibles : enregistrez-le en CSV UTF-8.")
    return best


def _csv_rows(text: str) -> Iterator[RawRow]:
    if text.lstrip().startswith("<"):
        raise TableRefused("Ce fichier est une page web ou du XML : il faut un tableau CSV ou XLSX.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)

    def numbered() -> Iterator[tuple[int, Sequence[Raw]]]:
        before = 0
        for cells in reader:
            # A cell may hold line breaks: a row is named by its first line.
            yield before + 1, [Formula(cell) if cell.lstrip().startswith("=") else cell for cell in cells]
            before = reader.line_num

    try:
        yield from checked(numbered())
    except csv.Error as error:
        raise TableRefused(
            f"Le CSV est mal formé vers la ligne {reader.line_num} : un guillemet n’est pas fermé, ou il est mal placé."
        ) from error


def _delimiter(text: str) -> str:
    """Return the mark that cuts most of the first lines: « ; » or tabulation, else « , » (French decimals hold commas)."""
    head = text.splitlines()[:HEAD_LINES]
    cut = {mark: sum(mark in line for line in head) for mark in (";", "\t", ",")}
    best = max((";", "\t"), key=lambda mark: cut[mark])
    return best if cut[best] and cut[best] * 2 >= cut[","] else ","
