"""Values as people type them in French spreadsheets: « 56 016,00 € », « 1 343 », « 31/12/2020 »."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from jalons.exchange.spreadsheets.cells import Formula, Raw
from jalons.exchange.spreadsheets.errors import ValueRefused

_BLANKS = re.compile(r"[\s\u00a0\u202f\u2009\u2007]+")
_EURO = re.compile(r"(€|eur(os?)?)$", re.IGNORECASE)
_NUMBER = re.compile(r"^-?\d+(?:\.\d+)?$", re.ASCII)
_GROUPED = re.compile(r"^-?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$", re.ASCII)
LARGEST = Decimal(10) ** 9


def text(cell: Raw) -> str:
    """Return the text of a cell, outer blanks left out and inner ones made single."""
    _no_formula(cell)
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a code typed as a number
    if isinstance(cell, str):
        cell = cell.removeprefix("'") if cell[1:2] in "=+-@" else cell  # our own exports put it there
    return _BLANKS.sub(" ", str(cell)).strip()


def decimal(cell: Raw) -> Decimal | None:
    """Return a number, None for an empty cell; thousands may be cut by blanks, decimals by a comma or a point."""
    _no_formula(cell)
    if isinstance(cell, (bool, date)):
        raise ValueRefused("ce n’est pas un nombre : mettez la cellule au format « nombre »")
    if isinstance(cell, int):
        return _bounded(Decimal(cell))
    if isinstance(cell, float):
        return _bounded(_float(cell))
    typed = _EURO.sub("", _BLANKS.sub("", cell or "")).replace("\u2212", "-")
    if not typed:
        return None
    return _bounded(_typed(typed))


def integer(cell: Raw) -> int | None:
    """Return a whole number that is not negative, None for an empty cell."""
    value = decimal(cell)
    if value is None:
        return None
    if value != value.to_integral_value():
        raise ValueRefused("ce n’est pas un nombre entier")
    if value < 0:
        raise ValueRefused("un nombre négatif n’est pas possible ici")
    return int(value)


def euros(cell: Raw) -> Decimal | None:
    """Return an amount in euros and cents, None for an empty cell."""
    value = decimal(cell)
    if value is None:
        return None
    if value < 0:
        raise ValueRefused("un montant ne peut pas être négatif")
    if value != value.quantize(Decimal("0.01")):
        raise ValueRefused("un montant a deux décimales au plus")
    return value.quantize(Decimal("0.01"))


def full_time(cell: Raw) -> Decimal | None:
    """Return full-time equivalents, two decimals at most, None for an empty cell."""
    value = decimal(cell)
    if value is not None and not (0 <= value < 10_000 and value == value.quantize(Decimal("0.01"))):
        raise ValueRefused("des ETP vont de 0 à 9 999, avec deux décimales au plus")
    return value


def day(cell: Raw) -> date | None:
    """Return a date, typed 31/12/2020 or 2020-12-31, or a date cell; None for an empty cell."""
    _no_formula(cell)
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    typed = text(cell)
    if not typed:
        return None
    for pattern in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(typed, pattern).date()  # noqa: DTZ007 a day, not an instant
        except ValueError:
            continue
    raise ValueRefused("ce n’est pas une date : écrivez jour/mois/année, par exemple 31/12/2020")


def _typed(typed: str) -> Decimal:
    if "," in typed and "." in typed:
        decimal_mark = max(",.", key=typed.rindex)
        thousands = "." if decimal_mark == "," else ","
        whole, _, cents = typed.rpartition(decimal_mark)
        if not _GROUPED.match(whole) or decimal_mark in whole:
            raise ValueRefused("ce n’est pas un nombre")
        typed = f"{whole.replace(thousands, '')}.{cents}"
    elif _GROUPED.match(typed):
        if typed.count(",") + typed.count(".") == 1:
            raise ValueRefused("on ne sait pas si c’est un millier ou trois décimales : écrivez-le sans séparateur")
        typed = typed.replace(",", "").replace(".", "")
    typed = typed.replace(",", ".")
    if not _NUMBER.match(typed):
        raise ValueRefused("ce n’est pas un nombre")
    return Decimal(typed)


def _float(value: float) -> Decimal:
    """A cell holds binary numbers: 56016.1 is read as people see it, with 15 significant digits."""
    try:
        return Decimal(f"{value:.15g}")
    except InvalidOperation as error:
        raise ValueRefused("ce n’est pas un nombre") from error


def _bounded(value: Decimal) -> Decimal:
    if not value.is_finite() or abs(value) >= LARGEST:
        raise ValueRefused("ce nombre est trop grand")
    return value


def _no_formula(cell: Raw) -> None:
    if isinstance(cell, Formula):
        raise ValueRefused("c’est une formule : remplacez-la par sa valeur (copier, puis collage spécial « valeurs »)")
    if isinstance(cell, str) and cell.startswith("#") and cell.endswith(("!", "?", "/A")):
        raise ValueRefused("c’est une erreur de calcul du tableur")
