"""Finds the header of a table among titles and sheets, and what its columns are: as kept from the last time, else guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jalons.exchange.spreadsheets.cells import Formula, RawRow, RawSheet
from jalons.exchange.spreadsheets.columns import HEADER_WITHIN, header_key
from jalons.exchange.spreadsheets.errors import TableRefused
from jalons.exchange.spreadsheets.moving.catalogue import catalogue
from jalons.exchange.spreadsheets.moving.cells import printed, shown
from jalons.kernel.text import fold

FEWEST = 2  # known headers under which a line is not surely the header


def find_table(sheets: Sequence[RawSheet], known: Mapping[str, str], *, wanted: str = "") -> tuple[RawSheet, RawRow]:
    """Return the sheet and its header: the line with most headers known, else the first line with most words.

    ``wanted`` names a sheet. Raises TableRefused.
    """
    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        raise TableRefused("Le fichier est vide : aucune ligne n’a été trouvée.")
    if wanted:
        filled = [sheet for sheet in filled if fold(sheet.name) == fold(wanted)]
        if not filled:
            names = ", ".join(f"« {sheet.name} »" for sheet in sheets if sheet.rows)
            raise TableRefused(
                f"La feuille « {wanted[:60]} » n’existe pas ou est vide. Feuilles du classeur : {names}."
            )
    lines = [(sheet, row) for sheet in filled for row in sheet.rows[:HEADER_WITHIN]]
    best = max(lines, key=lambda line: _score(line[1], known))
    if _score(best[1], known) < FEWEST:
        best = max(lines, key=lambda line: sum(1 for cell in line[1].cells if isinstance(cell, str) and cell.strip()))
    if not any(row.number > best[1].number for row in best[0].rows):
        raise TableRefused("Le tableau n’a que ses titres : aucune ligne à lire.")
    return best


def _score(row: RawRow, known: Mapping[str, str]) -> int:
    keys = tuple(cell for cell in row.cells if isinstance(cell, str) and not isinstance(cell, Formula))
    return len({header_key(key) for key in keys} & known.keys()) + len(catalogue().suggested(keys))


def headers_of(row: RawRow, widest: int) -> list[str]:
    """Return one header per column, each different: a column without one is « Colonne 3 », a second « Heure » « Heure (2) »."""
    headers: list[str] = []
    for position in range(max(len(row.cells), widest)):
        name = shown(" ".join(printed(row.cells[position]).split())) if position < len(row.cells) else ""
        name = name[:120] or f"Colonne {position + 1}"
        same = sum(1 for one in headers if header_key(one.rpartition(" (")[0] or one) == header_key(name))
        headers.append(f"{name} ({same + 1})" if same else name)
    return headers


def keys_of(headers: Sequence[str]) -> list[str]:
    """Return the folded header of each column; « Heure » and « Heure (2) » stay apart."""
    return [header_key(header) or f"colonne {position}" for position, header in enumerate(headers, start=1)]
