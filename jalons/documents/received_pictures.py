"""A JPEG or PNG received: read piece by piece, never decoded. What a viewer would choke on, or run, is refused."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

from jalons.kernel.refusals import Refusal

MOST_PIXELS = 100_000_000  # an A3 page at 600 points per inch is 70 million
MOST_SIDE = 30_000
MOST_TEXT = 1024 * 1024  # of a compressed comment, once unfolded
AFTER_END = 64  # bytes some cameras and tools leave after the end
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_SCRIPT = re.compile(rb"<\s*(?:script|html|svg|iframe|\?php|!doctype|!entity)", re.IGNORECASE)
_PACKED = (b"zTXt", b"iTXt", b"iCCP")
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # the segments that say the size
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length


def look_at_png(raw: bytes) -> None:
    """Refuse a PNG that is cut, too large to be shown, that unfolds without end, or that carries something else."""
    at, seen_end = len(PNG_MAGIC), False
    for kind, data, end in _chunks(raw):
        at = end
        if kind == b"IHDR":
            _sized(*struct.unpack(">II", data[:8]))
        elif kind in _PACKED and _unfolds(data):
            raise _bomb()
        if kind != b"IDAT" and _SCRIPT.search(data):
            raise _carries()
        seen_end = kind == b"IEND"
    if not seen_end:
        raise _cut()
    if len(raw) - at > AFTER_END:
        raise _carries()


def look_at_jpeg(raw: bytes) -> None:
    """Refuse a JPEG that is cut, too large to be shown, or that carries something else."""
    sized = False
    for marker, data in _segments(raw):
        if marker in _FRAMES and len(data) >= 5:
            height, width = struct.unpack(">HH", data[1:5])
            _sized(width, height)
            sized = True
        elif _SCRIPT.search(data):
            raise _carries()
    if not sized:
        raise _cut()
    if _SCRIPT.search(raw[raw.rfind(b"\xff\xd9") :]):
        raise _carries()


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Yield (kind, data, where it ends) of each piece, the header first, up to the end."""
    at = len(PNG_MAGIC)
    while at + 12 <= len(raw):
        (length,) = struct.unpack_from(">I", raw, at)
        kind, end = raw[at + 4 : at + 8], at + 12 + length
        if end > len(raw) or (at == len(PNG_MAGIC) and (kind != b"IHDR" or length < 13)):
            raise _cut()
        yield kind, raw[at + 8 : at + 8 + length], end
        if kind == b"IEND":
            return
        at = end


def _segments(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (marker, data) of each segment up to the picture itself."""
    at = 2
    while at + 4 <= len(raw):
        if raw[at] != 0xFF:
            raise _cut()
        marker = raw[at + 1]
        if marker == 0xFF or marker in _BARE:
            at += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack_from(">H", raw, at + 2)
        if length < 2 or at + 2 + length > len(raw):
            raise _cut()
        yield marker, raw[at + 4 : at + 2 + length]
        if marker == 0xDA:  # start of scan: the picture follows
            return
        at += 2 + length
    raise _cut()


def _unfolds(data: bytes) -> bool:
    """Tell whether a compressed piece (after its name and method) grows past ``MOST_TEXT``."""
    at = data.find(b"\x78")
    while 0 <= at < min(len(data), 400):  # its name is 79 letters at most, its language and translation a little more
        try:
            if len(zlib.decompressobj().decompress(data[at:], MOST_TEXT + 1)) > MOST_TEXT:
                return True
        except zlib.error:
            pass
        at = data.find(b"\x78", at + 1)
    return False


def _sized(width: int, height: int) -> None:
    if not width or not height:
        raise _cut()
    if width > MOST_SIDE or height > MOST_SIDE or width * height > MOST_PIXELS:
        raise Refusal("Cette image est démesurée : numérisez à 300 points par pouce au plus.", code="upload_bomb")


def _bomb() -> Refusal:
    return Refusal("Cette image se déplie au-delà de ce qu’un papier numérisé contient.", code="upload_bomb")


def _cut() -> Refusal:
    return Refusal("Ce fichier est incomplet ou abîmé : numérisez le papier à nouveau.", code="upload_cut")


def _carries() -> Refusal:
    return Refusal(
        "Cette image contient autre chose qu’une image : numérisez le papier à nouveau.", code="upload_active"
    )
