"""Group sessions: the list, one session with its places, its presence, its report; plan, change, cancel."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.agenda.models import GroupSession, Outcome
from jalons.agenda.operations import NewSession, cancel_session, change_session, plan_session, plan_session_series
from jalons.agenda.reference import session_forms
from jalons.kernel import clock
from jalons.kernel.refusals import Refusal
from jalons.network.permissions import Permission
from jalons.sites.desk.forms_agenda import RepeatForm, SessionForm
from jalons.sites.desk.rooms import colleagues, organisations_of, session_of
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.telling import refusals_told
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.forms import refusals_on
from jalons.ui.french import PARIS
from jalons.ui.tables import Column, page_of

WHEN = (Option("venir", "À venir"), Option("passes", "Passés"))


@screen(permission=Permission.APPOINTMENT_WRITE)
def sessions(request: HttpRequest) -> HttpResponse:
    """Show the group sessions to come or past, with the places left; nobody is named."""
    user, on = user_of(request), clock.today()
    when = chosen(request.GET, "quand", [one.value for one in WHEN]) or "venir"
    form = chosen(request.GET, "forme", session_forms())
    rows = GroupSession.objects.filter(organisation__in=[one.pk for one in organisations_of(user, on=on)])
    past = Q(starts_at__date__lt=on)
    rows = rows.filter(past) if when == "passes" else rows.exclude(past)
    if form:
        rows = rows.filter(form=form)
    live = ~Q(appointments__outcome__in=(Outcome.CANCELLED, Outcome.MOVED))
    rows = rows.select_related("animator", "organisation").annotate(
        invited=Count("appointments", filter=live),
        present=Count("appointments", filter=Q(appointments__outcome=Outcome.HELD)),
    )
    context = {
        "page": page_of(request, rows.order_by("-starts_at" if when == "passes" else "starts_at", "pk")),
        "columns": [
            Column("Quand"), Column("Temps collectif"), Column("Animé par"), Column("Inscrits", "num"),
            Column("Places", "num"), Column("Présents", "num"),
        ],
        "when": Choice("quand", "Quand", list(WHEN), when, required=True),
        "form": Choice("forme", "Forme", [Option(code, label) for code, label in session_forms().items()], form),
        "forms": session_forms(),
    }  # fmt: skip
    return render(request, "desk/sessions.html", context)


@screen(permission=Permission.APPOINTMENT_WRITE, methods=("GET", "POST"))
@acts_once
def add_session(request: HttpRequest) -> HttpResponse:
    """Plan a group session, once or again."""
    user, on = user_of(request), clock.today()
    organisation = next(iter(organisations_of(user, on=on)), None)
    form = SessionForm(
        request.POST or None,
        colleagues=colleagues(organisation.pk, on=on) if organisation else [],
        initial={"animator": user.pk, "minutes": 120, "day": on + timedelta(days=7)},
    )
    repeat = RepeatForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and repeat.is_valid():
        made: list[GroupSession] = []
        with refusals_on(form):
            if organisation is None:
                raise Refusal("Vous n’exercez dans aucun organisme aujourd’hui.", code="no_organisation")
            made = _planned(request, on, _new(organisation.pk, form.cleaned_data), repeat.interval())
        if form.is_valid():
            messages.success(
                request, "Temps collectif prévu." if len(made) == 1 else f"{len(made)} temps collectifs prévus."
            )
            return redirect("desk:session", made[0].pk)
    context = {"form": form, "repeat": repeat, "title": "Prévoir un temps collectif", "submit": "Prévoir"}
    return render(request, "desk/session_form.html", context)


def _planned(request: HttpRequest, on: date, new: NewSession, interval: dict[str, Any] | None) -> list[GroupSession]:
    user = user_of(request)
    if interval is not None:
        return plan_session_series(actor=user, on=on, first=new, **interval)
    return [
        plan_session(
            actor=user,
            on=on,
            organisation_id=new.organisation_id,
            theme=new.theme,
            starts_at=new.starts_at,
            ends_at=new.ends_at,
            place=new.place,
            capacity=new.capacity,
            form=new.form,
            animator_id=new.animator_id,
            preparation_minutes=new.preparation_minutes,
        )
    ]


@screen(permission=Permission.APPOINTMENT_WRITE, methods=("GET", "POST"))
def edit_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Change a group session for everybody."""
    user, on = user_of(request), clock.today()
    session = session_of(user, session_id, on=on)
    starts = session.starts_at.astimezone(PARIS)
    initial = {
        "day": starts.date(),
        "start": starts.time(),
        "minutes": int((session.ends_at - session.starts_at).total_seconds() // 60),
        "theme": session.theme,
        "form": session.form,
        "place": session.place,
        "capacity": session.capacity,
        "animator": session.animator_id,
        "preparation_minutes": session.preparation_minutes,
    }
    form = SessionForm(request.POST or None, colleagues=colleagues(session.organisation_id, on=on), initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            new = _new(session.organisation_id, form.cleaned_data, kind=session.kind)
            change_session(actor=user, on=on, at=clock.instant(), session_id=session.pk, new=new)
        if form.is_valid():
            messages.success(request, "Temps collectif modifié pour toutes les personnes attendues.")
            return redirect("desk:session", session.pk)
    context = {"form": form, "session": session, "title": "Modifier le temps collectif", "submit": "Modifier"}
    return render(request, "desk/session_form.html", context)


@screen(permission=Permission.APPOINTMENT_WRITE, methods=("POST",))
def drop_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Cancel a group session."""
    user, on = user_of(request), clock.today()
    session = session_of(user, session_id, on=on)
    with refusals_told(request):
        cancel_session(actor=user, on=on, session_id=session.pk)
        messages.success(request, "Temps collectif annulé. Il ne compte pour personne.")
    return redirect("desk:session", session.pk)


def _new(organisation_id: int, data: dict[str, Any], **more: Any) -> NewSession:
    return NewSession(
        organisation_id=organisation_id,
        theme=data["theme"],
        starts_at=data["starts_at"],
        ends_at=data["ends_at"],
        form=data["form"],
        place=data["place"],
        capacity=data["capacity"],
        animator_id=data["animator"],
        preparation_minutes=data["preparation_minutes"],
        **more,
    )
