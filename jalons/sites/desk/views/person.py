"""A person's page: what her référent needs in the first five seconds. The rest is one link away (``person_parts``)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jalons.kernel import clock
from jalons.network.cdap import holds_access
from jalons.network.models import User
from jalons.network.permissions import Permission, permissions_of
from jalons.pathways.models import Contract, ContractState, Enrolment, Mandate, Step, StepState
from jalons.pathways.queries.handovers import note_for
from jalons.people.models import Person
from jalons.people.permissions import reached_with
from jalons.sites.desk.due import in_words
from jalons.sites.desk.places import running_enrolments, writable
from jalons.sites.desk.recent import nearest, standing_of
from jalons.sites.desk.situation import open_obstacles
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.words import Words
from jalons.todos.models import Todo
from jalons.todos.queries import open_todos
from jalons.ui.french import plural

READS = (Permission.NOTE_READ, Permission.CONTRACT_WRITE)
OPEN_STEPS = (StepState.PROPOSED, StepState.POSITIONED, StepState.STARTED)
DUE_SHOWN = 12
CONTRACTS_SHOWN = 3


@screen(permission=Permission.PERSON_OPEN, trace="file", of_person=True)
def person(request: HttpRequest, person: Person) -> HttpResponse:
    """Show what matters first in the file of a person."""
    if "type" in request.GET:  # an address kept from when the line of time was here
        return redirect(f"{reverse('desk:person_path', args=[person.key])}?{request.GET.urlencode()}")
    user, on = user_of(request), clock.today()
    context, reach = header(request, person), reached_with(user, person.pk, READS, on=on)
    enrolments, labels = context["enrolments"], context["labels"]
    may_read_notes = Permission.NOTE_READ in reach
    future, past = nearest(person.pk, on=on, may_read_notes=may_read_notes)
    mandate = Mandate.objects.filter(person=person, start_on__lte=on).exclude(end_on__lt=on)
    lead = mandate.select_related("caseworker").first()
    context |= {
        "mandate": lead,
        "standing": standing_of(person.pk, on=on),
        "passed_on": note_for(lead, reader=user, on=on) if lead is not None and may_read_notes else None,
        "future": future,
        "past": past,
        "dues": in_words(_due(person, on), Words(on=on), permissions_of(user, on=on)),
        "contracts": _contracts(person, drafts=Permission.CONTRACT_WRITE in reach),
        "steps": list(Step.objects.filter(person=person, state__in=OPEN_STEPS).order_by("proposed_on", "pk")),
        "obstacles": open_obstacles(person, labels, may_read_notes=may_read_notes),
        "may_situate": bool(writable(user, enrolments, Permission.SITUATION_WRITE, on=on)),
        "cdap": settings.JALONS_CDAP_URL if holds_access(user, on=on) else "",
        "may_note_after": not enrolments and _noted_after(user, person, on),
    }
    return render(request, "desk/person.html", context)


def header(request: HttpRequest, person: Person, current: str = "person") -> dict[str, Any]:
    """Return what the head of each page of a file shows, and its accompaniments under way; two queries."""
    user, on = user_of(request), clock.today()
    labels, enrolments = Labels(on=on), running_enrolments(person, on=on)
    for one in enrolments:
        labels.rules(one.action_code)
    return {
        "person": person,
        "current": current,
        "header_line": _age(person, on),
        "enrolments": enrolments,
        "writable": writable(user, enrolments, Permission.APPOINTMENT_WRITE, on=on),
        "labels": labels,
        "adds": ADDS + LAST_REVIEW if any(labels.rules(one.action_code).final_review for one in enrolments) else ADDS,
    }


ADDS = (
    ("desk:notes", "Note", "document"),
    ("desk:documents", "Document du dossier", "inbox"),
    ("desk:add_planned", "Rendez-vous à prévoir", "calendar"),
    ("desk:add_held", "Rendez-vous fait", "check"),
    ("desk:add_contract", "Contrat", "document"),
    ("desk:add_ppae", "PPAE", "document"),
    ("desk:add_step", "Étape", "step"),
    ("desk:propose_offer", "Offre d’emploi", "work"),
    ("desk:add_job", "Emploi", "work"),
    ("desk:add_assessment", "Bilan de situation", "chart"),
    ("desk:obstacles", "Frein", "warning"),
    ("desk:add_referral", "Question sociale", "signpost"),
    ("desk:add_information", "Information donnée", "info"),
    ("desk:caf", "Question à la CAF", "exchange"),
    ("desk:add_piece", "Document", "inbox"),
    ("desk:ask_reorientation", "Orientation, réorientation", "signpost"),
    ("desk:add_exit", "Sortie", "exit"),
)
LAST_REVIEW = (("desk:start_final_review", "Bilan de fin d’action", "chart"),)


def _age(person: Person, on: date) -> str:
    if person.born_on is None:
        return ""
    age = on.year - person.born_on.year - ((on.month, on.day) < (person.born_on.month, person.born_on.day))
    return plural(age, "an")


def _due(person: Person, on: date) -> list[Todo]:
    return list(open_todos(on=on).filter(person=person).select_related("person")[:DUE_SHOWN])


def _contracts(person: Person, *, drafts: bool) -> list[Contract]:
    """Return the last contracts; a draft stays between those who write it."""
    rows = Contract.objects.filter(person=person).exclude(state=ContractState.CANCELLED)
    rows = rows if drafts else rows.exclude(submitted_on=None)
    return list(rows.order_by("-start_on", "-pk")[:CONTRACTS_SHOWN])


def _noted_after(user: User, person: Person, on: date) -> bool:
    """Tell whether facts may still be noted on an accompaniment that ended."""
    ended = Enrolment.objects.filter(person=person, end_on__lt=on)
    return bool(writable(user, list(ended), Permission.SITUATION_WRITE, on=on))
