"""Values as they are really typed (formats §4.3): what is sure is read, what is not says what to write."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from jalons.exchange.spreadsheets.cells import Formula
from jalons.exchange.spreadsheets.errors import ValueRefused
from jalons.exchange.spreadsheets.moving.catalogue import Shape
from jalons.exchange.spreadsheets.moving.dirt import Asked, read
from tests.worlds import DAY

ASKED = Asked(DAY)


@pytest.mark.parametrize(
    ("shape", "cell", "value"),
    [
        ("day", "03/02/2020", date(2020, 2, 3)),
        ("day", " 3/2/20\t", date(2020, 2, 3)),
        ("day", "3.2.2020", date(2020, 2, 3)),
        ("day", "2020-02-03", date(2020, 2, 3)),
        ("day", "2020-02-03 00:00:00", date(2020, 2, 3)),
        ("day", "3 février 2020", date(2020, 2, 3)),
        ("day", "1er août 20", date(2020, 8, 1)),
        ("day", "03022020", date(2020, 2, 3)),
        ("day", 43864, date(2020, 2, 3)),
        ("day", 43864.0, date(2020, 2, 3)),
        ("day", "43864", date(2020, 2, 3)),
        ("day", datetime(2020, 2, 3), date(2020, 2, 3)),
        ("day", date(2020, 2, 3), date(2020, 2, 3)),
        ("day", "néant", None),
        ("day", "-", None),
        ("birth", "12/03/85", date(1985, 3, 12)),
        ("birth", "12/03/19", date(2019, 3, 12)),
        ("birth", "12/12/20", date(1920, 12, 12)),
        ("time", "9h", time(9)),
        ("time", "09h30", time(9, 30)),
        ("time", "14:05:00", time(14, 5)),
        ("time", "9.30", time(9, 30)),
        ("time", 0.5, time(12)),
        ("name", "  D'Élia \u00a0 Martin ", "D'Élia Martin"),
        ("name", "Sans", "Sans"),
        ("nir", 1850720999001.0, "1850720999001"),
        ("nir", "1 85 07 20 999 001 15", "1850720999001"),
        ("nir", "185072A99900142", "185072A999001"),
        ("nir", "185072B99900169", "185072B999001"),
        ("matricule", "CAF0027004992", "27004992"),
        ("matricule", "002700400000000", "0027004"),
        ("matricule", 27004, "0027004"),
        ("employment_number", "0123456k", "0123456K"),
        ("employment_number", 1234567, "01234567"),
        ("phone", 612345678, "+33612345678"),
        ("phone", "06.12.34.56.78 / 04 78 00 00 00", "+33612345678"),
        ("phone", "0478000000 ou 0712345678", "+33712345678"),
        ("phone", "0478000000", "+33478000000"),
        ("phone", "0692 12 34 56", "+262692123456"),
        ("email", " Zoe.Roy@Exemple.FR ; autre@exemple.fr", "Zoe.Roy@exemple.fr"),
        ("commune", "26000 Valence", "Valence"),
        ("hours", "35h", Decimal(35)),
        ("hours", "17 h 30", Decimal("17.50")),
        ("hours", "17,5", Decimal("17.5")),
    ],
)
def test_what_is_sure_is_read(shape: Shape, cell: Any, value: Any) -> None:
    assert read(shape, cell, ASKED) == value


@pytest.mark.parametrize(
    ("shape", "cell", "words"),
    [
        ("day", "31/02/2020", "n’existe pas"),
        ("day", "fin mars", "ce n’est pas une date"),
        ("day", True, "ce n’est pas une date"),
        ("day", 900000, "ce n’est pas une date"),
        ("day", Formula("=TODAY()"), "formule"),
        ("birth", "12/03/2031", "pas encore arrivée"),
        ("birth", "12/03/1820", "trop ancienne"),
        ("time", "25h", "ce n’est pas une heure"),
        ("name", "Roy (ex Martin)", "parenthèses"),
        ("name", "R0y", "chiffre"),
        ("nir", "1,85E+12", "a perdu les chiffres"),
        ("nir", "269054958815781", "clé du NIR"),
        ("nir", "12345", "13 ou 15"),
        ("employment_number", "12-34", "sept chiffres"),
        ("phone", "12", "ce n’est pas un numéro"),
        ("email", "zoe@", "pas complète"),
        ("hours", 180, "1 à 99"),
    ],
)
def test_what_is_not_says_what_to_write(shape: Shape, cell: Any, words: str) -> None:
    with pytest.raises(ValueRefused, match=words):
        read(shape, cell, ASKED)


def test_a_refused_nir_is_never_repeated() -> None:
    with pytest.raises(ValueRefused) as refused:
        read("nir", "269054958815781", ASKED)
    assert "269054" not in str(refused.value)
