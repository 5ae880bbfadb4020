"""Which version speaks: the last of its framework that had begun on the governing day of an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jalons.rulebooks.schema import ObligationBase, Rulebook

_WORDS = set(ObligationBase.model_fields)


@dataclass(frozen=True, slots=True)
class Rule:
    """One obligation of one action in one version, among the versions of the framework that know the action, oldest first."""

    obligation: ObligationBase
    action_code: str
    rulebook: Rulebook
    versions: tuple[Rulebook, ...]

    def governs(self, day: date) -> bool:
        """Tell whether this version is the one in force that day; the last goes on after its end, for what it governed."""
        begun = [one for one in self.versions if one.framework.valid_from <= day]
        return bool(begun) and begun[-1] is self.rulebook

    def binds(self, start: date) -> bool:
        """Tell whether an enrolment (or an agreement line) that starts that day is bound by this version."""
        end = self.rulebook.framework.valid_to
        return end is None or start <= end

    @property
    def asked_from(self) -> date:
        """First day on which the same is asked without a change nor a day between versions."""
        first = self.rulebook
        for one in reversed(self.versions[: self._place]):
            if not (_touch(one, first) and self._asks_the_same(one)):
                break
            first = one
        return first.framework.valid_from

    @property
    def asked_to(self) -> date | None:
        """Last day on which the same is asked; None when no later version changes it."""
        last = self.rulebook
        for one in self.versions[self._place + 1 :]:
            if not (_touch(last, one) and self._asks_the_same(one)):
                return one.framework.valid_from - timedelta(days=1)
            last = one
        return None

    @property
    def _place(self) -> int:
        return next(place for place, one in enumerate(self.versions) if one is self.rulebook)

    def _asks_the_same(self, other: Rulebook) -> bool:
        asked = {one.code: _asked(one) for one in other.obligations_of(self.action_code)}
        return asked.get(self.obligation.code) == _asked(self.obligation)


def rules(rulebooks: Iterable[Rulebook]) -> Iterator[Rule]:
    """Yield every rule of every version."""
    given = list(rulebooks)
    for rulebook in given:
        for action in rulebook.actions:
            versions = [
                one
                for one in given
                if one.code == rulebook.code and action.code in {other.code for other in one.actions}
            ]
            versions.sort(key=lambda one: one.framework.valid_from)
            for obligation in rulebook.obligations_of(action.code):
                yield Rule(obligation, action.code, rulebook, tuple(versions))


def _asked(obligation: ObligationBase) -> dict[str, Any]:
    return obligation.model_dump(exclude=_WORDS)


def _touch(before: Rulebook, after: Rulebook) -> bool:
    end = before.framework.valid_to
    return end is None or end >= after.framework.valid_from - timedelta(days=1)
