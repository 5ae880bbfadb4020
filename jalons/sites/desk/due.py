"""To-dos in words: what to do, why, and the one action that settles it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.people.permissions import reachable_persons
from jalons.sites.desk.portfolio import is_mine
from jalons.todos.models import Todo

SOON_DAYS = 30  # how far « bientôt » looks, a choice of the screen
GROUPS = (("late", "En retard"), ("week", "Cette semaine"), ("soon", "Bientôt"))


@dataclass(frozen=True, slots=True)
class Due:
    """A to-do as shown: whose, when, the sentence, the reason, and the address of the act that settles it."""

    todo: Todo
    who: str
    person_key: UUID
    day: date | None
    sentence: str
    rule: str
    citation: str
    facts: tuple[str, ...]
    group: str
    act: str
    act_label: str


class Words:
    """The sentences of obligations, each read once per page."""

    def __init__(self, *, on: date) -> None:
        self.on = on

    def short(self, due: dict[str, Any]) -> str:
        """Return the name of an obligation from the three codes a row keeps."""
        return str(due["code"]).replace("_", " ").capitalize()

    @staticmethod
    def day(text: str | date) -> date:
        """Return the date a JSON column holds as text."""
        return text if isinstance(text, date) else date.fromisoformat(text)


def open_todos(user: User, *, on: date, mine: bool) -> QuerySet[Todo]:
    """Return what is due and not done for the persons ``user`` follows (or may open), by date."""
    persons = reachable_persons(user, on=on, permission=Permission.TODO_READ)
    if mine:
        persons = persons.filter(is_mine(user, on=on))
    rows = Todo.objects.filter(person__in=persons, met_on__isnull=True, due_on__isnull=False)
    rows = rows.exclude(suspended_from__lte=on, suspended_to__isnull=True).exclude(
        suspended_from__lte=on, suspended_to__gte=on
    )
    return rows.select_related("person").order_by("due_on", "person__folded", "pk")


def group_of(day: date | None, *, on: date) -> str:
    """Return late, week (until Sunday) or soon."""
    if day is None:
        return "soon"
    if day < on:
        return "late"
    return "week" if day <= on + timedelta(days=6 - on.weekday()) else "soon"


def in_words(todos: Iterable[Todo], words: Words) -> list[Due]:
    """Return to-dos as they are shown."""
    found = []
    for todo in todos:
        act, label = act_of(todo)
        found.append(
            Due(
                todo=todo,
                who=todo.person.full_name,
                person_key=todo.person.key,
                day=todo.due_on,
                sentence=words.short({"code": todo.obligation_code}),
                rule="",
                citation="",
                facts=(),
                group=group_of(todo.due_on, on=words.on),
                act=act,
                act_label=label,
            )
        )
    return found


def act_of(todo: Todo) -> tuple[str, str]:
    """Return the address and label of the act that settles a to-do; by default, open the file."""
    return reverse("desk:person", args=[todo.person.key]), "Ouvrir le dossier"
