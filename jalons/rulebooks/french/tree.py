"""What a rulebook says, as a small tree: the page, the command and the generated documents are made from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from jalons.kernel.text import fold
from jalons.rulebooks.french.words import BASIS, UNVERIFIED
from jalons.rulebooks.schema import Cited


@dataclass(frozen=True, slots=True)
class Source:
    """Where a sentence is read and how it is known: ``basis`` (stated, derived, chosen), ``ref`` (S-nn or C-nn)."""

    basis: str
    citation: tuple[str, ...] = ()
    ref: str = ""
    note: str = ""
    unverified: bool = False

    @property
    def words(self) -> str:
        """« dit par le texte », « choisi », « à vérifier dans le texte officiel »."""
        return UNVERIFIED if self.unverified else BASIS[self.basis]

    @property
    def is_choice(self) -> bool:
        """Whether somebody decided where the documents do not."""
        return self.basis == "chosen"


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, or the title of those under it.

    ``key`` names what it speaks of among its neighbours, the same in every rulebook (obligation code, indicator, exit class):
    two rulebooks are compared by it; those of one ``family`` with no equal key are compared in their order. ``marker`` is a
    rank, shown and not compared. Without ``source`` it has that of its parent.
    """

    key: str
    text: str
    source: Source | None = None
    children: tuple[Told, ...] = ()
    marker: str = ""
    family: str = ""

    def walk(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Told]]:
        """Yield itself and all that is under it, each with its path of keys."""
        here = (*path, self.key)
        yield here, self
        for child in self.children:
            yield from child.walk(here)


def source_of(block: Cited) -> Source:
    """Return the source of a block of a rulebook."""
    return Source(block.basis, block.citation, block.ref or "", block.note or "", block.unverified)


def cited(key: str, text: str, block: Cited, *children: Told, marker: str = "", family: str = "") -> Told:
    """Return the sentence of a cited block."""
    return Told(key, text, source_of(block), tuple(children), marker, family)


def choices_only(told: Told) -> Told | None:
    """Return the tree reduced to the sentences somebody chose and the titles above them; None when there is none."""
    if told.source is not None and told.source.is_choice:
        return told
    kept = tuple(found for found in map(choices_only, told.children) if found is not None)
    return replace(told, children=kept) if kept else None


def anchor(*keys: str) -> str:
    """Return the name of a rule in the address of a page: « obligations-five_interviews »."""
    words = "-".join(keys)
    return re.sub(r"[^a-z0-9_]+", "-", fold(words)).strip("-") or "regle"


def day(value: date) -> str:
    """« 31/01/2020 »."""
    return f"{value:%d/%m/%Y}"


def shown(source: Source) -> str:
    """« [choisi (S-18) ; 000 §3.1 l.177] — note », for a line of plain text."""
    words = BASIS[source.basis] + (f" ({source.ref})" if source.ref else "")
    unverified = f", {UNVERIFIED}" if source.unverified else ""
    note = f" — {source.note}" if source.note else ""
    return f"[{words}{unverified} ; {' ; '.join(source.citation)}]{note}"
