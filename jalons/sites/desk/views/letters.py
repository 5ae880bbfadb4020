"""The letters of one person: those written, and the facts nobody has written to her about yet."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.documents.models import LetterKind
from jalons.exchange.letters import queries
from jalons.exchange.letters.operations import write_letter
from jalons.exchange.letters.waiting import Filter, Waiting, told, waiting
from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.people.models import Contact, ContactKind, Person
from jalons.people.permissions import may_reach
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.telling import refusals_told
from jalons.ui.tables import Column, page_of

COLUMNS = (Column("Courrier"), Column("Du"), Column("Voie"), Column("État"))
MOST = 20  # facts of a kind shown; the others are in « Courriers »


class LetterForm(forms.Form):
    """What one button of the page sends."""

    kind = forms.ChoiceField(choices=LetterKind.choices)
    subject = forms.IntegerField(min_value=1)
    by_email = forms.BooleanField(required=False)


@dataclass(frozen=True, slots=True)
class ToWrite:
    """A kind, and its facts without a letter."""

    kind: LetterKind
    rows: list[Waiting]


@screen(permission=Permission.LETTER_WRITE, trace="file", of_person=True)
@acts_once
def letters(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the letters of a person, and what may be written to her."""
    user, on = user_of(request), clock.today()
    asked = Filter(person_id=person.pk)
    to_write = [ToWrite(kind, told(kind, list(waiting(user, kind, asked, on=on)[:MOST]))) for kind in LetterKind]
    page = page_of(request, queries.visible(user, on=on).filter(person=person))
    page.object_list = queries.looked_at_again(page.object_list, on=on)
    context = {
        "person": person,
        "opens": may_reach(user, person.pk, on=on),
        "page": page,
        "columns": COLUMNS,
        "to_write": [one for one in to_write if one.rows],
        "by_email": Contact.objects.filter(person=person, kind=ContactKind.EMAIL, withdrawn_on__isnull=True).exists(),
        "state_of": queries.state_of,
    }
    return render(request, "desk/letters.html", context)


@screen(permission=Permission.LETTER_WRITE, trace="file", of_person=True, methods=("POST",))
@acts_once
def write(request: HttpRequest, person: Person) -> HttpResponse:
    """Write one letter, with the usual model of the authority."""
    user, on = user_of(request), clock.today()
    form = LetterForm(request.POST)
    if not form.is_valid():
        messages.warning(request, "Choisissez ce dont parle le courrier.")
        return redirect("desk:letters", person.key)
    data, kind = form.cleaned_data, LetterKind(form.cleaned_data["kind"])
    if not waiting(user, kind, Filter(person_id=person.pk), on=on).filter(pk=data["subject"]).exists():
        messages.warning(request, "Ce courrier est déjà écrit, ou n’a plus lieu d’être.")
        return redirect("desk:letters", person.key)
    with refusals_told(request):
        made = write_letter(actor=user, on=on, kind=kind, subject_id=data["subject"], by_email=data["by_email"])
        messages.success(request, "Courrier écrit. Relisez-le, imprimez-le, puis notez son départ.")
        return redirect("steering:letter", made.key)
    return redirect("desk:letters", person.key)
