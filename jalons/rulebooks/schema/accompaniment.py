"""Who accompanies, what a référent has to do, and what goes before a body (R-056, R-057, R-065, R-066, R-142…R-144)."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from jalons.rulebooks.schema.common import CarrierKind, Cited, Code, Length, Strict, Text, refuse

Some = Field(min_length=1)


class TeamRole(Strict):
    """A place in the team of a person. ``seat`` says where its holder works; ``carriers``, in which kinds of organisation.

    ``required``: the team is told incomplete without it. ``lead``: the référent unique holds it. ``sensitive``: the role
    itself says something of a health situation, so screens recall that the file holds none of its content (R-163).
    """

    code: Code
    label: Text
    seat: Literal["organisation", "group", "anywhere"] = "organisation"
    carriers: tuple[CarrierKind, ...] = ()
    required: bool = False
    lead: bool = False
    sensitive: bool = False


class Team(Cited):
    """The professionals who act together for one person; the référent unique stays one of them (R-046)."""

    label: Text
    roles: Annotated[tuple[TeamRole, ...], Some]

    @model_validator(mode="after")
    def _roles_once(self) -> Self:
        _once([one.code for one in self.roles], "rôle")
        if sum(one.lead for one in self.roles) > 1:
            raise refuse("two_leads", "team : un seul rôle peut être celui du référent unique (lead: true)")
        return self


class Review(Cited):
    """What is brought before a body: a ``pause`` it grants, or a long accompaniment whose continuation it looks at.

    ``after``: every accompaniment that old is listed; without it, only those somebody asks for. ``piece``: the code of the
    document that the decision puts in the file.
    """

    code: Code
    label: Text
    purpose: Literal["pause", "continuation"]
    bodies: Annotated[tuple[Code, ...], Some]
    after: Length | None = None
    piece: Code | None = None


class FollowUpBody(Cited):
    """A body that follows the action itself, never one person: its meetings are kept with the figures of their day (R-066)."""

    code: Code
    label: Text
    members: tuple[Text, ...] = ()
    purpose: Text


class Mission(Strict):
    """One thing a référent has to do for each person."""

    code: Code
    label: Text


class Missions(Cited):
    """The checklist of the référent."""

    label: Text
    items: Annotated[tuple[Mission, ...], Some]

    @model_validator(mode="after")
    def _items_once(self) -> Self:
        _once([one.code for one in self.items], "mission")
        return self


def _once(codes: list[str], what: str) -> None:
    twice = sorted(code for code, times in Counter(codes).items() if times > 1)
    if twice:
        raise refuse("declared_twice", f"{what} déclaré deux fois : {', '.join(twice)}")
