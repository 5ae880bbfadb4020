"""Reads of the tables of organisations: the journal, the rows with what they do, the refused ones in their own layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from jalons.exchange.spreadsheets.cells import REASON, Raw
from jalons.exchange.spreadsheets.models import Move, MoveRow, RowStatus
from jalons.exchange.spreadsheets.moving.catalogue import catalogue
from jalons.exchange.spreadsheets.moving.cells import printed, shown, unsealed
from jalons.exchange.spreadsheets.moving.layouts import keys_of
from jalons.exchange.spreadsheets.moving.reading import HIDDEN
from jalons.network.models import User
from jalons.network.permissions import Permission, may
from jalons.network.queries import authorities_of
from jalons.ui.exports import Cell, Export

SAMPLES = 3


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """A column to map: its header, what it is taken for, some values of it."""

    position: int
    header: str
    field: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellShown:
    """A cell of a row to correct; a hidden one shows no value, and keeps it when left empty."""

    position: int
    header: str
    text: str
    mapped: bool
    hidden: bool


def visible_moves(user: User, *, on: date, permission: Permission = Permission.IMPORT_RUN) -> QuerySet[Move]:
    """Return the tables of the authorities for which ``user`` has ``permission``, newest first."""
    mine = [one.pk for one in authorities_of(user, on=on) if may(user, permission, on=on, authority_id=one.pk)]
    rows = Move.objects.filter(authority_id__in=mine).select_related("organisation", "layout", "by")
    return rows.order_by("-at", "-pk")


def counted(moves: QuerySet[Move]) -> QuerySet[Move]:
    """Add to each table how many rows were taken and how many are refused."""
    return moves.annotate(
        total=Count("rows"),
        rows_taken=Count("rows", filter=Q(rows__taken=True)),
        rows_refused=Count("rows", filter=Q(rows__taken=False, rows__status=RowStatus.REFUSED)),
    )


def counts_of(move: Move) -> dict[RowStatus, int]:
    """Return status → number of rows, taken or not."""
    found = dict(move.rows.values_list("status").annotate(n=Count("pk")).order_by())
    return {status: found.get(status.value, 0) for status in RowStatus}


def columns_of(move: Move) -> list[ColumnShown]:
    """Return the columns with the values of the first rows; a NIR is hidden whatever its column is called."""
    keys = keys_of(move.headers)
    first = [
        unsealed(bytes(row.cells)) for row in move.rows.filter(cells__isnull=False).order_by("number")[:20] if row.cells
    ]
    return [
        ColumnShown(position, header, move.layout.columns.get(keys[position], ""), _samples(first, position))
        for position, header in enumerate(move.headers)
    ]


def _samples(rows: list[tuple[Raw, ...]], position: int) -> tuple[str, ...]:
    texts = [shown(printed(row[position])) for row in rows if position < len(row)]
    kept = list(dict.fromkeys(text[:40] for text in texts if text.strip()))[:SAMPLES]
    return tuple(kept)


def cells_of(move: Move, row: MoveRow) -> list[CellShown]:
    """Return the cells of a row that waits, those that are read first."""
    cells = unsealed(bytes(row.cells)) if row.cells is not None else ()
    keys = keys_of(move.headers)
    hidden = {position for position, key in enumerate(keys) if move.layout.columns.get(key) in HIDDEN}
    hidden |= {position for position, cell in enumerate(cells) if shown(printed(cell)) != printed(cell)}
    found = [
        CellShown(
            position,
            header,
            "" if position in hidden or position >= len(cells) else printed(cells[position]),
            bool(move.layout.columns.get(keys[position])),
            position in hidden,
        )
        for position, header in enumerate(move.headers)
    ]
    return sorted(found, key=lambda one: (not one.mapped, one.position))


def named(move: Move, rows: list[MoveRow]) -> list[tuple[MoveRow, str]]:
    """Return each row with the name it gives, as printed in the file; a row taken gives none any more."""
    keys = keys_of(move.headers)
    positions = {code: position for position, key in enumerate(keys) if (code := move.layout.columns.get(key))}
    names = [positions[code] for code in ("last_name", "first_name") if code in positions]

    def name(row: MoveRow) -> str:
        if row.cells is None:
            return row.person.full_name if row.person else ""
        cells = unsealed(bytes(row.cells))
        return shown(" ".join(printed(cells[position]) for position in names if position < len(cells)).strip())

    return [(row, name(row)) for row in rows]


def refused_export(move: Move) -> Export:
    """Return the refused rows exactly in the columns they came in, with the reason last: to correct and send again."""
    kept = [position for position, header in enumerate(move.headers) if header != REASON]

    def rows() -> Iterator[list[Cell]]:
        found = move.rows.filter(taken=False, status=RowStatus.REFUSED).order_by("number")
        for sealed_cells, reason in found.values_list("cells", "reason").iterator(chunk_size=500):
            cells = unsealed(bytes(sealed_cells or b""))
            yield [*(printed(cells[position]) if position < len(cells) else "" for position in kept), reason]

    return Export(
        f"Lignes refusées — {move.layout.name}", [*(move.headers[position] for position in kept), REASON], rows()
    )


def field_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the fields a column may be, by group, for a drop-down."""
    found = catalogue()
    return [
        (group.label, [(one.code, one.label) for one in found.fields if one.group == group.code])
        for group in found.groups
    ]
