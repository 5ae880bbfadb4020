"""Propose a job offer, within what the person said acceptable at the first interview (R-073)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.kernel.text import fold
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.diagnosing import Wishes
from jalons.pathways.models import Step
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.operations.steps import propose_step
from jalons.pathways.queries.assessments import wishes_of_enrolment


@dataclass(frozen=True, slots=True)
class Offer:
    """A job offer: its trade, how far it is from home, its net monthly salary when it is known."""

    trade: str
    distance_km: Decimal | None = None
    salary_eur: Decimal | None = None
    employer: str = ""


def objections(offer: Offer, wishes: Wishes) -> list[str]:
    """Return why the offer does not suit, a sentence each; empty when it may be proposed."""
    trade = fold(offer.trade)
    found = [
        f"La personne ne souhaite pas travailler dans « {unwanted} »."
        for unwanted in wishes.unwanted
        if fold(unwanted) and fold(unwanted) in trade
    ]
    if wishes.perimeter_km is not None and offer.distance_km is not None and offer.distance_km > wishes.perimeter_km:
        found.append(
            f"L’offre est à {_plain(offer.distance_km)} km, au-delà du périmètre de {_plain(wishes.perimeter_km)} km."
        )
    if (
        wishes.least_salary_eur is not None
        and offer.salary_eur is not None
        and offer.salary_eur < wishes.least_salary_eur
    ):
        found.append(
            f"Le salaire de {_plain(offer.salary_eur)} € est sous les {_plain(wishes.least_salary_eur)} € demandés."
        )
    return found


@operation
def propose_offer(*, actor: User, on: date, enrolment_id: int, offer: Offer, kind: str) -> Step:
    """Propose an offer as a step of the pathway. Refused when it is not within what the person said acceptable."""
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.STEP_WRITE)
    against = objections(offer, wishes_of_enrolment(enrolment_id, on=on))
    if against:
        raise Refusal(" ".join([*against, "L’offre n’est pas proposée."]), code="offer_not_acceptable")
    label = f"Offre : {offer.trade.strip()}"
    return propose_step(
        actor=actor, on=on, enrolment_id=enrolment_id, kind=kind, label=label[:200], operator=offer.employer.strip()
    )


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", ",")
