"""« Suivi des actions »: the figures of the actions a body follows, and what its meetings retained (R-066)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.agreements.permissions import readable_lines
from jalons.kernel import clock
from jalons.network.models import Authority
from jalons.network.permissions import Permission, may, memberships
from jalons.pathways.operations import record_follow_up_meeting
from jalons.pathways.queries.follow_up_meetings import followed_actions, meetings_of
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.steering.forms_team import FollowUpMeetingForm
from jalons.ui.forms import refusals_on
from jalons.ui.tables import Column, page_of

FIGURES = (
    Column("Action"),
    Column("Places", "num"),
    Column("Personnes accompagnées", "num"),
    Column("Entrées sans analyse", "num"),
    Column("Équipes incomplètes", "num"),
    Column("Noter"),
)
MEETINGS = (Column("Le"), Column("Instance"), Column("Action"), Column("Chiffres du jour"), Column("Ce qui est retenu"))


@screen(permission=Permission.AGREEMENT_READ)
def follow_up(request: HttpRequest) -> HttpResponse:
    """Show the actions that a body follows, then its meetings, the last first. No person is named."""
    user, on = user_of(request), clock.today()
    authority, labels = _authority(request), Labels(on=on)
    rows = (
        followed_actions(readable_lines(user, on=on), authority_id=authority.pk, on=on, shelf=labels.shelf)
        if authority
        else []
    )
    page = page_of(request, meetings_of(authority.pk if authority else 0, [one.action_code for one in rows]))
    context = {
        "rows": rows,
        "page": page,
        "columns": FIGURES,
        "meeting_columns": MEETINGS,
        "labels": labels,
        "body": {one.code: one.label for row in rows for one in row.bodies},
        "may_note": authority is not None and may(user, Permission.FIGURE_FREEZE, on=on, authority_id=authority.pk),
    }
    return render(request, "steering/follow_up.html", context)


@screen(permission=Permission.FIGURE_FREEZE, methods=("GET", "POST"))
def note_follow_up(request: HttpRequest, action_code: str) -> HttpResponse:
    """Note what a body retained of an action."""
    user, on = user_of(request), clock.today()
    authority, labels = _authority(request), Labels(on=on)
    bodies = labels.rules(action_code).follow_up_bodies
    if authority is None or not bodies:
        messages.info(request, "Le cadre de cette action ne nomme aucune instance de suivi.")
        return redirect("steering:follow_up")
    form = FollowUpMeetingForm(
        request.POST or None, bodies=[(one.code, one.label) for one in bodies], initial={"held_on": on}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            record_follow_up_meeting(
                actor=user, on=on, authority_id=authority.pk, action_code=action_code, **form.cleaned_data
            )
        if form.is_valid():
            messages.success(request, "Réunion notée, avec les chiffres de son jour.")
            return redirect("steering:follow_up")
    return render(
        request, "steering/follow_up_note.html", {"form": form, "bodies": bodies, "action": labels.action(action_code)}
    )


def _authority(request: HttpRequest) -> Authority | None:
    """The authority for which the user works, directly or by their organisation."""
    for one in memberships(user_of(request), on=clock.today()):
        place = one.authority or (one.organisation.authority if one.organisation else None)
        if place is not None:
            return place
    return None
