"""Euros as ``Decimal``, rounded half up to the cent (S-52)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def euros(amount: Decimal | int | str) -> Decimal:
    """Return ``amount`` rounded half up to the cent. Floats are refused: they do not hold cents."""
    if isinstance(amount, float):
        raise TypeError("an amount in euros is a Decimal, an int or a string, never a float")
    return Decimal(amount).quantize(CENT, rounding=ROUND_HALF_UP)
