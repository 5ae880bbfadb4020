"""Write a contract before it is submitted, the one that renews another included (R-077…R-081)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Max

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import (
    Contract,
    ContractApproval,
    ContractKind,
    ContractObjective,
    ContractPaper,
    ContractState,
    ContractStep,
    Horizon,
)
from jalons.pathways.operations._door import open_enrolments
from jalons.pathways.operations.plans import take_up_in
from jalons.pathways.rulebook import ActionRules, Shelf, rules_of
from jalons.pathways.rules import EDITABLE, IN_FORCE


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective at one of the three horizons (R-079)."""

    horizon: Horizon
    text: str


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step written in the contract: kind of the rulebook, date and place (R-080)."""

    kind: str
    label: str = ""
    planned_on: date | None = None
    place: str = ""
    doer: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A contract to write for an enrolment; ``previous_id`` makes it a renewal."""

    enrolment_id: int
    start_on: date
    end_on: date
    kind: ContractKind = ContractKind.ENGAGEMENT
    objectives: Sequence[Objective] = ()
    steps: Sequence[PlannedStep] = ()
    her_words: str = ""
    previous_review: str = ""
    previous_id: int | None = None
    taken_up: Mapping[int, Horizon] = field(default_factory=dict)  # recommendation → horizon of the objective


@operation
def draft_many(*, actor: User, on: date, drafts: Collection[Draft]) -> list[Contract]:
    """Write drafts as a set, one per enrolment and kind; one refusal and none is written."""
    keys = {(one.enrolment_id, one.kind) for one in drafts}
    if len(keys) != len(drafts):
        raise Refusal(
            "Deux brouillons visent la même inscription : écrivez-les l’un après l’autre.", code="drafted_twice"
        )
    enrolments = open_enrolments(actor, {key[0] for key in keys}, on=on, permission=Permission.CONTRACT_WRITE)
    ranks = _last_ranks(enrolments)
    shelf = Shelf()
    for one in drafts:
        _check_draft(one, shelf.rules_of(enrolments[one.enrolment_id].action_code, on=on))
    _check_previous(drafts)
    contracts = Contract.objects.bulk_create(
        [
            Contract(
                enrolment_id=one.enrolment_id,
                person_id=enrolments[one.enrolment_id].person_id,
                kind=one.kind,
                rank=ranks.get((one.enrolment_id, one.kind), 0) + 1,
                previous_id=one.previous_id,
                start_on=one.start_on,
                end_on=one.end_on,
                her_words=one.her_words.strip(),
                previous_review=one.previous_review.strip(),
                drafted_by=actor,
            )
            for one in drafts
        ],
        batch_size=1000,
    )
    for contract in contracts:
        contract.enrolment = enrolments[contract.enrolment_id]
    _write_contents([(contract, one.objectives, one.steps) for contract, one in zip(contracts, drafts, strict=True)])
    for contract, one in zip(contracts, drafts, strict=True):
        if one.taken_up:
            take_up_in(contract, one.taken_up)
    return contracts


@operation
def draft_contract(*, actor: User, on: date, draft: Draft) -> Contract:
    """Write the draft of one contract."""
    return draft_many(actor=actor, on=on, drafts=[draft])[0]


@operation
def edit_contract(
    *,
    actor: User,
    on: date,
    contract_id: int,
    kind: ContractKind | None = None,
    start_on: date | None = None,
    end_on: date | None = None,
    objectives: Sequence[Objective] | None = None,
    steps: Sequence[PlannedStep] | None = None,
    her_words: str | None = None,
    previous_review: str | None = None,
    taken_up: Mapping[int, Horizon] | None = None,
) -> Contract:
    """Change what a contract says before it is submitted; None keeps what is written.

    A contract of another ``kind`` takes the next number among those; a renewal keeps the kind of the one it follows.
    A signature covers what was shown: changing a signed contract takes it back to draft, to be signed again.
    """
    contract = open_contracts(actor, [contract_id], on=on, permission=Permission.CONTRACT_WRITE)[0]
    if ContractState(contract.state) not in EDITABLE:
        raise Refusal(
            f"Ce contrat est « {contract.get_state_display()} » : il ne se modifie plus.", code="contract_frozen"
        )
    rules = rules_of(contract.enrolment.action_code, on=on)
    if kind is not None and kind != contract.kind:
        _change_kind(contract, kind, rules)
    contract.start_on = start_on or contract.start_on
    contract.end_on = end_on or contract.end_on
    contract.her_words = contract.her_words if her_words is None else her_words.strip()
    contract.previous_review = contract.previous_review if previous_review is None else previous_review.strip()
    if contract.state == ContractState.SIGNED:
        contract.state = ContractState.DRAFT
    contract.signed_on = None
    contract.save()
    if objectives is not None:
        _rewrite_objectives(contract, objectives)
    if steps is not None:
        for one in steps:
            _check_step(one, rules)
        contract.planned_steps.all().delete()
    _write_contents([(contract, (), steps or ())])
    if taken_up is not None:
        take_up_in(contract, taken_up)
    void_papers([contract], on=on)
    ContractApproval.objects.filter(contract=contract).delete()
    touch(days={contract.start_on, contract.end_on})
    return contract


def _change_kind(contract: Contract, kind: ContractKind, rules: ActionRules) -> None:
    _require_kind(kind, rules)
    if contract.previous_id is not None:
        raise Refusal(
            "Un renouvellement garde la nature du contrat qu’il suit : annulez-le, puis écrivez un autre contrat.",
            code="previous_elsewhere",
        )
    contract.kind = kind
    contract.rank = _last_ranks([contract.enrolment_id]).get((contract.enrolment_id, kind), 0) + 1


def _rewrite_objectives(contract: Contract, objectives: Sequence[Objective]) -> None:
    """An objective of the same horizon keeps its row, thus the recommendations it takes up (R-069)."""
    left = list(contract.objectives.order_by("pk"))
    for new in objectives:
        known = next((one for one in left if one.horizon == new.horizon), None)
        if known is None:
            _write_contents([(contract, [new], ())])
            continue
        left.remove(known)
        known.text = new.text.strip()
        known.save(update_fields=["text"])
    ContractObjective.objects.filter(pk__in=[one.pk for one in left]).delete()


def void_papers(contracts: Iterable[Contract], *, on: date) -> None:
    """Make void the papers of contracts that no longer say what they said: they stay kept, nobody signs them any more."""
    ContractPaper.objects.filter(contract__in=list(contracts), voided_on__isnull=True).update(voided_on=on)


def _last_ranks(enrolment_ids: Iterable[int]) -> dict[tuple[int, str], int]:
    rows = (
        Contract.objects.filter(enrolment__in=list(enrolment_ids))
        .exclude(state=ContractState.CANCELLED)
        .values_list("enrolment_id", "kind")
        .annotate(last=Max("rank"))
    )
    return {(enrolment_id, kind): last for enrolment_id, kind, last in rows}


def _check_draft(draft: Draft, rules: ActionRules) -> None:
    if rules.contract.refusal is not None:
        raise Refusal(rules.contract.refusal, code="contract_not_planned")
    _require_kind(draft.kind, rules)
    if draft.end_on < draft.start_on:
        raise Refusal("Le contrat ne peut pas finir avant de commencer.", code="contract_dates_ordered")
    for step in draft.steps:
        _check_step(step, rules)


def _require_kind(kind: ContractKind, rules: ActionRules) -> None:
    if rules.contract.kinds and kind not in rules.contract.kinds:
        raise Refusal(
            f"Le cadre prévoit un autre contrat pour cette action : {rules.contract.label}.", code="contract_kind"
        )


def _check_previous(drafts: Iterable[Draft]) -> None:
    """A renewal follows a contract in force of the same enrolment and kind, once; two queries."""
    renewals = {one.previous_id: one for one in drafts if one.previous_id is not None}
    if not renewals:
        return
    found = Contract.objects.in_bulk(renewals)
    for pk, draft in renewals.items():
        previous = found.get(pk)
        if previous is None or (previous.enrolment_id, previous.kind) != (draft.enrolment_id, draft.kind):
            raise Refusal(
                "Le contrat à renouveler est celui d’une autre inscription ou d’une autre nature :"
                " partez du dernier contrat validé de cette inscription.",
                code="previous_elsewhere",
            )
        if ContractState(previous.state) not in IN_FORCE:
            raise Refusal("Seul un contrat validé se renouvelle.", code="contract_not_validated")
    if Contract.objects.filter(previous__in=renewals).exists():
        raise Refusal("Ce contrat a déjà son renouvellement.", code="contract_already_renewed")


def _check_step(step: PlannedStep, rules: ActionRules) -> None:
    if not rules.steps:
        return
    kind = rules.steps.get(step.kind)
    if kind is None:
        raise Refusal("Cette étape n’est pas dans la nomenclature du cadre.", code="step_kind_unknown")
    if kind.sensitive and f"{step.label}{step.place}".strip():
        raise Refusal(f"L’étape « {kind.label} » ne porte pas de texte libre.", code="step_sensitive")


def _write_contents(contents: Iterable[tuple[Contract, Sequence[Objective], Sequence[PlannedStep]]]) -> None:
    rows = list(contents)
    ContractObjective.objects.bulk_create(
        [
            ContractObjective(contract=c, horizon=o.horizon, text=o.text.strip())
            for c, objectives, _ in rows
            for o in objectives
        ],
        batch_size=2000,
    )
    ContractStep.objects.bulk_create(
        [
            ContractStep(
                contract=c,
                kind=s.kind,
                label=s.label.strip(),
                doer=s.doer,
                planned_on=s.planned_on,
                place=s.place.strip(),
            )
            for c, _, steps in rows
            for s in steps
        ],
        batch_size=2000,
    )


def open_contracts(
    actor: User, contract_ids: Iterable[int], *, on: date, permission: Permission, carried: bool = False
) -> list[Contract]:
    """Lock the persons, check who may (``carried``: also who carries on), return the contracts as they are, in order."""
    ids = list(contract_ids)
    enrolment_ids = set(Contract.objects.filter(pk__in=ids).values_list("enrolment_id", flat=True))
    enrolments = open_enrolments(actor, enrolment_ids, on=on, permission=permission, carried=carried)
    found = Contract.objects.in_bulk(ids)
    for contract in found.values():
        contract.enrolment = enrolments[contract.enrolment_id]
    return [found[pk] for pk in ids]
