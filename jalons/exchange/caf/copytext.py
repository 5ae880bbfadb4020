"""Rows as the text COPY reads, made where the parsing is done (possibly in another process)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

Value = str | int | bool | bytes | date | None

_SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_line(row: Iterable[Value]) -> bytes:
    """Return one line of COPY text format: tabs between columns, ``\\N`` for unknown."""
    return ("\t".join([_text(value) for value in row]) + "\n").encode()


def _text(value: Value) -> str:
    if value is None:
        return "\\N"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, str):
        return value if value.isalnum() else value.replace("\x00", "").translate(_SPECIAL)
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    return str(value)  # numbers and ISO dates
