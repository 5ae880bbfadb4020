"""« Préparer la sortie »: short questions, the class and why, the documents asked for, then one write."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.pathways.models import Destination, Job, Step
from jalons.pathways.operations import Leaving, Proof, leave, record_jobs
from jalons.pathways.queries.leaving import missing_kinds
from jalons.pathways.reference import detail_of
from jalons.people.models import Person
from jalons.sites.desk.forms_leaving import ProofForm
from jalons.sites.desk.leaving import TITLES, Wizard, walk
from jalons.sites.desk.places import running_enrolments, writable
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.ui.forms import refusals_on
from jalons.ui.french import date_short

OWN = ("csrfmiddlewaretoken", "once", "stage", "done", "back", "finish", "keep", "proof_kind", "proof_on", "proof_file")


@screen(permission=Permission.EXIT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def add_exit(request: HttpRequest, person: Person) -> HttpResponse:
    """Ask what the class needs, one question at a time; the answers travel with the page and nothing is written before the end."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = writable(user, running_enrolments(person, on=on), Permission.EXIT_WRITE, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    for one in enrolments:
        labels.rules(one.action_code)
    wizard = Wizard(
        enrolments=enrolments,
        jobs=list(Job.objects.filter(person=person).order_by("-start_on")[:8]),
        steps=_trainings(person),
        labels=labels,
        on=on,
    )
    posted = request.POST
    walk(wizard, posted, stage=posted.get("stage", ""), done=posted.getlist("done"), back=posted.get("back", ""))
    if wizard.form is not None:
        return render(request, "desk/leaving.html", _question(request, person, wizard))
    return _review(request, person, wizard)


def _trainings(person: Person) -> list[Step]:
    rows = Step.objects.filter(person=person, started_on__isnull=False).order_by("-started_on")
    return [one for one in rows if one.qualifying or detail_of(one.kind) == "training"][:8]


def _question(request: HttpRequest, person: Person, wizard: Wizard) -> dict[str, Any]:
    return {
        "person": person,
        "form": wizard.form,
        "stage": wizard.current,
        "title": TITLES[wizard.current],
        **_carried(request, wizard),
    }


def _carried(request: HttpRequest, wizard: Wizard) -> dict[str, Any]:
    shown = set(wizard.form.fields) if wizard.form is not None else set()
    return {
        "done": wizard.done,
        "carried": [(name, value) for name, value in request.POST.items() if name not in {*OWN, *shown}],
        "answered": [(stage, TITLES[stage], _told(wizard, stage)) for stage in wizard.done],
    }


def _told(wizard: Wizard, stage: str) -> str:
    """Say an answer in a few words, as its form shows it."""
    data = wizard.data
    job, step = wizard.job, wizard.step
    match stage:
        case "where":
            return f"{Destination(data['destination']).label}, le {date_short(data['exited_on'])}"
        case "which":
            if job is not None:
                return f"{job.get_contract_kind_display()} {job.employer}".strip()
            return (step.label or wizard.labels.step(step.kind)) if step is not None else "À noter maintenant"
        case "work":
            new = wizard.leaving().job
            return f"{new.contract_kind.label} {new.employer}, le {date_short(new.start_on)}" if new else ""
        case "employer":
            new = wizard.leaving().job
            return str(new.employer_kind.label) if new else ""
        case "hours":
            hours = data.get("weekly_hours")
            return f"{hours.normalize():f} h par semaine".replace(".", ",") if hours else "Non connu"
        case "training":
            return data.get("label") or wizard.labels.step(data["kind"])
        case "qualifying":
            return "Oui" if data["qualifying"] else "Non"
        case "training_end":
            return date_short(data["training_end_on"])
        case _:
            return date_short(data["diploma_on"]) if data.get("diploma_on") else "Pas encore"


def _review(request: HttpRequest, person: Person, wizard: Wizard) -> HttpResponse:
    verdict, papers = wizard.foreseen()
    kinds = wizard.labels.pieces(wizard.enrolment.action_code, missing_kinds(papers))
    finishing = "finish" in request.POST
    form = ProofForm(
        request.POST if finishing else None,
        request.FILES if finishing else None,
        kinds=kinds,
        initial={"proof_on": wizard.on},
    )
    if "keep" in request.POST:
        return _keep_job(request, person, wizard)
    if finishing and form.is_valid():
        made = None
        with refusals_on(form):
            made = leave(actor=user_of(request), on=wizard.on, leaving=_with_proof(wizard, form))
        if made is not None:
            messages.success(request, "Sortie proposée. Elle compte dès qu’elle est confirmée.")
            return redirect("desk:exit", person.key, made.pk)
    context = {
        "person": person,
        "verdict": verdict,
        "papers": papers,
        "form": form if kinds else None,
        "errors": form.non_field_errors() if finishing else [],
        "labels": wizard.labels,
        "later": verdict.effective_on is not None and not verdict.exit_class and wizard.leaving().job is not None,
        "today": wizard.on,
        **_carried(request, wizard),
    }
    return render(request, "desk/leaving_review.html", context)


def _with_proof(wizard: Wizard, form: ProofForm) -> Leaving:
    data, asked = form.cleaned_data, wizard.leaving()
    if not data.get("proof_kind"):
        return asked
    sent = data.get("proof_file")
    label = dict(form.fields["proof_kind"].choices).get(data["proof_kind"], "")  # type: ignore[attr-defined]
    proof = Proof(data["proof_kind"], data["proof_on"], sent.read() if sent else b"", label)
    return replace(asked, proof=proof)


def _keep_job(request: HttpRequest, person: Person, wizard: Wizard) -> HttpResponse:
    """The class comes later: write the job now, the accompaniment goes on."""
    job = wizard.leaving().job
    if job is None:
        return redirect("desk:person", person.key)
    made = record_jobs(actor=user_of(request), on=wizard.on, jobs=[job])[0]
    messages.success(request, "Emploi noté. L’accompagnement continue : prenez des nouvelles ici.")
    return redirect("desk:job", person.key, made.pk)
