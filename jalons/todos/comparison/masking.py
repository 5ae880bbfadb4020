"""Small counts are hidden from who may not open the files, and in tables that leave the house, as for figures (R-166, S-49)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

from jalons.todos.comparison.simulation import Row

K = TypeVar("K", bound=Hashable)


def hidden_rows(rows: Mapping[K, Row], persons: Mapping[K, int], threshold: int) -> frozenset[K]:
    """Return the rows to hide whole: those with a count from 1 to ``threshold`` − 1, or a difference of two that is one."""
    small = {key for key, row in rows.items() if _reveals(row, persons.get(key, 0), threshold)}
    return _with_a_second(small, {key: row.changed for key, row in rows.items()})


def hidden_counts(counts: Mapping[K, int], threshold: int) -> frozenset[K]:
    """Return the counts to hide: the small ones, and the next smallest when a single one would be given back by the total."""
    return _with_a_second({key for key, count in counts.items() if 0 < count < threshold}, counts)


def _reveals(row: Row, persons: int, threshold: int) -> bool:
    counts = (
        persons,
        row.answers_before,
        row.answers_after,
        row.late_before,
        row.late_after,
        row.changed,
        row.earlier,
        row.later,
        abs(row.late_after - row.late_before),
        row.answers_before - row.late_before,
        row.answers_after - row.late_after,
    )
    return any(0 < count < threshold for count in counts)


def _with_a_second(small: Collection[K], sizes: Mapping[K, int]) -> frozenset[K]:
    others = [key for key, size in sizes.items() if key not in small and size > 0]
    if len(small) != 1 or not others:
        return frozenset(small)
    return frozenset({*small, min(others, key=lambda key: sizes[key])})
