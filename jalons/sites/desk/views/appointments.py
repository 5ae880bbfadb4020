"""Appointments: plan one, write one that took place, say what became of one, write its report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from jalons.agenda.models import Appointment, AppointmentKind, Mode, Outcome
from jalons.agenda.operations import (
    NewAppointment,
    ReportChanged,
    WrittenAlready,
    cancel,
    cancel_series,
    move,
    plan,
    plan_series,
    record_held,
    record_outcome,
    write_note,
)
from jalons.agenda.queries import overlapping
from jalons.casefile.rules import together
from jalons.kernel import clock
from jalons.kernel.refusals import Refusal
from jalons.network.permissions import Permission, require
from jalons.people.models import Person
from jalons.sites.desk.forms import HeldForm, NoteForm, PlannedForm, WhenForm, last_quarter
from jalons.sites.desk.forms_agenda import RepeatForm
from jalons.sites.desk.places import acting_organisation, running_enrolments
from jalons.sites.frame.access import screen, user_of
from jalons.ui.forms import refusals_on
from jalons.ui.french import PARIS, typography

NO_PLACE = "Cette personne n’est pas accompagnée par un organisme où vous exercez."
OUTCOMES = {"venu": Outcome.HELD, "excuse": Outcome.JUSTIFIED_ABSENCE, "absent": Outcome.UNJUSTIFIED_ABSENCE}


@screen(permission=Permission.APPOINTMENT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def add_planned(request: HttpRequest, person: Person) -> HttpResponse:
    """Plan an appointment."""
    return _add(request, person, held=False)


@screen(permission=Permission.APPOINTMENT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def add_held(request: HttpRequest, person: Person) -> HttpResponse:
    """« RDV fait »: everything is filled in but the note."""
    return _add(request, person, held=True)


def _add(request: HttpRequest, person: Person, *, held: bool) -> HttpResponse:
    user, on = user_of(request), clock.today()
    organisation = acting_organisation(user, running_enrolments(person, on=on), on=on)
    initial = {
        "day": on,
        "start": last_quarter(45) if held else None,
        "minutes": 45,
        "kind": AppointmentKind.INDIVIDUAL,
        "mode": Mode.FACE_TO_FACE,
    }
    form_class = HeldForm if held else PlannedForm
    form = form_class(request.POST or None, initial=initial)
    repeat = None if held else RepeatForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (repeat is None or repeat.is_valid()):
        many, data = 1, form.cleaned_data
        with refusals_on(form):
            if organisation is None:
                raise Refusal(NO_PLACE, code="no_organisation")
            common: dict[str, Any] = {
                "actor": user, "on": on, "person_id": person.pk, "organisation_id": organisation.pk,
                "caseworker_id": user.pk, **{name: data[name] for name in ("starts_at", "ends_at", "kind", "mode")},
            }  # fmt: skip
            many = _written(common, data, repeat.interval() if repeat else None, held=held)
        if form.is_valid():
            _say(request, held, many)
            if not held and overlapping(user.pk, data["starts_at"], data["ends_at"]) > 1:
                messages.warning(request, "Vous avez un autre rendez-vous à cette heure-là.")
            return redirect("desk:person", person.key)
    title = "Rendez-vous fait" if held else "Prévoir un rendez-vous"
    context = {
        "person": person,
        "form": form,
        "title": title,
        "submit": "Enregistrer",
        "last": "note" if held else "place",
        "repeat": repeat,
    }
    return render(request, "desk/appointment_form.html", context)


def _written(common: dict[str, Any], data: dict[str, Any], interval: dict[str, Any] | None, *, held: bool) -> int:
    """Write what was typed and return how many appointments it makes; what a first click wrote already is left as it is."""
    try:
        if held:
            record_held(**common, note=data["note"])
            return 1
        return _planned(common, data["place"], interval)
    except WrittenAlready:
        if not _as_written(common, data.get("note", ""), held=held):
            raise
        return 1


def _planned(common: dict[str, Any], place: str, interval: dict[str, Any] | None) -> int:
    """Plan once or again; return how many appointments were written."""
    if interval is None:
        plan(**common, place=place)
        return 1
    first = NewAppointment(
        place=place, **{name: value for name, value in common.items() if name not in ("actor", "on")}
    )
    return len(plan_series(actor=common["actor"], on=common["on"], first=first, **interval))


def _as_written(common: dict[str, Any], note: str, *, held: bool) -> bool:
    """Tell whether what stands is what was typed: a second click then reads as the first, nothing typed is lost."""
    given = {name: value for name, value in common.items() if name not in ("actor", "on")}
    outcome = Outcome.HELD if held else Outcome.PLANNED
    rows = Appointment.objects.filter(**given, outcome=outcome, session__isnull=True)
    return any(_same(one.note, note) for one in rows)


def _same(kept: str, typed: str) -> bool:
    return kept.replace("\r\n", "\n").strip() == typed.replace("\r\n", "\n").strip()


def _say(request: HttpRequest, held: bool, many: int) -> None:
    one = "Rendez-vous enregistré." if held else "Rendez-vous prévu."
    messages.success(request, one if many == 1 else f"{many} rendez-vous prévus.")


@screen(permission=Permission.APPOINTMENT_WRITE, of_person=True, methods=("POST",))
def outcome(request: HttpRequest, person: Person, appointment_id: int) -> HttpResponse:
    """Say with one key what became of an appointment, then go back where the key was pressed."""
    appointment = _of(request, person, appointment_id)
    wanted = OUTCOMES.get(request.POST.get("outcome", ""))
    if wanted is None:
        raise Http404("outcome")
    try:
        record_outcome(actor=user_of(request), on=clock.today(), appointment_id=appointment.pk, outcome=wanted)
    except Refusal as refusal:
        messages.error(request, typography(refusal.sentence))
    else:
        messages.success(request, typography(f"{person.full_name} : {wanted.label.lower()}."))
    return redirect(_back(request, person))


@screen(permission=Permission.APPOINTMENT_WRITE, of_person=True, methods=("POST",))
def cancelled(request: HttpRequest, person: Person, appointment_id: int) -> HttpResponse:
    """Cancel an appointment on the organisation's side."""
    appointment = _of(request, person, appointment_id)
    try:
        if request.POST.get("serie"):
            cancel_series(actor=user_of(request), on=clock.today(), appointment_id=appointment.pk)
        else:
            cancel(actor=user_of(request), on=clock.today(), appointment_id=appointment.pk)
    except Refusal as refusal:
        messages.error(request, typography(refusal.sentence))
    else:
        messages.success(request, "Rendez-vous annulé. Il ne compte ni comme venu ni comme absent.")
    return redirect(_back(request, person))


@screen(permission=Permission.APPOINTMENT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def moved(request: HttpRequest, person: Person, appointment_id: int) -> HttpResponse:
    """Move an appointment to another day or hour."""
    appointment = _of(request, person, appointment_id)
    starts = appointment.starts_at.astimezone(PARIS)
    minutes = int((appointment.ends_at - appointment.starts_at).total_seconds() // 60)
    form = WhenForm(request.POST or None, initial={"day": starts.date(), "start": starts.time(), "minutes": minutes})
    if request.method == "POST" and form.is_valid():
        times = {name: form.cleaned_data[name] for name in ("starts_at", "ends_at")}
        with refusals_on(form):
            move(actor=user_of(request), on=clock.today(), appointment_id=appointment.pk, **times)
        if form.is_valid():
            messages.success(request, "Rendez-vous déplacé.")
            return redirect("desk:person", person.key)
    return render(
        request,
        "desk/form.html",
        {"person": person, "form": form, "title": "Déplacer le rendez-vous", "submit": "Déplacer"},
    )


@screen(permission=Permission.NOTE_READ, trace="file", of_person=True, methods=("GET", "POST"))
def note(request: HttpRequest, person: Person, appointment_id: int) -> HttpResponse:
    """Write the report of an appointment."""
    appointment = _of(request, person, appointment_id)
    form = NoteForm(request.POST or None, initial={"note": appointment.note, "seen": appointment.note})
    if request.method == "POST" and form.is_valid():
        mine, seen = form.cleaned_data["note"], form.cleaned_data["seen"] if "seen" in request.POST else None
        with refusals_on(form):
            try:
                write_note(
                    actor=user_of(request), on=clock.today(), appointment_id=appointment.pk, note=mine, seen=seen
                )
            except ReportChanged as told:
                proposed = {"note": together(seen or "", told.text, mine), "seen": told.text}
                context = {"person": person, "theirs": told.text, "mine": mine, "sentence": told.sentence}
                shown = {**context, "form": NoteForm(initial=proposed)}
                return render(request, "desk/report_both.html", shown, status=409)
        if form.is_valid():
            messages.success(request, "Compte rendu enregistré.")
            return redirect("desk:person", person.key)
    return render(
        request,
        "desk/form.html",
        {"person": person, "form": form, "title": "Compte rendu du rendez-vous", "submit": "Enregistrer"},
    )


def _of(request: HttpRequest, person: Person, appointment_id: int) -> Appointment:
    """Return an appointment of a person; refused to who could not write it, before anything is typed."""
    found = Appointment.objects.filter(pk=appointment_id, person=person).first()
    if found is None:
        raise Http404("appointment")
    write = Permission.APPOINTMENT_WRITE
    require(user_of(request), write, on=clock.today(), organisation_id=found.organisation_id)
    return found


def _back(request: HttpRequest, person: Person) -> str:
    asked = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}):
        return asked
    return reverse("desk:person", args=[person.key])
