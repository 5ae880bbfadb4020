"""Leaving an action: where to, the class the rulebook gives and why, and a human who confirms."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.pathways.models import Destination, Exit, ExitState, Piece
from jalons.pathways.operations import (
    NewExit,
    Proof,
    choose_class,
    confirm_exit,
    preview_exit,
    receive_proof,
    reverse_exit,
)
from jalons.pathways.queries.final_reviews import review_rules
from jalons.pathways.queries.leaving import Awaited, missing_kinds, papers_of
from jalons.people.models import Person
from jalons.sites.desk.forms_leaving import ProofForm
from jalons.sites.desk.forms_pathway import ChooseClassForm, ReasonForm
from jalons.sites.desk.places import writable
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.papers import sent
from jalons.sites.frame.telling import refusals_told
from jalons.ui.forms import refusals_on


@screen(permission=Permission.EXIT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def leaving(request: HttpRequest, person: Person, exit_id: int) -> HttpResponse:
    """Show an exit, its class and why, and the documents it waits for; the head confirms, chooses another class, or undoes."""
    user, on = user_of(request), clock.today()
    found, labels = _of(person, exit_id), Labels(on=on)
    papers = papers_of(found) if found.state != ExitState.REVERSED else []
    may_write = bool(writable(user, [found.enrolment], Permission.EXIT_WRITE, on=on))
    form = _proof_form(request, found, papers, labels) if may_write else None
    if request.method == "POST" and form is not None and form.is_valid():
        data = form.cleaned_data
        file = data.get("proof_file")
        label = dict(form.fields["proof_kind"].choices).get(data["proof_kind"], "")  # type: ignore[attr-defined]
        with refusals_on(form):
            receive_proof(
                actor=user,
                on=on,
                enrolment_id=found.enrolment_id,
                proof=Proof(data["proof_kind"], data["proof_on"], file.read() if file else b"", label),
                job_id=found.job_id,
                step_id=found.step_id,
            )
        if form.is_valid():
            messages.success(request, "Document mis au dossier.")
            return redirect("desk:exit", person.key, found.pk)
    verdict = preview_exit(
        NewExit(found.enrolment_id, found.exited_on, Destination(found.destination), found.job_id, found.step_id)
    )
    classes = list(verdict.classes.items())
    context = {
        "person": person,
        "leaving": found,
        "decided_by": verdict.decided_by,
        "labels": labels,
        "may_confirm": bool(writable(user, [found.enrolment], Permission.EXIT_CONFIRM, on=on)),
        "choose": ChooseClassForm(classes=classes, initial={"exit_class": found.chosen_class or found.computed_class})
        if classes
        else None,
        "undo": ReasonForm(auto_id="undo_%s"),
        "papers": papers,
        "last_review": review_rules(found.enrolment, on=on, shelf=labels.shelf).final_review,
        "may_review": bool(writable(user, [found.enrolment], Permission.SITUATION_WRITE, on=on)),
        "proof": form,
        "today": on,
    }
    return render(request, "desk/exit.html", context)


@screen(permission=Permission.EXIT_CONFIRM, of_person=True, methods=("POST",))
def decide_exit(request: HttpRequest, person: Person, exit_id: int, act: str) -> HttpResponse:
    """Confirm an exit, keep another class with a reason, or undo it."""
    found = _of(person, exit_id)
    common: dict[str, Any] = {"actor": user_of(request), "on": clock.today(), "exit_id": found.pk}
    reason = request.POST.get("reason", "")
    with refusals_told(request):
        match act:
            case "confirmer":
                confirm_exit(**common)
            case "classer":
                choose_class(**common, exit_class=request.POST.get("exit_class", ""), reason=reason)
            case "annuler":
                reverse_exit(**common, reason=reason)
            case _:
                raise Http404(act)
        messages.success(
            request, {"confirmer": "Sortie confirmée.", "classer": "Classe retenue.", "annuler": "Sortie annulée."}[act]
        )
    return redirect("desk:exit", person.key, found.pk)


def _proof_form(request: HttpRequest, found: Exit, papers: list[Awaited], labels: Labels) -> ProofForm | None:
    kinds = missing_kinds(papers)
    if not kinds:
        return None
    named = labels.pieces(found.enrolment.action_code, kinds)
    files = request.FILES if request.method == "POST" else None
    return ProofForm(request.POST or None, files, kinds=named, needed=True, initial={"proof_on": labels.on})


@screen(permission=Permission.DOCUMENT_READ, trace="file", of_person=True)
def piece_document(request: HttpRequest, person: Person, piece_id: int) -> HttpResponse:
    """Send the bytes of a document of the file, exactly as they were received."""
    piece = Piece.objects.filter(pk=piece_id, person=person, document__isnull=False).select_related("document").first()
    if piece is None or piece.document is None:
        raise Http404("piece")
    return sent(piece.document, f"document-{piece.dated_on:%Y-%m-%d}")


def _of(person: Person, exit_id: int) -> Exit:
    rows = Exit.objects.filter(pk=exit_id, person=person).select_related(
        "enrolment__organisation", "enrolment__person", "job", "step", "recorded_by", "confirmed_by"
    )
    found = rows.first()
    if found is None:
        raise Http404("exit")
    return found
