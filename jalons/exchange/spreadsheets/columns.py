"""Finds the header of a table and which column is which, by the words people use or by an explicit mapping."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jalons.exchange.spreadsheets.cells import Formula, RawRow, RawSheet
from jalons.exchange.spreadsheets.errors import TableRefused
from jalons.kernel.text import fold

HEADER_WITHIN = 20  # titles and filters may come before the header, as in our own exports
_YEAR = re.compile(r"\b(19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Field:
    """A value a table may hold: its code, its French label, the headers it goes by (a year in them is ignored)."""

    code: str
    label: str
    synonyms: tuple[str, ...]
    required: bool = False

    def goes_by(self, header: str) -> bool:
        """Tell whether a printed header names this field."""
        key = header_key(header)
        return key in {header_key(name) for name in (self.code, self.label, *self.synonyms)}


@dataclass(frozen=True, slots=True)
class Layout:
    """A table with its columns known: ``columns`` is field code → position, ``ignored`` the headers nobody reads."""

    sheet: str
    header_row: int
    headers: tuple[str, ...]
    columns: Mapping[str, int]
    ignored: tuple[str, ...]
    rows: tuple[RawRow, ...]


def header_key(header: str) -> str:
    """Return what is compared: no accent, case, punctuation or year."""
    return " ".join(_YEAR.sub(" ", fold(header)).split())


def find_layout(
    sheets: Sequence[RawSheet], fields: Sequence[Field], *, explicit: Mapping[str, str] | None = None
) -> Layout:
    """Return the first sheet whose header names every required field. Raises TableRefused saying what is missing.

    ``explicit`` gives printed header → field code, before any synonym.
    """
    explicit = {header_key(header): code for header, code in (explicit or {}).items()}
    unknown = set(explicit.values()) - {field.code for field in fields}
    if unknown:
        known = ", ".join(field.code for field in fields)
        raise TableRefused(f"Colonne inconnue : {', '.join(sorted(unknown))}. Colonnes possibles : {known}.")
    best: tuple[int, RawRow, RawSheet, dict[str, int]] | None = None
    for sheet in sheets:
        for row in sheet.rows[:HEADER_WITHIN]:
            columns = _columns(row, fields, explicit)
            if best is None or len(columns) > best[0]:
                best = (len(columns), row, sheet, columns)
    if best is None:
        raise TableRefused("Le fichier est vide : aucune ligne n’a été trouvée.")
    return _complete(best[1], best[2], best[3], fields)


def _columns(row: RawRow, fields: Sequence[Field], explicit: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for position, cell in enumerate(row.cells):
        if not isinstance(cell, str) or isinstance(cell, Formula) or not cell.strip():
            continue
        code = explicit.get(header_key(cell)) or next((field.code for field in fields if field.goes_by(cell)), None)
        if code is None:
            continue
        if code in found:
            raise TableRefused(
                f"Ligne {row.number} : deux colonnes disent la même chose, « {row.cells[found[code]]} » et « {cell} »."
                " Gardez-en une, ou donnez la correspondance des colonnes."
            )
        found[code] = position
    return found


def _complete(row: RawRow, sheet: RawSheet, columns: dict[str, int], fields: Sequence[Field]) -> Layout:
    headers = tuple("" if cell is None else str(cell).strip() for cell in row.cells)
    missing = [field.label for field in fields if field.required and field.code not in columns]
    if missing:
        read = ", ".join(f"« {header} »" for header in headers if header) or "aucune"
        raise TableRefused(
            f"Il manque {'la colonne' if len(missing) == 1 else 'les colonnes'} {', '.join(f'« {m} »' for m in missing)}."
            f" Colonnes lues : {read}. Renommez-les, ou donnez la correspondance des colonnes."
        )
    rows = tuple(after for after in sheet.rows if after.number > row.number)
    if not rows:
        raise TableRefused("Le tableau n’a que ses titres : aucune ligne à lire.")
    used = set(columns.values())
    ignored = tuple(header for position, header in enumerate(headers) if header and position not in used)
    return Layout(sheet.name, row.number, headers, columns, ignored, rows)
