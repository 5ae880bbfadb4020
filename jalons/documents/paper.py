"""A document before it is typeset: a title, a day and blocks, in the order they are read aloud.

Rooms describe their documents with these blocks; only ``rendering`` knows how a page is made. Texts are plain: nothing in
them is ever read as markup.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

HAND_WIDTH, HAND_HEIGHT = 600, 200  # units of the pad on which strokes are drawn


@dataclass(frozen=True, slots=True)
class Heading:
    """A section title; the document's own title stands above all of them."""

    text: str
    block: str = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; blank lines of ``text`` cut it in several."""

    text: str
    block: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words."""

    text: str
    block: str = "quote"


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and their values, e.g. (« À court terme », « … »)."""

    rows: tuple[tuple[str, str], ...]
    block: str = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its caption is read by screen readers and printed above it. Each row has as many cells as ``columns``."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    block: str = "table"

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"table « {self.caption} »: a row has not {len(self.columns)} cells")


@dataclass(frozen=True, slots=True)
class Places:
    """Places where hands will sign: who, and an empty line each."""

    who: tuple[str, ...]
    block: str = "places"


@dataclass(frozen=True, slots=True)
class Hand:
    """A signature already given: who signed, the sentence that says how, and the strokes (SVG path data; empty on paper)."""

    who: str
    words: str
    strokes: str = ""
    width: int = HAND_WIDTH
    height: int = HAND_HEIGHT


@dataclass(frozen=True, slots=True)
class Hands:
    """Signatures given elsewhere, drawn again on a copy."""

    given: tuple[Hand, ...]
    block: str = "hands"


@dataclass(frozen=True, slots=True)
class Items:
    """A list, one line an item."""

    items: tuple[str, ...]
    block: str = "items"


@dataclass(frozen=True, slots=True)
class Frame:
    """What must be seen first, in a frame: (label, value) rows; an empty label leaves the value alone on its line."""

    rows: tuple[tuple[str, str], ...]
    block: str = "frame"


@dataclass(frozen=True, slots=True)
class Signed:
    """Who writes, under the text, with room for a hand."""

    who: str
    block: str = "signed"


Block = Heading | Paragraph | Quote | Facts | Table | Places | Hands | Items | Frame | Signed


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to typeset. ``author`` is the body that issues it; ``recipient`` the lines shown in an envelope's window."""

    title: str
    day: date
    author: str
    blocks: tuple[Block, ...]
    sender: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    place: str = ""
    reference: str = ""  # printed at the foot of each page

    def as_data(self) -> dict[str, Any]:
        """Return what the template reads: the same paper gives the same data, hence the same bytes."""
        return asdict(self) | {
            "day": [self.day.year, self.day.month, self.day.day],
            "blocks": [asdict(b) for b in self.blocks],
        }
