"""What the agenda asks of the rulebooks: whether interviews are signed in, whether time sheets are kept, how long an absence
may be justified, how often to meet. The only file of the room that knows how rulebooks are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from jalons.agenda.reference import code_of
from jalons.rulebooks.governing import version_for
from jalons.rulebooks.queries import adopted
from jalons.rulebooks.schema import Action, Rulebook


class Entry(Protocol):
    """An enrolment, for who reads rules: its action and its first day."""

    @property
    def action_code(self) -> str: ...

    @property
    def start_on(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """Something a rulebook asks, in its words, with where it is read."""

    words: str
    citation: str
    rulebook: str


@dataclass(frozen=True, slots=True)
class Window:
    """How many days after an absence it may still be justified."""

    days: int
    asked: Asked


class Shelf:
    """The adopted rulebooks, read once for a whole page or operation."""

    def __init__(self) -> None:
        self._rulebooks = adopted()

    def sign_in(self, entry: Entry, *, on: date) -> Asked | None:
        """Return what asks for a sign-in and a report of each interview of this enrolment, None when nothing does (R-100)."""
        return self._text(entry, code_of("sign_in"), on)

    def guidance(self, entry: Entry, *, on: date) -> Asked | None:
        """Return what the framework says of the frequency of interviews, as guidance (R-051)."""
        return self._text(entry, "frequency", on)

    def time_sheets(self, framework_code: str, *, on: date) -> Asked | None:
        """Return what asks the professionals of a framework for time sheets, None when nothing does (R-210)."""
        for rulebook in self._rulebooks:
            if rulebook.framework.code == framework_code and rulebook.in_force(on):
                for action in rulebook.actions:
                    found = _asked(rulebook, rulebook.action(action.code), code_of("time_sheets"))
                    if found is not None:
                        return found
        return None

    def justification_window(self, entry: Entry, *, on: date) -> Window | None:
        """Return the window to justify an absence of the day ``on``; None: the référent judges, without limit (S-24)."""
        found = self._of(entry, on)
        if found is None:
            return None
        rulebook, action = found
        for one in action.parameters:
            if one.code == code_of("justification_window"):
                return Window(int(one.value), Asked(one.label, _cited(one.citation), rulebook.framework.label))
        return None

    def _text(self, entry: Entry, code: str, on: date) -> Asked | None:
        found = self._of(entry, on)
        return _asked(*found, code) if found is not None else None

    def _of(self, entry: Entry, on: date) -> tuple[Rulebook, Action] | None:
        rulebook = version_for(self._rulebooks, entry.action_code, on=on, entered_on=entry.start_on)
        return (rulebook, rulebook.action(entry.action_code)) if rulebook is not None else None


def _asked(rulebook: Rulebook, action: Action, code: str) -> Asked | None:
    text = action.texts.get(code)
    return Asked(text.value, _cited(text.citation), rulebook.framework.label) if text is not None else None


def _cited(citation: object) -> str:
    return " ; ".join(citation) if isinstance(citation, tuple | list) else str(citation)
