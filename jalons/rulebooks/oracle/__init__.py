"""The slow judge: the eight shapes told in plain Python over rows of facts, one subject at a time.

It is written from the meaning of the shapes, not from their SQL, and says what the SQL must answer. « Known on a day »
means: dated that day or before (a contract in force is known from its validation on, even if it starts later).

Common to all: each answer has a governing day and follows the version in force that day (``versions``); a version never binds
the enrolments that start after its own end. A first day of breach inside a pause moves to the day after the pause. What was
due after the last day of the enrolment (of the job, of the step, when the obligation speaks of one) is never breached.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jalons.rulebooks.obligations.answers import Answer
from jalons.rulebooks.oracle.closing import close
from jalons.rulebooks.oracle.drafts import drafts
from jalons.rulebooks.oracle.lines import caseloads, reports
from jalons.rulebooks.oracle.reading import Facts, World
from jalons.rulebooks.oracle.versions import Rule, rules
from jalons.rulebooks.schema import Rulebook
from jalons.rulebooks.schema.shapes import DeadlineAfterEvent, Ratio

__all__ = ["Facts", "evaluate"]


def evaluate(rulebooks: Iterable[Rulebook], facts: Facts, as_of: date) -> list[Answer]:
    """Return the answers of every obligation on ``as_of``, in no particular order."""
    world = World(facts, as_of)
    return [answer for rule in rules(rulebooks) for answer in _answers(world, rule)]


def _answers(world: World, rule: Rule) -> Iterable[Answer]:
    one = rule.obligation
    if isinstance(one, Ratio):
        return caseloads(world, rule, one)
    if isinstance(one, DeadlineAfterEvent) and one.starts_from == "period_end":
        return reports(world, rule, one)
    return [close(world, rule, draft) for draft in drafts(world, rule) if rule.governs(draft.governed_on)]
