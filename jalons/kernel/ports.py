"""Typed ports: how a low room reaches a higher one without importing it.

A port is declared by the room that calls it and bound once, in ``jalons.wiring``. An unbound port raises: nothing is
dropped in silence. Tests prove that every port has exactly one owner.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class UnboundPort(RuntimeError):
    """The port was called before ``jalons.wiring`` bound it."""


class Port(Generic[P, R]):
    """A named place for one function; ``signature`` gives its types and, by its docstring, its meaning."""

    registry: dict[str, Port[..., object]] = {}

    def __init__(self, name: str, signature: Callable[P, R]) -> None:
        if name in self.registry:
            raise ValueError(f"the port {name} is declared twice")
        self.name = name
        self.signature = signature
        self.owner: Callable[P, R] | None = None
        self.registry[name] = self  # type: ignore[assignment]

    def bind(self, owner: Callable[P, R]) -> None:
        """Give the port its one owner; binding another one raises ValueError."""
        if self.owner is not None and self.owner is not owner:
            raise ValueError(f"the port {self.name} has already an owner")
        self.owner = owner

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if self.owner is None:
            raise UnboundPort(f"the port {self.name} is not bound: see jalons/wiring.py")
        return self.owner(*args, **kwargs)


def port(signature: Callable[P, R]) -> Port[P, R]:
    """Declare a port from an empty function: its module and name are the port's name, its docstring its contract."""
    return Port(f"{signature.__module__}.{signature.__name__}", signature)
