"""Here the world has its rulebooks: who may enter, what a contract needs, how an exit is classed."""

from __future__ import annotations

import pytest

from jalons.kernel.operation import after_write
from tests.worlds import World


@pytest.fixture
def world(world: World, rulebooks: None) -> World:
    """The world, with the shipped rulebooks adopted."""
    return world


@pytest.fixture(autouse=True)
def no_reaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other rooms do after a write (to-dos, months to count again) is told by their own tests, and takes most of the time."""
    monkeypatch.setattr(after_write, "owner", lambda *, touched: None)
