"""Amounts of places by the rulebook's price: a flat rate pro rata, rounded half up to the cent (R-193, R-194, S-52)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jalons.kernel.money import euros
from jalons.rulebooks.schema import Action, FlatRate


@dataclass(frozen=True, slots=True)
class Amount:
    """What the rulebook gives for some places over a year.

    ``euros`` empty: the rulebook has no formula and ``explanation`` says who decides. ``needs_justification``: the amount asked
    is above the rate, which the rulebook allows with a justification only.
    """

    euros: Decimal | None
    explanation: str
    citation: tuple[str, ...]
    needs_justification: bool = False


def amount(action: Action, *, places: int, carrier_kind: str | None = None, asked: Decimal | None = None) -> Amount:
    """Return the yearly amount of ``places`` for a carrier, compared with what it asks for when ``asked`` is given.

    Raises ValueError when ``places`` is negative.
    """
    if places < 0:
        raise ValueError("le nombre de places ne peut pas être négatif")
    price = action.price
    if price is None or price.kind == "none":
        return Amount(
            asked,
            "ce cadre ne donne pas de prix : le montant est celui de la convention",
            price.citation if price else (),
        )
    if price.kind == "by_decision":
        return Amount(asked, "le montant est fixé par décision, selon la pertinence du projet", price.citation)
    unit, basis, citation = _rate(price, carrier_kind)
    computed = euros(unit * places / basis)
    explanation = f"{_french(unit)} € × {places} places / {basis} places"
    if asked is None or asked <= computed:
        return Amount(computed, explanation, citation)
    if price.more_with_justification:
        explanation += f" = {_french(computed)} € ; {_french(asked)} € demandés : une justification est nécessaire"
        return Amount(euros(asked), explanation, citation, needs_justification=True)
    explanation += f" = {_french(computed)} € ; {_french(asked)} € demandés ne peuvent pas être accordés"
    return Amount(computed, explanation, citation)


def _rate(price: FlatRate, carrier_kind: str | None) -> tuple[Decimal, int, tuple[str, ...]]:
    for variant in price.variants:
        if carrier_kind in variant.carrier_kinds:
            return variant.unit_cost_eur, variant.basis_places, variant.citation
    return price.unit_cost_eur, price.basis_places, price.citation


def _french(value: Decimal) -> str:
    """« 52 500,00 » with narrow no-break spaces."""
    return f"{euros(value):,.2f}".replace(",", "\u202f").replace(".", ",")
