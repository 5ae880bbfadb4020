"""What the agenda asks of the rulebooks: whether interviews are signed in, whether time sheets are kept, how long an absence
may be justified, how often to meet. The only file of the room that knows how rulebooks are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from jalons.agenda.models import AppointmentKind
from jalons.agenda.reference import justification_parameter
from jalons.rulebooks.governing import version_for
from jalons.rulebooks.queries import adopted
from jalons.rulebooks.schema import Action, Obligation, Rulebook
from jalons.rulebooks.schema.shapes import CountOrSumInWindow


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


@dataclass(frozen=True, slots=True)
class Minimum:
    """At least ``at_least`` interviews in each window of ``weeks`` (one, for a calendar week) or ``months``."""

    at_least: int
    weeks: int
    months: int
    asked: Asked

    def allows(self, *, every: int, unit: str) -> bool:
        """Tell whether one interview every so many weeks or months always makes enough of them (R-049)."""
        if self.months:
            # A month always holds four weeks, a year fifty-two.
            room = self.months if unit == "month" else max(self.months * 4, self.months * 52 // 12)
        else:
            room = 0 if unit == "month" else self.weeks
        return room // every >= self.at_least


class Shelf:
    """The adopted rulebooks, read once for a whole page or operation."""

    def __init__(self) -> None:
        self._rulebooks = adopted()

    def sign_in(self, entry: Entry, kind: str, *, on: date) -> Asked | None:
        """Return what asks for a sign-in and a report of an interview of this kind, None when nothing does (R-100)."""
        found = self._of(entry, on)
        if found is None:
            return None
        rulebook, action = found
        asked = action.sign_in
        if asked is None or kind not in asked.kinds:
            return None
        return Asked(asked.label, _cited(asked.citation), rulebook.framework.label)

    def guidance(self, entry: Entry, *, on: date) -> Asked | None:
        """Return what the framework says of the frequency of interviews, as guidance (R-051)."""
        found = self._of(entry, on)
        if found is None or (text := found[1].texts.get("frequency")) is None:
            return None
        return Asked(text.value, _cited(text.citation), found[0].framework.label)

    def time_sheets(self, framework_code: str, *, on: date) -> Asked | None:
        """Return what asks the professionals of a framework for time sheets, None when nothing does (R-210)."""
        for rulebook in self._rulebooks:
            if rulebook.framework.code == framework_code and rulebook.in_force(on):
                for action in rulebook.actions:
                    asked = rulebook.action(action.code).time_sheets
                    if asked is not None:
                        return Asked(asked.label, _cited(asked.citation), rulebook.framework.label)
        return None

    def justification_window(self, entry: Entry, *, on: date) -> Window | None:
        """Return the window to justify an absence of the day ``on``; None: the référent judges, without limit (S-24)."""
        found = self._of(entry, on)
        if found is None:
            return None
        rulebook, action = found
        for one in action.parameters:
            if one.code == justification_parameter():
                return Window(int(one.value), Asked(one.label, _cited(one.citation), rulebook.framework.label))
        return None

    def minimums(self, entry: Entry, *, on: date) -> list[Minimum]:
        """Return the duties of this enrolment that ask for a number of interviews in each week, month or year."""
        found = self._of(entry, on)
        if found is None:
            return []
        rulebook, action = found
        rows = [(one, _window(one)) for one in rulebook.obligations_of(action.code)]
        return [
            Minimum(one.at_least, *window, Asked(one.label, _cited(one.citation), rulebook.framework.label))
            for one, window in rows
            if isinstance(one, CountOrSumInWindow) and window is not None and one.at_least is not None
        ]

    def _of(self, entry: Entry, on: date) -> tuple[Rulebook, Action] | None:
        rulebook = version_for(self._rulebooks, entry.action_code, on=on, entered_on=entry.start_on)
        return (rulebook, rulebook.action(entry.action_code)) if rulebook is not None else None


def _window(one: Obligation) -> tuple[int, int] | None:
    """Return the (weeks, months) of a duty that counts interviews held since the entry, None for any other rule."""
    if not isinstance(one, CountOrSumInWindow) or one.nature != "duty" or one.measure != "count":
        return None
    held = [
        event
        for event in one.counts
        if event.event == "appointment" and (event.kinds is None or AppointmentKind.INDIVIDUAL in event.kinds)
    ]
    if one.starts_from != "enrolment_start" or not held:
        return None
    if one.window.kind == "calendar_week":
        return 1, 0
    if one.window.kind == "calendar_month":
        return 0, 1
    length = one.window.length
    return (0, length.months) if length is not None and length.months else None


def _cited(citation: object) -> str:
    return " ; ".join(citation) if isinstance(citation, tuple | list) else str(citation)
