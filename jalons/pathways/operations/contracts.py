"""The contract: draft → signed → submitted → validated, or returned with reasons → handed over (R-076…R-084)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Contract, ContractApproval, ContractReturn, ContractState, ContractStep, Step
from jalons.pathways.operations.drafts import open_contracts, void_papers
from jalons.pathways.queries.carrying import carriers_of
from jalons.pathways.queries.contracts import awaiting_approval, missing_for_submission
from jalons.pathways.reference import return_reasons
from jalons.pathways.rulebook import Shelf
from jalons.pathways.rules import CONTRACT_TRANSITIONS, require_not_after, require_transition


@dataclass(frozen=True, slots=True)
class ContractMove:
    """A contract to bring to its next state, on a day not after the day of the operation (``day`` None: that day)."""

    contract_id: int
    day: date | None = None


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
    if awaiting_approval(contracts, on=on):
        raise Refusal(
            "Le cadre demande l’approbation du responsable de l’organisme avant la validation : elle n’est pas donnée.",
            code="contract_not_approved",
        )
    _save_by_day(
        contracts, days, lambda day: {"state": ContractState.VALIDATED, "validated_on": day, "validated_by": actor}
    )
    _plan_steps(contracts, days, on=on)
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
def approve_contract(*, actor: User, on: date, contract_id: int) -> ContractApproval:
    """Approve for the organisation a contract that was sent, where the rulebook asks for it (S-22)."""
    contract = open_contracts(actor, [contract_id], on=on, permission=Permission.CONTRACT_APPROVE)[0]
    if contract.state != ContractState.SUBMITTED:
        raise Refusal(
            f"Ce contrat est « {contract.get_state_display()} » : il s’approuve une fois transmis.",
            code="contract_not_submitted",
        )
    if not awaiting_approval([contract], on=on):
        raise Refusal("Ce contrat n’attend pas d’approbation de l’organisme.", code="contract_approval_not_asked")
    return ContractApproval.objects.create(contract=contract, approved_on=on, approved_by=actor)


@operation
def return_contract(
    *, actor: User, on: date, contract_id: int, reasons: str = "", codes: Collection[str] = ()
) -> Contract:
    """Refuse to validate: the contract goes back to its author with the reasons, and keeps its submission date (R-083).

    ``codes`` are reasons of the reference list; their words are kept before those typed. While the contract waits for the
    approval of the organisation, its head returns it.
    """
    known = return_reasons()
    if not set(codes) <= set(known):
        raise Refusal("Ce motif n’est pas dans la liste.", code="return_reason_unknown")
    words = " ".join([*(f"{known[code]}." for code in codes), reasons.strip()]).strip()
    if not words:
        raise Refusal("Un renvoi donne ses motifs.", code="return_has_reasons")
    waiting = bool(awaiting_approval(Contract.objects.filter(pk=contract_id).select_related("enrolment"), on=on))
    contracts, days = _advance(
        actor,
        [ContractMove(contract_id)],
        ContractState.RETURNED,
        on=on,
        permission=Permission.CONTRACT_APPROVE if waiting else Permission.CONTRACT_VALIDATE,
        what="Le renvoi",
    )
    ContractReturn.objects.create(
        contract=contracts[0], returned_on=on, returned_by=actor, reasons=words, codes=list(codes)
    )
    ContractApproval.objects.filter(contract=contracts[0]).delete()
    _save_by_day(contracts, days, lambda day: {"state": ContractState.RETURNED})
    void_papers(contracts, on=on)  # a contract that was returned is signed again
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
    void_papers(contracts, on=on)
    return contracts[0]


def _advance(
    actor: User, moves: Collection[ContractMove], wanted: ContractState, *, on: date, permission: Permission, what: str
) -> tuple[list[Contract], dict[int, date]]:
    days = {move.contract_id: move.day or on for move in moves}
    carried = wanted == ContractState.HANDED_OVER
    contracts = open_contracts(actor, days, on=on, permission=permission, carried=carried)
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


def _plan_steps(contracts: Sequence[Contract], days: Mapping[int, date], *, on: date) -> None:
    """Plan the steps agreed; when the accompaniment is over, on the one that carries on, if its rulebook knows the step."""
    by_id = {contract.pk: contract for contract in contracts}
    carriers = carriers_of([contract.enrolment for contract in contracts], on=on)
    shelf, rows = Shelf(), []
    for written in ContractStep.objects.filter(contract__in=by_id).order_by("pk"):
        contract = by_id[written.contract_id]
        enrolment, kind = contract.enrolment, None
        places = [*carriers.get(contract.enrolment_id, ()), contract.enrolment]
        offered = [(one, shelf.rules_of(one.action_code, on=days[contract.pk]).steps) for one in places]
        # One whose rulebook knows the step comes first; the accompaniment that is over comes last.
        offered.sort(key=lambda offer: (offer[0] is contract.enrolment, written.kind not in offer[1]))
        for one, known in offered:
            if not known or written.kind in known:
                enrolment, kind = one, known.get(written.kind)
                break
        rows.append(
            Step(
                enrolment=enrolment,
                person_id=contract.person_id,
                contract_step=written,
                kind=written.kind,
                family=kind.family if kind else "",
                label=written.label,
                proposed_on=days[contract.pk],
            )
        )
    Step.objects.bulk_create(rows, batch_size=2000)
