"""How a room says which of its rows are facts: a SELECT per contract, in its ``published.py``.

The room exposes ``PUBLISHED: tuple[Published, ...]``; the builder makes one plain view of each.
"""

from __future__ import annotations

from dataclasses import dataclass

from jalons.facts.contracts import Table


@dataclass(frozen=True, slots=True)
class Published:
    """A PostgreSQL ``select`` whose columns are exactly those of the contract ``table``, in any order.

    Types that widen without loss (varchar to text, integer to bigint) are cast by the builder; others are refused.
    """

    table: Table
    select: str
