"""A told rulebook as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from jalons.rulebooks.french import Source, Told
from jalons.ui.french import typography

_NOT_BY_HAND = "Écrit par « jalons docs » : ne pas modifier."
GENERATED = f"<!-- {_NOT_BY_HAND} « jalons docs --check » échoue quand cette page n’est plus à jour. -->"
_SPECIAL = str.maketrans({"<": "&lt;", "*": "\\*", "|": "\\|", "[": "\\["})


def plain(text: str) -> str:
    """Return a sentence that Markdown shows as it is, with French typography."""
    return typography(text.translate(_SPECIAL))


def source(one: Source | None, *, register: str = "registre.md") -> str:
    """« — *choisi, [S-12](registre.md#s-12)* ; 000 §3.1 l.171 », empty for none."""
    if one is None:
        return ""
    ref = f", [{one.ref}]({register}#{one.ref.lower()})" if one.ref else ""
    known = f"**{one.words}**" if one.is_choice else one.words
    note = f". {one.note}" if one.note else ""
    return f"<br>*{known}{ref}* : {plain(' ; '.join(one.citation) + note)}"


def part(told: Told, level: int) -> Iterator[str]:
    """Yield the lines of one part of an action: a title and its sentences."""
    yield f"\n{'#' * level} {plain(told.text)}\n"
    if told.source is not None:
        yield source(told.source).removeprefix("<br>") + "\n"
    for child in told.children:
        yield from rule(child, 0)


def rule(told: Told, depth: int) -> Iterator[str]:
    """Yield a sentence and those under it, as a list."""
    marker = f"{told.marker} " if told.marker else ""
    yield f"{'  ' * depth}- {marker}{plain(told.text)}{source(told.source)}"
    for child in told.children:
        yield from rule(child, depth + 1)
