"""The week as a list, Monday first."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jalons.agenda.models import Appointment, Outcome
from jalons.kernel import clock
from jalons.network.permissions import Permission, memberships
from jalons.people.permissions import reachable_persons
from jalons.sites.desk.scope import ALL, choice, whose
from jalons.sites.frame.access import screen, showed, user_of

WEEK = timedelta(days=7)


@screen(permission=Permission.APPOINTMENT_WRITE, trace="list")
def agenda(request: HttpRequest) -> HttpResponse:
    """Show a week of appointments: the user's, or the organisation's."""
    user, on = user_of(request), clock.today()
    monday = _monday(request.GET.get("semaine", ""), on)
    asked = whose(request.GET, user, on=on)
    rows = Appointment.objects.filter(on_date__gte=monday, on_date__lt=monday + WEEK).exclude(
        outcome__in=(Outcome.MOVED, Outcome.CANCELLED)
    )
    places = [row.organisation_id for row in memberships(user, on=on) if row.organisation_id is not None]
    rows = rows.filter(organisation__in=places) if asked == ALL else rows.filter(caseworker=user)
    reach = reachable_persons(user, on=on, permission=Permission.APPOINTMENT_WRITE)
    found = list(
        rows.filter(person__in=reach).select_related("person", "caseworker", "session").order_by("starts_at", "pk")
    )
    showed(request, len({one.person_id for one in found}))
    days = [monday + timedelta(days=number) for number in range(7)]
    context = {
        "monday": monday,
        "previous": monday - WEEK,
        "following": monday + WEEK,
        "days": [(day, [one for one in found if one.on_date == day]) for day in days],
        "whose": choice(asked, user, on=on, mine="Mes rendez-vous"),
        "Outcome": Outcome,
    }
    return render(request, "desk/agenda.html", context)


def _monday(text: str, on: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = on
    return day - timedelta(days=day.weekday())
