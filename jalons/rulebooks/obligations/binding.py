"""Rulebooks bound to actions: one rule per version, action and obligation, with the days it speaks of (ADR 8).

Versions of one framework live side by side. Each answer has a governing day, said by its shape, and follows the version in
force that day: the last one that had begun. A version never binds the enrolments that start after its own end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

from jalons.rulebooks.obligations.literals import listed
from jalons.rulebooks.schema import ObligationBase, Rulebook

S = TypeVar("S", bound=ObligationBase, covariant=True)
FOREVER = date(9999, 12, 31)
_WORDS = frozenset(ObligationBase.model_fields)


@dataclass(frozen=True, slots=True)
class Bound(Generic[S]):
    """One obligation of one action in one version.

    ``bound_to``: enrolments that start later are not bound. ``governs_from``/``governs_to``: governing days of this version.
    ``asked_from``/``asked_to``: days on which the same is asked without a change, by this version or its neighbours; nothing is
    breached before ``asked_from``.
    """

    rule_id: int
    rulebook_code: str
    rulebook_version: str
    action_code: str
    bound_to: date
    governs_from: date
    governs_to: date
    asked_from: date
    asked_to: date
    obligation: S

    @property
    def head(self) -> tuple[int, str, str, str, str, str, date, date, date, date, date, str, str]:
        """The columns every shape has in its table of rules, in the order of ``HEAD``."""
        return (
            self.rule_id,
            self.rulebook_code,
            self.rulebook_version,
            self.obligation.code,
            self.action_code,
            self.obligation.subject_kind,
            self.bound_to,
            self.governs_from,
            self.governs_to,
            self.asked_from,
            self.asked_to,
            listed(getattr(self.obligation, "only_job_contracts", None)),
            listed(getattr(self.obligation, "only_employers", None)),
        )


HEAD = (
    "rule_id",
    "rulebook_code",
    "rulebook_version",
    "obligation_code",
    "action_code",
    "subject_kind",
    "bound_to",
    "governs_from",
    "governs_to",
    "asked_from",
    "asked_to",
    "job_contracts",
    "employers",
)


@dataclass(frozen=True, slots=True)
class _Reign:
    """A version among those of its framework that know one action."""

    rulebook: Rulebook
    first: date
    last: date
    follows_at_once: bool  # no day between the version before and this one

    def asks(self, action_code: str, code: str) -> ObligationBase | None:
        return next((one for one in self.rulebook.obligations_of(action_code) if one.code == code), None)


def bind(rulebooks: Iterable[Rulebook]) -> tuple[Bound[ObligationBase], ...]:
    """Return every rule of ``rulebooks``, numbered from 1; the versions of a framework may come in any order."""
    rules: list[Bound[ObligationBase]] = []
    for action_code, reigns in _reigns(rulebooks):
        for place, reign in enumerate(reigns):
            head = reign.rulebook.framework
            for obligation in reign.rulebook.obligations_of(action_code):
                asked_from, asked_to = _asked(obligation, action_code, reigns, place)
                rules.append(
                    Bound(
                        len(rules) + 1,
                        head.code,
                        head.version,
                        action_code,
                        head.valid_to or FOREVER,
                        reign.first,
                        reign.last,
                        asked_from,
                        asked_to,
                        obligation,
                    )
                )
    return tuple(rules)


def _reigns(rulebooks: Iterable[Rulebook]) -> Iterator[tuple[str, list[_Reign]]]:
    """The versions that know an action, oldest first; the last one goes on governing what it governed."""
    known: dict[tuple[str, str], list[Rulebook]] = {}
    for rulebook in rulebooks:
        for action in rulebook.actions:
            known.setdefault((rulebook.code, action.code), []).append(rulebook)
    for (_, action_code), versions in known.items():
        versions.sort(key=lambda one: one.framework.valid_from)
        begins = [one.framework.valid_from for one in versions]
        ends = [day - timedelta(days=1) for day in begins[1:]] + [FOREVER]
        at_once = [False] + [
            (one.framework.valid_to or FOREVER) >= end for one, end in zip(versions, ends, strict=True)
        ]
        yield action_code, [_Reign(*one) for one in zip(versions, begins, ends, at_once[:-1], strict=True)]


def _asked(obligation: ObligationBase, action_code: str, reigns: Sequence[_Reign], place: int) -> tuple[date, date]:
    """First and last day on which the neighbours of a version ask the same as it does."""
    asked = parameters(obligation)

    def same(reign: _Reign) -> bool:
        found = reign.asks(action_code, obligation.code)
        return found is not None and parameters(found) == asked

    first = last = place
    while first > 0 and reigns[first].follows_at_once and same(reigns[first - 1]):
        first -= 1
    while last + 1 < len(reigns) and reigns[last + 1].follows_at_once and same(reigns[last + 1]):
        last += 1
    return reigns[first].first, reigns[last].last


def parameters(obligation: ObligationBase) -> dict[str, Any]:
    """Return what an obligation asks, without its words and its sources."""
    return obligation.model_dump(exclude=set(_WORDS))


def signature(obligation: ObligationBase) -> tuple[str, str, str]:
    """Return the shape, the starting point and the kind of window: a code keeps them from one version to the next.

    Two versions then never answer for the same subject and occurrence.
    """
    window = getattr(obligation, "window", None)
    starts_from = str(getattr(obligation, "starts_from", "enrolment_start"))
    return (str(getattr(obligation, "shape")), starts_from, window.kind if window is not None else "")  # noqa: B009


def reshaped(former: Rulebook, new: Rulebook) -> Iterator[tuple[str, str]]:
    """Yield the (action, obligation) codes that both versions know with different signatures."""
    for action in new.actions:
        known = {one.code: signature(one) for one in former.obligations_of(action.code)}
        for one in new.obligations_of(action.code):
            if known.get(one.code, signature(one)) != signature(one):
                yield action.code, one.code


def of_shape(rules: Iterable[Bound[ObligationBase]], shape: type[S]) -> list[Bound[S]]:
    """Return the rules of one shape."""
    return [rule for rule in rules if isinstance(rule.obligation, shape)]  # type: ignore[misc]
