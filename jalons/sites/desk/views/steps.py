"""Steps: propose, prescribe, answer, start, take news, end; a page for each step and a form for each act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.agenda.models import Mode
from jalons.kernel import clock
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import ContactWith, Finding, Step, StepAnswer, StepState
from jalons.pathways.operations import (
    NewStep,
    Proof,
    agree_to_step,
    answer_step,
    cancel_step,
    complete_step,
    correct_step,
    describe_application,
    describe_immersion,
    hold_tripartite_review,
    interrupt_step,
    position,
    prescribe,
    receive_proof,
    record_diploma,
    record_steps,
    set_weekly_hours,
    start_step,
    take_news_of_step,
    withdraw_step,
)
from jalons.pathways.queries.carrying import may_bring_to_end
from jalons.pathways.queries.steps import news_of, open_offers, with_places
from jalons.pathways.reference import detail_of, every_step_end, step_ends
from jalons.pathways.rules import STEP_ENDS, STEP_TRANSITIONS
from jalons.people.models import Person
from jalons.sites.desk.forms_leaving import ProofForm
from jalons.sites.desk.forms_pathway import DiplomaForm
from jalons.sites.desk.forms_step_corrections import CorrectStepForm, WithdrawStepForm
from jalons.sites.desk.forms_steps import (
    AgreementForm,
    AnswerForm,
    ApplicationForm,
    ImmersionForm,
    NewsForm,
    PrescribeForm,
    StepForm,
    StepKindForm,
    StepMoveForm,
    TripartiteForm,
)
from jalons.sites.desk.places import require_writable, running_enrolments, writable
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.ui.forms import KitForm, refusals_on

MOVES = {
    StepState.POSITIONED: "La personne est positionnée",
    StepState.STARTED: "L’étape commence",
    StepState.COMPLETED: "L’étape est réalisée",
    StepState.INTERRUPTED: "L’étape est interrompue",
    StepState.CANCELLED: "L’étape est abandonnée avant d’avoir commencé",
}
ENDS = {
    StepState.COMPLETED: "Si elle est réalisée",
    StepState.INTERRUPTED: "Si elle est interrompue",
    StepState.CANCELLED: "Si elle est abandonnée",
}


@screen(permission=Permission.STEP_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def add_step(request: HttpRequest, person: Person) -> HttpResponse:
    """Choose the kind of step, then propose it, or write one that has begun: what is asked depends on the kind."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = writable(user, running_enrolments(person, on=on), Permission.STEP_WRITE, on=on)
    if not enrolments:
        return render(request, "desk/no_enrolment.html", {"person": person})
    chosen = StepKindForm(request.POST or None, kinds=labels.step_choices(enrolments))
    context: dict[str, Any] = {"person": person, "form": chosen, "title": "Ajouter une étape", "submit": "Continuer"}
    if request.method != "POST" or not chosen.is_valid():
        return render(request, "desk/form.html", context)
    kind = chosen.cleaned_data["kind"]
    form = StepForm(
        request.POST if "agreed_on" in request.POST or "source" in request.POST else None,
        enrolments=enrolments,
        labels=labels,
        kind=kind,
        detail=detail_of(kind),
        initial={"agreed_on": on},
    )
    if form.is_bound and form.is_valid():
        data = dict(form.cleaned_data)
        proposed = min(day for day in (data["agreed_on"], data["started_on"], on) if day is not None)
        new = NewStep(enrolment_id=data.pop("enrolment"), kind=kind, proposed_on=proposed, **data)
        with refusals_on(form):
            made = record_steps(actor=user, on=on, steps=[new])[0]
        if form.is_valid():
            messages.success(request, "Étape enregistrée.")
            return redirect("desk:step", person.key, made.pk)
    return render(
        request, "desk/step_form.html", {**context, "form": form, "kind": kind, "kind_label": labels.step(kind)}
    )


@screen(permission=Permission.STEP_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def step(request: HttpRequest, person: Person, step_id: int) -> HttpResponse:
    """Show a step, what was asked and answered, its news; and write its next event."""
    user, on = user_of(request), clock.today()
    found, labels = step_of(person, step_id), Labels(on=on)
    rules = labels.rules(found.enrolment.action_code)
    known = rules.steps.get(found.kind)
    own = bool(writable(user, [found.enrolment], Permission.STEP_WRITE, on=on))
    form: KitForm | None = _next_form(request, found, on, sensitive=known is not None and known.sensitive, own=own)
    if form is not None and request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _write(user, found, form, on)
        if form.is_valid():
            messages.success(request, "Diplôme noté." if isinstance(form, DiplomaForm) else "Étape mise à jour.")
            return redirect("desk:step", person.key, found.pk)
    context = {
        "person": person,
        "step": found,
        "form": form if may_bring_to_end(user, found.enrolment, on=on, permission=Permission.STEP_WRITE) else None,
        "labels": labels,
        "detail": detail_of(found.kind),
        "acts": acts_of(found) if own else {},
        "over": StepState(found.state) in STEP_ENDS,
        "news": news_of(step_ids=[found.pk]),
        "pieces": list(found.pieces.select_related("document").defer("document__raw").order_by("dated_on", "pk")),
        "piece_names": rules.documents,
        "result": every_step_end().get(found.end_code, ""),
        "paid": "" if found.paid is None else "oui" if found.paid else "non",
    }
    return render(request, "desk/step.html", context)


def _next_form(request: HttpRequest, found: Step, on: date, *, sensitive: bool, own: bool) -> KitForm | None:
    """The form of what comes next; who is not of the organisation that opened the step only brings it to its end."""
    posted = request.POST or None
    if found.state == StepState.COMPLETED and found.qualifying:
        return DiplomaForm(posted, initial={"diploma_on": found.diploma_on})
    allowed = STEP_TRANSITIONS[StepState(found.state)]
    allowed = allowed if own else allowed & STEP_ENDS
    moves = [(state.value, label) for state, label in MOVES.items() if state in allowed]
    if not moves:
        return None
    ends = {label: step_ends(state) for state, label in ENDS.items() if state in allowed}
    initial = {"day": on, "weekly_hours": found.weekly_hours}
    return StepMoveForm(posted, moves=moves, ends=ends, sensitive=sensitive, initial=initial)


def _write(user: User, found: Step, form: KitForm, on: date) -> None:
    if isinstance(form, DiplomaForm):
        record_diploma(actor=user, on=on, step_id=found.pk, **form.cleaned_data)
        return
    _advance(user, found, form.cleaned_data, on)
    hours = form.cleaned_data["weekly_hours"]
    if hours is not None and hours != found.weekly_hours:
        set_weekly_hours(actor=user, on=on, step_id=found.pk, weekly_hours=hours)


def _advance(user: User, found: Step, data: dict[str, Any], on: date) -> None:
    common: dict[str, Any] = {"actor": user, "on": on, "step_id": found.pk}
    why = {"end_code": data.get("end_code", ""), "reason": data.get("reason", "")}
    match StepState(data["move"]):
        case StepState.POSITIONED:
            position(**common, day=data["day"])
        case StepState.STARTED:
            start_step(**common, day=data["day"])
        case StepState.COMPLETED:
            complete_step(**common, day=data["day"], **why)
        case StepState.INTERRUPTED:
            interrupt_step(**common, day=data["day"], **why)
        case _:
            cancel_step(**common, **why)


ACTS = {
    "accord": "Noter l’accord de la personne",
    "prescrire": "Prescrire l’étape",
    "reponse": "Noter la réponse de l’organisme",
    "immersion": "L’entreprise d’accueil",
    "candidature": "L’offre et la candidature",
    "nouvelles": "Prendre des nouvelles",
    "bilan-tripartite": "Noter un bilan tripartite",
    "document": "Mettre un document au dossier",
    "corriger": "Corriger une erreur",
    "retirer": "Retirer l’étape, notée par erreur",
}
LEADS = {
    "corriger": "Ces dates remplacent celles qui étaient notées ; l’historique du dossier garde les deux.",
    "retirer": "L’étape reste au dossier comme « notée par erreur » et ne compte plus nulle part.",
}


def acts_of(found: Step) -> dict[str, str]:
    """Return the acts that make sense where the step stands, with their labels."""
    allowed = {
        "accord": found.agreed_on is None and found.state in (StepState.PROPOSED, StepState.POSITIONED),
        "prescrire": found.state == StepState.PROPOSED,
        "reponse": found.state == StepState.POSITIONED,
        "immersion": detail_of(found.kind) == "immersion" and found.state != StepState.CANCELLED,
        "candidature": detail_of(found.kind) == "application",
        "nouvelles": found.started_on is not None,
        "bilan-tripartite": found.started_on is not None,
        "document": True,
        "corriger": found.state != StepState.CANCELLED,
        "retirer": found.state != StepState.CANCELLED,
    }
    return {act: label for act, label in ACTS.items() if allowed[act]}


@screen(permission=Permission.STEP_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def step_act(request: HttpRequest, person: Person, step_id: int, act: str) -> HttpResponse:
    """One act on a step, with its own short form."""
    user, on = user_of(request), clock.today()
    found = step_of(person, step_id)
    if act not in ACTS:
        raise Http404(act)
    require_writable(user, found.enrolment, Permission.STEP_WRITE, on=on)
    if act not in acts_of(found):
        messages.error(request, "Cette étape a changé : voici où elle en est.")
        return redirect("desk:step", person.key, found.pk)
    form = _form_of(act, found, request, on)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            WRITES[act](user, found, form, on)
        if form.is_valid():
            messages.success(request, "Étape mise à jour.")
            return redirect("desk:step", person.key, found.pk)
    context = {"person": person, "form": form, "title": ACTS[act], "submit": "Enregistrer", "files": act == "document"}
    return render(request, "desk/form.html", {**context, "lead": LEADS.get(act, found.label)})


def _form_of(act: str, found: Step, request: HttpRequest, on: date) -> Any:
    posted = request.POST if request.method == "POST" else None
    kind = Labels(on=on).rules(found.enrolment.action_code).steps.get(found.kind)
    sensitive = kind is not None and kind.sensitive
    match act:
        case "accord":
            return AgreementForm(posted, initial={"agreed_on": on})
        case "prescrire":
            offers = with_places(open_offers([found.enrolment.authority_id], on=on).filter(kind=found.kind))
            return PrescribeForm(
                posted, offers=offers, sensitive=sensitive, initial={"day": on, "operator": found.operator}
            )
        case "reponse":
            return AnswerForm(posted, sensitive=sensitive, initial={"day": on, "answer": found.answer})
        case "immersion":
            return ImmersionForm(posted, initial=_values(getattr(found, "immersion", None), ImmersionForm))
        case "candidature":
            return ApplicationForm(posted, initial=_values(getattr(found, "application", None), ApplicationForm))
        case "nouvelles":
            return NewsForm(posted, sensitive=sensitive, initial={"made_on": on})
        case "corriger":
            return CorrectStepForm(posted, step=found)
        case "retirer":
            return WithdrawStepForm(posted, sensitive=sensitive)
        case "document":
            kinds = dict(Labels(on=on).piece_choices([found.enrolment]))
            files = request.FILES if posted is not None else None
            return ProofForm(posted, files, kinds=kinds, needed=True, initial={"proof_on": on})
        case _:
            initial = {"day": on, "minutes": 60, "place": found.operator}
            return TripartiteForm(posted, sensitive=sensitive, initial=initial)


def _values(row: Any, form: type[KitForm]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in form.base_fields} if row is not None else {}


def _prescribe(user: User, found: Step, form: Any, on: date) -> None:
    data = form.cleaned_data
    prescribe(
        actor=user, on=on, step_id=found.pk, offer_id=data["offer"], operator=data.get("operator", ""), day=data["day"]
    )


def _answer(user: User, found: Step, form: Any, on: date) -> None:
    data = form.cleaned_data
    answer = StepAnswer(data["answer"])
    answer_step(actor=user, on=on, step_id=found.pk, answer=answer, day=data["day"], reason=data.get("reason", ""))


def _take_news(user: User, found: Step, form: Any, on: date) -> None:
    data = form.cleaned_data
    take_news_of_step(
        actor=user,
        on=on,
        step_id=found.pk,
        made_on=data["made_on"],
        contact_with=ContactWith(data["contact_with"]),
        finding=Finding(data["finding"]),
        note=data.get("note", ""),
    )


def _tripartite(user: User, found: Step, form: Any, on: date) -> None:
    data = form.cleaned_data
    hold_tripartite_review(
        actor=user,
        on=on,
        step_id=found.pk,
        starts_at=data["starts_at"],
        ends_at=data["ends_at"],
        finding=Finding(data["finding"]),
        mode=Mode(data["mode"]),
        place=data["place"],
        note=data.get("note", ""),
    )


def _file(user: User, found: Step, form: Any, on: date) -> None:
    data = form.cleaned_data
    file = data.get("proof_file")
    label = dict(form.fields["proof_kind"].choices)[data["proof_kind"]]
    proof = Proof(data["proof_kind"], data["proof_on"], file.read() if file else b"", label)
    receive_proof(actor=user, on=on, enrolment_id=found.enrolment_id, proof=proof, step_id=found.pk)


WRITES: dict[str, Callable[[User, Step, Any, date], object]] = {
    "accord": lambda user, found, form, on: agree_to_step(actor=user, on=on, step_id=found.pk, **form.cleaned_data),
    "prescrire": _prescribe,
    "reponse": _answer,
    "immersion": lambda user, found, form, on: describe_immersion(
        actor=user, on=on, step_id=found.pk, **form.cleaned_data
    ),
    "candidature": lambda user, found, form, on: describe_application(
        actor=user, on=on, step_id=found.pk, facts=form.facts()
    ),
    "nouvelles": _take_news,
    "bilan-tripartite": _tripartite,
    "document": _file,
    "corriger": lambda user, found, form, on: correct_step(actor=user, on=on, step_id=found.pk, facts=form.facts()),
    "retirer": lambda user, found, form, on: withdraw_step(actor=user, on=on, step_id=found.pk, **form.cleaned_data),
}


def step_of(person: Person, step_id: int) -> Step:
    """Return a step of the person with what hangs on it, or « page introuvable »."""
    rows = Step.objects.filter(pk=step_id, person=person)
    found = rows.select_related("enrolment__organisation", "offer", "immersion", "application").first()
    if found is None:
        raise Http404("step")
    return found
