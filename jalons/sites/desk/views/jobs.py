"""Jobs as facts: what was signed, what proves it, how it goes, until when it is followed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.pathways.models import ContactWith, EmployerKind, Exit, ExitState, Finding, Job, JobContract, Piece
from jalons.pathways.operations import correct_job, receive_proof, record_job, record_piece, take_news_of_job
from jalons.pathways.operations.leaving import Proof
from jalons.pathways.queries.leaving import Awaited, follow_up_of, missing_kinds, papers_of
from jalons.pathways.queries.steps import news_of
from jalons.pathways.reference import job_ends
from jalons.people.models import Person
from jalons.sites.desk.forms_leaving import ProofForm
from jalons.sites.desk.forms_pathway import PieceForm
from jalons.sites.desk.forms_steps import JobChangeForm, JobForm, JobNewsForm
from jalons.sites.desk.places import noted_enrolments, require_writable, running_enrolments, writable
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.ui.forms import refusals_on


@screen(permission=Permission.EXIT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def add_job(request: HttpRequest, person: Person) -> HttpResponse:
    """Write a job or a business."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = writable(user, running_enrolments(person, on=on), Permission.EXIT_WRITE, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    form = JobForm(request.POST or None, enrolments=enrolments, labels=labels)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        with refusals_on(form):
            made = record_job(actor=user, on=on, enrolment_id=data.pop("enrolment"), **data)
        if form.is_valid():
            messages.success(request, "Emploi enregistré.")
            return redirect("desk:job", person.key, made.pk)
    context = {"person": person, "form": form, "title": "Ajouter un emploi", "submit": "Enregistrer"}
    return render(request, "desk/form.html", context)


@screen(permission=Permission.EXIT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def job(request: HttpRequest, person: Person, job_id: int) -> HttpResponse:
    """Show a job, its proofs, its news and how long it is followed; and write news."""
    user, on = user_of(request), clock.today()
    found, labels = _of(person, job_id), Labels(on=on)
    may_write = bool(writable(user, [found.enrolment], Permission.EXIT_WRITE, on=on))
    papers = _after_exit(found)
    kinds = labels.pieces(found.enrolment.action_code, missing_kinds(papers))
    form = JobNewsForm(request.POST or None, pieces=kinds, initial={"made_on": on}) if may_write else None
    if form is not None and request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        with refusals_on(form):
            take_news_of_job(
                actor=user,
                on=on,
                job_id=found.pk,
                contact_with=ContactWith(data.pop("contact_with")),
                finding=Finding(data.pop("finding")),
                **data,
            )
        if form.is_valid():
            messages.success(request, "Nouvelles notées.")
            return redirect("desk:job", person.key, found.pk)
    context = {
        "person": person,
        "job": found,
        "labels": labels,
        "form": form,
        "news": news_of(job_ids=[found.pk]),
        "pieces": list(Piece.objects.filter(job=found).select_related("document").defer("document__raw")),
        "piece_names": dict(labels.piece_choices([found.enrolment])),
        "spans": follow_up_of(found, on=on).spans,
        "follow_up": labels.rules(found.enrolment.action_code).follow_up,
        "end_reason": job_ends().get(found.end_code, ""),
        "papers": papers,
        "today": on,
    }
    return render(request, "desk/job.html", context)


def _after_exit(found: Job) -> list[Awaited]:
    """The documents that the exit resting on this job still waits for after its day: traces of follow-up."""
    rows = Exit.objects.filter(job=found).exclude(state=ExitState.REVERSED).select_related("enrolment", "job", "step")
    return [one for leaving in rows for one in papers_of(leaving) if not one.paper.even_earlier]


@screen(permission=Permission.EXIT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def change_job(request: HttpRequest, person: Person, job_id: int) -> HttpResponse:
    """Correct a job, or write its renewal: the exits that rest on it are looked at again."""
    on, found = clock.today(), _of(person, job_id)
    require_writable(user_of(request), found.enrolment, Permission.EXIT_WRITE, on=on)
    labels = Labels(on=on)
    labels.rules(found.enrolment.action_code)
    names = ("contract_kind", "employer_kind", "employer", "occupation", "weekly_hours", "start_on", "end_on")
    initial = {name: getattr(found, name) for name in (*names, "ended_on")}
    ended = found.ended_on is not None
    form = JobChangeForm(
        request.POST or None, ended=ended, enrolments=[found.enrolment], labels=labels, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        data: dict[str, Any] = {name: form.cleaned_data[name] for name in names}
        data |= {
            "contract_kind": JobContract(data["contract_kind"]),
            "employer_kind": EmployerKind(data["employer_kind"]),
        }
        with refusals_on(form):
            day = form.cleaned_data.get("ended_on")
            still = ended and day is None
            correct_job(actor=user_of(request), on=on, job_id=found.pk, **data, ended_on=day, still_running=still)
        if form.is_valid():
            messages.success(request, "Emploi corrigé. Les sorties qui reposent sur lui ont été revues.")
            return redirect("desk:job", person.key, found.pk)
    context = {"person": person, "form": form, "title": "Corriger l’emploi, ou noter son renouvellement"}
    return render(request, "desk/form.html", {**context, "submit": "Enregistrer"})


@screen(permission=Permission.EXIT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def prove_job(request: HttpRequest, person: Person, job_id: int) -> HttpResponse:
    """Put a document that proves the job in the file: a contract, a pay slip, a statement (R-128)."""
    on, found = clock.today(), _of(person, job_id)
    require_writable(user_of(request), found.enrolment, Permission.EXIT_WRITE, on=on)
    labels = Labels(on=on)
    kinds = dict(labels.piece_choices([found.enrolment]))
    files = request.FILES if request.method == "POST" else None
    form = ProofForm(request.POST or None, files, kinds=kinds, needed=True, initial={"proof_on": on})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        file = data.get("proof_file")
        proof = Proof(data["proof_kind"], data["proof_on"], file.read() if file else b"", kinds[data["proof_kind"]])
        with refusals_on(form):
            receive_proof(actor=user_of(request), on=on, enrolment_id=found.enrolment_id, proof=proof, job_id=found.pk)
        if form.is_valid():
            messages.success(request, "Document mis au dossier.")
            return redirect("desk:job", person.key, found.pk)
    context = {"person": person, "form": form, "title": "Ce qui prouve l’emploi", "submit": "Mettre au dossier"}
    return render(request, "desk/form.html", {**context, "files": True})


@screen(permission=Permission.STEP_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def add_piece(request: HttpRequest, person: Person) -> HttpResponse:
    """Note that a document is in the file."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = writable(user, noted_enrolments(person, on=on), Permission.STEP_WRITE, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    kinds = labels.piece_choices(enrolments)
    form = PieceForm(request.POST or None, enrolments=enrolments, labels=labels, kinds=kinds, initial={"dated_on": on})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            record_piece(
                actor=user, on=on, enrolment_id=data["enrolment"], kind=data["kind"], dated_on=data["dated_on"]
            )
        if form.is_valid():
            messages.success(request, "Document noté au dossier.")
            return redirect("desk:person", person.key)
    lead = "Le document lui-même reste dans votre dossier : seules sa nature et sa date sont notées."
    context = {"person": person, "form": form, "title": "Noter un document", "lead": lead, "submit": "Enregistrer"}
    return render(request, "desk/form.html", context)


def _of(person: Person, job_id: int) -> Job:
    found = (
        Job.objects.filter(pk=job_id, person=person)
        .select_related("enrolment__organisation", "enrolment__person")
        .first()
    )
    if found is None:
        raise Http404("job")
    return found
