"""Numbers the lists of events that rules name, so that two rules that count the same thing share one scan."""

from __future__ import annotations

from collections.abc import Sequence

from jalons.rulebooks.obligations.events import selects
from jalons.rulebooks.obligations.literals import text_list
from jalons.rulebooks.schema.events import Event


class Selectors:
    """The lists of events of one statement."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Event, ...], int] = {}
        self._actions: dict[int, set[str]] = {}

    def number(self, events: Sequence[Event], action_code: str) -> int:
        """Return the number of a list of events, remembering that ``action_code`` needs it."""
        number = self._numbers.setdefault(tuple(events), len(self._numbers) + 1)
        self._actions.setdefault(number, set()).add(action_code)
        return number

    @property
    def used(self) -> bool:
        """Tell whether any rule counts events."""
        return bool(self._numbers)

    def cte(self, *, some_persons: bool) -> str:
        """Return the CTE of all the events named so far."""
        one = " AND e.person_id = any($persons)" if some_persons else ""
        branches = []
        for events, number in self._numbers.items():
            actions = text_list(sorted(self._actions[number]))
            texts = [
                f"SELECT {number} AS selector, {select} AND e.action_code IN ({actions}){one}"
                for event in events
                for select in selects(event)
            ]
            # UNION without ALL: a fact named twice by a list counts once.
            branches.append(texts[0] if len(texts) == 1 else "(" + " UNION ".join(texts) + ")")
        return "events AS (" + " UNION ALL ".join(branches) + ")"
