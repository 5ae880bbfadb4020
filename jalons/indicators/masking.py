"""Small counts are hidden in what leaves the house, so that nobody is recognised in a table (R-166, S-49).

A count from 1 to threshold − 1 is masked; when a single part of a total is masked, the next smallest is too, otherwise
the total would give it back. Figures inside the house, for those who may open the list, are not masked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from jalons.indicators.definitions import catalogue
from jalons.indicators.engine import Result

MASKED_SIGN = "masqué (petit effectif)"


@dataclass(frozen=True, slots=True)
class Masked:
    """A figure ready to leave: numerator, denominator and value are None when ``masked``."""

    result: Result
    masked: bool

    @property
    def numerator(self) -> Decimal | None:
        """The numerator, or None when it must not be shown."""
        return None if self.masked else self.result.numerator

    @property
    def denominator(self) -> Decimal | None:
        """The denominator, or None when it must not be shown or does not exist."""
        return None if self.masked else self.result.denominator

    @property
    def value(self) -> Decimal | None:
        """The figure, or None when it must not be shown or is « non calculable »."""
        return None if self.masked else self.result.value


def is_small(count: Decimal | None, threshold: int) -> bool:
    """Tell whether a count could point at someone: from 1 to threshold − 1."""
    return count is not None and 0 < count < threshold


def counts_persons(code: str) -> bool:
    """Tell whether an indicator counts rows about persons."""
    terms = catalogue().indicator(code).terms()
    return any(catalogue().family_of(term.measure).person for term in terms)


def _reveals(result: Result, threshold: int) -> bool:
    """A figure reveals a small count by its numerator, its denominator, or what is left between them."""
    if is_small(result.numerator, threshold):
        return True
    if result.denominator is None:
        return False
    rest = result.denominator - result.numerator
    return is_small(result.denominator, threshold) or is_small(rest, threshold)


def same_indicator_and_month(result: Result) -> Hashable:
    """The default table: the groups of one indicator for one month add up to a total shown elsewhere."""
    return (result.indicator, result.interval, result.month)


def mask(
    results: Iterable[Result], threshold: int, *, table: Callable[[Result], Hashable] = same_indicator_and_month
) -> list[Masked]:
    """Return the figures ready to leave. ``table`` says which ones add up to one total that is also shown.

    Figures that count no person (places, amounts) are never masked.
    """
    given = list(results)
    personal = {result.indicator: counts_persons(result.indicator) for result in given}
    hidden = {i for i, result in enumerate(given) if personal[result.indicator] and _reveals(result, threshold)}
    tables: dict[Hashable, list[int]] = defaultdict(list)
    for index, result in enumerate(given):
        tables[table(result)].append(index)
    for members in tables.values():
        masked = [index for index in members if index in hidden]
        others = [index for index in members if index not in hidden and given[index].numerator > 0]
        if len(masked) == 1 and others:
            hidden.add(min(others, key=lambda index: given[index].numerator))
    return [Masked(result, index in hidden) for index, result in enumerate(given)]
