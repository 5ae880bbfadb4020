"""Values of a rulebook written as SQL literals of a VALUES table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

Literal = int | str | bool | Decimal | date


def literal(value: Literal) -> str:
    """Return ``value`` as a SQL literal; text is quoted."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return "'" + value.replace("'", "''") + "'"


def text_list(values: Iterable[str]) -> str:
    """Return the members of an ``IN (…)`` list."""
    return ", ".join(literal(value) for value in values)


def listed(codes: Sequence[str] | None) -> str:
    """Return « ,a,b, », to look one up with LIKE; empty for all."""
    return f",{','.join(codes)}," if codes else ""


def values_table(name: str, columns: Sequence[str], rows: Sequence[Sequence[Literal]]) -> str:
    """Return ``name(columns) AS (VALUES …)``."""
    body = ", ".join("(" + ", ".join(literal(value) for value in row) + ")" for row in rows)
    return f"{name}({', '.join(columns)}) AS (VALUES {body})"
