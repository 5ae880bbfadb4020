"""Reads of the to-dos: sorted by due date, with their state on a day, and « pourquoi ? »."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from jalons.network.models import User
from jalons.rulebooks.obligations.answers import State, state
from jalons.rulebooks.queries import adopted, obligation_of
from jalons.todos.models import CalendarFeed, Reminder, Round, Todo

Moment = Literal["late", "this_week", "soon", "later"]
Standing = Literal["open", "suspended", "missed", "done_late"]
STANDINGS: dict[Standing, str] = {
    "open": "À traiter",
    "suspended": "Suspendues",
    "missed": "Manquées, plus à faire",
    "done_late": "Faites en retard",
}
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
    return Todo.objects.filter(conditions(on=on)["open"]).order_by("due_on", "pk")


def conditions(*, on: date) -> dict[Standing, Q]:
    """Return the condition of each standing on a day, for the database: the same cut as ``state_of``."""
    expected = Q(due_on__isnull=False) | Q(breached_on__isnull=False)
    not_done = Q(met_on__isnull=True)
    suspended = Q(suspended_from__lte=on) & (Q(suspended_to__isnull=True) | Q(suspended_to__gte=on))
    missed = Q(suspended_to__isnull=True, breached_on__lte=F("suspended_from"))
    return {
        # « NOT (a <= b) » leaves out the rows where a is empty: the absence of a suspension is said by itself.
        "open": not_done & expected & (Q(suspended_from__isnull=True) | Q(suspended_from__gt=on) | Q(suspended_to__lt=on)),
        "suspended": not_done & suspended & (Q(suspended_to__isnull=False) | Q(breached_on__isnull=True)
                                             | Q(breached_on__gt=F("suspended_from"))),
        "missed": not_done & suspended & missed,
        "done_late": Q(met_on__isnull=False, breached_on__isnull=False),
    }  # fmt: skip


def spans(*, on: date, soon_days: int) -> dict[Moment, Q]:
    """Return the condition of each moment among open to-dos: the same cut as ``moment_of``, for the database."""
    sunday, soon = on + timedelta(days=6 - on.weekday()), on + timedelta(days=soon_days)
    late = Q(due_on__lt=on) | Q(due_on__isnull=True) | Q(breached_on__lte=on)
    coming = Q(breached_on__isnull=True) | Q(breached_on__gt=on)
    return {
        "late": late,
        "this_week": coming & Q(due_on__gte=on, due_on__lte=sunday),
        "soon": coming & Q(due_on__gt=sunday, due_on__lte=soon),
        "later": coming & Q(due_on__gt=max(sunday, soon)),
    }


def put_aside(user: User, *, on: date) -> Q:
    """The condition « ``user`` asked to be reminded of it later ». What has become late since then is back in sight."""
    same = {
        name: OuterRef(name) for name in ("subject_kind", "subject_id", "obligation_code", "occurrence", "action_code")
    }
    waiting = Reminder.objects.filter(user=user, remind_on__gt=on, **same)
    already_late = waiting.filter(set_on__gt=OuterRef("due_on"))
    return Q(Exists(waiting)) & (Q(due_on__isnull=True) | Q(due_on__gte=on) | Q(Exists(already_late)))


def recalled(user: User, *, on: date) -> Q:
    """The condition « the reminder ``user`` asked for came this week »."""
    same = {
        name: OuterRef(name) for name in ("subject_kind", "subject_id", "obligation_code", "occurrence", "action_code")
    }
    week = Reminder.objects.filter(user=user, remind_on__lte=on, remind_on__gt=on - timedelta(days=7), **same)
    return Q(Exists(week))


def alerts() -> Q:
    """The condition « it only warns »: obligations whose adopted version says so."""
    found = Q(pk__in=())
    for book in adopted():
        codes = [one.code for one in book.obligations if one.nature == "alert"]
        if codes:
            found |= Q(rulebook_code=book.code, rulebook_version=book.framework.version, obligation_code__in=codes)
    return found


def feed_of(secret: str) -> CalendarFeed | None:
    """Return the calendar of a secret, None when it is unknown, closed, or of an account that is closed."""
    hashed = hashlib.sha256(secret.encode()).digest()
    return CalendarFeed.objects.select_related("user").filter(secret_hash=hashed, user__is_active=True).first()


def feed_of_user(user: User) -> CalendarFeed | None:
    """Return the calendar a user has opened, or None."""
    return CalendarFeed.objects.filter(user=user).first()


def last_round() -> Round | None:
    """Return the last recomputation of everybody, finished or under way."""
    return Round.objects.order_by("-day", "-started_at").first()


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
    if todo.due_on is None or todo.due_on < on or (todo.breached_on is not None and todo.breached_on <= on):
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


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}".replace(".", ",")
