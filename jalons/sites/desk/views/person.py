"""A person's page: who she is, one line of time, what is due, and one button to add anything."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jalons.kernel import clock
from jalons.network.permissions import Permission, permissions_of
from jalons.pathways.models import Contract, ContractState, Exit, ExitState, Job, Mandate, Step, StepState
from jalons.pathways.rules import IN_FORCE
from jalons.people.models import HouseholdMember, Person, RightsAndDuties, RsaRight
from jalons.people.permissions import may_reach
from jalons.sites.desk.accompaniment import accompaniment_of
from jalons.sites.desk.due import in_words
from jalons.sites.desk.places import running_enrolments, writable
from jalons.sites.desk.situation import situation_of
from jalons.sites.desk.timeline import KINDS, events_of, kind_counts
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.words import Words
from jalons.todos.models import Todo
from jalons.todos.queries import open_todos
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.french import plural


@screen(permission=Permission.PERSON_OPEN, trace="file", of_person=True)
def person(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the file of a person."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = running_enrolments(person, on=on)
    for one in enrolments:
        labels.rules(one.action_code)
    may_read_notes = may_reach(user, person.pk, on=on, permission=Permission.NOTE_READ)
    events = events_of(person.pk, labels=labels, may_read_notes=may_read_notes)
    kind = chosen(request.GET, "type", KINDS)
    numbers = kind_counts(events)
    shown = [event for event in events if not kind or event.kind == kind]
    contracts = (
        Contract.objects.filter(person=person).exclude(state=ContractState.CANCELLED).order_by("-start_on", "-pk")
    )
    if not may_reach(user, person.pk, on=on, permission=Permission.CONTRACT_WRITE):
        contracts = contracts.exclude(submitted_on=None)  # a draft stays between those who write it
    leads = Mandate.objects.filter(person=person, start_on__lte=on).exclude(end_on__lt=on)
    mandate = leads.select_related("caseworker").first()
    context = {
        "person": person,
        "enrolments": enrolments,
        "writable": writable(user, enrolments, Permission.APPOINTMENT_WRITE, on=on),
        "mandate": mandate,
        "right": RsaRight.objects.filter(person=person, start_on__lte=on).exclude(end_on__lt=on).first(),
        "duties": RightsAndDuties.objects.filter(person=person, start_on__lte=on).exclude(end_on__lt=on).first(),
        "stay": HouseholdMember.objects.filter(person=person, end_on=None).select_related("household").first(),
        "future": [event for event in shown if event.day > on],
        "past": [event for event in shown if event.day <= on],
        "kinds": Choice("type", "Type", [Option(code, KINDS[code][0], numbers[code]) for code in KINDS], kind),
        "dues": in_words(_due(person, on), Words(on=on), permissions_of(user, on=on)),
        "contracts": list(contracts[:6]),
        "steps": list(Step.objects.filter(person=person, state__in=OPEN_STEPS).order_by("proposed_on", "pk")),
        "jobs": list(Job.objects.filter(person=person).order_by("-start_on", "-pk")[:4])
        if may_reach(user, person.pk, on=on, permission=Permission.EXIT_WRITE)
        else [],
        "leaving": Exit.objects.filter(person=person).exclude(state=ExitState.REVERSED).order_by("-exited_on").first(),
        "situation": situation_of(person, enrolments, user=user, labels=labels, on=on, may_read_notes=may_read_notes),
        "accompaniment": accompaniment_of(
            person, enrolments, mandate, user=user, labels=labels, on=on, may_read_notes=may_read_notes
        ),
        "labels": labels,
        "adds": ADDS,
        "contract_state": _state_of,
        "header_line": _header(person, on),
    }
    return render(request, "desk/person.html", context)


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
    ("desk:add_piece", "Document", "inbox"),
    ("desk:ask_reorientation", "Orientation, réorientation", "signpost"),
    ("desk:add_exit", "Sortie", "exit"),
)


def _state_of(contract: Contract) -> tuple[str, str]:
    """Return the kind and icon of a contract's state."""
    if contract.state in IN_FORCE:
        return "done", "check"
    return ("soon", "warning") if contract.state == ContractState.RETURNED else ("", "document")


def _header(person: Person, on: date) -> str:
    if person.born_on is None:
        return ""
    age = on.year - person.born_on.year - ((on.month, on.day) < (person.born_on.month, person.born_on.day))
    return plural(age, "an")


OPEN_STEPS = (StepState.PROPOSED, StepState.POSITIONED, StepState.STARTED)
DUE_SHOWN = 12


def _due(person: Person, on: date) -> list[Todo]:
    return list(open_todos(on=on).filter(person=person).select_related("person")[:DUE_SHOWN])
