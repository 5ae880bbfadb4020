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
from jalons.pathways.rulebook import rules_of
from jalons.pathways.rules import require_not_after


@operation
def note_ppae(*, actor: User, on: date, enrolment_id: int, signed_on: date, start_on: date, end_on: date) -> Contract:
    """Note a PPAE that was shown: it satisfies the contractual duty from its start, where the rulebook admits it."""
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.CONTRACT_WRITE)
    rules = rules_of(enrolment.action_code, on=on).contract
    if rules.kinds and ContractKind.PPAE not in rules.kinds:
        raise Refusal(f"Le cadre ne retient pas le PPAE pour cette action : {rules.label}.", code="contract_kind")
    require_not_after(signed_on, on=on, what="La signature du PPAE")
    if end_on < start_on:
        raise Refusal("Le PPAE ne peut pas finir avant de commencer.", code="contract_dates_ordered")
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
