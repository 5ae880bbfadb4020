"""The contract: written with the person beside, signed, submitted, handed over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseFormSet, formset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.kernel.periods import end_of_months
from jalons.network.permissions import Permission
from jalons.pathways.models import (
    Contract,
    ContractApproval,
    ContractKind,
    ContractState,
    Enrolment,
    Recommendation,
)
from jalons.pathways.operations import (
    Draft,
    approve_contract,
    cancel_contract,
    draft_contract,
    edit_contract,
    hand_over_copy,
    return_contract,
    submit,
    withdraw_ppae,
)
from jalons.pathways.queries.adhesion import untold
from jalons.pathways.queries.assessments import open_recommendations
from jalons.pathways.queries.carrying import may_bring_to_end
from jalons.pathways.queries.contract_papers import papers_of, text_on_screen
from jalons.pathways.queries.contracts import (
    awaiting_approval,
    chain_of,
    missing_for_signature,
    planned_and_realised,
)
from jalons.pathways.rules import CONTRACT_TRANSITIONS, EDITABLE, IN_FORCE, is_noted_ppae
from jalons.people.models import Person
from jalons.people.permissions import may_reach
from jalons.sites.desk.forms_pathway import STEP_LINES, ContractForm, ContractStepForm
from jalons.sites.desk.places import require_writable, running_enrolments, writable
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.returning import ReturnForm
from jalons.sites.frame.telling import refusals_told
from jalons.ui.forms import refusals_on

USUAL_MONTHS = 6  # only what the form proposes first; the rulebook's limits are the operation's business
StepLines = BaseFormSet[ContractStepForm]


@screen(permission=Permission.CONTRACT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def add_contract(request: HttpRequest, person: Person) -> HttpResponse:
    """Draft a contract."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    enrolments = writable(user, running_enrolments(person, on=on), Permission.CONTRACT_WRITE, on=on)
    if not enrolments:
        return _nothing_to_write(request, person)
    previous = _last_in_force(enrolments[0].pk)
    form = ContractForm(
        request.POST or None,
        enrolments=enrolments,
        labels=labels,
        plan=open_recommendations(one.pk for one in enrolments),
        initial=_first_values(enrolments[0], previous, labels, on),
    )
    lines = _lines(request, enrolments, labels)
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        data = form.cleaned_data
        renewed = _last_in_force(data["enrolment"], data["kind"])
        with refusals_on(form):
            draft = Draft(
                enrolment_id=data["enrolment"],
                kind=data["kind"],
                start_on=data["start_on"],
                end_on=data["end_on"],
                objectives=form.objectives(),
                steps=_written(lines),
                her_words=data["her_words"],
                previous_review=data["previous_review"],
                previous_id=renewed.pk if renewed and not hasattr(renewed, "renewal") else None,
                taken_up=form.taken_up(),
            )
            contract = draft_contract(actor=user, on=on, draft=draft)
        if form.is_valid():
            messages.success(request, "Brouillon enregistré.")
            _warn_of_gap(request, contract)
            return redirect("desk:contract", person.key, contract.key)
    context = {
        "person": person,
        "form": form,
        "lines": lines,
        "title": "Nouveau contrat",
        "review": previous is not None,
        "realised": planned_and_realised(previous) if previous else [],
        "labels": labels,
        "notices": _notices(enrolments, labels),
    }
    return render(request, "desk/contract_form.html", context)


@screen(permission=Permission.CONTRACT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def change_contract(request: HttpRequest, person: Person, contract_key: UUID) -> HttpResponse:
    """Change a contract that is not submitted yet."""
    user, on = user_of(request), clock.today()
    contract, labels = contract_of(person, contract_key), Labels(on=on)
    require_writable(user, contract.enrolment, Permission.CONTRACT_WRITE, on=on)
    plan = open_recommendations([contract.enrolment_id])
    form = ContractForm(
        request.POST or None,
        enrolments=[contract.enrolment],
        labels=labels,
        plan=plan,
        initial=_present_values(contract) | _taken(contract, plan),
    )
    lines = _lines(request, [contract.enrolment], labels, contract)
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            edit_contract(
                actor=user,
                on=on,
                contract_id=contract.pk,
                kind=ContractKind(data["kind"]),
                start_on=data["start_on"],
                end_on=data["end_on"],
                objectives=form.objectives(),
                steps=_written(lines),
                her_words=data["her_words"],
                previous_review=data["previous_review"],
                taken_up=form.taken_up(),
            )
        if form.is_valid():
            messages.success(request, "Contrat modifié.")
            _warn_of_gap(request, contract_of(person, contract_key))
            return redirect("desk:contract", person.key, contract.key)
    context = {
        "person": person,
        "form": form,
        "lines": lines,
        "title": "Modifier le contrat",
        "review": contract.rank > 1,
        "realised": planned_and_realised(contract.previous) if contract.previous else [],
        "labels": labels,
        "notices": _notices([contract.enrolment], labels),
    }
    return render(request, "desk/contract_form.html", context)


@screen(permission=Permission.PERSON_OPEN, trace="file", of_person=True)
def contract(request: HttpRequest, person: Person, contract_key: UUID) -> HttpResponse:
    """Show a contract as it is read aloud and printed, and the next act."""
    user, on = user_of(request), clock.today()
    found, labels = contract_of(person, contract_key), Labels(on=on)
    if found.submitted_on is None and not may_reach(user, person.pk, on=on, permission=Permission.CONTRACT_WRITE):
        raise Http404("contract")
    labels.rules(found.enrolment.action_code)
    state, papers = ContractState(found.state), papers_of(found)
    context = {
        "person": person,
        "contract": found,
        "text": text_on_screen(found, papers, on=on, shelf=labels.shelf),
        "returns": list(found.returns.select_related("returned_by").order_by("-returned_on")),
        "missing": missing_for_signature(found, on=on, shelf=labels.shelf) if state in EDITABLE else [],
        "untold": untold([found], on=on, shelf=labels.shelf, missing="warns").get(found.pk, []),
        "notices": _notices([found.enrolment], labels) if state in EDITABLE else [],
        "may_write": bool(writable(user, [found.enrolment], Permission.CONTRACT_WRITE, on=on)),
        "may_hand_over": may_bring_to_end(user, found.enrolment, on=on, permission=Permission.CONTRACT_WRITE),
        "editable": state in EDITABLE,
        "noted": is_noted_ppae(found),
        "next": () if is_noted_ppae(found) else CONTRACT_TRANSITIONS[state],
        "papers": papers,
        "chain": chain_of(found),
        "approval": ContractApproval.objects.filter(contract=found).select_related("approved_by").first(),
        "may_approve": bool(awaiting_approval([found], on=on, shelf=labels.shelf))
        and bool(writable(user, [found.enrolment], Permission.CONTRACT_APPROVE, on=on)),
        "return_form": ReturnForm(),
        "State": ContractState,
        "labels": labels,
    }
    return render(request, "desk/contract.html", context)


ACTS: dict[str, tuple[Callable[..., object], str]] = {
    "transmettre": (submit, "Contrat transmis pour validation."),
    "remettre": (hand_over_copy, "Remise enregistrée."),
    "retirer": (withdraw_ppae, "PPAE retiré."),
    "annuler": (cancel_contract, "Contrat annulé."),
}
OF_THE_HEAD: dict[str, tuple[Callable[..., object], str]] = {
    "approuver": (approve_contract, "Contrat approuvé : l’autorité peut le valider."),
    "renvoyer": (return_contract, "Contrat renvoyé à son auteur, avec vos motifs."),
}


@screen(permission=Permission.CONTRACT_WRITE, of_person=True, methods=("POST",))
def advance_contract(request: HttpRequest, person: Person, contract_key: UUID, act: str) -> HttpResponse:
    """Bring a contract to its next state: submit, hand over, cancel; approve or send back for the head (S-22)."""
    acts = ACTS | OF_THE_HEAD
    if act not in acts:
        raise Http404(act)
    found, (operation, done) = contract_of(person, contract_key), acts[act]
    form, given = ReturnForm(request.POST), {}
    if act == "renvoyer" and form.is_valid():
        given = form.cleaned_data
    with refusals_told(request):
        operation(actor=user_of(request), on=clock.today(), contract_id=found.pk, **given)
        messages.success(request, done)
    return redirect("desk:contract", person.key, found.key)


def contract_of(person: Person, key: UUID) -> Contract:
    """Return the contract of this person with this key, or « page introuvable »."""
    found = (
        Contract.objects.select_related(
            "person", "enrolment__organisation", "enrolment__authority", "validated_by", "handed_over_by", "drafted_by"
        )
        .filter(key=key, person=person)
        .first()
    )
    if found is None:
        raise Http404("contract")
    return found


def _notices(enrolments: list[Enrolment], labels: Labels) -> list[str]:
    """How to fill the contract, where the rulebooks say it (R-091)."""
    said = (labels.rules(one.action_code).contract.notice for one in enrolments)
    return list(dict.fromkeys(notice for notice in said if notice))


def _warn_of_gap(request: HttpRequest, contract: Contract) -> None:
    """Say the days no contract covers before this one; they are allowed, nobody overlooks them (R-077)."""
    gap = next((link.gap for link in chain_of(contract) if link.contract.pk == contract.pk), None)
    if gap is not None:
        sentence = f"Du {gap.start:%d/%m/%Y} au {gap.end:%d/%m/%Y}, aucun contrat ne couvre la personne."
        messages.warning(request, sentence)


def _taken(contract: Contract, plan: list[Recommendation]) -> dict[str, Any]:
    mine = (one for one in plan if one.objective is not None and one.objective.contract_id == contract.pk)
    return {f"taken_{one.pk}": one.objective.horizon for one in mine if one.objective is not None}


def _nothing_to_write(request: HttpRequest, person: Person) -> HttpResponse:
    return render(request, "desk/no_enrolment.html", {"person": person})


def _last_in_force(enrolment_id: int, kind: str = "") -> Contract | None:
    rows = Contract.objects.filter(enrolment=enrolment_id, state__in=IN_FORCE).select_related("renewal")
    return (rows.filter(kind=kind) if kind else rows).order_by("-end_on").first()


def _first_values(enrolment: Enrolment, previous: Contract | None, labels: Labels, on: date) -> dict[str, Any]:
    """A renewal starts on the eve of no gap; a first contract today."""
    start = previous.end_on + timedelta(days=1) if previous else on
    kinds = sorted(labels.rules(enrolment.action_code).contract.kinds)
    kind = previous.kind if previous else (kinds[0] if kinds else "engagement")
    return {"enrolment": enrolment.pk, "kind": kind, "start_on": start, "end_on": end_of_months(start, USUAL_MONTHS)}


def _present_values(contract: Contract) -> dict[str, Any]:
    values = {name: getattr(contract, name) for name in ("kind", "start_on", "end_on", "her_words", "previous_review")}
    return {
        **values,
        "enrolment": contract.enrolment_id,
        **{one.horizon: one.text for one in contract.objectives.all()},
    }


def _lines(
    request: HttpRequest, enrolments: list[Enrolment], labels: Labels, contract: Contract | None = None
) -> StepLines:
    kinds = labels.step_choices(enrolments)
    initial = (
        list(contract.planned_steps.order_by("pk").values("kind", "label", "doer", "planned_on", "place"))
        if contract
        else []
    )
    factory = formset_factory(ContractStepForm, extra=max(1, STEP_LINES - len(initial)))
    build = partial(factory, initial=initial, prefix="steps", form_kwargs={"kinds": kinds})
    lines: StepLines = build(request.POST) if request.method == "POST" else build()
    return lines


def _written(lines: StepLines) -> list[Any]:
    return [step for step in (line.step() for line in lines) if step is not None]
