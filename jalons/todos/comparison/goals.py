"""Expected results of both sides of a reform, beside the figure of the month they are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jalons.facts.engines import Executor
from jalons.indicators.definitions import Interval, catalogue
from jalons.indicators.engine import compute
from jalons.kernel.periods import first_of_month
from jalons.rulebooks.schema import Rulebook
from jalons.rulebooks.schema.framework import Target
from jalons.todos.comparison.caseload import Question
from jalons.todos.comparison.reform import action_on


@dataclass(frozen=True, slots=True)
class GoalChange:
    """A target of one action on each side (None: that side has none), and the figure; ``value`` None: not computable.

    ``computed`` tells a figure the catalogue does not compute yet from one without a denominator.
    """

    action_code: str
    indicator: str
    before: Target | None
    after: Target | None
    value: Decimal | None
    computed: bool

    @property
    def changed(self) -> bool:
        """Tell whether the threshold, its sense or its existence differs."""
        return _threshold(self.before) != _threshold(self.after)

    @property
    def target(self) -> Target:
        """The target of the rulebook tried, else the one it drops."""
        found = self.after or self.before
        assert found is not None
        return found

    def reached(self, target: Target | None) -> bool | None:
        """Tell whether the figure reaches a target; None when it cannot be said."""
        if target is None or target.threshold is None or self.value is None or target.comparison == "about":
            return None
        return self.value >= target.threshold if target.comparison == "at_least" else self.value <= target.threshold


def goal_changes(question: Question, executor: Executor) -> list[GoalChange]:
    """Return the targets in force that day on either side, action by action, those that change first."""
    pairs: dict[tuple[str, str], tuple[Target | None, Target | None]] = {}
    for action in question.reform.actions:
        before = _targets(question.reform.before, action, question.as_of)
        after = _targets(question.reform.after, action, question.as_of)
        for indicator in dict.fromkeys((*before, *after)):
            pairs[action, indicator] = (before.get(indicator), after.get(indicator))
    values = _values(question, executor, pairs)
    found = [
        GoalChange(*key, before, after, values.get(key), key[1] in catalogue().indicators)
        for key, (before, after) in pairs.items()
        if any(one is not None and one.threshold is not None for one in (before, after))
    ]
    return sorted(found, key=lambda one: not one.changed)


def _targets(books: Sequence[Rulebook], action_code: str, day: date) -> dict[str, Target]:
    action = action_on(books, action_code, day)
    return {one.indicator: one for one in action.targets} if action else {}


def _values(
    question: Question, executor: Executor, pairs: dict[tuple[str, str], tuple[Target | None, Target | None]]
) -> dict[tuple[str, str], Decimal | None]:
    """Compute each indicator once per interval, for every action that names it."""
    asked: dict[tuple[str, Interval], set[str]] = {}
    for (action, code), (before, after) in pairs.items():
        known = catalogue().indicators.get(code)
        target = after or before
        if known is None or target is None or "action" not in known.levels:
            continue
        wanted: Interval = "month" if target.per == "month" else "year"
        asked.setdefault((code, wanted if wanted in known.intervals else known.intervals[0]), set()).add(action)
    month = first_of_month(question.as_of)
    found: dict[tuple[str, str], Decimal | None] = {}
    for (code, interval), actions in asked.items():
        filters: dict[str, Sequence[int | str]] = {"action_code": sorted(actions)}
        if question.authority_id is not None:
            filters["authority_id"] = [question.authority_id]
        for row in compute(
            [code], executor, first=month, last=month, level="action", interval=interval, filters=filters
        ):
            found[str(row.keys["action_code"]), code] = row.value
    return found


def _threshold(target: Target | None) -> tuple[str, Decimal] | None:
    return None if target is None or target.threshold is None else (target.comparison, target.threshold)
