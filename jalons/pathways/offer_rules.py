"""A job offer against what the person said acceptable (R-073). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jalons.kernel.text import fold
from jalons.pathways.diagnosing import Wishes


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


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", ",")
