"""Contracts written today: one signed on the screen, one on paper with its scan, one that waits for its signature."""

from __future__ import annotations

from collections.abc import Callable

from jalons.documents.models import IdentityCheck, SignerKind
from jalons.documents.queries import bytes_of
from jalons.kernel.periods import end_of_months
from jalons.pathways.models import Contract, ContractKind, ContractPaper, ContractState, Enrolment, Horizon, StepDoer
from jalons.pathways.operations import Drawn
from jalons.pathways.operations.contract_papers import (
    prepare_signature,
    sign_contract_on_paper,
    sign_contract_on_screen,
)
from jalons.pathways.operations.drafts import Draft, Objective, PlannedStep, draft_contract
from jalons.pathways.rulebook import rules_of
from jalons.simulation.furnishing.hands import STROKES
from jalons.simulation.furnishing.stage import Stage

MONTHS = 6
OBJECTIVES = (
    Objective(Horizon.SHORT, "Mettre à jour le CV et préparer deux candidatures."),
    Objective(Horizon.MEDIUM, "Faire une période en entreprise dans la restauration."),
    Objective(Horizon.LONG, "Un emploi stable, à temps partiel, près de chez moi."),
)
PREPARING = ("employment_access", "mobilisation")  # families of steps of a contract that begins
HER_WORDS = "Je veux travailler le matin et être là quand les enfants rentrent."


def furnish(stage: Stage) -> None:
    """Write a contract for those who have none, up to three, and let two of them be signed."""
    under_way = set(
        Contract.objects.filter(enrolment__in=[one.pk for one in stage.own])
        .exclude(state=ContractState.CANCELLED)
        .values_list("enrolment_id", flat=True)
    )
    without = [one for one in stage.own if one.pk not in under_way]
    for one, sign in zip(without, (_on_screen, _on_paper, _waiting), strict=False):
        _contract(stage, one, sign)


def _contract(stage: Stage, one: Enrolment, sign: Callable[[Stage, ContractPaper], None]) -> None:
    rules = rules_of(one.action_code, on=stage.on)
    kind = next((known for known in ContractKind if known.value in rules.contract.kinds), ContractKind.ENGAGEMENT)
    planned = [
        PlannedStep(code, planned_on=stage.day(20), place="Dans les locaux de l’organisme", doer=StepDoer.BOTH)
        for code, rule in rules.steps.items()
        if rule.family in PREPARING and not rule.sensitive
    ]
    contract = draft_contract(
        actor=stage.referent,
        on=stage.on,
        draft=Draft(
            enrolment_id=one.pk,
            start_on=stage.on,
            end_on=end_of_months(stage.on, MONTHS),
            kind=kind,
            her_words=HER_WORDS,
            objectives=OBJECTIVES,
            steps=planned[:1],
        ),
    )
    sign(stage, prepare_signature(actor=stage.referent, on=stage.on, contract_id=contract.pk))


def _on_screen(stage: Stage, paper: ContractPaper) -> None:
    hands = [
        Drawn(SignerKind.BENEFICIARY, IdentityCheck.IDENTITY_PAPER, STROKES),
        Drawn(SignerKind.PROFESSIONAL, IdentityCheck.ACCOUNT, STROKES),
    ]
    sign_contract_on_screen(
        actor=stage.referent,
        on=stage.on,
        contract_id=paper.contract_id,
        sha256=paper.document.sha256,
        hands=hands,
    )


def _on_paper(stage: Stage, paper: ContractPaper) -> None:
    """The paper itself stands for its scan: there is no hand to scan here."""
    sign_contract_on_paper(
        actor=stage.referent,
        on=stage.on,
        contract_id=paper.contract_id,
        sha256=paper.document.sha256,
        scan=bytes_of(paper.document),
        signed_on=stage.on,
        identity_check=IdentityCheck.KNOWN,
    )


def _waiting(stage: Stage, paper: ContractPaper) -> None:
    """Ready to be read and signed, on the screen of the demonstration."""
