"""The agenda: a week Monday first, or one day; appointments and group sessions by hour."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jalons.agenda.models import Outcome
from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.sites.desk.agenda_week import Item, items_between
from jalons.sites.desk.scope import ALL, choice, whose
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.once import acts_once
from jalons.ui.filters import Choice, Option, chosen

WEEK, DAY = timedelta(days=7), timedelta(days=1)
VIEWS = (Option("semaine", "Semaine"), Option("jour", "Jour"))


@screen(permission=Permission.APPOINTMENT_WRITE, trace="list")
@acts_once
def agenda(request: HttpRequest) -> HttpResponse:
    """Show a week or a day of appointments: the user's, or the organisation's."""
    user, on = user_of(request), clock.today()
    one_day = chosen(request.GET, "vue", [one.value for one in VIEWS]) == "jour"
    day = _day(request.GET.get("jour") or request.GET.get("semaine") or "", on)
    step = DAY if one_day else WEEK
    first = day if one_day else day - timedelta(days=day.weekday())
    asked = whose(request.GET, user, on=on)
    found = items_between(user, on=on, first=first, last=first + step - DAY, everybody=asked == ALL)
    showed(request, len({one.appointment.person_id for one in _all(found) if one.appointment}))
    context = {
        "first": first,
        "one_day": one_day,
        "previous": first - step,
        "following": first + step,
        "days": [(first + timedelta(days=n), found.get(first + timedelta(days=n), [])) for n in range(step.days)],
        "printable": [day for day, items in found.items() if _printable(items)],
        "view": Choice("vue", "Vue", list(VIEWS), "jour" if one_day else "semaine", required=True),
        "whose": choice(asked, user, on=on, mine="Mes rendez-vous"),
        "Outcome": Outcome,
    }
    return render(request, "desk/agenda.html", context)


def _all(found: dict[date, list[Item]]) -> list[Item]:
    return [one for items in found.values() for one in items]


def _printable(items: list[Item]) -> bool:
    return any(
        one.appointment is not None and one.appointment.outcome in (Outcome.PLANNED, Outcome.HELD) for one in items
    )


def _day(text: str, on: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return on
