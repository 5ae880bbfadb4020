"""« Bilan de fin d’action »: written with the person, established as a document, signed on the screen or on paper (R-132)."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.pathways.final_review_paper import ReviewText
from jalons.pathways.models import Enrolment, FinalReview
from jalons.pathways.operations import (
    FinalReviewChanged,
    establish_final_review,
    reopen_final_review,
    sign_final_review_on_paper,
    sign_final_review_on_screen,
    write_final_review,
)
from jalons.pathways.queries.final_reviews import (
    established_among,
    first_names,
    first_skills,
    missing_in_review,
    review_of_enrolment,
    review_rules,
    signatures_of,
    skills_of,
    text_of_review,
)
from jalons.pathways.rulebook import ActionRules
from jalons.people.models import Person
from jalons.sites.desk.forms_final_review import FinalReviewForm, first_form_values, skill_lines, skills_written
from jalons.sites.desk.forms_signing import PaperSignatureForm, ScreenSignatureForm
from jalons.sites.desk.places import noted_enrolments, require_writable, writable
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.telling import refusals_told
from jalons.ui.forms import refusals_on

WRITE = Permission.SITUATION_WRITE


@screen(permission=WRITE, of_person=True)
def start(request: HttpRequest, person: Person) -> HttpResponse:
    """Lead to the « bilan » of an accompaniment whose rulebook asks for one; else to the documents one may note.

    One that is over and still waits for its « bilan » comes first, then the one under way.
    """
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    stays = [
        one
        for one in writable(user, noted_enrolments(person, on=on), WRITE, on=on)
        if review_rules(one, on=on, shelf=labels.shelf).final_review is not None
    ]
    if not stays:
        return _not_planned(request, person)
    done = established_among(stays)
    first = min(stays, key=lambda one: (one.pk in done, one.end_on is None or one.end_on > on))
    return redirect("desk:final_review", person.key, first.pk)


@screen(permission=WRITE, trace="file", of_person=True)
def final_review(request: HttpRequest, person: Person, enrolment_id: int) -> HttpResponse:
    """Read the « bilan »: what it says and lacks, its document, who signed."""
    user, on = user_of(request), clock.today()
    found = review_of_enrolment(_enrolment(person, enrolment_id).pk)
    if found is None:
        return redirect("desk:write_final_review", person.key, enrolment_id)
    labels = Labels(on=on)
    rules = review_rules(found.enrolment, on=on, shelf=labels.shelf)
    if rules.final_review is None:
        return _not_planned(request, person)
    context = {
        "person": person,
        "review": found,
        "text": text_of_review(found, rules, professional=str(found.recorded_by), on=found.established_on or on),
        "missing": [] if found.established_on else missing_in_review(found, rules),
        "signatures": signatures_of(found),
        "may_write": bool(writable(user, [found.enrolment], WRITE, on=on)),
        "source": rules.final_review,
        "Permission": Permission,
    }
    return render(request, "desk/final_review.html", context)


@screen(permission=WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def write(request: HttpRequest, person: Person, enrolment_id: int) -> HttpResponse:
    """Fill the « bilan », under the headings of the rulebook."""
    user, on = user_of(request), clock.today()
    enrolment, found = _enrolment(person, enrolment_id), review_of_enrolment(enrolment_id)
    rules = review_rules(enrolment, on=on)
    if rules.final_review is None:
        return _not_planned(request, person)
    if request.method == "GET":
        require_writable(user, enrolment, WRITE, on=on)
    asked = rules.final_review
    data = request.POST if request.method == "POST" else None
    first = first_form_values(asked, found, first_names(enrolment, user, on=on), on=on)
    form = FinalReviewForm(data, asked=asked, initial=first)
    written = skills_of(found) if found else first_skills(enrolment_id, rules)
    lines = skill_lines(data if asked.skills else None, asked, written)
    theirs: ReviewText | None = None
    if data is not None and form.is_valid() and (asked.skills is None or lines.is_valid()):
        content = form.content(skills_written(lines) if asked.skills else [])
        seen = form.cleaned_data["seen"] or 0
        with refusals_on(form):
            try:
                write_final_review(actor=user, on=on, enrolment_id=enrolment.pk, content=content, seen=seen)
            except FinalReviewChanged as told:
                theirs = _standing(told, rules, on=on)
                typed = request.POST.copy()
                typed["seen"] = str(told.review.version)  # both texts are shown: the next save is the writer's choice
                form.data = typed
                raise
        if form.is_valid():
            messages.success(request, "Bilan enregistré.")
            return redirect("desk:final_review", person.key, enrolment.pk)
    context = {"person": person, "form": form, "lines": lines, "asked": asked, "rules": rules, "enrolment": enrolment}
    context |= {"theirs": theirs}
    return render(request, "desk/final_review_form.html", context)


def _standing(told: FinalReviewChanged, rules: ActionRules, *, on: date) -> ReviewText | None:
    """The text another saved meanwhile, as it is read."""
    found = review_of_enrolment(told.review.enrolment_id)
    return text_of_review(found, rules, professional=str(found.recorded_by), on=on) if found else None


ACTS = {
    "etablir": (establish_final_review, "Bilan établi : son document est au dossier."),
    "rouvrir": (reopen_final_review, "Bilan rouvert : corrigez-le, puis établissez-le à nouveau."),
}


@screen(permission=WRITE, of_person=True, methods=("POST",))
def act_on(request: HttpRequest, person: Person, enrolment_id: int, act: str) -> HttpResponse:
    """Establish the « bilan », or take its document back to correct it."""
    if act not in ACTS:
        raise Http404(act)
    operation, done = ACTS[act]
    with refusals_told(request):
        operation(actor=user_of(request), on=clock.today(), enrolment_id=_enrolment(person, enrolment_id).pk)
        messages.success(request, done)
    return redirect("desk:final_review", person.key, enrolment_id)


@screen(permission=WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def sign(request: HttpRequest, person: Person, enrolment_id: int) -> HttpResponse:
    """Show the document; receive the hands drawn under it."""
    found, form = _written(person, enrolment_id), ScreenSignatureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            sign_final_review_on_screen(
                actor=user_of(request),
                on=clock.today(),
                enrolment_id=found.enrolment_id,
                sha256=form.cleaned_data["sha256"],
                hands=form.hands(),
            )
        if form.is_valid():
            return _signed(request, person, found)
    return _page(request, person, found, screen_form=form if request.method == "POST" else None)


@screen(permission=WRITE, trace="file", of_person=True, methods=("POST",))
def sign_on_paper(request: HttpRequest, person: Person, enrolment_id: int) -> HttpResponse:
    """Receive the scan of the document signed by hand."""
    found, form = _written(person, enrolment_id), PaperSignatureForm(request.POST, request.FILES, prefix="paper")
    if form.is_valid():
        with refusals_on(form):
            sign_final_review_on_paper(
                actor=user_of(request),
                on=clock.today(),
                enrolment_id=found.enrolment_id,
                sha256=form.cleaned_data["sha256"],
                scan=form.cleaned_data["scan"].read(),
                signed_on=form.cleaned_data["signed_on"],
                identity_check=form.identity_check(),
                signers=form.signers(),
            )
        if form.is_valid():
            return _signed(request, person, found)
    return _page(request, person, found, paper_form=form)


def _not_planned(request: HttpRequest, person: Person) -> HttpResponse:
    messages.info(request, "Le cadre de cette action ne prévoit pas de bilan de fin : notez le document s’il existe.")
    return redirect("desk:add_piece", person.key)


def _enrolment(person: Person, enrolment_id: int) -> Enrolment:
    rows = Enrolment.objects.filter(pk=enrolment_id, person=person)
    found = rows.select_related("person", "organisation", "orientation__decided_by").first()
    if found is None:
        raise Http404("enrolment")
    return found


def _written(person: Person, enrolment_id: int) -> FinalReview:
    found = review_of_enrolment(_enrolment(person, enrolment_id).pk)
    if found is None:
        raise Http404("final review")
    return found


def _signed(request: HttpRequest, person: Person, found: FinalReview) -> HttpResponse:
    messages.success(request, "Signature enregistrée.")
    return redirect("desk:final_review", person.key, found.enrolment_id)


def _page(
    request: HttpRequest,
    person: Person,
    found: FinalReview,
    *,
    screen_form: ScreenSignatureForm | None = None,
    paper_form: PaperSignatureForm | None = None,
) -> HttpResponse:
    document = found.piece.document if found.piece else None
    shown = {"sha256": document.sha256} if document else {}
    context = {
        "person": person,
        "review": found,
        "document": document,
        "signed": bool(signatures_of(found)),
        "screen_form": screen_form or ScreenSignatureForm(initial=shown),
        "paper_form": paper_form or PaperSignatureForm(initial={**shown, "signed_on": clock.today()}, prefix="paper"),
        "on_paper": paper_form is not None,
        "user": user_of(request),
    }
    return render(request, "desk/final_review_sign.html", context)
