"""Information sessions: plan one, convene, say who came, and orient at the end (R-033…R-035)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.agenda.models import GroupSession, Outcome
from jalons.agenda.operations import Presence
from jalons.agenda.operations.information_sessions import (
    cancel_information_session,
    convene,
    places_left,
    plan_information_session,
    record_attendance,
)
from jalons.agenda.rules import local_day
from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.network.queries import authorities_of
from jalons.pathways.grids import exemptions
from jalons.pathways.operations import exempt_from_session, withdraw_exemption
from jalons.pathways.orientation_rules import SessionRule, due_on, session_rules
from jalons.pathways.queries.sessions import (
    Invited,
    exemption_of,
    hosts,
    invited_to,
    persons_to_convene,
    sessions_of_authorities,
)
from jalons.people.models import Person
from jalons.rulebooks.french.words import ANCHORS
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.telling import refusals_told
from jalons.sites.steering.forms_orienting import ExemptionForm, SessionForm
from jalons.sites.steering.orienting_tabs import tabs
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.forms import refusals_on
from jalons.ui.french import PARIS, plural, typography
from jalons.ui.tables import Column, page_of

COLUMNS = (
    Column("Jour"), Column("Lieu"), Column("Organisme"), Column("Invitées", "num"), Column("Présentes", "num"),
    Column("Absentes", "num"), Column("Places", "num"),
)  # fmt: skip
CONVENE_COLUMNS = (
    Column("Personne"),
    Column("Territoire"),
    Column("Droits et devoirs depuis"),
    Column("Échéance"),
    Column("Où elle en est"),
)
PRESENCES = {
    Outcome.HELD.value: "Présente",
    Outcome.JUSTIFIED_ABSENCE.value: "Excusée",
    Outcome.UNJUSTIFIED_ABSENCE.value: "Absente",
}
MOMENTS = {"passees": "Séances passées"}
STATES = {"invitees": "Déjà invitées", "absentes": "Absentes une fois"}


def _numbers(values: list[str]) -> list[int]:
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19]


@screen(permission=Permission.ORIENTATION_DECIDE)
def sessions(request: HttpRequest) -> HttpResponse:
    """Show the sessions to come, or those held, with who came."""
    user, on = user_of(request), clock.today()
    moment = chosen(request.GET, "quand", MOMENTS)
    rows = sessions_of_authorities(user, on=on)
    today = _midnight(on)
    rows = (
        rows.filter(starts_at__lt=today).order_by("-starts_at", "-pk")
        if moment
        else rows.filter(starts_at__gte=today).order_by("starts_at", "pk")
    )
    context = {
        "page": page_of(request, rows),
        "columns": COLUMNS,
        "moment": moment,
        "choices": [Choice("quand", "Séances à venir", [Option(*one) for one in MOMENTS.items()], moment)],
        "to_convene": persons_to_convene(user, on=on).filter(invited_on=None).count(),
        "tabs": tabs(user, "steering:sessions", on=on),
    }
    return render(request, "steering/sessions.html", context)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=PARIS)


@screen(permission=Permission.ORIENTATION_DECIDE, methods=("GET", "POST"))
@acts_once
def session_new(request: HttpRequest) -> HttpResponse:
    """Plan a session."""
    user, on = user_of(request), clock.today()
    form = SessionForm(request.POST or None, hosts=[(one.pk, one.name) for one in hosts(user, on=on)])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            made = plan_information_session(
                actor=user, on=on, organisation_id=data["organisation"], starts_at=data["starts_at"],
                ends_at=data["ends_at"], place=data["place"], capacity=data["capacity"],
            )  # fmt: skip
        if form.is_valid():
            messages.success(request, "Information collective prévue. Choisissez maintenant qui convoquer.")
            return redirect("steering:session_convene", made.pk)
    return render(request, "steering/session_new.html", {"form": form})


def _found(user: User, session_id: int, *, on: date) -> GroupSession:
    found = sessions_of_authorities(user, on=on).filter(pk=session_id).first()
    if found is None:
        raise Http404("session")
    row: GroupSession = found
    return row


@screen(permission=Permission.ORIENTATION_DECIDE, trace="list", methods=("GET", "POST"))
def session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Show who is invited; say who came; lead to the evaluation of each person present."""
    user, on = user_of(request), clock.today()
    found = _found(user, session_id, on=on)
    if request.method == "POST":
        with refusals_told(request):
            record_attendance(
                actor=user, on=on, session_id=found.pk, became=_became(request, invited_to(found, user, on=on))
            )
            messages.success(request, "Présences enregistrées.")
        return redirect("steering:session", found.pk)
    rows = invited_to(found, user, on=on)
    showed(request, len(rows))
    day = local_day(found.starts_at)
    context = {
        "session": found,
        "rows": rows,
        "day": day,
        "begun": day <= on,
        "left": places_left(found),
        "presences": PRESENCES,
        "signed": any(row.appointment.outcome not in ("planned", "cancelled") for row in rows),
    }
    return render(request, "steering/session.html", context)


def _became(request: HttpRequest, rows: list[Invited]) -> dict[int, Presence]:
    """Read one value per person shown; what was not touched is not sent again, so that two officers may note together."""
    found = {}
    for row in rows:
        pk = row.appointment.person_id
        value, seen = request.POST.get(f"presence_{pk}", ""), request.POST.get(f"seen_{pk}", "")
        if value in PRESENCES and value != seen:
            found[pk] = Presence(Outcome(value))
    return found


@screen(permission=Permission.ORIENTATION_DECIDE, methods=("POST",))
def session_cancel(request: HttpRequest, session_id: int) -> HttpResponse:
    """Cancel a session to come."""
    user, on = user_of(request), clock.today()
    found = _found(user, session_id, on=on)
    with refusals_told(request):
        cancel_information_session(actor=user, on=on, session_id=found.pk)
        messages.success(request, "Information collective annulée : les personnes sont de nouveau à convoquer.")
    return redirect("steering:session", found.pk)


@screen(permission=Permission.ORIENTATION_DECIDE, trace="list", methods=("GET", "POST"))
def session_convene(request: HttpRequest, session_id: int) -> HttpResponse:
    """Choose whom to convene among the persons to meet, the longest waiting first."""
    user, on = user_of(request), clock.today()
    found = _found(user, session_id, on=on)
    if request.method == "POST":
        return _convene(request, found)
    authorities = list(authorities_of(user, on=on))
    mine = session_rules([one.code for one in authorities], on=on)
    rows, state = _to_convene(request, user, mine, on=on)
    page = page_of(request, rows)
    showed(request, len(page.object_list))
    left = places_left(found)
    rules = {one.pk: mine[one.code] for one in authorities if one.code in mine}
    context = {
        "session": found,
        "page": page,
        "columns": CONVENE_COLUMNS,
        "choices": [Choice("etat", "À convoquer", [Option(*one) for one in STATES.items()], state)],
        "left": left,
        "starts": sorted({ANCHORS[one.starts_from] for one in rules.values()}),
        "due": {
            person.pk: due_on(person.counted_from, rule.delay)
            for person in page.object_list
            if (rule := rules.get(person.authority_id)) is not None and person.counted_from is not None
        },
        "exemption": ExemptionForm(),
    }
    return render(request, "steering/session_convene.html", context)


def _to_convene(
    request: HttpRequest, user: User, rules: Mapping[str, SessionRule], *, on: date
) -> tuple[QuerySet[Any], str]:
    state = chosen(request.GET, "etat", STATES)
    rows = persons_to_convene(user, on=on, rules=rules)
    if state == "invitees":
        return rows.exclude(invited_on=None), state
    rows = rows.filter(invited_on=None)
    return (rows.filter(missed=True) if state == "absentes" else rows), state


def _convene(request: HttpRequest, found: GroupSession) -> HttpResponse:
    user, on = user_of(request), clock.today()
    persons = _numbers(request.POST.getlist("chosen"))
    if not persons and request.POST.get("fill"):
        left = places_left(found)
        waiting = persons_to_convene(user, on=on).filter(invited_on=None).values_list("pk", flat=True)
        persons = list(waiting[: left if left is not None else 200])
    if not persons:
        messages.warning(request, "Choisissez au moins une personne.")
        return redirect("steering:session_convene", found.pk)
    try:
        rows = convene(actor=user, on=on, session_id=found.pk, person_ids=persons)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, typography(refusal.sentence))
        return redirect("steering:session_convene", found.pk)
    showed(request, len(rows))
    if rows:
        messages.success(request, f"{plural(len(rows), 'personne convoquée', 'personnes convoquées')}.")
    if (busy := len(set(persons)) - len(rows)) > 0:
        words = plural(busy, "personne attend", "personnes attendent")
        messages.warning(request, f"{words} déjà une information collective : laissées telles quelles.")
    return redirect("steering:session", found.pk)


@screen(permission=Permission.ORIENTATION_DECIDE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def session_exempt(request: HttpRequest, person: Person) -> HttpResponse:
    """Say that a person need not come."""
    user, on = user_of(request), clock.today()
    form = ExemptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            exempt_from_session(actor=user, on=on, person_id=person.pk, reason=form.cleaned_data["reason"])
        if form.is_valid():
            messages.success(request, "Dispense enregistrée.")
            return redirect("steering:session_exempt", person.key)
    context = {
        "form": form,
        "person": person,
        "exemption": exemption_of(person.pk, on=on),
        "reasons": exemptions(),
    }
    return render(request, "steering/session_exempt.html", context)


@screen(permission=Permission.ORIENTATION_DECIDE, of_person=True, methods=("POST",))
def session_exempt_not(request: HttpRequest, person: Person) -> HttpResponse:
    """Take an exemption back: the person is to convene again."""
    with refusals_told(request):
        withdraw_exemption(actor=user_of(request), on=clock.today(), person_id=person.pk)
        messages.success(request, "Dispense annulée : la personne est à convoquer.")
    return redirect("steering:session_exempt", person.key)
