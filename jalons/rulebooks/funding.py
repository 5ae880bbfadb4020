"""Amounts of places by the rulebook's price: a flat rate pro rata, line by line (R-193, R-194, S-52)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from jalons.kernel.money import CENT, euros
from jalons.kernel.periods import last_of_month, months_between
from jalons.rulebooks.schema import Action, FlatRate
from jalons.rulebooks.schema.price import Funding

NO_PRICE = "ce cadre ne donne pas de prix : le montant est celui de la convention"
BY_DECISION = "le montant est fixé par décision, selon la pertinence du projet"
NO_PART_OF_YEAR = "les places n’ouvrent pas toute l’année, et ce cadre ne dit pas comment compter une partie d’année"
ROUNDING = {"cent": CENT, "euro": Decimal(1)}


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


@dataclass(frozen=True, slots=True)
class Held:
    """Places open from ``first`` to ``last`` included; an amendment starts another one."""

    places: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a calculation: what is paid, its formula in French, its result in euros, where it is read."""

    what: str
    formula: str
    euros: Decimal
    citation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YearlyAmount:
    """What the rulebook gives for the places of one year: ``euros`` is exactly the sum of ``parts``.

    ``euros`` empty: no formula gives it, and ``explanation`` says why.
    """

    year: int
    parts: tuple[Part, ...]
    euros: Decimal | None
    explanation: str
    citation: tuple[str, ...]


def amount(action: Action, *, places: int, carrier_kind: str | None = None, asked: Decimal | None = None) -> Amount:
    """Return the yearly amount of ``places`` for a carrier, compared with what it asks for when ``asked`` is given.

    Raises ValueError when ``places`` is negative.
    """
    if places < 0:
        raise ValueError("le nombre de places ne peut pas être négatif")
    price = action.price
    if price is None or price.kind == "none":
        return Amount(asked, NO_PRICE, price.citation if price else ())
    if price.kind == "by_decision":
        return Amount(asked, BY_DECISION, price.citation)
    unit, basis, citation = _rate(price, carrier_kind)
    computed = _rounded(unit * places / basis, action.funding)
    explanation = f"{_french(unit)} € × {places} places / {basis} places"
    if asked is None or asked <= computed:
        return Amount(computed, explanation, citation)
    if price.more_with_justification:
        explanation += f" = {_french(computed)} € ; {_french(asked)} € demandés : une justification est nécessaire"
        return Amount(euros(asked), explanation, citation, needs_justification=True)
    explanation += f" = {_french(computed)} € ; {_french(asked)} € demandés ne peuvent pas être accordés"
    return Amount(computed, explanation, citation)


def of_year(action: Action, *, held: Sequence[Held], year: int, carrier_kind: str | None = None) -> YearlyAmount:
    """Return what the rulebook gives for the places ``held`` in a civil year, one line per number of places.

    Places open from 1 January to 31 December are paid whole; the rest by days or by months, as the rulebook's ``funding``
    says. Each line is rounded, and the total adds the lines as they are shown.
    """
    price = action.price
    if price is None or price.kind == "none":
        return YearlyAmount(year, (), None, NO_PRICE, price.citation if price else ())
    if price.kind == "by_decision":
        return YearlyAmount(year, (), None, BY_DECISION, price.citation)
    unit, basis, citation = _rate(price, carrier_kind)
    parts = []
    for one in _within(held, year):
        share = _share(one, year, action.funding)
        if share is None:
            return YearlyAmount(year, (), None, NO_PART_OF_YEAR, citation)
        worth = _rounded(unit * one.places * share.count / (basis * share.out_of), action.funding)
        formula = f"{_french(unit)} € × {one.places} places / {basis} places{share.words}"
        source = citation + (action.funding.citation if action.funding and share.words else ())
        parts.append(Part(_what(one, year), formula, worth, tuple(dict.fromkeys(source))))
    total = sum((part.euros for part in parts), Decimal(0))
    return YearlyAmount(year, tuple(parts), total, "", citation)


def per_place(amount: Decimal | None, places: int) -> Decimal | None:
    """Return the price of one place of an agreement (C-22), None without an amount or without places."""
    return euros(amount / places) if amount is not None and places else None


@dataclass(frozen=True, slots=True)
class _Share:
    count: int
    out_of: int
    words: str  # « × 184 jours / 365 jours », empty for a whole year


def _share(held: Held, year: int, funding: Funding | None) -> _Share | None:
    first, last = date(year, 1, 1), date(year, 12, 31)
    if (held.first, held.last) == (first, last):
        return _Share(1, 1, "")
    if funding is None:
        return None
    if funding.part_of_year == "months":
        ends = sum(held.first <= last_of_month(month) <= held.last for month in months_between(first, last))
        return _Share(ends, 12, f" × {ends} mois / 12 mois")
    days, all_days = (held.last - held.first).days + 1, (last - first).days + 1
    return _Share(days, all_days, f" × {days} jours / {all_days} jours")


def _within(held: Sequence[Held], year: int) -> Iterator[Held]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    for one in sorted(held, key=lambda one: one.first):
        if one.first <= last and one.last >= first:
            yield Held(one.places, max(one.first, first), min(one.last, last))


def _what(held: Held, year: int) -> str:
    if (held.first, held.last) == (date(year, 1, 1), date(year, 12, 31)):
        return f"{held.places} places, année {year}"
    return f"{held.places} places, du {held.first:%d/%m/%Y} au {held.last:%d/%m/%Y}"


def _rounded(value: Decimal, funding: Funding | None) -> Decimal:
    step = ROUNDING[funding.rounding] if funding else CENT
    return euros(value.quantize(step, rounding=ROUND_HALF_UP))


def _rate(price: FlatRate, carrier_kind: str | None) -> tuple[Decimal, int, tuple[str, ...]]:
    for variant in price.variants:
        if carrier_kind in variant.carrier_kinds:
            return variant.unit_cost_eur, variant.basis_places, variant.citation
    return price.unit_cost_eur, price.basis_places, price.citation


def _french(value: Decimal) -> str:
    """« 52 500,00 » with narrow no-break spaces."""
    return f"{euros(value):,.2f}".replace(",", "\u202f").replace(".", ",")
