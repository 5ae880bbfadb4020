"""A thousand notes as professionals write them, each labelled by hand with what it should not say (none for half of them).

One file per label in ``notes/``; « mixed » and « numbers » give the labels before the bar. Fictitious, written for this test.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent / "notes"
TOPICS = ("health", "religion", "offences", "insults")


def labelled() -> Iterator[tuple[str, frozenset[str]]]:
    """Yield (note, what a reader says it should not hold)."""
    for topic in TOPICS:
        for text in _lines(topic):
            yield text, frozenset({topic})
    for name in ("mixed", "numbers"):
        for line in _lines(name):
            codes, _, text = line.partition("|")
            yield text, frozenset(codes.split(","))
    for text in _lines("ordinary"):
        yield text, frozenset()


def _lines(name: str) -> list[str]:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
