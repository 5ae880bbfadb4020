"""The places of an offer: counted under a lock, so that two référents never take the last one (R-109)."""

from __future__ import annotations

from jalons.kernel.refusals import Refusal
from jalons.pathways.models import Step, StepAnswer, StepOffer
from jalons.pathways.queries.steps import HOLDS_A_PLACE


def require_a_place(step: Step) -> None:
    """Refuse a step that would take a place its offer no longer has; the offer stays locked until the end of the write."""
    if step.offer_id is None or step.answer == StepAnswer.ACCEPTED:
        return
    offer = StepOffer.objects.select_for_update().get(pk=step.offer_id)
    if offer.places is None:
        return
    taken = Step.objects.filter(HOLDS_A_PLACE, offer=offer).exclude(pk=step.pk).count()
    if taken >= offer.places:
        raise Refusal(
            f"« {offer.label} » n’a plus de place ({taken} sur {offer.places}) : notez « sur liste d’attente », "
            "ou choisissez une autre session.",
            code="step_offer_full",
        )
