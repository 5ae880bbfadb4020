"""The contract: draft → signed → submitted → validated, or returned with reasons → handed over (R-076…R-084)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import (
    Contract,
    ContractKind,
    ContractObjective,
    ContractReturn,
    ContractState,
    ContractStep,
    Horizon,
    Step,
)
from jalons.pathways.operations._door import open_enrolments
from jalons.pathways.queries.contracts import missing_for_submission
from jalons.pathways.rulebook import ActionRules, rules_of
from jalons.pathways.rules import CONTRACT_TRANSITIONS, EDITABLE, IN_FORCE, require_not_after, require_transition


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


@dataclass(frozen=True, slots=True)
class ContractMove:
    """A contract to bring to its next state, on a day not after the day of the operation (``day`` None: that day)."""

    contract_id: int
    day: date | None = None


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
    rules = {one.enrolment_id: rules_of(enrolments[one.enrolment_id].action_code, on=on) for one in drafts}
    for one in drafts:
        _check_draft(one, rules[one.enrolment_id])
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
    return contracts


@operation
def draft_contract(*, actor: User, on: date, draft: Draft) -> Contract:
    """Write the draft of one contract."""
    return draft_many(actor=actor, on=on, drafts=[draft])[0]


@operation
def renew(
    *,
    actor: User,
    on: date,
    contract_id: int,
    end_on: date,
    objectives: Sequence[Objective] = (),
    steps: Sequence[PlannedStep] = (),
    her_words: str = "",
    previous_review: str = "",
) -> Contract:
    """Draft the contract that follows a validated one, from the day after its end, so that no day is uncovered (R-078)."""
    previous = Contract.objects.get(pk=contract_id)
    if ContractState(previous.state) not in IN_FORCE:
        raise Refusal("Seul un contrat validé se renouvelle.", code="contract_not_validated")
    draft = Draft(
        enrolment_id=previous.enrolment_id,
        start_on=previous.end_on + timedelta(days=1),
        end_on=end_on,
        kind=ContractKind(previous.kind),
        objectives=objectives,
        steps=steps,
        her_words=her_words,
        previous_review=previous_review,
        previous_id=previous.pk,
    )
    if Contract.objects.filter(previous_id=contract_id).exists():
        raise Refusal("Ce contrat a déjà son renouvellement.", code="contract_already_renewed")
    return draft_contract(actor=actor, on=on, draft=draft)


@operation
def edit_contract(
    *,
    actor: User,
    on: date,
    contract_id: int,
    start_on: date | None = None,
    end_on: date | None = None,
    objectives: Sequence[Objective] | None = None,
    steps: Sequence[PlannedStep] | None = None,
    her_words: str | None = None,
    previous_review: str | None = None,
) -> Contract:
    """Change what a contract says before it is submitted; None keeps what is written.

    A signature covers what was shown: changing a signed contract takes it back to draft, to be signed again.
    """
    contract = _open(actor, [contract_id], on=on, permission=Permission.CONTRACT_WRITE)[0]
    if ContractState(contract.state) not in EDITABLE:
        raise Refusal(
            f"Ce contrat est « {contract.get_state_display()} » : il ne se modifie plus.", code="contract_frozen"
        )
    rules = rules_of(contract.enrolment.action_code, on=on)
    contract.start_on = start_on or contract.start_on
    contract.end_on = end_on or contract.end_on
    contract.her_words = contract.her_words if her_words is None else her_words.strip()
    contract.previous_review = contract.previous_review if previous_review is None else previous_review.strip()
    if contract.state == ContractState.SIGNED:
        contract.state = ContractState.DRAFT
    contract.signed_on = None
    contract.save()
    if objectives is not None:
        contract.objectives.all().delete()
    if steps is not None:
        for one in steps:
            _check_step(one, rules)
        contract.planned_steps.all().delete()
    _write_contents([(contract, objectives or (), steps or ())])
    touch(days={contract.start_on, contract.end_on})
    return contract


@operation
def sign_many(*, actor: User, on: date, moves: Collection[ContractMove]) -> list[Contract]:
    """Date the signatures of the persons (R-082)."""
    contracts, days = _advance(
        actor, moves, ContractState.SIGNED, on=on, permission=Permission.CONTRACT_WRITE, what="La signature"
    )
    _save_by_day(contracts, days, lambda day: {"state": ContractState.SIGNED, "signed_on": day})
    return contracts


@operation
def submit_many(*, actor: User, on: date, moves: Collection[ContractMove]) -> list[Contract]:
    """Send contracts to the authority, complete (R-079…R-081); the first submission date is kept (R-083)."""
    contracts, days = _advance(
        actor, moves, ContractState.SUBMITTED, on=on, permission=Permission.CONTRACT_WRITE, what="La transmission"
    )
    for missing in missing_for_submission(contracts, on=on).values():
        if missing:
            raise Refusal(" ".join(sentence for _, sentence in missing), code=missing[0][0])
    first = [one for one in contracts if one.submitted_on is None]
    _save_by_day(first, days, lambda day: {"submitted_on": day})
    _save_by_day(contracts, days, lambda day: {"state": ContractState.SUBMITTED})
    return contracts


@operation
def validate_many(*, actor: User, on: date, moves: Collection[ContractMove]) -> list[Contract]:
    """Validate contracts for the authority (R-083); the steps agreed become planned steps of the pathway (R-093)."""
    contracts, days = _advance(
        actor, moves, ContractState.VALIDATED, on=on, permission=Permission.CONTRACT_VALIDATE, what="La validation"
    )
    for contract in contracts:
        if contract.signed_on is not None and days[contract.pk] < contract.signed_on:
            raise Refusal("Un contrat se valide après sa signature.", code="contract_validated_implies_signed")
    _save_by_day(
        contracts, days, lambda day: {"state": ContractState.VALIDATED, "validated_on": day, "validated_by": actor}
    )
    _plan_steps(contracts, days)
    touch(days={contract.start_on for contract in contracts})
    return contracts


@operation
def hand_over_many(*, actor: User, on: date, moves: Collection[ContractMove]) -> list[Contract]:
    """Hand validated contracts to the persons, not before the validation (R-084)."""
    contracts, days = _advance(
        actor, moves, ContractState.HANDED_OVER, on=on, permission=Permission.CONTRACT_WRITE, what="La remise"
    )
    for contract in contracts:
        if contract.validated_on is not None and days[contract.pk] < contract.validated_on:
            raise Refusal(
                f"Le contrat est validé le {contract.validated_on:%d/%m/%Y} : il ne peut pas avoir été remis avant.",
                code="contract_handed_over_implies_validated",
            )
    _save_by_day(
        contracts,
        days,
        lambda day: {"state": ContractState.HANDED_OVER, "handed_over_on": day, "handed_over_by": actor},
    )
    return contracts


@operation
def sign(*, actor: User, on: date, contract_id: int, signed_on: date | None = None) -> Contract:
    """Date the signature of the person (R-082)."""
    return sign_many(actor=actor, on=on, moves=[ContractMove(contract_id, signed_on)])[0]


@operation
def submit(*, actor: User, on: date, contract_id: int) -> Contract:
    """Send the contract to the authority."""
    return submit_many(actor=actor, on=on, moves=[ContractMove(contract_id)])[0]


@operation
def validate(*, actor: User, on: date, contract_id: int) -> Contract:
    """Validate the contract for the authority (R-083)."""
    return validate_many(actor=actor, on=on, moves=[ContractMove(contract_id)])[0]


@operation
def hand_over(*, actor: User, on: date, contract_id: int, handed_over_on: date | None = None) -> Contract:
    """Hand the validated contract to the person (R-084)."""
    return hand_over_many(actor=actor, on=on, moves=[ContractMove(contract_id, handed_over_on)])[0]


@operation
def return_contract(*, actor: User, on: date, contract_id: int, reasons: str) -> Contract:
    """Refuse to validate: the contract goes back to its author with the reasons, and keeps its submission date (R-083)."""
    if not reasons.strip():
        raise Refusal("Un renvoi donne ses motifs.", code="return_has_reasons")
    contracts, days = _advance(
        actor,
        [ContractMove(contract_id)],
        ContractState.RETURNED,
        on=on,
        permission=Permission.CONTRACT_VALIDATE,
        what="Le renvoi",
    )
    ContractReturn.objects.create(contract=contracts[0], returned_on=on, returned_by=actor, reasons=reasons.strip())
    _save_by_day(contracts, days, lambda day: {"state": ContractState.RETURNED})
    return contracts[0]


@operation
def cancel_contract(*, actor: User, on: date, contract_id: int) -> Contract:
    """Drop a contract not validated yet; its number may be used again."""
    contracts, days = _advance(
        actor,
        [ContractMove(contract_id)],
        ContractState.CANCELLED,
        on=on,
        permission=Permission.CONTRACT_WRITE,
        what="L’annulation",
    )
    _save_by_day(contracts, days, lambda day: {"state": ContractState.CANCELLED, "previous": None})
    return contracts[0]


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
    if rules.contract.kinds and draft.kind not in rules.contract.kinds:
        raise Refusal(
            f"Le cadre prévoit un autre contrat pour cette action : {rules.contract.label}.", code="contract_kind"
        )
    if draft.end_on < draft.start_on:
        raise Refusal("Le contrat ne peut pas finir avant de commencer.", code="contract_dates_ordered")
    for step in draft.steps:
        _check_step(step, rules)


def _check_step(step: PlannedStep, rules: ActionRules) -> None:
    if not rules.steps:
        return
    kind = rules.steps.get(step.kind)
    if kind is None:
        raise Refusal("Cette étape n’est pas dans la nomenclature du cadre.", code="step_kind_unknown")
    if kind.sensitive and step.label.strip():
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
            ContractStep(contract=c, kind=s.kind, label=s.label.strip(), planned_on=s.planned_on, place=s.place.strip())
            for c, _, steps in rows
            for s in steps
        ],
        batch_size=2000,
    )


def _open(actor: User, contract_ids: Iterable[int], *, on: date, permission: Permission) -> list[Contract]:
    """Lock the persons, check who may, and return the contracts as they are now, in the order given."""
    ids = list(contract_ids)
    enrolment_ids = set(Contract.objects.filter(pk__in=ids).values_list("enrolment_id", flat=True))
    enrolments = open_enrolments(actor, enrolment_ids, on=on, permission=permission)
    found = Contract.objects.in_bulk(ids)
    for contract in found.values():
        contract.enrolment = enrolments[contract.enrolment_id]
    return [found[pk] for pk in ids]


def _advance(
    actor: User, moves: Collection[ContractMove], wanted: ContractState, *, on: date, permission: Permission, what: str
) -> tuple[list[Contract], dict[int, date]]:
    days = {move.contract_id: move.day or on for move in moves}
    contracts = _open(actor, days, on=on, permission=permission)
    for contract in contracts:
        require_transition(CONTRACT_TRANSITIONS, ContractState(contract.state), wanted, what="Ce contrat")
        require_not_after(days[contract.pk], on=on, what=what)
    touch(days=set(days.values()))
    return contracts, days


def _save_by_day(
    contracts: Iterable[Contract], days: Mapping[int, date], values: Callable[[date], dict[str, Any]]
) -> None:
    """Write the same fields on contracts of the same day in one statement each."""
    by_day: dict[date, list[Contract]] = {}
    for contract in contracts:
        by_day.setdefault(days[contract.pk], []).append(contract)
    for day, rows in by_day.items():
        fields = values(day)
        Contract.objects.filter(pk__in=[row.pk for row in rows]).update(**fields)
        for row in rows:
            for name, value in fields.items():
                setattr(row, name, value)


def _plan_steps(contracts: Sequence[Contract], days: Mapping[int, date]) -> None:
    by_id = {contract.pk: contract for contract in contracts}
    rules: dict[tuple[str, date], ActionRules] = {}
    rows = []
    for written in ContractStep.objects.filter(contract__in=by_id).order_by("pk"):
        contract = by_id[written.contract_id]
        key = (contract.enrolment.action_code, days[contract.pk])
        if key not in rules:
            rules[key] = rules_of(key[0], on=key[1])
        kind = rules[key].steps.get(written.kind)
        rows.append(
            Step(
                enrolment_id=contract.enrolment_id,
                person_id=contract.person_id,
                contract_step=written,
                kind=written.kind,
                family=kind.family if kind else "",
                label=written.label,
                proposed_on=days[contract.pk],
            )
        )
    Step.objects.bulk_create(rows, batch_size=2000)
