"""The whole answer to « what if »: counts, exits, amounts and targets, read in one transaction that cannot write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from jalons.facts.engines import Executor
from jalons.todos.comparison.caseload import Cell, Counted, Question, Told, count
from jalons.todos.comparison.exits import exit_changes
from jalons.todos.comparison.goals import GoalChange, goal_changes
from jalons.todos.comparison.money import LineAmounts, Totals, line_amounts, totals

K = TypeVar("K", bound=Hashable)
_TENTH = Decimal("0.1")
LATE = frozenset({"late", "breached"})


@dataclass(frozen=True, slots=True)
class Row:
    """Answers that share something (an obligation, an organisation): how many, before and after, late, moved."""

    answers_before: int
    answers_after: int
    late_before: int
    late_after: int
    changed: int
    earlier: int
    later: int
    moved_days: int

    @property
    def appeared(self) -> bool:
        """Nothing was asked, something is."""
        return self.answers_before == 0 < self.answers_after

    @property
    def gone(self) -> bool:
        """Something was asked, nothing is."""
        return self.answers_after == 0 < self.answers_before

    @property
    def mean_move(self) -> Decimal | None:
        """Days a moved deadline moves on average, negative when it comes sooner; None when none moves."""
        moved = self.earlier + self.later
        return (Decimal(self.moved_days) / moved).quantize(_TENTH) if moved else None


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a reform changes on a day: counts and amounts, no person. ``exits``: (action, label before, label after) → exits."""

    question: Question
    counted: Counted
    exits: Mapping[tuple[str, str, str], int]
    lines: tuple[LineAmounts, ...]
    goals: tuple[GoalChange, ...]

    def by_obligation(self) -> dict[tuple[str, str], Row]:
        """Return (action, obligation) → row, those that change most first."""
        return _grouped(self.counted.cells, lambda cell: (cell.action_code, cell.obligation_code))

    def by_organisation(self) -> dict[int, Row]:
        """Return organisation → row, those that change most first."""
        return _grouped(self.counted.cells, lambda cell: cell.organisation_id)

    def transitions(self) -> dict[tuple[str, str], int]:
        """Return (state before, state after) → answers, for the states that differ, most first."""
        found: Counter[tuple[str, str]] = Counter()
        for cell in self.counted.cells:
            if cell.state_before != cell.state_after:
                found[cell.state_before, cell.state_after] += cell.answers
        return dict(found.most_common())

    def states(self) -> dict[str, tuple[int, int]]:
        """Return state → answers in it before and after; an absent answer is left out."""
        found: dict[str, tuple[int, int]] = {}
        for cell in self.counted.cells:
            for state, before, after in ((cell.state_before, cell.answers, 0), (cell.state_after, 0, cell.answers)):
                if state:
                    known = found.get(state, (0, 0))
                    found[state] = (known[0] + before, known[1] + after)
        return found

    @property
    def amounts(self) -> Totals:
        """The sums of the agreement lines."""
        return totals(self.lines)

    def amounts_by_action(self) -> dict[str, Totals]:
        """Return action → the sums of its agreement lines."""
        actions = dict.fromkeys(one.action_code for one in self.lines)
        return {code: totals([one for one in self.lines if one.action_code == code]) for code in actions}


def simulate(question: Question, executor: Executor, tell: Told | None = None) -> Simulation:
    """Ask everything. On the live base, open ``read_only`` around it: this function does not write, the database checks."""
    return Simulation(
        question,
        count(question, executor, tell),
        dict(Counter(one.classes for one in exit_changes(question, executor)).most_common()),
        tuple(line_amounts(question, executor)),
        tuple(goal_changes(question, executor)),
    )


def _grouped(cells: Iterable[Cell], key: Callable[[Cell], K]) -> dict[K, Row]:
    sums: dict[K, list[int]] = {}
    for cell in cells:
        total = sums.setdefault(key(cell), [0] * 8)
        for place, more in enumerate(_numbers(cell)):
            total[place] += more
    rows = {name: Row(*numbers) for name, numbers in sums.items()}
    return dict(sorted(rows.items(), key=lambda pair: -pair[1].changed))


def _numbers(cell: Cell) -> tuple[int, ...]:
    return (
        cell.answers if cell.state_before else 0,
        cell.answers if cell.state_after else 0,
        cell.answers if cell.state_before in LATE else 0,
        cell.answers if cell.state_after in LATE else 0,
        cell.changed,
        cell.earlier,
        cell.later,
        cell.moved_days,
    )
