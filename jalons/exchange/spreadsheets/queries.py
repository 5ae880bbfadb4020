"""Reads of the journal of tables: what came in, and the refused rows in the layout they came in."""

from __future__ import annotations

from collections.abc import Iterator

from jalons.exchange.spreadsheets.cells import REASON
from jalons.exchange.spreadsheets.models import RowStatus, TableImport
from jalons.exchange.spreadsheets.moving.cells import printed, unsealed
from jalons.ui.exports import Cell, Export


def refused_rows(table: TableImport, title: str = "") -> Export:
    """Return the refused rows as they were printed, with their reason last: to correct and send again."""
    kept = [position for position, header in enumerate(table.headers) if header != REASON]

    def rows() -> Iterator[list[Cell]]:
        refused = table.rows.filter(status=RowStatus.REFUSED).order_by("number")
        for cells, closed, reason in refused.values_list("cells", "sealed", "reason").iterator(chunk_size=500):
            found = (
                [printed(cell) for cell in unsealed(bytes(closed))] if closed else [str(cell) for cell in cells or []]
            )
            yield [*(found[position] if position < len(found) else "" for position in kept), reason]

    headers = [table.headers[position] for position in kept]
    return Export(f"Lignes refusées — {title or table.dataset}", [*headers, REASON], rows())
