"""The one shape of a write: atomic, attributed, and followed by its reactions before the commit.

1. ``@operation`` opens a transaction (or joins the one of the operation that called it).
2. Inside, the operation locks the persons, checks permission then guards, writes, and says what it touched.
3. The outermost operation runs the wired reactions once (to-dos recomputed as a set, cube months marked), then commits.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import ParamSpec, Protocol, TypeVar

import pghistory
from django.db import transaction

from jalons.kernel.periods import first_of_month
from jalons.kernel.ports import port
from jalons.kernel.refusals import constraints_explained

P = ParamSpec("P")
R = TypeVar("R")


class Actor(Protocol):
    """Who does it: a user with a primary key (the system has its own user)."""

    pk: int


@dataclass(slots=True)
class Touched:
    """What the running operation changed: persons, months whose figures must be counted again, and whether what an
    agreement line counts (its enrolments, its dates, its reports) moved."""

    on: date
    persons: set[int] = field(default_factory=set)
    months: set[date] = field(default_factory=set)
    lines: bool = False


_touched: ContextVar[Touched | None] = ContextVar("jalons_touched", default=None)


@port
def after_write(*, touched: Touched) -> None:
    """React to a write, in its transaction, once per outermost operation: to-dos and cube months."""


def touch(*, persons: set[int] | None = None, days: set[date] | None = None, lines: bool = False) -> None:
    """Say what the running operation changed; ``days`` are dates whose month must be counted again, ``lines`` says that what
    agreement lines count moved."""
    current = _touched.get()
    if current is None:
        raise RuntimeError("touch() is called inside an operation")
    current.persons |= persons or set()
    current.months |= {first_of_month(day) for day in days or set()}
    current.lines |= lines


def operation(function: Callable[P, R]) -> Callable[P, R]:
    """Make ``function`` the door of a write. It takes keyword-only ``actor`` and ``on`` besides its own arguments.

    A broken database constraint comes out as a ``Refusal`` with the constraint's French sentence.
    """

    @functools.wraps(function)
    def door(*args: P.args, **kwargs: P.kwargs) -> R:
        if args:
            raise TypeError(f"{function.__name__}() takes keyword arguments only")
        if _touched.get() is not None:
            return function(**kwargs)  # type: ignore[call-arg]
        on = kwargs["on"]
        actor = kwargs["actor"]
        assert isinstance(on, date)
        touched = Touched(on=on)
        token = _touched.set(touched)
        try:
            with (
                constraints_explained(),
                transaction.atomic(),
                pghistory.context(actor=getattr(actor, "pk", None), operation=function.__name__),
            ):
                result = function(**kwargs)  # type: ignore[call-arg]
                after_write(touched=touched)
                return result
        finally:
            _touched.reset(token)

    return door
