"""What precedes an accompaniment: since when an orientation is counted, what is told before the person adheres."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from jalons.rulebooks.schema.common import Cited, Strict, Text, refuse

DelayStart = Literal["rights_and_duties", "first_right"]
TO_EVERYBODY = frozenset({"rights_and_duties", "risks", "declarations"})  # informations that every action knows already
# Kept with each information given: no longer than its column.
InformationCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]


class OrientationDelay(Cited):
    """The event the « délai d'orientation » of the authority starts from, for all its orientations (R-036, S-08)."""

    starts_from: DelayStart


class ToldItem(Strict):
    """One thing the person is told, and the plain words that say it."""

    code: InformationCode
    label: Text
    said: Text


class Telling(Cited):
    """What the person was told before adhering (R-020). ``missing``: without one, the contract is not sent, or is flagged."""

    items: Annotated[tuple[ToldItem, ...], Field(min_length=1)]
    missing: Literal["refuses", "warns"]

    @model_validator(mode="after")
    def _items_once(self) -> Self:
        codes = [one.code for one in self.items]
        wrong = sorted({code for code, times in Counter(codes).items() if times > 1} | (TO_EVERYBODY & set(codes)))
        if wrong:
            raise refuse("told_twice", f"information déclarée deux fois, ou déjà donnée partout : {', '.join(wrong)}")
        return self


def kinds_named(block: Any) -> Iterator[str]:
    """Yield the kinds of information that a block names, wherever they are in it."""
    if isinstance(block, tuple):
        for one in block:
            yield from kinds_named(one)
    elif isinstance(block, BaseModel):
        if getattr(block, "event", None) == "information":
            yield from getattr(block, "kinds", None) or ()
        else:
            for name in type(block).model_fields:
                yield from kinds_named(getattr(block, name))
