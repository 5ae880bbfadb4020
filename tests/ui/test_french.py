"""Dates, numbers and sentences as the French write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from jalons.ui import french


@pytest.mark.parametrize(
    ("day", "words"), [(date(2020, 3, 3), "3 mars 2020"), (date(2020, 8, 1), "1er août 2020"), (None, "")]
)
def test_a_date_in_a_sentence(day: date | None, words: str) -> None:
    assert french.date_long(day).replace("\u00a0", " ") == words


def test_a_date_in_a_table() -> None:
    assert french.date_short(date(2020, 3, 3)) == "03/03/2020"


def test_an_instant_is_shown_in_paris() -> None:
    late = datetime(2020, 7, 14, 22, 30, tzinfo=UTC)
    assert french.date_short(late) == "15/07/2020"
    assert french.clock_time(late).replace("\u00a0", " ") == "0 h 30"


def test_an_amount() -> None:
    assert french.amount(Decimal("6519855.53")) == "6\u202f519\u202f855,53\u202f€"


@pytest.mark.parametrize(("value", "shown"), [(11067, "11 067"), (-3, "−3"), (None, "–"), (0, "0")])
def test_a_number(value: int | None, shown: str) -> None:
    assert french.number(value).replace("\u202f", " ") == shown


def test_unknown_is_not_zero() -> None:
    assert french.percent(None) == "non calculable"
    assert french.percent(Decimal(0)).replace("\u202f", " ") == "0,0 %"


@pytest.mark.parametrize(("count", "words"), [(0, "0 personne"), (1, "1 personne"), (2, "2 personnes")])
def test_zero_and_one_are_singular(count: int, words: str) -> None:
    assert french.plural(count, "personne").replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Qui peut le faire : le référent ?", "Qui peut le faire\u202f: le référent\u202f?"),
        ("« bonjour »", "«\u202fbonjour\u202f»"),
        ("l'accueil", "l’accueil"),
        ("12 %", "12\u202f%"),
        ("voir https://exemple.fr", "voir https://exemple.fr"),
    ],
)
def test_typography(typed: str, printed: str) -> None:
    assert french.typography(typed) == printed
    assert french.typography(printed) == printed
