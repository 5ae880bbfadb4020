"""A PDF received: read as bytes, never opened. What acts, carries another file, is locked or unfolds without end is refused.

Every walk is linear and every count has a bound: a file made to keep us busy is refused, it does not keep us busy.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from jalons.kernel.refusals import Refusal

MOST_UNPACKED = 20 * 1024 * 1024  # of the compressed tables of a PDF, where its objects may hide
MOST_UNFOLDED = 300 * 1024 * 1024  # of its pictures and pages, counted and thrown away: thirty A4 pages in grey
MOST_STREAMS = 20_000
MOST_TABLES = 500  # streams that keep objects: a scan has one, a long report a few dozen
MOST_PAGES = 2_000
MOST_SIDE = 30_000  # pixels of a picture: an A0 plan at 600 points per inch
MOST_ESCAPES = 400_000  # signs « # »: ten times what chance puts in 10 MB
DEEP = 400  # arrays or dictionaries in one another
HEAD = 700  # bytes before a stream that say how it is packed
# What a PDF does on its own, or carries: names of ISO 32000-1, 7.11.4, 12.6.4, 12.7.8 and 13.7. Long names only: a picture
# of 10 MB holds « /JS » by chance, and a script always says « /JavaScript » too.
_ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToR|GoToE)(?![A-Za-z0-9])|<!ENTITY|<!DOCTYPE"
)
_ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_TWICE = re.compile(rb"/(?:FlateDecode|Fl|LZWDecode|LZW)(?![A-Za-z0-9])")
_SIDES = re.compile(rb"/(?:Width|Height|W|H)\s{0,4}(\d{1,12})(?!\d)")
_COUNT = re.compile(rb"/Count\s{0,4}(\d{1,12})(?!\d)")
_RUN = re.compile(rb"(?:<<(?:/\w{1,3})?)++")  # possessive: neither memory nor a second reading of a long run
_WHITE = b" \t\r\n\x0c\x00"


def look_at_pdf(raw: bytes) -> None:
    """Refuse a PDF that is more than a paper: the sentence says what to do instead."""
    _passive(raw)
    if _too_deep(raw):
        raise _bomb()
    if max((int(count) for count in _COUNT.findall(raw)), default=0) > MOST_PAGES:
        raise Refusal(f"Ce PDF dépasse {MOST_PAGES} pages : versez-le en plusieurs fois.", code="upload_too_large")
    left, tables, packed = MOST_UNFOLDED, 0, MOST_UNPACKED
    for head, start in _streams(raw):
        if max((int(side) for side in _SIDES.findall(head)), default=0) > MOST_SIDE or len(_TWICE.findall(head)) > 1:
            raise _bomb()
        if b"/ObjStm" in _spelt_out(head):
            objects = _objects(raw, start, packed)
            tables, packed = tables + 1, packed - len(objects)
            if tables > MOST_TABLES:
                raise _bomb()
            _passive(objects)
        left -= _unfolded(raw, start, left)
        if left <= 0:
            raise _bomb()


def _passive(part: bytes) -> None:
    if part.count(b"#") > MOST_ESCAPES:
        raise _bomb()
    names = _spelt_out(part)
    if _ENCRYPTED.search(names):
        raise Refusal("Ce PDF est protégé par un mot de passe : déposez-le sans protection.", code="upload_encrypted")
    if _ACTIVE.search(names):
        raise Refusal(
            "Ce PDF contient du code, un formulaire ou un autre fichier : imprimez-le en PDF, ou numérisez le papier.",
            code="upload_active",
        )


def _spelt_out(part: bytes) -> bytes:
    """Return the names as readers read them: « /J#61vaScript » is « /JavaScript »."""
    return _ESCAPED.sub(lambda found: bytes([int(found.group(1), 16)]), part) if b"#" in part else part


def _streams(raw: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield (what is said before it, where it starts) of each stream."""
    for number, found in enumerate(_STREAM.finditer(raw)):
        if number >= MOST_STREAMS:
            raise _bomb()
        head = raw[max(0, found.start() - HEAD) : found.start()]
        yield head[head.rfind(b" obj") + 1 :], found.end()


def _too_deep(raw: bytes) -> bool:
    """Say whether arrays, or dictionaries, open ``DEEP`` times in a row."""
    tight = raw.translate(None, _WHITE)
    if b"[" * DEEP in tight:
        return True
    return any(run.group().count(b"<<") >= DEEP for run in _RUN.finditer(tight))


def _objects(raw: bytes, start: int, most: int) -> bytes:
    """Return the objects that a stream keeps compressed; ``most`` is what all of them together may still hold."""
    found, size = [], 0
    try:
        for part in _parts(raw, start):
            found.append(part)
            size += len(part)
            if size >= most:
                raise _bomb()
    except zlib.error:
        raise Refusal("Ce PDF est abîmé : numérisez le papier à nouveau.", code="upload_damaged") from None
    return b"".join(found)


def _unfolded(raw: bytes, start: int, most: int) -> int:
    """Return how many bytes a stream unfolds to, counted to ``most``; 0 when it is not compressed that way."""
    size = 0
    if raw[start : start + 1] != b"\x78":
        return size
    try:
        for part in _parts(raw, start):
            size += len(part)
            if size >= most:
                break
    except zlib.error:
        return size  # another filter over it, or a picture cut: nothing more unfolds
    return size


def _parts(raw: bytes, start: int) -> Iterator[bytes]:
    """Unfold a stream little by little, reading no further than it goes. Raises zlib.error where it is not compressed."""
    packed, step = zlib.decompressobj(), 4096
    while start < len(raw) and not packed.eof:
        block: bytes = raw[start : start + step]
        start, step = start + step, 1 << 16
        while block and not packed.eof:
            yield packed.decompress(block, 1 << 20)
            block = packed.unconsumed_tail


def _bomb() -> Refusal:
    return Refusal(
        "Ce PDF se déplie au-delà de ce qu’un papier numérisé contient : numérisez le papier à nouveau, en noir et blanc.",
        code="upload_bomb",
    )
