"""« Émarger »: the hours, the sentence, the hands; the hours corrected; an absence justified; presence over a year."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from jalons.agenda.models import Appointment, Mode, Outcome
from jalons.agenda.operations import Hand, correct_hours, justify, sign_in, take_back_outcome
from jalons.agenda.papers import hours_of, statement
from jalons.agenda.queries import attendances, between, contacts_of
from jalons.agenda.reference import justifications
from jalons.agenda.windows import justification_window
from jalons.documents.models import IdentityCheck, SignerKind
from jalons.kernel import clock
from jalons.network.permissions import Permission, require
from jalons.people.models import Person
from jalons.sites.desk.forms import instant
from jalons.sites.desk.forms_agenda import HoursForm, JustifyForm, MistakeForm, SignInForm
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.once import acts_once
from jalons.ui.filters import Choice, Option
from jalons.ui.forms import FrenchTimeField, refusals_on
from jalons.ui.french import PARIS

YEARS_SHOWN = 4


@screen(permission=Permission.APPOINTMENT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def sign(request: HttpRequest, person: Person, appointment_id: int) -> HttpResponse:
    """Show the sentence to sign for the hours asked; receive the hands."""
    appointment = appointment_of(request, person, appointment_id)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        start, end = (instant(appointment.on_date, form.cleaned_data[name]) for name in ("start", "end"))
        with refusals_on(form):
            sign_in(
                actor=user_of(request),
                on=clock.today(),
                appointment_id=appointment.pk,
                starts_at=start,
                ends_at=end,
                sha256=form.cleaned_data["sha256"],
                hands=_hands(form),
            )
        if form.is_valid():
            messages.success(request, "Émargement enregistré.")
            return redirect(_back(request, person, appointment))
    return _sign_page(request, person, appointment, form if request.method == "POST" else None)


def _hands(form: SignInForm) -> list[Hand]:
    data = form.cleaned_data
    hands = [Hand(SignerKind.BENEFICIARY, IdentityCheck(data["identity"]), data["person"])]
    if data["professional"]:
        hands.append(Hand(SignerKind.PROFESSIONAL, IdentityCheck.ACCOUNT, data["professional"]))
    return hands


def _sign_page(request: HttpRequest, person: Person, appointment: Appointment, form: SignInForm | None) -> HttpResponse:
    (found,) = attendances([appointment])
    asked = request.POST if form is not None else request.GET
    start = _hour(asked.get("start", ""), appointment.real_start or appointment.starts_at)
    end = _hour(asked.get("end", ""), appointment.real_end or appointment.ends_at)
    starts_at, ends_at = instant(appointment.on_date, start), instant(appointment.on_date, end)
    ordered = starts_at < ends_at
    sentence = statement(appointment, SignerKind.BENEFICIARY, starts_at, ends_at) if ordered else ""
    initial = {"sha256": hashlib.sha256(sentence.encode()).hexdigest(), "start": start, "end": end}
    hours = HoursForm(initial={"start": start, "end": end})
    if not ordered:
        hours = HoursForm({"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"})
        hours.add_error("end", "La fin doit venir après le début.")
    context = {
        "person": person,
        "appointment": appointment,
        "found": found,
        "sentence": sentence,
        "may_sign": appointment.outcome in (Outcome.PLANNED, Outcome.HELD)
        and appointment.on_date <= clock.today()
        and found.signed is None,
        "to_come": appointment.on_date > clock.today(),
        "hours": hours,
        "form": form or SignInForm(initial=initial),
        "user": user_of(request),
        "back": _back(request, person, appointment),
    }
    return render(request, "desk/sign_in.html", context)


def _hour(text: str, default: datetime) -> time:
    found = default.astimezone(PARIS).time().replace(second=0, microsecond=0)
    try:
        typed: time | None = FrenchTimeField(required=False).clean(text)
    except ValidationError:
        return found
    return typed or found


@screen(permission=Permission.APPOINTMENT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def hours(request: HttpRequest, person: Person, appointment_id: int) -> HttpResponse:
    """Correct the real hours of an appointment that took place."""
    appointment = appointment_of(request, person, appointment_id)
    start, end = appointment.real_start or appointment.starts_at, appointment.real_end or appointment.ends_at
    initial = {"start": start.astimezone(PARIS).time(), "end": end.astimezone(PARIS).time()}
    form = HoursForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        first, last = form.instants(appointment.on_date)
        with refusals_on(form):
            correct_hours(
                actor=user_of(request), on=clock.today(), appointment_id=appointment.pk, real_start=first, real_end=last
            )
        if form.is_valid():
            messages.success(request, "Heures corrigées. Si ce rendez-vous était émargé, il est à émarger de nouveau.")
            return redirect("desk:presence", person.key)
    lead = "Ce qui était signé pour d’autres heures perd son effet."
    context = {"person": person, "form": form, "title": "Corriger les heures", "lead": lead, "submit": "Corriger"}
    return render(request, "desk/form.html", context)


@screen(permission=Permission.APPOINTMENT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def mistaken(request: HttpRequest, person: Person, appointment_id: int) -> HttpResponse:
    """Say that an appointment was noted by mistake, and why."""
    appointment = appointment_of(request, person, appointment_id)
    form = MistakeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            found = take_back_outcome(
                actor=user_of(request),
                on=clock.today(),
                at=clock.instant(),
                appointment_id=appointment.pk,
                reason=form.cleaned_data["reason"],
            )
        if form.is_valid():
            expected = found.outcome == Outcome.PLANNED
            then = "il est de nouveau prévu." if expected else "il ne compte plus."
            messages.success(request, f"Rendez-vous noté par erreur : {then}")
            return redirect("desk:presence", person.key)
    lead = "Il reste visible comme « noté par erreur » et ne compte plus ; son compte rendu et ses signatures sont retirés."
    if appointment.starts_at > clock.instant():
        lead = "Il n’a pas commencé : il redevient « prévu » ; son compte rendu et ses signatures sont retirés."
    context = {"person": person, "form": form, "title": "Noté par erreur", "lead": lead, "submit": "Retirer"}
    return render(request, "desk/form.html", context)


@screen(permission=Permission.APPOINTMENT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def justified(request: HttpRequest, person: Person, appointment_id: int) -> HttpResponse:
    """Justify an absence afterwards: a kind that is not medical, or nothing."""
    appointment = appointment_of(request, person, appointment_id)
    form = JustifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            justify(
                actor=user_of(request),
                on=clock.today(),
                appointment_id=appointment.pk,
                justification=form.cleaned_data["justification"],
            )
        if form.is_valid():
            messages.success(request, "Absence justifiée. Elle ne compte plus pour un signalement.")
            return redirect("desk:presence", person.key)
    window = justification_window(appointment)
    lead = (
        f"Jusqu’à {window.days} jours après l’absence ({window.asked.citation})."
        if window
        else "Vous appréciez ce qui justifie l’absence ; aucun délai n’est écrit."
    )
    context = {"person": person, "form": form, "title": "Justifier l’absence", "lead": lead, "submit": "Justifier"}
    return render(request, "desk/form.html", context)


@screen(permission=Permission.APPOINTMENT_WRITE, trace="file", of_person=True)
def presence(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the appointments of a year: who came, what is signed and written, what counts, each kind apart."""
    on = clock.today()
    years = [str(on.year - number) for number in range(YEARS_SHOWN)]
    year = request.GET.get("annee", "")
    year = year if year in years else years[0]
    rows = between(person.pk, first=date(int(year), 1, 1), last=date(int(year), 12, 31))
    found = attendances(rows)
    contacts = contacts_of(rows)
    context: dict[str, Any] = {
        "person": person,
        "rows": found,
        "contacts": contacts,
        "remote": [(Mode(mode).label, many) for mode, many in (contacts.remote or {}).items()],
        "counted": hours_of(sum(one.minutes for one in found)),
        "asked": next((one.asked for one in found if one.asked), None),
        "incomplete": sum(bool(one.missing) for one in found),
        "year": Choice("annee", "Année", [Option(one, one) for one in years], year, required=True),
        "justifications": justifications(),
        "hours_of": hours_of,
        "Outcome": Outcome,
    }
    return render(request, "desk/presence.html", context)


def appointment_of(request: HttpRequest, person: Person, appointment_id: int) -> Appointment:
    """Return an appointment of a person that the user may write: « page introuvable » for any other person's, refused when it
    is another organisation's."""
    rows = Appointment.objects.filter(pk=appointment_id, person=person)
    found = rows.select_related("person", "organisation", "session", "caseworker").first()
    if found is None:
        raise Http404("appointment")
    write = Permission.APPOINTMENT_WRITE
    require(user_of(request), write, on=clock.today(), organisation_id=found.organisation_id)
    return found


def _back(request: HttpRequest, person: Person, appointment: Appointment) -> str:
    asked = request.POST.get("next", "") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}):
        return asked
    if appointment.session_id is not None:
        return reverse("desk:session", args=[appointment.session_id])
    return reverse("desk:presence", args=[person.key])
