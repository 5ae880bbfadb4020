"""A rulebook told in plain French, with where each value is read and on which basis."""

from __future__ import annotations

from collections.abc import Iterator

from jalons.rulebooks.french.actions import told_action
from jalons.rulebooks.french.obligations import in_short
from jalons.rulebooks.french.tree import Source, Told, anchor, choices_only, day, shown, source_of
from jalons.rulebooks.french.words import BASIS, COMPARISONS, UNITS, UNVERIFIED
from jalons.rulebooks.schema import Cited, Rulebook


def told_head(rulebook: Rulebook) -> Told:
    """Return whose rulebook it is and when it applies."""
    head = rulebook.framework
    end = f"au {day(head.valid_to)}" if head.valid_to else "sans fin"
    return Told("head", f"{rulebook.authority.label}, du {day(head.valid_from)} {end}", source_of(head))


def told(rulebook: Rulebook, action_code: str | None = None) -> Iterator[str]:
    """Yield the lines of plain text that tell a rulebook, or one of its actions."""
    yield f"{rulebook.framework.label} ({rulebook.code}, version {rulebook.version})"
    yield _line(told_head(rulebook))
    for action in rulebook.actions:
        if action_code in (None, rulebook.code, action.code):
            yield ""
            yield f"■ {action.label} ({action.code})"
            for part in told_action(rulebook, action.code).children:
                yield from _lines(part, 1)


def source(block: Cited) -> str:
    """« [dit par le texte ; 000 §3.1 l.177] », with the silence or contradiction when it is a choice."""
    return shown(source_of(block))


def _lines(told: Told, depth: int) -> Iterator[str]:
    dash = "– " if depth > 1 and not told.marker else ""
    yield f"{'  ' * depth}{dash}{_line(told)}"
    for child in told.children:
        yield from _lines(child, depth + 1)


def _line(told: Told) -> str:
    marker = f"{told.marker} " if told.marker else ""
    return f"{marker}{told.text}{f' {shown(told.source)}' if told.source else ''}"


__all__ = [
    "BASIS",
    "COMPARISONS",
    "UNITS",
    "UNVERIFIED",
    "Source",
    "Told",
    "anchor",
    "choices_only",
    "day",
    "in_short",
    "shown",
    "source",
    "source_of",
    "told",
    "told_action",
    "told_head",
]
