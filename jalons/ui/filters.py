"""Filters that live in the address: what can be chosen, what is chosen, how many rows each choice has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import QueryDict


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter; ``count`` is None when counting it would cost more than it helps."""

    value: str
    label: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter with closed values. ``value`` is the one chosen, empty for none; ``required``: one is always chosen."""

    name: str
    label: str
    options: list[Option] = field(default_factory=list)
    value: str = ""
    required: bool = False


def chosen(query: QueryDict, name: str, allowed: Iterable[str]) -> str:
    """Return the value chosen for a filter, or an empty text when it is absent or not one of ``allowed``."""
    value = query.get(name, "")
    return value if value in set(allowed) else ""


def hidden_filters(query: QueryDict, choices: Iterable[Choice], search: str | None) -> list[tuple[str, str]]:
    """Return the filters a form must carry along: those of the address it does not show itself."""
    shown = {choice.name for choice in choices} | {"page"} | ({"q"} if search is not None else set())
    return [(name, value) for name, values in query.lists() for value in values if name not in shown]
