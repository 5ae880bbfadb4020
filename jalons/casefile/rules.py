"""Two texts of one note: how they are brought together without losing a word of either. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

# A sentence or a line, with the blanks that follow it: what two people change is shown and kept by that much.
_SENTENCE = re.compile(r"\s*\S.*?(?:[.!?…](?=\s)|$)[^\S\n]*\n*", re.MULTILINE)

Change = tuple[int, int, list[str]]  # from and to in the base, and what replaces it


def together(base: str, theirs: str, mine: str) -> str:
    """Return one text with what both writers made of ``base``: where they changed the same sentence, theirs then mine.

    A sentence that one rewrote and the other removed stays. No word that either typed is missing from the answer.
    """
    if theirs == mine or mine == base:
        return theirs
    if theirs == base:
        return mine
    sentences = _sentences(base)
    out: list[str] = []
    at = 0
    for start, end, left, right in _clashes(_changes(sentences, theirs), _changes(sentences, mine)):
        out += sentences[at:start]
        out += _both(sentences[start:end], start, left, right)
        at = end
    out += sentences[at:]
    return _glued(out)


def _sentences(text: str) -> list[str]:
    return _SENTENCE.findall(text)


def _changes(base: list[str], text: str) -> list[Change]:
    other = _sentences(text)
    bare, bare_other = [one.strip() for one in base], [one.strip() for one in other]
    codes = SequenceMatcher(None, bare, bare_other, autojunk=False).get_opcodes()
    return [(a, b, other[c:d]) for tag, a, b, c, d in codes if tag != "equal"]


def _clashes(theirs: list[Change], mine: list[Change]) -> Iterator[tuple[int, int, list[Change], list[Change]]]:
    """Yield the zones of the base that somebody changed, those that overlap taken as one: (from, to, their changes, mine)."""
    left = sorted([*((one, 0) for one in theirs), *((one, 1) for one in mine)], key=lambda one: one[0][:2])
    while left:
        start, end = left[0][0][:2]
        sides: tuple[list[Change], list[Change]] = ([], [])
        while left and (left[0][0][0] < end or left[0][0][0] == start):
            change, side = left.pop(0)
            sides[side].append(change)
            end = max(end, change[1])
        yield start, end, *sides


def _both(zone: list[str], start: int, theirs: list[Change], mine: list[Change]) -> list[str]:
    left, right = _applied(zone, start, theirs), _applied(zone, start, mine)
    if not mine:
        return left
    if not theirs:
        return right
    known = {one.strip() for one in left}
    return left + [one for one in right if one.strip() not in known]


def _applied(zone: list[str], start: int, changes: list[Change]) -> list[str]:
    out: list[str] = []
    at = 0
    for first, last, text in changes:
        out += [*zone[at : first - start], *text]
        at = last - start
    return out + zone[at:]


def _glued(parts: list[str]) -> str:
    """Join sentences: one that came without a blank after it gets one before the next."""
    out = ""
    for part in parts:
        out += part if not out or out[-1].isspace() or part[:1].isspace() else f" {part}"
    return out.strip()
