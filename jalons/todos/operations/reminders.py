"""« Me le rappeler le… »: a to-do put out of one's own sight for a while. Nobody else sees a difference, no date moves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from jalons.kernel.operation import operation
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import User
from jalons.todos.models import Reminder, Todo
from jalons.todos.permissions import of_lines, of_persons

KEY = ("subject_kind", "subject_id", "obligation_code", "occurrence", "action_code")
# A reminder helps to order one's days; further than a quarter, it would hide work.
FURTHEST = timedelta(days=92)


@operation
def remind(*, actor: User, on: date, todo_ids: Collection[int], remind_on: date) -> int:
    """Put these to-dos aside until ``remind_on`` for ``actor`` alone, and return how many; asked again, the day is replaced.

    Those that become late meanwhile come back by themselves (``todos.queries.put_aside``).
    """
    if remind_on <= on:
        raise Refusal("Choisissez un jour à venir pour le rappel.", code="reminder_later")
    if remind_on > on + FURTHEST:
        raise Refusal("Un rappel se pose à trois mois au plus.", code="reminder_too_far")
    todos = _within_reach(actor, todo_ids, on=on)
    rows = [Reminder(user=actor, person_id=one.person_id, set_on=on, remind_on=remind_on, **_key(one)) for one in todos]
    Reminder.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", *KEY], update_fields=["set_on", "remind_on"]
    )
    return len(rows)


@operation
def forget_reminders(*, actor: User, on: date, todo_ids: Collection[int]) -> int:
    """Bring these to-dos back in sight of ``actor``; return how many were put aside."""
    count = 0
    for one in Todo.objects.filter(pk__in=todo_ids):
        deleted, _ = Reminder.objects.filter(user=actor, **_key(one)).delete()
        count += deleted
    return count


def _within_reach(actor: User, todo_ids: Collection[int], *, on: date) -> list[Todo]:
    wanted = set(todo_ids)
    found = list((of_persons(actor, on=on) | of_lines(actor, on=on)).filter(pk__in=wanted))
    if len(found) != len(wanted):
        raise NotAllowed("Au moins une de ces échéances n’est pas dans votre périmètre.", code="not_reachable:todo")
    return found


def _key(todo: Todo) -> dict[str, Any]:
    return {name: getattr(todo, name) for name in KEY}
