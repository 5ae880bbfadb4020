"""What becomes of the recommendations of an assessment: taken up by an objective or a step, or dropped (R-069)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Contract, ContractObjective, Horizon, Recommendation, Step
from jalons.pathways.operations._door import open_enrolment


@operation
def take_up(
    *, actor: User, on: date, recommendation_id: int, objective_id: int | None = None, step_id: int | None = None
) -> Recommendation:
    """Link a recommendation to an objective of a contract or to a step of the same person; None for both unlinks."""
    row = _open(actor, recommendation_id, on=on)
    if objective_id is not None and step_id is not None:
        raise Refusal("Reliez la préconisation à un objectif ou à une étape, pas aux deux.", code="recommendation_both")
    objective = ContractObjective.objects.select_related("contract").get(pk=objective_id) if objective_id else None
    step = Step.objects.get(pk=step_id) if step_id else None
    owner = objective.contract.person_id if objective else step.person_id if step else row.assessment.person_id
    if owner != row.assessment.person_id:
        raise Refusal(
            "Cet objectif ou cette étape est d’une autre personne : choisissez dans son parcours.",
            code="recommendation_elsewhere",
        )
    row.objective, row.step = objective, step
    row.dropped_on, row.dropped_reason = None, ""
    row.save(update_fields=["objective", "step", "dropped_on", "dropped_reason"])
    return row


@operation
def drop_recommendation(*, actor: User, on: date, recommendation_id: int, reason: str) -> Recommendation:
    """Say why a recommendation is not followed."""
    row = _open(actor, recommendation_id, on=on)
    if not reason.strip():
        raise Refusal("Dites pourquoi la préconisation est abandonnée.", code="recommendation_dropped_says_why")
    row.objective = row.step = None
    row.dropped_on, row.dropped_reason = on, reason.strip()
    row.save(update_fields=["objective", "step", "dropped_on", "dropped_reason"])
    return row


def take_up_in(contract: Contract, chosen: Mapping[int, Horizon]) -> None:
    """Link recommendations to the objective of a horizon of a contract just written; those no longer chosen are unlinked.

    Called inside the operation that writes the contract: persons are locked, the right is checked.
    """
    objectives = {one.horizon: one for one in contract.objectives.order_by("-pk")}
    rows = Recommendation.objects.filter(pk__in=chosen, assessment__person=contract.person_id)
    Recommendation.objects.filter(objective__contract=contract).exclude(pk__in=chosen).update(objective=None)
    for row in rows:
        objective = objectives.get(chosen[row.pk])
        if objective is None:
            label = Horizon(chosen[row.pk]).label.lower()
            raise Refusal(
                f"Une préconisation est reprise à {label}, mais ce contrat n’a pas cet objectif : écrivez-le.",
                code="recommendation_without_objective",
            )
        row.objective, row.step, row.dropped_on, row.dropped_reason = objective, None, None, ""
        row.save(update_fields=["objective", "step", "dropped_on", "dropped_reason"])


def _open(actor: User, recommendation_id: int, *, on: date) -> Recommendation:
    row = Recommendation.objects.select_related("assessment").get(pk=recommendation_id)
    open_enrolment(actor, row.assessment.enrolment_id, on=on, permission=Permission.SITUATION_WRITE)
    return Recommendation.objects.select_related("assessment").get(pk=recommendation_id)
