"""Cutting the file at ``</InfosFoyerRSA>`` without parsing it, so that several processes can parse the pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element

from jalons.exchange.caf.errors import UnreadableFile
from jalons.exchange.caf.records import Header, Household, Refusal, Trailer
from jalons.exchange.caf.stream import (
    HEADER,
    HOUSEHOLD,
    NOTHING,
    OPTIONS,
    TRAILER,
    household_or_refusal,
    read_header,
    read_trailer,
    syntax_error,
)

READ = 1 << 20
_END = f"</{HOUSEHOLD}>".encode()
_DECLARATION = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"'][^>]*\?>")
# In these encodings no byte of a tag can be part of another character.
_SAFE_ENCODINGS = {"utf-8", "windows-1252", "cp1252", "iso-8859-1", "iso-8859-15", "us-ascii"}


class CannotCut(Exception):
    """The file cannot be cut safely: it must be read by one process."""


class Piece(NamedTuple):
    """Consecutive households as bytes; ``first`` is the index of the first one."""

    name: str
    encoding: str
    first: int
    households: int
    content: bytes

    @property
    def last(self) -> int:
        """Position of the last household."""
        return self.first + self.households - 1


def pieces(path: Path, size: int) -> Iterator[Header | Piece | Trailer]:
    """Yield the Header, pieces of ``size`` households, then the Trailer. Raises CannotCut or UnreadableFile."""
    encoding, cut = "utf-8", _Cut(size)
    header = False
    with path.open("rb") as file:
        while chunk := file.read(READ):
            cut.feed(chunk)
            if not header:
                start = cut.first_household()
                if start is None:
                    continue
                encoding = _encoding(cut.rest)
                yield _header(cut.take(start), encoding, path)
                header = True
            for content, count, first in cut.complete():
                yield Piece(path.name, encoding, first, count, content)
    if not header:
        raise CannotCut  # no household: the plain reader tells what is wrong, or that the file is empty of households
    for content, count, first in cut.remaining():
        yield Piece(path.name, encoding, first, count, content)
    yield _trailer(cut.rest, encoding, path, cut.given)


class _Cut:
    """Bytes read and not yet given."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.rest = b""
        self.given = 0
        self._scanned = 0
        self._ends: list[int] = []

    def feed(self, chunk: bytes) -> None:
        if b"<!" in chunk or (self.rest.endswith(b"<") and chunk.startswith(b"!")):
            raise CannotCut  # a comment or CDATA could hide an end tag
        self.rest += chunk

    def first_household(self) -> int | None:
        found = self.rest.find(b"<" + HOUSEHOLD.encode())
        return None if found < 0 else found

    def take(self, length: int) -> bytes:
        taken, self.rest = self.rest[:length], self.rest[length:]
        self._scanned, self._ends = 0, []
        return taken

    def complete(self) -> Iterator[tuple[bytes, int, int]]:
        """Give every full group of ``size`` households."""
        self._find_ends()
        while len(self._ends) >= self.size:
            yield self._give(self.size)
            self._find_ends()

    def remaining(self) -> Iterator[tuple[bytes, int, int]]:
        """Give the last, smaller group."""
        self._find_ends()
        if self._ends:
            yield self._give(len(self._ends))

    def _find_ends(self) -> None:
        while (found := self.rest.find(_END, self._scanned)) >= 0:
            self._scanned = found + len(_END)
            self._ends.append(self._scanned)

    def _give(self, count: int) -> tuple[bytes, int, int]:
        content, first = self.take(self._ends[count - 1]), self.given + 1
        self.given += count
        return content, count, first


def parse_root(piece: Piece) -> _Element:
    """Return the parsed piece, one child per household. Raises UnreadableFile or CannotCut as ``parse_piece``."""
    document = (
        f'<?xml version="1.0" encoding="{piece.encoding}"?><Racine>'.encode("ascii") + piece.content + b"</Racine>"
    )
    try:
        root = etree.fromstring(document, etree.XMLParser(**OPTIONS._asdict()))
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(
            "bad_xml",
            f"Le fichier {piece.name} n’est pas un XML valide entre ses foyers {piece.first} et {piece.last}. "
            f"Demandez un nouvel envoi à l’organisme payeur. {NOTHING}",
        ) from error
    if len(root) != piece.households or any(child.tag != HOUSEHOLD for child in root):
        raise CannotCut
    return root


def parse_piece(piece: Piece) -> Iterator[Household | Refusal]:
    """Yield the households of a piece. Raises UnreadableFile when it is not well-formed, CannotCut when the cut was wrong."""
    for offset, element in enumerate(parse_root(piece)):
        yield household_or_refusal(element, piece.first + offset)


def _encoding(beginning: bytes) -> str:
    match = _DECLARATION.match(beginning)
    encoding = match.group(1).decode("ascii").lower() if match else "utf-8"
    if encoding not in _SAFE_ENCODINGS or beginning[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise CannotCut
    return encoding


def _header(beginning: bytes, encoding: str, path: Path) -> Header:
    try:
        root = etree.fromstring(beginning + b"</Racine>", etree.XMLParser(**OPTIONS._asdict()))
    except etree.XMLSyntaxError as error:
        raise syntax_error(path, error, 0) from error
    if len(root) != 1 or root[0].tag != HEADER:
        raise CannotCut
    return read_header(root[0], path)


def _trailer(end: bytes, encoding: str, path: Path, households: int) -> Trailer:
    beginning = f'<?xml version="1.0" encoding="{encoding}"?><Racine>'.encode("ascii")
    try:
        root = etree.fromstring(beginning + end, etree.XMLParser(**OPTIONS._asdict()))
    except etree.XMLSyntaxError as error:
        raise syntax_error(path, error, households) from error
    if len(root) != 1 or root[0].tag != TRAILER:
        raise CannotCut
    return read_trailer(root[0], path)
