"""Lives drawn at random: whatever the order of the acts, the dossier says what a careful secretary would have written.

`JALONS_LIVES` gives another number of lives, drawn anew; the usual ones are always the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from django.core.exceptions import ObjectDoesNotExist
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from jalons.pathways.models import ExitState
from jalons.pathways.operations import contracts, enrolment, exits, orientation
from jalons.pathways.rules import EXIT_TRANSITIONS
from tests.pathways.life.machine import Dossier
from tests.worlds import World

ASKED = int(os.environ.get("JALONS_LIVES", "0"))
LIVES = settings(
    max_examples=ASKED or 25,
    stateful_step_count=40,
    deadline=None,
    derandomize=not ASKED,
    database=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink) if ASKED else (Phase.generate,),
)


def live(world: World, lives: settings = LIVES) -> None:
    """Live the lives in this world."""
    machine = type("DossierOfThisWorld", (Dossier,), {"world": world})
    run_state_machine_as_test(machine, settings=lives)


@pytest.mark.req("R-027", "R-046", "R-083", "R-093", "R-109", "R-121", "R-127", "R-142")
def test_the_dossier_says_what_was_lived(world: World) -> None:
    live(world)


def _nothing(*_: object, **__: object) -> None:
    """A write somebody forgot."""


def _confirmed_again(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(EXIT_TRANSITIONS, ExitState.REVERSED, frozenset({ExitState.CONFIRMED}))


FAULTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "the référent stays after the exit": lambda patch: patch.setattr(enrolment, "end_mandates", _nothing),
    "the référent stays after a re-orientation": lambda patch: patch.setattr(orientation, "end_leads", _nothing),
    "the file of who left stays open": lambda patch: patch.setattr(enrolment, "close_grants", _nothing),
    "the former organisation keeps the file": lambda patch: patch.setattr(orientation, "close_grants", _nothing),
    "a reversed exit loses the référent": lambda patch: patch.setattr(exits, "reopen_mandate", _nothing),
    "the steps agreed are forgotten": lambda patch: patch.setattr(contracts, "_plan_steps", _nothing),
    "a reversed exit is confirmed": _confirmed_again,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(world: World, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    FAULTS[fault](monkeypatch)
    with pytest.raises((AssertionError, ObjectDoesNotExist)):
        live(world, settings(LIVES, max_examples=150))
