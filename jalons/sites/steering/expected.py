"""Expected results of the rulebooks beside the figures: numerator, denominator, threshold, state, reserve (R-139, R-208)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jalons.facts.engines import PostgresExecutor
from jalons.indicators.definitions import Indicator, Interval, Level, catalogue
from jalons.indicators.engine import Result, compute
from jalons.indicators.queries import figures
from jalons.indicators.targets import reaches
from jalons.kernel.periods import first_of_month, last_of_month
from jalons.rulebooks.queries import adopted
from jalons.rulebooks.schema import Action, Rulebook, Target
from jalons.sites.steering.figures import in_words, threshold_words

RECEIVED = "orientations_received_count"
INTERVALS: Mapping[str, Interval] = {"month": "month"}  # any other period of a target is counted since 1 January


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure set against a threshold: ``reached`` is None when « non calculable », or when the target only says « about »."""

    indicator: Indicator
    interval: Interval
    result: Result | None
    reached: bool | None

    @property
    def words(self) -> str:
        """The figure as shown; « non calculable » when nothing gives it, never 0."""
        return in_words(self.indicator, self.result.value if self.result else None)


@dataclass(frozen=True, slots=True)
class Expected:
    """One expected result of an action: what the rulebook wants, what is counted, and the other reading of the text (C-11)."""

    action: Action
    rulebook: Rulebook
    target: Target
    reading: Reading
    other: Reading | None = None

    @property
    def threshold(self) -> str:
        """« au moins 60 % », or « sans seuil »."""
        return threshold_words(self.target) if self.target.threshold is not None else "sans seuil"


@dataclass(frozen=True, slots=True)
class OfAction:
    """The expected results of one action, beside the orientations it received since 1 January (R-139)."""

    action: Action
    received: Decimal
    results: list[Expected] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Where:
    """Whose results: the level of the cube that has the action, and the group."""

    level: Level
    keys: Mapping[str, Sequence[int | str]]


def expected_results(
    action_codes: Iterable[str], where: Where, *, month: date, rulebooks: Iterable[Rulebook] | None = None
) -> list[OfAction]:
    """Return the results expected of some actions up to ``month``, by the rulebooks in force on its last day.

    Read from the cube, one query per interval; a result that adds all the actions of a framework is counted live.
    """
    wanted = _wanted(set(action_codes), last_of_month(month), adopted() if rulebooks is None else rulebooks)
    codes = {code for _, action in wanted for target in action.targets for code in _codes(target)} | {RECEIVED}
    counted = _counted(codes, where, month)
    found = []
    for rulebook, action in wanted:
        received = counted.get((RECEIVED, "year", action.code))
        of_action = OfAction(action, received.numerator if received else Decimal(0))
        for target in action.targets:
            of_action.results.append(_expected(rulebook, action, target, where, month, counted))
        found.append(of_action)
    return found


def _wanted(codes: set[str], on: date, rulebooks: Iterable[Rulebook]) -> list[tuple[Rulebook, Action]]:
    return [
        (rulebook, rulebook.action(action.code))
        for rulebook in rulebooks
        if rulebook.in_force(on)
        for action in rulebook.actions
        if action.code in codes
    ]


def _codes(target: Target) -> list[str]:
    return [code for code in (target.indicator, target.other_reading) if code in catalogue().indicators]


def _counted(codes: set[str], where: Where, month: date) -> dict[tuple[str, str, str], Result]:
    found: dict[tuple[str, str, str], Result] = {}
    intervals: tuple[Interval, ...] = ("month", "year")
    for interval in intervals:
        some = sorted(
            code
            for code in codes
            if interval in catalogue().indicator(code).intervals and where.level in catalogue().indicator(code).levels
        )
        for row in figures(
            some, first=first_of_month(month), last=month, level=where.level, interval=interval, keys=where.keys
        ):
            found[row.indicator, interval, str(row.keys["action_code"])] = row
    return found


def _expected(
    rulebook: Rulebook,
    action: Action,
    target: Target,
    where: Where,
    month: date,
    counted: Mapping[tuple[str, str, str], Result],
) -> Expected:
    readings = []
    for code in _codes(target):
        indicator = catalogue().indicator(code)
        interval = INTERVALS.get(target.per, "year")
        if interval not in indicator.intervals:
            interval = indicator.intervals[0]
        if target.population == "framework":
            result: Result | None = _of_framework(rulebook, indicator, where, month, interval)
        else:
            result = counted.get((code, interval, action.code))
        reached = reaches(result.value if result else None, target.threshold, target.comparison)
        readings.append(Reading(indicator, interval, result, reached))
    return Expected(action, rulebook, target, *readings)


def _of_framework(rulebook: Rulebook, indicator: Indicator, where: Where, month: date, interval: Interval) -> Result:
    """Count all the actions of the framework together, each person once (R-140)."""
    filters = {**where.keys, "action_code": [action.code for action in rulebook.actions]}
    [result] = compute(
        [indicator.code], PostgresExecutor(), first=first_of_month(month), last=month, level="whole",
        interval=interval, filters=filters,
    )  # fmt: skip
    return result
