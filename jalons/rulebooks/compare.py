"""Two rulebooks, or two actions, side by side: aligned by meaning, the words that differ marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from jalons.rulebooks.french import Told, shown, told_action, told_head
from jalons.rulebooks.schema import Rulebook
from jalons.ui.exports import Cell, Export

State = Literal["same", "source", "changed", "left", "right"]
STATES: dict[State, str] = {
    "same": "identique",
    "source": "même règle, autre source",
    "changed": "différent",
    "left": "seulement à gauche",
    "right": "seulement à droite",
}
WHOLE = "rulebook"  # key of the root when whole rulebooks are compared, and not an action of each


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of words; ``differs`` when the other side does not have them there."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """The same thing told by both sides (None: by one only), and what is under it. ``state`` speaks of its own sentence."""

    path: tuple[str, ...]
    left: Told | None
    right: Told | None
    state: State
    below: tuple[Pair, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether a rule differs here or below; another source for the same rule does not count."""
        return self.state in ("changed", "left", "right") or any(one.differs for one in self.below)

    def segments(self) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
        """Return both sentences cut where their words differ."""
        left, right = (one.text.split(" ") if one else [] for one in (self.left, self.right))
        codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
        return (
            tuple(Segment(" ".join(left[i:j]), tag != "equal") for tag, i, j, _, _ in codes if j > i),
            tuple(Segment(" ".join(right[i:j]), tag != "equal") for tag, _, _, i, j in codes if j > i),
        )


def compared(left: Rulebook, right: Rulebook, *, left_action: str = "", right_action: str = "") -> Pair:
    """Compare two rulebooks, or an action of each; an action against a whole rulebook is found there by its code."""
    if left_action or right_action:
        one = told_action(left, left_action or right_action)
        two = told_action(right, right_action or left_action)
        return _paired(one, replace(two, key=one.key), ())
    return _paired(_whole(left), _whole(right), ())


def differences(pair: Pair) -> Pair:
    """Return the pair without what is the same on both sides."""
    return replace(pair, below=tuple(differences(one) for one in pair.below if one.differs))


def rows(pair: Pair) -> Iterator[Pair]:
    """Yield every pair below, in the order of reading."""
    for one in pair.below:
        yield one
        yield from rows(one)


def _whole(rulebook: Rulebook) -> Told:
    actions = (told_action(rulebook, action.code) for action in rulebook.actions)
    label = f"{rulebook.framework.label}, version {rulebook.version}"
    return Told(WHOLE, label, None, (told_head(rulebook), *actions))


def _paired(left: Told | None, right: Told | None, path: tuple[str, ...]) -> Pair:
    either = left or right
    assert either is not None
    here = (*path, either.key)
    below = _aligned(left.children if left else (), right.children if right else ())
    return Pair(here, left, right, _state(left, right), tuple(_paired(one, two, here) for one, two in below))


def _state(left: Told | None, right: Told | None) -> State:
    if left is None:
        return "right"
    if right is None:
        return "left"
    if left.text != right.text:
        return "changed"
    return "same" if left.source == right.source else "source"


def _aligned(left: Sequence[Told], right: Sequence[Told]) -> list[tuple[Told | None, Told | None]]:
    """Match by key, then by family in their order; what only the right says comes after what precedes it there."""
    matched = {one.key: two for one in left for two in right if one.key == two.key}
    taken = {two.key for two in matched.values()}
    for one in left:
        spare = (two for two in right if two.key not in taken and one.family and two.family == one.family)
        if one.key not in matched and (found := next(spare, None)) is not None:
            matched[one.key] = found
            taken.add(found.key)
    pairs: list[tuple[Told | None, Told | None]] = [(one, matched.get(one.key)) for one in left]
    place = 0
    for two in right:
        if two.key in taken:
            place = next(index for index, (_, other) in enumerate(pairs) if other is two) + 1
        else:
            pairs.insert(place, (None, two))
            place += 1
    return pairs


EXPORTED = ("Action", "Partie", "Ce qui est dit à gauche", "Source à gauche", "À droite", "Source à droite", "Écart")


def exported(pair: Pair, left: str, right: str, filters: Sequence[tuple[str, str]] = ()) -> Export:
    """Return the comparison as a table; ``left`` and ``right`` are the titles of the sides."""
    about = (("À gauche", left), ("À droite", right), *filters)
    return Export("Comparaison de deux cadres", EXPORTED, _cells(pair), about)


def _cells(pair: Pair) -> Iterator[list[Cell]]:
    of_actions = pair.path[-1] == WHOLE
    for one in rows(pair):
        keys = one.path[1:] if of_actions else one.path
        cells: list[Cell] = [keys[0], keys[1] if len(keys) > 1 else ""]
        for side in (one.left, one.right):
            cells += [side.text if side else None, shown(side.source) if side and side.source else None]
        yield [*cells, STATES[one.state]]
