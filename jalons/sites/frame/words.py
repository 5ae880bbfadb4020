"""Obligations in words: what to do, why, with which citation, from the rulebook version a to-do was computed with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from jalons.agenda.models import Appointment
from jalons.pathways.models import Contract, Exit, Job, Piece, Step
from jalons.rulebooks.queries import obligation_of
from jalons.todos.models import Todo
from jalons.ui.french import date_long, date_short, number

# An adopted version never changes, so its obligations are read once per process.
_KNOWN: dict[tuple[str, ...], Any] = {}


@dataclass(frozen=True, slots=True)
class Said:
    """One obligation in words; ``expects`` names what settles it: appointment, contract, step, piece, exit or nothing."""

    label: str
    do: str
    why: str
    citation: str
    expects: str
    only_warns: bool = False


class Words:
    """The sentences of to-dos."""

    def __init__(self, *, on: date) -> None:
        self.on = on

    def of(self, due: dict[str, Any]) -> Said:
        """Return the words of a to-do given by its columns (``rulebook``, ``action``, ``code``, ``due_on``…)."""
        obligation = self._obligation(due["rulebook"], due["version"], due["action"], due["code"])
        if obligation is None:
            name = str(due["code"]).replace("_", " ").capitalize()
            return Said(name, name, "", "", "")
        values = {
            "due_on": date_long(self.day(due["due_on"])) if due.get("due_on") else "…",
            "measured": _plain(due.get("measured")),
            "required": _plain(due.get("required")),
            "occurrence": obligation.occurrence_in_words(due.get("occurrence") or ""),
        }
        citation = obligation.citation if isinstance(obligation.citation, str) else " ; ".join(obligation.citation)
        do, why = obligation.do.format(**values), obligation.why.format(**values)
        return Said(obligation.label, do, why, citation, _expects(obligation), obligation.nature == "alert")

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
        return "contract"
    if obligation.shape == "consecutive_events":
        return ""  # somebody decides: no single form settles it
    events = getattr(obligation, "expects", None) or getattr(obligation, "counts", None) or ()
    return events[0].event if events else ""


def evidence_in_words(todos: Iterable[Todo]) -> dict[str, str]:
    """Return reference → words for the facts these to-dos rest on; one query per kind of fact."""
    wanted: dict[str, set[int]] = {}
    for todo in todos:
        for reference in todo.evidence:
            kind, _, pk = str(reference).partition(":")
            if pk.isdigit():
                wanted.setdefault(kind, set()).add(int(pk))
    found: dict[str, str] = {}
    for kind, reader in READERS.items():
        if kind in wanted:
            found |= {f"{kind}:{pk}": words for pk, words in reader(wanted[kind])}
    return found


def _appointments(ids: set[int]) -> Iterable[tuple[int, str]]:
    for one in Appointment.objects.filter(pk__in=ids):
        yield one.pk, f"{one.get_kind_display()} du {date_short(one.on_date)} : {one.get_outcome_display().lower()}"


def _contracts(ids: set[int]) -> Iterable[tuple[int, str]]:
    for one in Contract.objects.filter(pk__in=ids):
        span = f"du {date_short(one.start_on)} au {date_short(one.end_on)}"
        yield one.pk, f"{one.get_kind_display()} n° {one.rank}, {span} : {one.get_state_display().lower()}"


def _steps(ids: set[int]) -> Iterable[tuple[int, str]]:
    for one in Step.objects.filter(pk__in=ids):
        yield one.pk, f"Étape {one.label or one.kind} : {one.get_state_display().lower()}"


def _jobs(ids: set[int]) -> Iterable[tuple[int, str]]:
    for one in Job.objects.filter(pk__in=ids):
        yield one.pk, f"{one.get_contract_kind_display()} depuis le {date_short(one.start_on)}"


def _exits(ids: set[int]) -> Iterable[tuple[int, str]]:
    for one in Exit.objects.filter(pk__in=ids):
        yield one.pk, f"Sortie du {date_short(one.exited_on)} : {one.get_destination_display()}"


def _pieces(ids: set[int]) -> Iterable[tuple[int, str]]:
    for one in Piece.objects.filter(pk__in=ids):
        yield one.pk, f"Pièce du {date_short(one.dated_on)} : {one.kind}"


READERS = {
    "appointment": _appointments,
    "contract": _contracts,
    "step": _steps,
    "job": _jobs,
    "exit": _exits,
    "piece": _pieces,
}
