"""« Échéances »: everything due, with its reason, filtered by date and by obligation."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.sites.desk.due import in_words, spans, todos_of
from jalons.sites.desk.scope import MINE, choice, whose
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.words import Words
from jalons.todos.queries import MOMENTS
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.tables import page_of


@screen(permission=Permission.APPOINTMENT_WRITE, trace="list")
def todos(request: HttpRequest) -> HttpResponse:
    """Show what is due for the user's persons, or the whole organisation's."""
    user, on = user_of(request), clock.today()
    asked = whose(request.GET, user, on=on)
    rows = todos_of(user, on=on, mine=asked == MINE)
    cuts = spans(on=on)
    numbers = rows.order_by().aggregate(
        total=Count("pk"), **{name: Count("pk", filter=span) for name, span in cuts.items()}
    )
    when = chosen(request.GET, "quand", cuts)
    if when:
        rows = rows.filter(cuts[when])
    rows.count = lambda: numbers[when or "total"]  # type: ignore[method-assign] # counted once, with the filters
    page = page_of(request, rows)
    dues = in_words(page.object_list, Words(on=on))
    showed(request, len({due.todo.person_id for due in dues}))
    context = {
        "page": page,
        "dues": dues,
        "when": Choice("quand", "Quand", [Option(code, label, numbers[code]) for code, label in MOMENTS.items()], when),
        "whose": choice(asked, user, on=on),
    }
    return render(request, "desk/todos.html", context)
