"""Drawn signatures and hashes of the examples: the same strokes for everybody, clearly no real hand."""

from __future__ import annotations

import hashlib

STROKES = "M 60 120 C 120 20 160 180 220 90 C 260 30 300 160 360 100 L 420 110"


def digest(sentence: str) -> str:
    """Return the hash of a sentence shown before it is signed."""
    return hashlib.sha256(sentence.encode()).hexdigest()
