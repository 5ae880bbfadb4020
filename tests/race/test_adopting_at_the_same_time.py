"""Two first rulebooks of one authority, adopted at the same moment: the days of an action are given once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.db import connections

from jalons.kernel.refusals import Refusal
from jalons.rulebooks import adoption, operations
from jalons.rulebooks.adoption import Obstacle
from jalons.rulebooks.models import RulebookVersion
from jalons.rulebooks.operations import adopt
from tests.todos.reform_files import current
from tests.worlds import FRAMEWORK, World

TODAY = date(2020, 10, 15)


@pytest.mark.req("R-001")
@pytest.mark.django_db(transaction=True)
def test_two_first_adoptions_never_overlap(committed_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [current(), current().replace(f"code: {FRAMEWORK}", "code: autre_cadre", 1)]
    both_looked = threading.Barrier(2)
    obstacles = adoption.obstacles

    def looked(*args: Any, **kwargs: Any) -> tuple[Obstacle, ...]:
        found = obstacles(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):  # one waits for the other before it looks
            both_looked.wait(timeout=2)
        return found

    monkeypatch.setattr(operations, "obstacles", looked)

    def adopted(text: str) -> str:
        try:
            adopt(raw=text.encode(), file="cadre.yaml", actor=committed_world.system, on=TODAY)
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "adopted"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(adopted, files))
    assert said == ["adopted", "rulebook_overlap"]
    assert RulebookVersion.objects.count() == 1
