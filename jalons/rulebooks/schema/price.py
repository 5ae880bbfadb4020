"""The price of places: a flat rate pro rata, a decision, or none; and how a part of a year is paid."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StrictInt

from jalons.rulebooks.schema.common import CarrierKind, Cited

Euros = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
Places = Annotated[StrictInt, Field(ge=1, le=100_000)]


class Variant(Cited):
    """Another flat rate for some kinds of carriers."""

    carrier_kinds: Annotated[tuple[CarrierKind, ...], Field(min_length=1)]
    unit_cost_eur: Euros
    basis_places: Places


class FlatRate(Cited):
    """``unit_cost_eur`` a year for ``basis_places`` places, pro rata of the places agreed (R-193).

    ``more_with_justification``: an organisation may ask for more if it justifies it (R-194).
    """

    kind: Literal["flat_rate"]
    unit_cost_eur: Euros
    basis_places: Places
    variants: tuple[Variant, ...] = ()
    more_with_justification: bool = False


class ByDecision(Cited):
    """No formula: the authority fixes the amount (R-195)."""

    kind: Literal["by_decision"]


class NoPrice(Cited):
    """The documents give no price."""

    kind: Literal["none"]


Price = Annotated[FlatRate | ByDecision | NoPrice, Field(discriminator="kind")]


class Funding(Cited):
    """How a flat rate is paid for less than a year (R-193, S-52).

    ``part_of_year``: by days, each day that the places are open; or by months, each month at whose end they are.
    ``rounding``: what each line of the calculation is rounded to, half up; the total is the sum of the lines.
    """

    part_of_year: Literal["days", "months"]
    rounding: Literal["cent", "euro"]
