"""Who is the référent unique: named or changed by the head, with what the next one has to know (R-046)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.casefile.rules import together
from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed
from jalons.network.models import RoleCode
from jalons.network.permissions import Permission
from jalons.network.queries import members
from jalons.pathways.models import HandoverNote
from jalons.pathways.operations import name_lead_caseworker, read_handover_note, write_handover_note
from jalons.pathways.operations.handover_notes import HandoverNoteChanged
from jalons.pathways.queries.handovers import leads_of, may_write_note, note_of
from jalons.people.models import Person
from jalons.sites.desk.forms import MandateForm
from jalons.sites.desk.forms_accompaniment import HandoverNoteForm
from jalons.sites.desk.places import running_enrolments, writable
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.telling import refusals_told
from jalons.ui.forms import refusals_on


@screen(permission=Permission.MANDATE_NAME, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def mandate(request: HttpRequest, person: Person) -> HttpResponse:
    """Name the référent unique of a person."""
    user, on = user_of(request), clock.today()
    enrolments = writable(user, running_enrolments(person, on=on), Permission.MANDATE_NAME, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    organisation = enrolments[0].organisation
    workers = [(one.pk, str(one)) for one in members(organisation, on=on, role=RoleCode.CASEWORKER)]
    form = MandateForm(request.POST or None, caseworkers=workers, initial={"start_on": on})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            name_lead_caseworker(
                actor=user,
                on=on,
                person_id=person.pk,
                caseworker_id=data["caseworker"],
                organisation_id=organisation.pk,
                start_on=data["start_on"],
                reason=data["reason"],
            )
        if form.is_valid():
            messages.success(request, "Référent unique nommé.")
            return redirect("desk:person", person.key)
    context = {
        "person": person,
        "form": form,
        "organisation": organisation,
        "leads": leads_of(person.pk),
        "note": note_of(person.pk, on=on),
    }
    return render(request, "desk/mandate.html", context)


@screen(permission=Permission.SITUATION_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def handover_note(request: HttpRequest, person: Person) -> HttpResponse:
    """Write what the next référent has to know; two who write one note see both texts. For its writers only."""
    user, on = user_of(request), clock.today()
    if leads_of(person.pk) and not may_write_note(user, person.pk, on=on):
        raise NotAllowed(
            "La note de passation est écrite par le référent unique, ou par le responsable de son organisme.",
            code="not_allowed:handover_note",
        )
    note = note_of(person.pk, on=on)
    text = note.text if note else ""
    form = HandoverNoteForm(request.POST or None, initial={"text": text, "seen": text})
    if request.method == "POST" and form.is_valid():
        mine, seen = form.cleaned_data["text"], form.cleaned_data["seen"] if "seen" in request.POST else None
        with refusals_on(form):
            try:
                write_handover_note(actor=user, on=on, person_id=person.pk, text=mine, seen=seen)
            except HandoverNoteChanged as told:
                proposed = {"text": together(seen or "", told.text, mine), "seen": told.text}
                context = {"person": person, "theirs": told.text, "mine": mine, "sentence": told.sentence}
                shown = {**context, "title": "Deux notes de passation", "form": HandoverNoteForm(initial=proposed)}
                return render(request, "desk/report_both.html", shown, status=409)
        if form.is_valid():
            messages.success(request, "Note de passation enregistrée.")
            return redirect("desk:person", person.key)
    context = {
        "person": person,
        "form": form,
        "title": "Note de passation",
        "lead": "Elle s’ouvre au référent qui prendra la suite, et ne change plus une fois lue.",
        "submit": "Enregistrer",
    }
    return render(request, "desk/form.html", context)


@screen(permission=Permission.NOTE_READ, of_person=True, methods=("POST",))
def handover_note_read(request: HttpRequest, person: Person, note_id: int) -> HttpResponse:
    """Say that the note was read."""
    if not HandoverNote.objects.filter(pk=note_id, person=person).exists():
        raise Http404("note")
    with refusals_told(request):
        read_handover_note(actor=user_of(request), on=clock.today(), note_id=note_id)
        messages.success(request, "Note de passation marquée comme lue.")
    return redirect("desk:person", person.key)
