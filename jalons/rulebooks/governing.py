"""Which version speaks to a dossier on a day (ADR 8), for what is decided one by one: the class of an exit, its proofs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jalons.rulebooks.schema import Rulebook


def version_for(rulebooks: Iterable[Rulebook], action_code: str, *, on: date, entered_on: date) -> Rulebook | None:
    """Return the version that speaks, on the day ``on``, to a dossier of ``action_code`` entered on ``entered_on``, or None.

    The last version that has begun that day; one that has ended without a successor goes on for those who entered before.
    """
    begun = [
        one
        for one in rulebooks
        if one.framework.valid_from <= on and any(action.code == action_code for action in one.actions)
    ]
    last = max(begun, key=lambda one: one.framework.valid_from, default=None)
    if last is None or (last.framework.valid_to is not None and entered_on > last.framework.valid_to):
        return None
    return last
