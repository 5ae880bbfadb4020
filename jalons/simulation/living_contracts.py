"""The contracts of a group in a span of days: written, signed, sent, validated, handed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from jalons.network.models import User
from jalons.pathways.models import (
    Contract,
    ContractKind,
    ContractState,
    Horizon,
    StepDoer,
)
from jalons.pathways.operations import (
    contracts,
    drafts,
)
from jalons.simulation.accompaniments import ContractPlan
from jalons.simulation.cast import Cast
from jalons.simulation.scene import Followed, Span, rules_on

Pairs = list[tuple[Contract, ContractPlan]]


def contract_draft(one: Followed, plan: ContractPlan, previous: int | None) -> drafts.Draft:
    """Return the draft of a planned contract, with what its framework asks."""
    rules = rules_on(one.enrolment.action_code, plan.start_on)
    kind = next((known for known in ContractKind if known.value in rules.contract.kinds), ContractKind.ENGAGEMENT)
    kinds = list(rules.steps)
    step = kinds[(one.enrolment.pk + plan.rank) % len(kinds)] if kinds else None
    return drafts.Draft(
        enrolment_id=one.enrolment.pk,
        start_on=plan.start_on,
        end_on=plan.end_on,
        kind=kind,
        her_words="Retrouver un emploi stable près de chez moi.",
        previous_review="Les étapes prévues ont été faites en partie ; la recherche continue." if previous else "",
        previous_id=previous,
        objectives=(
            drafts.Objective(Horizon.SHORT, "Faire le point sur mes démarches et mes droits."),
            drafts.Objective(Horizon.MEDIUM, "Suivre une étape choisie ensemble."),
            drafts.Objective(Horizon.LONG, "Accéder à un emploi durable."),
        ),
        steps=(
            drafts.PlannedStep(
                kind=step,
                planned_on=plan.start_on + timedelta(days=30),
                place="" if rules.steps[step].sensitive else "Dans les locaux de l’organisme",
                doer=StepDoer.BOTH,
            ),
        )
        if step
        else (),
    )


def live_contracts(group: list[Followed], span: Span, cast: Cast) -> None:
    """Signatures, transmissions, returns, validations and hand-overs of the span, in the order of their days."""
    actor, on = group[0].actor, span.last
    places = {one.enrolment.person_id: one.enrolment.person.territory_id for one in group}
    pairs = _drafted(group, span)
    due: list[tuple[Contract, date | None]]
    due = [(row, plan.signed_on) for row, plan in pairs if row.state == ContractState.DRAFT]
    _move(contracts.sign_many, actor, on, due, span)
    pairs = _fresh(pairs)
    due = [(row, plan.submitted_on) for row, plan in pairs if row.state == ContractState.SIGNED]
    _move(contracts.submit_many, actor, on, due, span)
    pairs = _fresh(pairs)
    for row, plan in pairs:
        if row.state == ContractState.SUBMITTED and plan.returned_on in span and not row.returns.exists():
            _returned_and_sent_again(row, plan, cast.chief_of(places[row.person_id]), actor, on)
    pairs = _fresh(pairs)
    for place in sorted(set(places.values()), key=str):
        here = [(row, plan) for row, plan in pairs if places[row.person_id] == place]
        due = [(row, plan.validated_on) for row, plan in here if row.state == ContractState.SUBMITTED]
        _move(contracts.validate_many, cast.chief_of(place), on, due, span)
    pairs = _fresh(pairs)
    due = [(row, plan.handed_over_on) for row, plan in pairs if row.state == ContractState.VALIDATED]
    _move(contracts.hand_over_many, actor, on, due, span)


def _drafted(group: list[Followed], span: Span) -> Pairs:
    """Draft the contracts signed in the span, each once the one before is validated; return those written and their plans."""
    known = _contracts_of(group)
    wanted = []
    for one in group:
        for plan in one.plan.contracts:
            previous = known.get((one.enrolment.pk, plan.rank - 1))
            ready = plan.rank == 1 or (previous is not None and previous.validated_on is not None)
            if plan.signed_on in span and (one.enrolment.pk, plan.rank) not in known and ready:
                wanted.append(contract_draft(one, plan, previous.pk if previous else None))
    if wanted:
        drafts.draft_many(actor=group[0].actor, on=span.last, drafts=wanted)
        known = _contracts_of(group)
    plans = {(one.enrolment.pk, plan.rank): plan for one in group for plan in one.plan.contracts}
    return [(known[key], plan) for key, plan in plans.items() if key in known]


def _returned_and_sent_again(contract: Contract, plan: ContractPlan, chief: User, actor: User, on: date) -> None:
    contracts.return_contract(
        actor=chief, on=on, contract_id=contract.pk, reasons="Précisez le calendrier de la deuxième étape."
    )
    contracts.sign(actor=actor, on=on, contract_id=contract.pk, signed_on=plan.returned_on)
    contracts.submit(actor=actor, on=on, contract_id=contract.pk)


def _contracts_of(group: list[Followed]) -> dict[tuple[int, int], Contract]:
    rows = Contract.objects.filter(enrolment__in=[one.enrolment.pk for one in group]).exclude(
        state=ContractState.CANCELLED
    )
    return {(row.enrolment_id, row.rank): row for row in rows}


def _fresh(pairs: Pairs) -> Pairs:
    rows = Contract.objects.in_bulk([contract.pk for contract, _ in pairs])
    return [(rows[contract.pk], plan) for contract, plan in pairs]


def _move(
    operate: Callable[..., object], actor: User, on: date, days: Iterable[tuple[Contract, date | None]], span: Span
) -> None:
    moves = [
        contracts.ContractMove(contract.pk, max(day, span.first))
        for contract, day in days
        if day is not None and day <= span.last
    ]
    if moves:
        operate(actor=actor, on=on, moves=moves)
