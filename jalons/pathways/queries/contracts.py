"""Contracts: what is missing before submission, those to validate, the days none covers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from jalons.kernel.periods import Period
from jalons.network.models import RoleCode, User
from jalons.network.permissions import ROLES, Permission, memberships
from jalons.pathways.completeness import missing_of
from jalons.pathways.models import (
    Assessment,
    Contract,
    ContractApproval,
    ContractObjective,
    ContractState,
    ContractStep,
    Step,
)
from jalons.pathways.queries.adhesion import untold
from jalons.pathways.queries.assessments import missing_diagnosis
from jalons.pathways.rulebook import Shelf
from jalons.pathways.rules import gap_between
from jalons.people.permissions import reachable_persons


def missing_for_submission(
    contracts: Iterable[Contract], *, on: date, shelf: Shelf | None = None
) -> dict[Contract, list[tuple[str, str]]]:
    """Return contract → (code, sentence) of each thing it lacks to be submitted; empty when complete. Four queries.

    ``shelf``: the adopted rulebooks, when the caller has read them.
    """
    rows = list(contracts)
    horizons: dict[int, set[str]] = {}
    for contract_id, horizon in (
        ContractObjective.objects.filter(contract__in=rows).exclude(text="").values_list("contract_id", "horizon")
    ):
        horizons.setdefault(contract_id, set()).add(horizon)
    steps: dict[int, list[ContractStep]] = {}
    for step in ContractStep.objects.filter(contract__in=rows).order_by("pk"):
        steps.setdefault(step.contract_id, []).append(step)
    shelf = shelf or Shelf()
    not_told = untold(rows, on=on, shelf=shelf, missing="refuses")
    return {
        one: missing_of(
            one,
            shelf.rules_of(one.enrolment.action_code, on=on),
            horizons.get(one.pk, set()),
            steps.get(one.pk, []),
        )
        + not_told.get(one.pk, [])
        for one in rows
    }


def missing_for_signature(contract: Contract, *, on: date, shelf: Shelf | None = None) -> list[tuple[str, str]]:
    """Return what one contract lacks to be signed: what it lacks to be submitted, and the « bilan » that completes it (R-089)."""
    shelf = shelf or Shelf()
    missing = missing_for_submission([contract], on=on, shelf=shelf)[contract]
    rules = shelf.rules_of(contract.enrolment.action_code, on=on)
    needs = rules.contract
    if needs.assessment and not Assessment.objects.filter(enrolment=contract.enrolment_id, made_on__lte=on).exists():
        missing.append(("contract_without_assessment", "Il manque le bilan de la situation qui complète ce contrat."))
    elif needs.assessment and missing_diagnosis(contract.enrolment_id, rules, on=on):
        missing.append(
            ("contract_diagnosis_incomplete", "La grille de diagnostic qui complète ce contrat est incomplète.")
        )
    return missing


def awaiting_approval(contracts: Iterable[Contract], *, on: date, shelf: Shelf | None = None) -> list[Contract]:
    """Return, of these, the contracts sent that the head of the organisation has yet to approve (S-22); two queries at most."""
    shelf = shelf or Shelf()
    rows = [
        one
        for one in contracts
        if one.state == ContractState.SUBMITTED and shelf.rules_of(one.enrolment.action_code, on=on).contract.approval
    ]
    approved = set(ContractApproval.objects.filter(contract__in=rows).values_list("contract_id", flat=True))
    return [one for one in rows if one.pk not in approved]


@dataclass(frozen=True, slots=True)
class Link:
    """A contract in the chain of an accompaniment, and the days none covered just before it (R-077)."""

    contract: Contract
    gap: Period | None


def chain_of(contract: Contract) -> list[Link]:
    """Return the contracts of the same accompaniment and kind, in order, each with the gap before it; one query."""
    rows = Contract.objects.filter(enrolment=contract.enrolment_id, kind=contract.kind)
    links: list[Link] = []
    for one in rows.exclude(state=ContractState.CANCELLED).order_by("start_on", "rank"):
        links.append(Link(one, gap_between(links[-1].contract.end_on, one.start_on) if links else None))
    return links


def contracts_to_validate(user: User, *, on: date) -> QuerySet[Contract]:
    """Return the submitted contracts that ``user`` may validate, the longest waiting first; not those the head of the
    organisation has yet to approve."""
    return (
        Contract.objects.filter(state=ContractState.SUBMITTED)
        .exclude(enrolment__action_code__in=Shelf().approved_actions(on=on), approval__isnull=True)
        .filter(person__in=reachable_persons(user, on=on, permission=Permission.CONTRACT_VALIDATE))
        .select_related("person", "enrolment__organisation", "drafted_by")
        .order_by("submitted_on", "pk")
    )


def contracts_to_approve(user: User, *, on: date) -> QuerySet[Contract]:
    """Return the submitted contracts that wait for ``user`` as head of the organisation, the longest waiting first (S-22)."""
    return (
        Contract.objects.filter(state=ContractState.SUBMITTED, approval__isnull=True)
        .filter(enrolment__action_code__in=Shelf().approved_actions(on=on))
        .filter(person__in=reachable_persons(user, on=on, permission=Permission.CONTRACT_APPROVE))
        .filter(**_in_houses_of(user, on=on))
        .select_related("person", "enrolment__organisation", "drafted_by")
        .order_by("submitted_on", "pk")
    )


def _in_houses_of(user: User, *, on: date) -> dict[str, set[int | None]]:
    """The contracts of the organisations ``user`` heads: a person followed by two houses has a contract in each."""
    if user.is_system:
        return {}
    approves = [
        m for m in memberships(user, on=on) if Permission.CONTRACT_APPROVE in ROLES[RoleCode(m.role)].permissions
    ]
    return {"enrolment__organisation__in": {one.organisation_id for one in approves}}


def planned_and_realised(contract: Contract) -> list[Step]:
    """Return the steps a validated contract planned, each with what became of it, in the order of its calendar (R-093)."""
    rows = Step.objects.filter(contract_step__contract=contract).select_related("contract_step")
    return list(rows.order_by("contract_step__planned_on", "pk"))
