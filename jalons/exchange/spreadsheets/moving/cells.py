"""The cells of a waiting row: sealed on disk (they may hold a NIR), given back exactly as they were read."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from jalons.exchange.spreadsheets.cells import Formula, Raw
from jalons.kernel.sealing import seal, unseal

MASK = "•••"
# Twelve to fifteen digits, blanks and points between them or not, A or B for Corsica: a NIR, even one cut or mistyped.
_LIKE_A_NIR = re.compile(r"(?<![0-9A-Z])[0-9](?:[\s.\-_/]*[0-9AB]){11,14}(?![0-9A-Z])", re.IGNORECASE)


def sealed(cells: Sequence[Raw]) -> bytes:
    """Return the cells, encrypted."""
    return seal(json.dumps([_plain(cell) for cell in cells], ensure_ascii=False))


def unsealed(kept: bytes) -> tuple[Raw, ...]:
    """Return the cells that ``sealed`` wrote."""
    return tuple(_raw(cell) for cell in json.loads(unseal(kept)))


def printed(cell: Raw) -> str:
    """Return a cell as people see it in a French spreadsheet."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y}" if (cell.hour, cell.minute) == (0, 0) else f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.15g}".replace(".", ",")
    return str(cell)


def shown(text: str) -> str:
    """Return a text of the file as it may be repeated in clear: what looks like a NIR is masked, whatever its column."""
    return _LIKE_A_NIR.sub(MASK, text)


def _plain(cell: Raw) -> Any:
    if isinstance(cell, Formula):
        return {"formula": str(cell)}
    if isinstance(cell, datetime):
        return {"instant": cell.isoformat()}
    if isinstance(cell, date):
        return {"day": cell.isoformat()}
    return cell


def _raw(kept: Any) -> Raw:
    if not isinstance(kept, dict):
        raw: Raw = kept
        return raw
    if "formula" in kept:
        return Formula(kept["formula"])
    if "instant" in kept:
        return datetime.fromisoformat(kept["instant"])
    return date.fromisoformat(kept["day"])
