"""Euros: rounded half up to the cent, never from a float (S-52)."""

from decimal import Decimal

import pytest

from jalons.kernel.money import euros


@pytest.mark.req("R-193")
def test_half_a_cent_rounds_up() -> None:
    assert euros("14569.095") == Decimal("14569.10")
    assert euros(Decimal("0.005")) == Decimal("0.01")


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match="Decimal"):
        euros(0.1)  # type: ignore[arg-type]
