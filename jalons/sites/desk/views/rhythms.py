"""How often to meet a person: closer at some moments, further apart at others, never below the minimum."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.agenda.operations import set_rhythm
from jalons.agenda.queries.rhythms import guidance_of, minimums_of, rhythm_of
from jalons.agenda.reference import Interval, intervals
from jalons.kernel import clock
from jalons.kernel.refusals import Refusal
from jalons.network.permissions import Permission
from jalons.people.models import Person
from jalons.sites.desk.forms_agenda import RhythmForm
from jalons.sites.desk.places import acting_organisation, running_enrolments
from jalons.sites.desk.views.appointments import NO_PLACE
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.once import acts_once
from jalons.ui.forms import refusals_on


@screen(permission=Permission.APPOINTMENT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def rhythm(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the rhythm under way and what the framework asks; plan another."""
    user, on = user_of(request), clock.today()
    organisation = acting_organisation(user, running_enrolments(person, on=on), on=on)
    place = organisation.pk if organisation else 0
    current = rhythm_of(person.pk, place, on=on)
    form = RhythmForm(request.POST or None, initial={"start_on": on, "rhythm": _code(current)})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            if organisation is None:
                raise Refusal(NO_PLACE, code="no_organisation")
            set_rhythm(
                actor=user,
                on=on,
                person_id=person.pk,
                organisation_id=organisation.pk,
                start_on=form.cleaned_data["start_on"],
                reason=form.cleaned_data["reason"],
                **form.interval(),
            )
        if form.is_valid():
            messages.success(request, "Rythme des entretiens enregistré.")
            return redirect("desk:presence", person.key)
    context = {
        "person": person,
        "form": form,
        "current": current,
        "label": label_of(current),
        "minimums": minimums_of(person.pk, place, on=on),
        "guidance": guidance_of(person.pk, place, on=on),
    }
    return render(request, "desk/rhythm.html", context)


def label_of(rhythm: object) -> str:
    """Return the words of a rhythm, empty for None."""
    found = _interval(rhythm)
    return found.label if found else ""


def _interval(rhythm: object) -> Interval | None:
    wanted = (getattr(rhythm, "every", None), getattr(rhythm, "unit", None))
    return next((one for one in intervals() if (one.every, one.unit) == wanted), None)


def _code(rhythm: object) -> str:
    found = _interval(rhythm)
    return found.code if found else ""
