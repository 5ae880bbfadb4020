"""The table of ports and owners, and the reactions of a write."""

from __future__ import annotations

from jalons.kernel.operation import Touched, after_write


def react(*, touched: Touched) -> None:
    """After a write, in its transaction: the persons' to-dos are computed again, the months' figures are marked."""


def bind_all() -> None:
    """Give every port its owner; called once at start-up."""
    after_write.bind(react)
