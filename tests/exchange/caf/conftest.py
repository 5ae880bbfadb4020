"""Importing small files into the test world."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from jalons.exchange.caf.models import ImportRun
from jalons.exchange.caf.operations import import_file
from jalons.network.models import Commune
from tests.exchange.caf.writing import write
from tests.worlds import World

Take = Callable[..., ImportRun]


@pytest.fixture
def take(world: World, tmp_path: Path) -> Take:
    """``take(household(), day="2020-09-30", kind="M")`` writes a file and imports it."""
    Commune.objects.create(territory=world.east, insee_code="69266", name="Villeurbanne")
    Commune.objects.create(territory=world.west, insee_code="69389", name="Lyon 9e")
    numbers = count(1)

    def importing(*households: str, on: date | None = None, **header: Any) -> ImportRun:
        path = write(tmp_path / f"RSABE{next(numbers)}.xml", *households, **header)
        return import_file(actor=world.data_officer, on=on or world.day, authority=world.authority, path=path)

    return importing
