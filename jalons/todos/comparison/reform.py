"""The two sets of rulebooks to compare: those in force, and the same with a new one in the place of a framework."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jalons.kernel.refusals import Refusal
from jalons.rulebooks.schema import Action, Obligation, Rulebook

# What an obligation says besides its rule: the same rule in other words gives the same answers.
_WORDS = frozenset(
    {"label", "nature", "do", "why", "applies_to", "readings", "citation", "basis", "ref", "note", "unverified"}
)


@dataclass(frozen=True, slots=True)
class Sides:
    """A reform cut in what both sides ask alike (asked once) and what each asks in its own way."""

    common: tuple[Rulebook, ...]
    before: tuple[Rulebook, ...]
    after: tuple[Rulebook, ...]


@dataclass(frozen=True, slots=True)
class Reform:
    """``before`` and ``after`` govern the same framework, version after version; other frameworks, the same on both sides,
    are left out. ``new`` is the rulebook tried, as written; ``from_on`` None: « as if it had always applied »."""

    before: tuple[Rulebook, ...]
    after: tuple[Rulebook, ...]
    new: Rulebook
    from_on: date | None = None

    @property
    def actions(self) -> tuple[str, ...]:
        """The codes of the actions of both sides, in the order of the files."""
        return tuple(dict.fromkeys(one.code for book in (*self.before, *self.after) for one in book.actions))

    @property
    def gone_actions(self) -> tuple[str, ...]:
        """Actions the rulebook tried no longer describes."""
        kept = {one.code for one in self.new.actions}
        return tuple(code for code in self.actions if code not in kept)

    @property
    def sides(self) -> Sides:
        """Obligations are alike when one version stands against one version, on the same days, with the same rule."""
        if len(self.before) != 1 or len(self.after) != 1 or _validity(self.before[0]) != _validity(self.after[0]):
            return Sides((), self.before, self.after)
        (before,), (after,) = self.before, self.after
        alike = {
            (action.code, one.code)
            for action in after.actions
            for one in after.obligations_of(action.code)
            if any(_rule(one) == _rule(other) for other in _same_code(before, action.code, one.code))
        }
        return Sides((_asking(after, alike, True),), (_asking(before, alike, False),), (_asking(after, alike, False),))

    def obligation(self, action_code: str, code: str) -> tuple[Obligation | None, Obligation | None]:
        """Return an obligation as the latest version of each side writes it."""
        return _obligation(self.before, action_code, code), _obligation(self.after, action_code, code)

    def label(self, action_code: str, code: str) -> str:
        """Return the French label of an obligation, that of the rulebook tried first."""
        before, after = self.obligation(action_code, code)
        known = after or before
        return known.label if known else code

    def action_label(self, action_code: str) -> str:
        """Return the French label of an action."""
        for book in (*reversed(self.after), *reversed(self.before)):
            for action in book.actions:
                if action.code == action_code:
                    return action.label
        return action_code

    def narrowed(self, *, action_code: str = "", obligation_code: str = "") -> Reform:
        """Return the same reform reduced to one action, one obligation, or one obligation of one action."""
        return Reform(
            tuple(_narrowed(book, action_code, obligation_code) for book in self.before),
            tuple(_narrowed(book, action_code, obligation_code) for book in self.after),
            _narrowed(self.new, action_code, obligation_code),
            self.from_on,
        )


def reform(new: Rulebook, current: Sequence[Rulebook], *, from_on: date | None = None) -> Reform:
    """Put ``new`` in the place of ``current``, the versions of one framework.

    Without ``from_on`` the new one governs all the days the current versions do (« comme s’il s’était toujours appliqué »); with
    it, they stop the day before and the new one follows. Refused: two rulebooks that share no action.
    """
    before = tuple(sorted(current, key=lambda book: book.framework.valid_from))
    _share_actions(new, before)
    code = before[0].code
    if from_on is None:
        last = [book.framework.valid_to for book in before]
        ends = None if None in last else max(day for day in last if day is not None)
        return Reform(before, (_between(new, code, before[0].framework.valid_from, ends),), new)
    kept = tuple(_until(book, from_on - timedelta(days=1)) for book in before if book.framework.valid_from < from_on)
    ends = new.framework.valid_to
    after = _between(new, code, from_on, ends if ends is None or ends >= from_on else None)
    return Reform(before, (*kept, after), new, from_on)


def action_on(books: Sequence[Rulebook], action_code: str, day: date) -> Action | None:
    """Return the rules of an action by the version in force on a day, common blocks included."""
    for book in books:
        if book.in_force(day) and any(action.code == action_code for action in book.actions):
            return book.action(action_code)
    return None


def _share_actions(new: Rulebook, current: Sequence[Rulebook]) -> None:
    known = [action.code for book in current for action in book.actions]
    if {action.code for action in new.actions} & set(known):
        return
    raise Refusal(
        f"Le cadre {new.code} {new.version} ne décrit aucune action du cadre {current[0].code} : rien à comparer. "
        f"Gardez les codes des actions ({', '.join(dict.fromkeys(known))}).",
        code="nothing_shared",
    )


def _between(book: Rulebook, code: str, start: date, end: date | None) -> Rulebook:
    head = book.framework.model_copy(update={"code": code, "valid_from": start, "valid_to": end})
    return book.model_copy(update={"framework": head})


def _until(book: Rulebook, last: date) -> Rulebook:
    head = book.framework
    if head.valid_to is not None and head.valid_to <= last:
        return book
    return book.model_copy(update={"framework": head.model_copy(update={"valid_to": last})})


def _validity(book: Rulebook) -> tuple[date, date | None]:
    return book.framework.valid_from, book.framework.valid_to


def _rule(one: Obligation) -> tuple[type[Obligation], dict[str, Any]]:
    return type(one), one.model_dump(exclude=set(_WORDS))


def _same_code(book: Rulebook, action_code: str, code: str) -> list[Obligation]:
    if all(action.code != action_code for action in book.actions):
        return []
    return [one for one in book.obligations_of(action_code) if one.code == code]


def _asking(book: Rulebook, pairs: set[tuple[str, str]], kept: bool) -> Rulebook:
    """Keep only the obligations of ``pairs`` (action, obligation), or only the others."""
    obligations = []
    for one in book.obligations:
        actions = [action.code for action in book.actions if one.applies_to is None or action.code in one.applies_to]
        chosen = tuple(code for code in actions if ((code, one.code) in pairs) == kept)
        if chosen:
            obligations.append(one.model_copy(update={"applies_to": chosen}))
    return book.model_copy(update={"obligations": tuple(obligations)})


def _obligation(books: Sequence[Rulebook], action_code: str, code: str) -> Obligation | None:
    for book in reversed(books):
        for one in book.obligations_of(action_code):
            if one.code == code:
                return one
    return None


def _narrowed(book: Rulebook, action_code: str, obligation_code: str) -> Rulebook:
    if action_code:
        book = book.only(action_code)
    if obligation_code:
        kept = tuple(one for one in book.obligations if one.code == obligation_code)
        book = book.model_copy(update={"obligations": kept})
    return book
