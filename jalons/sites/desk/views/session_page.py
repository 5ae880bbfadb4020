"""One group session: who is expected, who came and when, the report, what they thought of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.agenda.models import Appointment, GroupSession, Outcome
from jalons.agenda.operations import (
    Presence,
    enrol_in_session,
    record_answers,
    record_presences,
    withdraw_from_session,
    write_session_report,
)
from jalons.agenda.queries import attendances
from jalons.agenda.reference import questions, session_forms
from jalons.agenda.rules import local_day
from jalons.kernel import clock
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.people.permissions import reachable_persons
from jalons.people.queries import Found, search
from jalons.sites.desk.forms_agenda import AnswersForm, PresenceForm, ReportForm
from jalons.sites.desk.rooms import session_of
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.telling import refusals_told
from jalons.ui.forms import refusals_on
from jalons.ui.french import typography

GONE = (Outcome.CANCELLED, Outcome.MOVED)
MOST_FOUND = 20
_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@screen(permission=Permission.APPOINTMENT_WRITE, trace="list")
@acts_once
def session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Show a group session."""
    found = session_of(user_of(request), session_id, on=clock.today())
    return _page(request, found)


@screen(permission=Permission.APPOINTMENT_WRITE, trace="list", methods=("POST",))
@acts_once
def presence(request: HttpRequest, session_id: int) -> HttpResponse:
    """Note who came, with their hours."""
    user, on = user_of(request), clock.today()
    found = session_of(user, session_id, on=on)
    rows = expected(user, found)
    form = PresenceForm(request.POST, day=local_day(found.starts_at), rows=rows)
    if form.is_valid():
        became = {}
        for one in rows:
            outcome = form.cleaned_data[f"outcome_{one.pk}"]
            if outcome:
                start, end = form.hours(one.pk)
                default = start or end
                became[one.person_id] = Presence(
                    Outcome(outcome),
                    (start or one.starts_at) if default and outcome == Outcome.HELD else None,
                    (end or one.ends_at) if default and outcome == Outcome.HELD else None,
                )
        with refusals_on(form):
            record_presences(actor=user, on=on, session_id=found.pk, became=became)
        if form.is_valid():
            messages.success(request, "Présences enregistrées.")
            return redirect("desk:session", found.pk)
    return _page(request, found, presence_form=form)


@screen(permission=Permission.APPOINTMENT_WRITE, trace="search", methods=("POST",))
@acts_once
def find(request: HttpRequest, session_id: int) -> HttpResponse:
    """Search whom to invite; the text comes by POST, so that addresses and logs name nobody."""
    user, on = user_of(request), clock.today()
    found = session_of(user, session_id, on=on)
    text = request.POST.get("q", "").strip()
    return _page(
        request,
        found,
        text=text,
        search_found=search(user, text, on=on, limit=MOST_FOUND, permission=Permission.APPOINTMENT_WRITE),
    )


@screen(permission=Permission.APPOINTMENT_WRITE, methods=("POST",))
def enrol(request: HttpRequest, session_id: int) -> HttpResponse:
    """Invite the persons chosen, by the keys of their files."""
    user, on = user_of(request), clock.today()
    found = session_of(user, session_id, on=on)
    keys = [one for one in request.POST.getlist("chosen") if _KEY.fullmatch(one)]
    reach = reachable_persons(user, on=on, permission=Permission.APPOINTMENT_WRITE)
    ids = list(reach.filter(key__in=keys).values_list("pk", flat=True)) if keys else []

    def act() -> None:
        if not ids:
            raise Refusal("Choisissez au moins une personne à inscrire.", code="session_nobody")
        enrol_in_session(actor=user, on=on, session_id=found.pk, person_ids=ids, caseworker_id=user.pk)

    return _acted(
        request, found, act, "Inscription enregistrée." if len(ids) < 2 else f"{len(ids)} inscriptions enregistrées."
    )


@screen(permission=Permission.APPOINTMENT_WRITE, methods=("POST",))
def withdraw(request: HttpRequest, session_id: int, appointment_id: int) -> HttpResponse:
    """Take somebody off a session."""
    user, on = user_of(request), clock.today()
    found = session_of(user, session_id, on=on)
    person_id = Appointment.objects.filter(pk=appointment_id, session=found).values_list("person_id", flat=True).first()

    def act() -> None:
        withdraw_from_session(actor=user, on=on, session_id=found.pk, person_id=person_id or 0)

    return _acted(request, found, act, "Inscription retirée.")


@screen(permission=Permission.NOTE_READ, trace="list", methods=("POST",))
@acts_once
def report(request: HttpRequest, session_id: int) -> HttpResponse:
    """Write one report for everybody present."""
    user, on = user_of(request), clock.today()
    found = session_of(user, session_id, on=on)
    form = ReportForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            many = write_session_report(actor=user, on=on, session_id=found.pk, note=form.cleaned_data["note"])
        if form.is_valid():
            words = f"Compte rendu ajouté à {many} dossiers." if many > 1 else "Compte rendu ajouté à un dossier."
            messages.success(request, words if many else "Personne n’attendait de compte rendu.")
            if beyond := found.appointments.filter(outcome=Outcome.HELD, note="").count():
                messages.warning(request, typography(f"Sans compte rendu, hors de votre périmètre\u202f: {beyond}."))
            return redirect("desk:session", found.pk)
    return _page(request, found, report_form=form)


@screen(permission=Permission.APPOINTMENT_WRITE, trace="list", methods=("POST",))
@acts_once
def answers(request: HttpRequest, session_id: int) -> HttpResponse:
    """Keep the short answers, counted together."""
    user, on = user_of(request), clock.today()
    found = session_of(user, session_id, on=on)
    form = AnswersForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            record_answers(actor=user, on=on, session_id=found.pk, answers=form.counts())
        if form.is_valid():
            messages.success(request, "Réponses enregistrées.")
            return redirect("desk:session", found.pk)
    return _page(request, found, answers_form=form)


def _acted(request: HttpRequest, session: GroupSession, act: Callable[[], Any], done: str) -> HttpResponse:
    with refusals_told(request):
        act()
        messages.success(request, done)
    return redirect("desk:session", session.pk)


def expected(user: User, session: GroupSession) -> list[Appointment]:
    """Return those expected at a session whom ``user`` reaches, by name."""
    reach = reachable_persons(user, on=clock.today(), permission=Permission.APPOINTMENT_WRITE)
    rows = session.appointments.exclude(outcome__in=GONE).filter(person__in=reach)
    return list(rows.select_related("person", "session", "organisation").order_by("person__folded", "pk"))


def _page(
    request: HttpRequest,
    session: GroupSession,
    *,
    presence_form: PresenceForm | None = None,
    report_form: ReportForm | None = None,
    answers_form: AnswersForm | None = None,
    text: str = "",
    search_found: Found | None = None,
) -> HttpResponse:
    user, on = user_of(request), clock.today()
    rows = expected(user, session)
    everybody = session.appointments.exclude(outcome__in=GONE).count()
    day = local_day(session.starts_at)
    given = {one.question: one for one in session.answers.all()}
    initial = {f"yes_{code}": one.yes for code, one in given.items()}
    initial |= {f"answers_{code}": one.answers for code, one in given.items()}
    already = {one.person_id for one in rows}
    found = [one for one in search_found.persons if one.pk not in already] if search_found else []
    showed(request, len(rows) + len(found))
    context = {
        "session": session,
        "form_label": session_forms().get(session.form, "Temps collectif"),
        "rows": attendances(rows),
        "others": everybody - len(rows),
        "invited": everybody,
        "left": None if session.capacity is None else max(session.capacity - everybody, 0),
        "past": day <= on,
        "waiting": any(one.outcome == Outcome.PLANNED for one in rows),
        "noted": any(one.outcome != Outcome.PLANNED for one in rows),
        "held": sum(one.outcome == Outcome.HELD for one in rows),
        "presence": presence_form or PresenceForm(day=day, rows=rows),
        "report": report_form or ReportForm(),
        "answers": answers_form or AnswersForm(initial=initial),
        "questions": questions(),
        "text": text,
        "searched": search_found,
        "found": found,
        "sheets": list(session.sheets.select_related("document").defer("document__raw").order_by("-pk")),
        "Outcome": Outcome,
    }
    return render(request, "desk/session.html", context)
