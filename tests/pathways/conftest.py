"""Here the world has its rulebooks: who may enter, what a contract needs, how an exit is classed."""

from __future__ import annotations

import pytest

from tests.worlds import World


@pytest.fixture
def world(world: World, rulebooks: None) -> World:
    """The world, with the shipped rulebooks adopted."""
    return world
