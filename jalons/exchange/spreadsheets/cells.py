"""What a table is made of before anything is interpreted, and the limits a hostile file cannot cross (goal S7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from jalons.exchange.spreadsheets.errors import TableRefused

MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_CELLS = 200_000  # in all: about a second of reading
MAX_CELL = 2_000  # characters
REASON = "Motif du refus"  # header of the column added to refused rows given back

Raw: TypeAlias = str | int | float | bool | date | datetime | None


class Formula(str):
    """A cell that computes: kept as text to be shown, never taken as a value."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class RawRow:
    """One line of the table: its number as spreadsheets show it, from 1, and its cells."""

    number: int
    cells: tuple[Raw, ...]

    @property
    def blank(self) -> bool:
        """Nothing but empty cells."""
        return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet, or the whole of a CSV file: its name and its rows, blank ones left out."""

    name: str
    rows: tuple[RawRow, ...]


def checked(rows: Iterator[tuple[int, Sequence[Raw]]]) -> Iterator[RawRow]:
    """Yield the rows that hold something, refusing what is beyond the limits."""
    cells_read = 0
    for seen, (number, cells) in enumerate(rows, start=1):
        if seen > MAX_ROWS:
            raise TableRefused(f"Le tableau dépasse {MAX_ROWS} lignes : coupez-le en plusieurs fichiers.")
        row = RawRow(number, _without_tail(cells))
        if row.blank:
            continue
        cells_read += len(row.cells)
        if cells_read > MAX_CELLS:
            raise TableRefused(f"Le tableau dépasse {MAX_CELLS} cellules : gardez les colonnes utiles, ou coupez-le.")
        if len(row.cells) > MAX_COLUMNS:
            raise TableRefused(f"Ligne {number} : plus de {MAX_COLUMNS} colonnes. Gardez celles du tableau.")
        if any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in row.cells):
            raise TableRefused(f"Ligne {number} : une cellule dépasse {MAX_CELL} caractères.")
        yield row


def _without_tail(cells: Sequence[Raw]) -> tuple[Raw, ...]:
    last = len(cells)
    while last and (cells[last - 1] is None or cells[last - 1] == ""):
        last -= 1
    return tuple(cells[:last])
