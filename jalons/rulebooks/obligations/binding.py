"""Rulebooks bound to actions: one rule per obligation and action, with the parameters its shape needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from jalons.rulebooks.schema import ObligationBase, Rulebook

S = TypeVar("S", bound=ObligationBase, covariant=True)


@dataclass(frozen=True, slots=True)
class Bound(Generic[S]):
    """One obligation of one action, for the enrolments that start within the framework's validity."""

    rule_id: int
    rulebook_code: str
    rulebook_version: str
    action_code: str
    valid_from: date
    valid_to: date
    obligation: S

    @property
    def head(self) -> tuple[int, str, str, str, str, date, date, str]:
        """The columns every shape has in its table of rules, in the order of ``HEAD``."""
        return (
            self.rule_id,
            self.rulebook_code,
            self.rulebook_version,
            self.obligation.code,
            self.action_code,
            self.valid_from,
            self.valid_to,
            self.obligation.subject_kind,
        )


HEAD = (
    "rule_id",
    "rulebook_code",
    "rulebook_version",
    "obligation_code",
    "action_code",
    "valid_from",
    "valid_to",
    "subject_kind",
)


def bind(rulebooks: Iterable[Rulebook]) -> tuple[Bound[ObligationBase], ...]:
    """Return every rule of ``rulebooks``, numbered from 1 in the order given."""
    rules: list[Bound[ObligationBase]] = []
    for rulebook in rulebooks:
        head = rulebook.framework
        for action in rulebook.actions:
            for obligation in rulebook.obligations_of(action.code):
                rules.append(
                    Bound(
                        len(rules) + 1,
                        head.code,
                        head.version,
                        action.code,
                        head.valid_from,
                        head.valid_to or date(9999, 12, 31),
                        obligation,
                    )
                )
    return tuple(rules)


def of_shape(rules: Iterable[Bound[ObligationBase]], shape: type[S]) -> list[Bound[S]]:
    """Return the rules of one shape."""
    return [rule for rule in rules if isinstance(rule.obligation, shape)]  # type: ignore[misc]
