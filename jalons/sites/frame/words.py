"""Obligations in words: what to do, why, with which citation, from the rulebook version a to-do was computed with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from jalons.pathways.rules import REPORTED
from jalons.rulebooks.queries import obligation_of
from jalons.todos.models import Todo
from jalons.ui.french import date_long, number

# An adopted version never changes, so its obligations are read once per process.
_KNOWN: dict[tuple[str, ...], Any] = {}


@dataclass(frozen=True, slots=True)
class Said:
    """One obligation in words; ``expects`` names what settles it: appointment, contract, step, piece, exit or nothing.

    ``readings`` are the unclear points of the text and how they are read, ``version`` the rulebook the answer was given with.
    """

    label: str
    do: str
    why: str
    citation: str
    expects: str
    only_warns: bool = False
    readings: tuple[str, ...] = ()
    version: str = ""
    pieces: frozenset[str] = frozenset()  # the kinds of documents that settle it


class Words:
    """The sentences of to-dos."""

    def __init__(self, *, on: date) -> None:
        self.on = on

    def of(self, due: dict[str, Any]) -> Said:
        """Return the words of a to-do given by its columns (``rulebook``, ``action``, ``code``, ``due_on``…)."""
        obligation = self._obligation(due["rulebook"], due["version"], due["action"], due["code"])
        version = f"{due['rulebook']}, version {due['version']}"
        if obligation is None:
            name = str(due["code"]).replace("_", " ").capitalize()
            return Said(name, name, "", "", "", version=version)
        values = {
            "due_on": date_long(self.day(due["due_on"])) if due.get("due_on") else "…",
            "measured": _plain(due.get("measured")),
            "required": _plain(due.get("required")),
            "occurrence": obligation.occurrence_in_words(due.get("occurrence") or ""),
        }
        citation = obligation.citation if isinstance(obligation.citation, str) else " ; ".join(obligation.citation)
        do, why = obligation.do.format(**values), obligation.why.format(**values)
        return Said(
            obligation.label,
            do,
            why,
            citation,
            _expects(obligation),
            obligation.nature == "alert",
            tuple(f"{one.text} ({one.ref})" if one.ref else one.text for one in obligation.readings),
            version,
            frozenset(kind for piece in getattr(obligation, "pieces", ()) for kind in piece.any_of),
        )

    def short(self, due: dict[str, Any]) -> str:
        """Return what to do, for a cell of a list."""
        return self.of(due).do

    @staticmethod
    def day(text: str | date) -> date:
        """Return the date a JSON column holds as text."""
        return text if isinstance(text, date) else date.fromisoformat(text)

    @staticmethod
    def _obligation(*key: str) -> Any:
        """The obligation of (rulebook, version, action, code), None when that version is not kept."""
        found = _KNOWN.get(key)
        if found is None:
            found = obligation_of(*key)
            if found is not None:
                _KNOWN[key] = found
        return found


def columns_of(todo: Todo) -> dict[str, Any]:
    """Return what ``Words.of`` needs of a to-do."""
    return {
        "rulebook": todo.rulebook_code,
        "version": todo.rulebook_version,
        "action": todo.action_code,
        "code": todo.obligation_code,
        "occurrence": todo.occurrence,
        "due_on": todo.due_on,
        "measured": todo.measured,
        "required": todo.required,
    }


def _plain(value: Decimal | float | str | None) -> str:
    if value is None:
        return "…"
    shown = Decimal(str(value)).normalize()
    return number(shown, max(0, -int(shown.as_tuple().exponent)))


def _expects(obligation: Any) -> str:
    """Name the event that settles an obligation, from its shape."""
    if obligation.shape == "presence_of_piece":
        return "piece"
    if obligation.shape == "span":
        return "exit"
    if obligation.shape == "continuity":
        return str(obligation.covered_by[0].event)
    if obligation.shape == "consecutive_events":
        closing = {kind for fact in obligation.closed_by for kind in getattr(fact, "kinds", None) or ()}
        return "report" if not closing.isdisjoint(REPORTED) else ""  # else somebody decides: no single form settles it
    events = getattr(obligation, "expects", None) or getattr(obligation, "counts", None) or ()
    return events[0].event if events else ""
