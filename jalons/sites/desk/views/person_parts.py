"""The parts of a person's file one link away from her page: line of time, situation, accompaniment."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.pathways.models import Exit, Job, Mandate, Orientation
from jalons.pathways.queries.entering import enrollable
from jalons.pathways.queries.handovers import note_for
from jalons.people.models import Person
from jalons.people.permissions import may_reach, reached_with
from jalons.sites.desk.accompaniment import accompaniment_of
from jalons.sites.desk.events import KINDS
from jalons.sites.desk.situation import situation_of
from jalons.sites.desk.timeline import events_of, kind_counts
from jalons.sites.desk.views.person import header
from jalons.sites.frame.access import screen, user_of
from jalons.ui.filters import Choice, Option, chosen


@screen(permission=Permission.PERSON_OPEN, trace="file", of_person=True)
def path(request: HttpRequest, person: Person) -> HttpResponse:
    """Show everything dated, on one line of time."""
    user, on = user_of(request), clock.today()
    context = header(request, person, "path")
    may_read_notes = may_reach(user, person.pk, on=on, permission=Permission.NOTE_READ)
    events = events_of(person.pk, labels=context["labels"], may_read_notes=may_read_notes)
    kind = chosen(request.GET, "type", KINDS)
    numbers = kind_counts(events)
    shown = [event for event in events if not kind or event.kind == kind]
    context |= {
        "future": [event for event in shown if event.day > on],
        "past": [event for event in shown if event.day <= on],
        "kinds": Choice("type", "Type", [Option(code, KINDS[code][0], numbers[code]) for code in KINDS], kind),
    }
    return render(request, "desk/person_path.html", context)


@screen(permission=Permission.PERSON_OPEN, trace="file", of_person=True)
def situation(request: HttpRequest, person: Person) -> HttpResponse:
    """Show what is known of the person: registration, assessments, obstacles, jobs, how to reach her."""
    user, on = user_of(request), clock.today()
    context = header(request, person, "situation")
    reach = reached_with(user, person.pk, (Permission.NOTE_READ, Permission.EXIT_WRITE), on=on)
    jobs = Job.objects.filter(person=person).order_by("-start_on", "-pk")
    context |= {
        "situation": situation_of(
            person,
            context["enrolments"],
            user=user,
            labels=context["labels"],
            on=on,
            may_read_notes=Permission.NOTE_READ in reach,
        ),
        "jobs": list(jobs) if Permission.EXIT_WRITE in reach else [],
    }
    return render(request, "desk/person_situation.html", context)


@screen(permission=Permission.PERSON_OPEN, trace="file", of_person=True)
def accompaniment(request: HttpRequest, person: Person) -> HttpResponse:
    """Show who accompanies the person and how: référent, team, pause, reviews, missions, exits."""
    user, on = user_of(request), clock.today()
    context = header(request, person, "accompaniment")
    reach = reached_with(user, person.pk, (Permission.NOTE_READ, Permission.ORIENTATION_DECIDE), on=on)
    mandates = Mandate.objects.filter(person=person, start_on__lte=on).exclude(end_on__lt=on)
    lead = mandates.select_related("caseworker").first()
    oriented = Orientation.objects.filter(person=person, closed_on__isnull=True)
    context |= {
        "mandate": lead,
        "passed_on": (
            note_for(lead, reader=user, on=on) if lead is not None and Permission.NOTE_READ in reach else None
        ),
        "accompaniment": accompaniment_of(
            person, context["enrolments"], lead, user=user, labels=context["labels"], on=on
        ),
        "leavings": list(Exit.objects.filter(person=person).order_by("-exited_on")),
        # From the orientation in force: who left the action may be oriented elsewhere, or enter it again.
        "may_reorient": Permission.ORIENTATION_DECIDE in reach and oriented.exists(),
        "to_enter": enrollable(user, on=on).filter(person=person).first(),
    }
    return render(request, "desk/person_accompaniment.html", context)
