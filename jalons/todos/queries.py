"""Reads of the to-dos: sorted by due date, with their state on a day, and « pourquoi ? »."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from django.db.models import Q, QuerySet

from jalons.rulebooks.obligations.answers import State, state
from jalons.rulebooks.queries import obligation_of
from jalons.todos.models import Todo

Moment = Literal["late", "this_week", "soon", "later"]
MOMENTS: dict[Moment, str] = {
    "late": "En retard",
    "this_week": "Cette semaine",
    "soon": "Bientôt",
    "later": "Plus tard",
}


@dataclass(frozen=True, slots=True)
class Why:
    """The answer to « pourquoi ? »: what to do, the reason, where it is read, how unclear points are read, and the facts."""

    label: str
    do: str
    why: str
    citation: tuple[str, ...]
    readings: tuple[str, ...]
    version: str
    evidence: tuple[str, ...]
    only_warns: bool = False


def open_todos(*, on: date) -> QuerySet[Todo]:
    """Return what is expected and not done on a day, by due date; breaches without a due date (caseloads) come first."""
    suspended = Q(suspended_from__lte=on) & (Q(suspended_to__isnull=True) | Q(suspended_to__gte=on))
    expected = Q(due_on__isnull=False) | Q(breached_on__isnull=False)
    return Todo.objects.filter(expected, met_on__isnull=True).exclude(suspended).order_by("due_on", "pk")


def state_of(todo: Todo, *, on: date) -> State:
    """Return the state of a to-do on a day (see ``rulebooks.obligations.answers.state``)."""
    return state(
        on,
        due_on=todo.due_on,
        met_on=todo.met_on,
        breached_on=todo.breached_on,
        suspended_from=todo.suspended_from,
        suspended_to=todo.suspended_to,
    )


def moment_of(todo: Todo, *, on: date, soon_days: int) -> Moment:
    """Say when an open to-do comes: late, before Sunday, within ``soon_days``, or later."""
    if todo.due_on is None or todo.due_on < on:
        return "late"
    if todo.due_on <= on + timedelta(days=6 - on.weekday()):
        return "this_week"
    return "soon" if todo.due_on <= on + timedelta(days=soon_days) else "later"


def why(todo: Todo) -> Why:
    """Return the sentences of a to-do, as the version of the rulebook that produced it wrote them."""
    obligation = obligation_of(todo.rulebook_code, todo.rulebook_version, todo.action_code, todo.obligation_code)
    version = f"{todo.rulebook_code} {todo.rulebook_version}"
    evidence = tuple(str(ref) for ref in todo.evidence)
    if obligation is None:
        return Why(todo.obligation_code, todo.obligation_code, "", (), (), version, evidence)
    words = {
        "due_on": f"{todo.due_on:%d/%m/%Y}" if todo.due_on else "",
        "measured": _number(todo.measured),
        "required": _number(todo.required),
        "occurrence": obligation.occurrence_in_words(todo.occurrence),
    }
    return Why(
        label=obligation.label,
        do=obligation.do.format(**words),
        why=obligation.why.format(**words),
        citation=obligation.citation,
        readings=tuple(f"{one.text} ({one.ref})" if one.ref else one.text for one in obligation.readings),
        version=version,
        evidence=evidence,
        only_warns=obligation.nature == "alert",
    )


def whys(todos: Iterable[Todo]) -> dict[int, Why]:
    """Return the sentences of several to-dos, by primary key."""
    return {todo.pk: why(todo) for todo in todos}


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}".replace(".", ",")
