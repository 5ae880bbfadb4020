"""The extract of a household by its place in the file: kept with a conflict so that it can be read again."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from lxml import etree

from jalons.exchange.caf.cutting import CannotCut, Piece, parse_root, pieces
from jalons.exchange.caf.stream import HOUSEHOLD, OPTIONS

PIECE = 500


def extracts(path: Path, positions: Collection[int]) -> dict[int, bytes]:
    """Return the extract (UTF-8) of the households at ``positions``; one pass over the file, only the pieces needed parsed."""
    if not positions:
        return {}
    try:
        return _cut(path, positions)
    except CannotCut:
        return _streamed(path, positions)


def _cut(path: Path, positions: Collection[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for piece in pieces(path, PIECE):
        if isinstance(piece, Piece):
            wanted = [position for position in positions if piece.first <= position <= piece.last]
            if wanted:
                root = parse_root(piece)
                found |= {
                    position: etree.tostring(root[position - piece.first], encoding="utf-8", with_tail=False)
                    for position in wanted
                }
    return found


def _streamed(path: Path, positions: Collection[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    with path.open("rb") as file:
        elements = etree.iterparse(file, events=("end",), tag=HOUSEHOLD, **OPTIONS._asdict())
        for position, (_, element) in enumerate(elements, 1):
            if position in positions:
                found[position] = etree.tostring(element, encoding="utf-8", with_tail=False)
            parent = element.getparent()
            element.clear()
            if parent is not None:
                parent.remove(element)
    return found
