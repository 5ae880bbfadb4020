"""« Aujourd’hui »: the day's appointments, one key each, the notes left by the référent before, then what is due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jalons.agenda.models import Outcome
from jalons.agenda.queries import appointments_of_day
from jalons.kernel import clock
from jalons.network.permissions import Permission, permissions_of
from jalons.pathways.queries.contracts import contracts_to_approve
from jalons.pathways.queries.handovers import notes_to_read
from jalons.pathways.queries.reorientations import notices_for
from jalons.sites.desk.due import first_of_each, in_words, todos_of
from jalons.sites.desk.scope import MINE, whose
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.dues import SOON_DAYS
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.words import Words
from jalons.todos.queries import MOMENTS, recalled

SHOWN_PER_GROUP = 25


@screen(permission=Permission.APPOINTMENT_WRITE, trace="list")
def today(request: HttpRequest) -> HttpResponse:
    """Show the day of the signed-in professional."""
    user, on = user_of(request), clock.today()
    may, words = permissions_of(user, on=on), Words(on=on)
    appointments = list(appointments_of_day(user, day=on, on=on).exclude(outcome=Outcome.CANCELLED))
    rows = todos_of(user, on=on, mine=whose(request.GET, user, on=on) == MINE)
    back = list(rows.filter(recalled(user, on=on))[:SHOWN_PER_GROUP])
    near = rows.exclude(due_on__gt=on + timedelta(days=SOON_DAYS)).exclude(pk__in=[todo.pk for todo in back])
    kept: list[Any] = list(first_of_each(near, on=on, most=SHOWN_PER_GROUP))
    sizes = {todo.cut: todo.size for todo in kept}
    found = in_words([*back, *kept], words, may)
    dues = found[len(back) :]
    groups = [("rappels", "À reprendre, comme demandé", found[: len(back)], len(back))]
    groups += [
        (code, label, [due for due in dues if due.moment == code], sizes.get(code, 0))
        for code, label in MOMENTS.items()
    ]
    notes = list(notes_to_read(user, on=on)[:SHOWN_PER_GROUP]) if Permission.NOTE_READ in may else []
    shown = {one.person_id for one in appointments} | {one.person_id for one in notes}
    shown |= {due.todo.person_id for due in found if due.todo.person_id is not None}
    notices = list(notices_for(user, on=on)[:SHOWN_PER_GROUP])
    showed(request, len(shown | {one.enrolment.person_id for one in notices}))
    to_approve = contracts_to_approve(user, on=on).count() if Permission.CONTRACT_APPROVE in may else 0
    context = {"appointments": appointments, "groups": groups, "Outcome": Outcome, "to_approve": to_approve}
    context["notes"] = notes
    context |= {"notices": notices, "labels": Labels(on=on)}
    return render(request, "desk/today.html", context)
