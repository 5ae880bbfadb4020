"""The PPAE, made by Pôle emploi: its dates are noted, nobody here signs or validates it (R-085)."""

from __future__ import annotations

from datetime import date

from django.db.models import Max

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Contract, ContractKind, ContractState
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.operations.drafts import open_contracts
from jalons.pathways.rulebook import rules_of
from jalons.pathways.rules import is_noted_ppae, require_not_after


@operation
def note_ppae(*, actor: User, on: date, enrolment_id: int, signed_on: date, start_on: date, end_on: date) -> Contract:
    """Note a PPAE that was shown: it satisfies the contractual duty from its start, where the rulebook admits it."""
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.CONTRACT_WRITE)
    rules = rules_of(enrolment.action_code, on=on).contract
    if rules.kinds and ContractKind.PPAE not in rules.kinds:
        raise Refusal(f"Le cadre ne retient pas le PPAE pour cette action : {rules.label}.", code="contract_kind")
    _check(signed_on, start_on, end_on, on=on)
    rows = Contract.objects.filter(enrolment=enrolment, kind=ContractKind.PPAE).exclude(state=ContractState.CANCELLED)
    touch(days={start_on, signed_on})
    return Contract.objects.create(
        enrolment=enrolment,
        person_id=enrolment.person_id,
        kind=ContractKind.PPAE,
        rank=(rows.aggregate(last=Max("rank"))["last"] or 0) + 1,
        state=ContractState.VALIDATED,
        start_on=start_on,
        end_on=end_on,
        signed_on=signed_on,
        submitted_on=signed_on,
        validated_on=signed_on,
        validated_by=actor,
        drafted_by=actor,
    )


@operation
def correct_ppae(*, actor: User, on: date, contract_id: int, signed_on: date, start_on: date, end_on: date) -> Contract:
    """Write the dates of a PPAE again; the history keeps those written before."""
    row = _noted(actor, contract_id, on=on)
    _check(signed_on, start_on, end_on, on=on)
    touch(days={day for day in (row.start_on, row.signed_on, start_on, signed_on) if day is not None})
    row.start_on, row.end_on = start_on, end_on
    row.signed_on = row.submitted_on = row.validated_on = signed_on
    row.save(update_fields=["start_on", "end_on", "signed_on", "submitted_on", "validated_on"])
    return row


@operation
def withdraw_ppae(*, actor: User, on: date, contract_id: int) -> Contract:
    """Take back a PPAE noted by mistake: it covers nothing any more, and its number may be used again."""
    row = _noted(actor, contract_id, on=on)
    touch(days={day for day in (row.start_on, row.signed_on) if day is not None})
    row.state, row.validated_on, row.validated_by = ContractState.CANCELLED, None, None
    row.save(update_fields=["state", "validated_on", "validated_by"])
    return row


def _noted(actor: User, contract_id: int, *, on: date) -> Contract:
    row = open_contracts(actor, [contract_id], on=on, permission=Permission.CONTRACT_WRITE)[0]
    if not is_noted_ppae(row):
        raise Refusal("Seul un PPAE noté d’après ses dates se corrige ou se retire ainsi.", code="ppae_not_noted")
    return row


def _check(signed_on: date, start_on: date, end_on: date, *, on: date) -> None:
    require_not_after(signed_on, on=on, what="La signature du PPAE")
    if end_on < start_on:
        raise Refusal("Le PPAE ne peut pas finir avant de commencer.", code="contract_dates_ordered")
