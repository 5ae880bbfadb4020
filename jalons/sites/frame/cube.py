"""Filters counted each given the others: the rows are grouped once by the database, the counts are sums in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

NONE = "aucun"  # the value of a filter that keeps the rows where its column is empty


@dataclass(frozen=True, slots=True)
class Cell:
    """How many rows share the same values; ``extra`` are columns kept for their words, no filter looks at them."""

    values: tuple[Any, ...]
    extra: tuple[Any, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Cube:
    """Rows counted by every filter of ``names``. ``chosen`` is everywhere: filter → value asked, as in the address."""

    names: tuple[str, ...]
    cells: Sequence[Cell]

    def total(self, chosen: Mapping[str, str]) -> int:
        """Return how many rows pass the filters chosen."""
        return sum(cell.count for cell in self.kept(chosen))

    def options(self, chosen: Mapping[str, str], name: str) -> dict[Any, int]:
        """Return value → count for a filter, given the others."""
        found: dict[Any, int] = {}
        for cell in self.kept(chosen, but=name):
            value = self.value(cell, name)
            found[value] = found.get(value, 0) + cell.count
        return found

    def value(self, cell: Cell, name: str) -> Any:
        """Return the value of a cell for a filter."""
        return cell.values[self.names.index(name)]

    def kept(self, chosen: Mapping[str, str], *, but: str = "") -> Iterator[Cell]:
        """Yield the cells that pass the filters chosen, ``but`` one."""
        tests = [(self.names.index(name), value) for name, value in chosen.items() if name != but]
        for cell in self.cells:
            if all(_same(cell.values[place], value) for place, value in tests):
                yield cell


def _same(found: Any, asked: str) -> bool:
    return asked == NONE if found is None else str(found) == asked


def cube(rows: QuerySet[Any], dimensions: Mapping[str, str], *, extra: Sequence[str] = ()) -> Cube:
    """Count ``rows`` by the columns of ``dimensions`` (filter → column): one question, a line per combination."""
    columns = [*dimensions.values(), *extra]
    width = len(dimensions)
    grouped = rows.order_by().values_list(*columns).annotate(count=Count("pk"))
    cells = [Cell(tuple(row[:width]), tuple(row[width:-1]), row[-1]) for row in grouped]
    return Cube(tuple(dimensions), cells)


def narrowed(rows: QuerySet[Any], dimensions: Mapping[str, str], chosen: Mapping[str, str]) -> QuerySet[Any]:
    """Apply the filters chosen to the rows themselves: the same cut as ``Cube.kept``."""
    for name, value in chosen.items():
        column = dimensions[name]
        rows = rows.filter(**({f"{column}__isnull": True} if value == NONE else {column: value}))
    return rows
