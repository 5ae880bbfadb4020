"""What orientation asks of the adopted rulebooks: the delay of information sessions, priority publics, documents awaited."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from jalons.kernel.periods import add_months
from jalons.rulebooks.queries import adopted
from jalons.rulebooks.schema import Rulebook
from jalons.rulebooks.schema.common import Length
from jalons.rulebooks.schema.shapes import DeadlineAfterEvent

SESSION = "information_session"
YOUNG = "young_under_years"  # the parameter of a rulebook that names a priority public by age


def _in_force(authority_codes: Collection[str], *, on: date) -> Iterator[Rulebook]:
    return (one for one in adopted() if one.authority.code in authority_codes and one.in_force(on))


def session_delay(authority_code: str, *, on: date) -> Length | None:
    """Return how long after the entry a new entrant must have come to an information session (R-033).

    None: no rulebook of the authority in force on that day asks for one.
    """
    for rulebook in _in_force({authority_code}, on=on):
        for rule in rulebook.obligations:
            if isinstance(rule, DeadlineAfterEvent) and any(
                one.event == "appointment" and SESSION in (one.kinds or ()) for one in rule.expects
            ):
                return rule.delay
    return None


def due_on(start: date, delay: Length) -> date:
    """Return the last day of ``delay`` after ``start``."""
    return add_months(start, delay.months) + timedelta(days=delay.days)


def young_under(authority_codes: Collection[str], *, on: date) -> dict[str, int]:
    """Return action → the age under which a person is of its priority public; empty when no rulebook says one (R-022)."""
    return {
        action.code: int(one.value)
        for rulebook in _in_force(authority_codes, on=on)
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
