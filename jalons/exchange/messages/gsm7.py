"""The length of an SMS. The GSM alphabet (3GPP TS 23.038 §6.2.1) takes 7 bits a character; one other doubles the cost."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # two units each: an escape comes first
# Units of a message alone, and of each part of a longer one (the header of the parts takes the rest).
ALONE_GSM, PART_GSM = 160, 153
ALONE_UNICODE, PART_UNICODE = 70, 67

_TYPOGRAPHY = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "−": "-", "…": "...", "œ": "oe",
     "Œ": "OE", "\u202f": " ", "\u00a0": " ", "\u2009": " "}
)  # fmt: skip

_INSIDE_QUOTES = re.compile(r"(«)\s+|\s+(»)")


@dataclass(frozen=True, slots=True)
class Size:
    """``units`` of the alphabet used, ``parts`` that will be billed, whether the text leaves the GSM alphabet."""

    units: int
    parts: int
    unicode: bool


def plain(text: str) -> str:
    """Return the text as an SMS writes it: plain quotes and blanks, and « ê » as « e » where the alphabet has none.

    Only what has no GSM character changes (« é » stays); what has no plain form (Cyrillic, emoji) stays too.
    """
    bare = _INSIDE_QUOTES.sub(lambda sign: sign[1] or sign[2], text)
    return "".join(_in_alphabet(character) for character in bare.translate(_TYPOGRAPHY))


def _in_alphabet(character: str) -> str:
    if character in BASIC or character in EXTENDED:
        return character
    bare = "".join(one for one in unicodedata.normalize("NFKD", character) if not unicodedata.combining(one))
    return bare if bare and all(one in BASIC for one in bare) else character


def measure(text: str) -> Size:
    """Return what an SMS of this text weighs. A pair of two units is never cut between two parts."""
    if all(character in BASIC or character in EXTENDED for character in text):
        widths = [2 if character in EXTENDED else 1 for character in text]
        return _size(widths, ALONE_GSM, PART_GSM, unicode=False)
    widths = [len(character.encode("utf-16-be")) // 2 for character in text]
    return _size(widths, ALONE_UNICODE, PART_UNICODE, unicode=True)


def _size(widths: list[int], alone: int, part: int, *, unicode: bool) -> Size:
    units = sum(widths)
    if units <= alone:
        return Size(units, 1, unicode)
    parts, filled = 1, 0
    for width in widths:
        if filled + width > part:
            parts, filled = parts + 1, 0
        filled += width
    return Size(units, parts, unicode)
