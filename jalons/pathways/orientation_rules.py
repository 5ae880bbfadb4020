"""What orientation asks of the adopted rulebooks: the delay of information sessions, priority publics, documents awaited."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jalons.kernel.periods import add_months
from jalons.rulebooks.queries import adopted
from jalons.rulebooks.schema import Rulebook
from jalons.rulebooks.schema.common import Length
from jalons.rulebooks.schema.shapes import Anchor, DeadlineAfterEvent

SESSION = "information_session"
YOUNG = "young_under_years"  # the parameter of a rulebook that names a priority public by age


def _in_force(
    authority_codes: Collection[str], *, on: date, rulebooks: Sequence[Rulebook] | None = None
) -> Iterator[Rulebook]:
    known = adopted() if rulebooks is None else rulebooks
    return (one for one in known if one.authority.code in authority_codes and one.in_force(on))


@dataclass(frozen=True, slots=True)
class SessionRule:
    """By when a new entrant must have come to an information session (R-033): ``delay`` after ``starts_from``.

    ``actions``: those whose accompaniments it binds.
    """

    starts_from: Anchor
    delay: Length
    actions: frozenset[str]


def session_rules(authority_codes: Collection[str], *, on: date) -> dict[str, SessionRule]:
    """Return authority → its rule on information sessions; left out: no rulebook in force on that day asks for one."""
    found: dict[str, SessionRule] = {}
    for rulebook in _in_force(authority_codes, on=on):
        for rule in rulebook.obligations:
            if isinstance(rule, DeadlineAfterEvent) and any(
                one.event == "appointment" and SESSION in (one.kinds or ()) for one in rule.expects
            ):
                actions = frozenset(rule.applies_to or (action.code for action in rulebook.actions))
                found.setdefault(rulebook.authority.code, SessionRule(rule.starts_from, rule.delay, actions))
    return found


def due_on(start: date, delay: Length) -> date:
    """Return the last day of ``delay`` after ``start``."""
    return add_months(start, delay.months) + timedelta(days=delay.days)


def young_under(
    authority_codes: Collection[str], *, on: date, rulebooks: Sequence[Rulebook] | None = None
) -> dict[str, int]:
    """Return action → the age under which a person is of its priority public; empty when no rulebook says one (R-022).

    ``rulebooks``: the adopted versions, when they have been read.
    """
    return {
        action.code: int(one.value)
        for rulebook in _in_force(authority_codes, on=on, rulebooks=rulebooks)
        for action in rulebook.actions
        for one in action.parameters
        if one.code == YOUNG
    }


def is_under(born_on: date | None, years: int, *, on: date) -> bool:
    """Tell whether a person is younger than ``years`` on a day: 30 is reached on the birthday. Unknown birth: no."""
    return born_on is not None and on < add_months(born_on, 12 * years)


def awaits_document(action_code: str, kind: str, *, on: date) -> bool:
    """Tell whether the rulebook of an action names this kind of document."""
    for rulebook in adopted():
        if rulebook.in_force(on):
            for action in rulebook.actions:
                if action.code == action_code:
                    return any(document.kind == kind for document in action.documents)
    return False
