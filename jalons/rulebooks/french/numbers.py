"""Numbers of rulebooks as written in French."""

from __future__ import annotations

from decimal import Decimal

from jalons.ui.french import number


def decimal(value: Decimal) -> str:
    """« 17,5 », « 20 »: as many decimals as are written, no more."""
    exponent = value.normalize().as_tuple().exponent
    return number(value, max(0, -int(exponent)))
