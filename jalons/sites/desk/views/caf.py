"""The CAF seen from a file: the link to CDAP for who holds an access, the questions asked and their answers (R-044)."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.casefile.caf_questions import (
    ask_caf,
    note_caf_answer,
    question_of,
    questions_of,
    subjects,
    withdraw_caf_question,
)
from jalons.casefile.models import CafQuestion
from jalons.kernel import clock
from jalons.network.cdap import holds_access
from jalons.network.permissions import Permission
from jalons.people.models import Person
from jalons.sites.desk.changing import changing
from jalons.sites.desk.forms_caf import CafAnswerForm, CafQuestionForm
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.once import acts_once
from jalons.ui.forms import refusals_on
from jalons.ui.tables import page_of


@screen(permission=Permission.NOTE_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def caf(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the questions asked to the CAF; note one more."""
    on = clock.today()
    form = CafQuestionForm(request.POST or None, initial={"asked_on": on})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            ask_caf(
                actor=user_of(request),
                on=on,
                person_id=person.pk,
                subject=data["subject"],
                asked_on=data["asked_on"],
                key=data["key"],
            )
        if form.is_valid():
            messages.success(request, "Question notée. Notez ici la réponse quand elle arrive.")
            return redirect("desk:caf", person.key)
    return _page(request, person, form)


@screen(permission=Permission.NOTE_WRITE, trace="file", of_person=True, methods=("POST",))
def caf_answer(request: HttpRequest, person: Person, question_key: UUID) -> HttpResponse:
    """Note the day the answer came."""
    found, form = _of(person, question_key), CafAnswerForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            note_caf_answer(
                actor=user_of(request),
                on=clock.today(),
                question_id=found.pk,
                answered_on=form.cleaned_data["answered_on"],
            )
        if form.is_valid():
            messages.success(request, "Réponse notée.")
            return redirect("desk:caf", person.key)
    return _page(request, person, CafQuestionForm(initial={"asked_on": clock.today()}), refused=(found, form))


@screen(permission=Permission.NOTE_WRITE, trace="file", of_person=True, methods=("POST",))
def caf_withdraw(request: HttpRequest, person: Person, question_key: UUID) -> HttpResponse:
    """Take back a question noted by mistake."""
    withdraw_caf_question(actor=user_of(request), on=clock.today(), question_id=_of(person, question_key).pk)
    messages.success(request, "Question retirée du dossier.")
    return redirect("desk:caf", person.key)


def _page(
    request: HttpRequest,
    person: Person,
    form: CafQuestionForm,
    *,
    refused: tuple[CafQuestion, CafAnswerForm] | None = None,
) -> HttpResponse:
    on = clock.today()

    def answer_to(one: CafQuestion) -> CafAnswerForm:
        if refused is not None and refused[0].pk == one.pk:
            return refused[1]
        return CafAnswerForm(auto_id=f"id_{one.pk}_%s", initial={"answered_on": on})

    context = {
        "person": person,
        "form": form,
        "page": page_of(request, questions_of(person.pk)),
        "subjects": subjects(),
        "answer_to": answer_to,
        "may_change": changing(request, person, Permission.NOTE_WRITE),
        "refused": refused[0].pk if refused else None,
        "holds_cdap": holds_access(user_of(request), on=on),
        "cdap": settings.JALONS_CDAP_URL,
    }
    return render(request, "desk/caf.html", context)


def _of(person: Person, key: UUID) -> CafQuestion:
    found = question_of(person.pk, key)
    if found is None:
        raise Http404("question")
    return found
