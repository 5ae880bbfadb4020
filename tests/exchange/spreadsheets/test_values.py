"""Figures and dates as people type them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from jalons.exchange.spreadsheets import values
from jalons.exchange.spreadsheets.errors import ValueRefused


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("56 016,00", "56016.00"),
        ("56\u00a0016,00 €", "56016.00"),
        ("56\u202f016,00\u00a0€", "56016.00"),
        ("56016.00", "56016.00"),
        ("56.016,00", "56016.00"),
        ("56,016.00", "56016.00"),
        ("6.519.855,53", "6519855.53"),
        ("143008,6", "143008.6"),
        ("0", "0"),
        ("12 500 EUR", "12500"),
        (143008.6, "143008.6"),
        (0.1 + 0.2, "0.3"),
        (75000, "75000"),
    ],
)
def test_amounts_are_read_exactly(cell: str | float, value: str) -> None:
    assert values.decimal(cell) == Decimal(value)


@pytest.mark.parametrize(
    "cell",
    [
        "1,234",
        "1.343",
        "12,34,56",
        "1.2.3",
        "1,2.3,4",
        "abc",
        "1e5",
        "12 %",
        "--5",
        True,
        date(2020, 1, 1),
        "1_000",
        "٣",
    ],
)
def test_what_is_doubtful_is_refused(cell: object) -> None:
    with pytest.raises(ValueRefused):
        values.decimal(cell)  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), "9" * 400, 1e300])
def test_numbers_beyond_reason_are_refused(cell: object) -> None:
    with pytest.raises(ValueRefused):
        values.decimal(cell)  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["", "  ", "\u00a0", None])
def test_an_empty_cell_is_no_number(cell: str | None) -> None:
    assert values.decimal(cell) is None


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("31/12/2020", date(2020, 12, 31)),
        ("2020-12-31", date(2020, 12, 31)),
        (datetime(2020, 12, 31, 0, 0), date(2020, 12, 31)),
        (date(2020, 12, 31), date(2020, 12, 31)),
        ("", None),
    ],
)
def test_dates_are_read_day_first(cell: object, value: date | None) -> None:
    assert values.day(cell) == value  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["12/31/2020", "31/02/2020", "fin 2020", "31/12/20"])
def test_a_date_that_is_not_one_is_refused(cell: str) -> None:
    with pytest.raises(ValueRefused, match="jour/mois/année"):
        values.day(cell)


def test_texts_keep_their_words_and_lose_their_blanks() -> None:
    assert values.text("  CENTRE SOCIAL ET FAMILIAL\u00a0 L'ORANGERIE ") == "CENTRE SOCIAL ET FAMILIAL L'ORANGERIE"
    assert values.text(69.0) == "69"
