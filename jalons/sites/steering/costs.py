"""What the rulebook gives for the places of a line, beside what the agreement says (R-193…R-197)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jalons.agreements.models import AgreementKind, AgreementLine
from jalons.agreements.occupancy import Occupancy
from jalons.kernel.periods import Period
from jalons.rulebooks.funding import NO_PRICE, Held, YearlyAmount, of_year, per_place
from jalons.rulebooks.schema import Action, Rulebook
from jalons.rulebooks.schema.common import CitedText

# The rules of payment that stay sentences: the documents give no formula.
SENTENCES = ("funding_rule", "advance", "balance_modulation")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A rule of payment in words, with where it is read."""

    text: str
    citation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """The calculation of a line, year by year; ``computed`` is None as soon as one year has no formula."""

    years: tuple[YearlyAmount, ...]
    computed: Decimal | None
    agreed: Decimal | None
    price_of_place: Decimal | None
    may_ask_more: bool
    sentences: tuple[Sentence, ...]

    @property
    def difference(self) -> Decimal | None:
        """Agreed minus computed; None when one of them is unknown."""
        return None if self.agreed is None or self.computed is None else self.agreed - self.computed

    @property
    def verdict(self) -> str:
        """What the difference means, in French (R-194); empty when there is nothing to compare."""
        if self.difference is None:
            return ""
        if self.difference == 0:
            return "le forfait du cadre"
        if self.difference < 0:
            return "en dessous du forfait"
        return (
            "au-dessus du forfait : une justification est nécessaire" if self.may_ask_more else "au-dessus du forfait"
        )


def cost_of(line: AgreementLine, occupancy: Occupancy, rulebooks: Sequence[Rulebook]) -> Cost | None:
    """Return the calculation of a line, None for an in-house offer (it has no price).

    Each civil year follows that of the adopted ``rulebooks`` in force on its first day within the line.
    """
    if line.agreement.kind == AgreementKind.IN_HOUSE:
        return None
    held = [Held(one.places, one.first, one.last) for one in occupancy.held]
    kind = line.agreement.organisation.kind
    years: list[YearlyAmount] = []
    sentences: dict[str, CitedText] = {}
    may_ask_more = False
    for year in range(line.start_on.year, line.end_on.year + 1):
        action = _action(rulebooks, line, year)
        if action is None:
            years.append(YearlyAmount(year, (), None, NO_PRICE, ()))
            continue
        years.append(of_year(action, held=held, year=year, carrier_kind=kind))
        may_ask_more |= (
            action.price is not None and action.price.kind == "flat_rate" and action.price.more_with_justification
        )
        sentences |= {text: action.texts[text] for text in SENTENCES if text in action.texts}
    whole = all(one.euros is not None for one in years)
    return Cost(
        years=tuple(years),
        computed=sum((one.euros or Decimal(0) for one in years), Decimal(0)) if whole else None,
        agreed=line.amount,
        price_of_place=per_place(line.amount, line.places),
        may_ask_more=may_ask_more,
        sentences=tuple(Sentence(one.value, one.citation) for one in sentences.values()),
    )


def _action(rulebooks: Sequence[Rulebook], line: AgreementLine, year: int) -> Action | None:
    first = max(line.start_on, line.start_on.replace(year=year, month=1, day=1))
    for rulebook in rulebooks:
        head = rulebook.framework
        if first in Period(head.valid_from, head.valid_to) and any(
            one.code == line.action_code for one in rulebook.actions
        ):
            return rulebook.action(line.action_code)
    return None
