"""What the merge tells the rooms above."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from jalons.kernel.operation import Actor
from jalons.kernel.ports import port


class RightsEnd(NamedTuple):
    """A person whose right, or whose « droits et devoirs », ended; ``last_day`` is the last day it held.

    ``cause``: right_closed, duties_ended, household_left or missing_from_file; ``reason_code`` is the paying body's.
    """

    person_id: int
    last_day: date
    cause: str
    reason_code: str


@port
def rights_ended(*, actor: Actor, on: date, ended: Sequence[RightsEnd]) -> None:
    """Propose the closure of what these persons have open, in the running operation. Proposes, never closes (R-026)."""


@port
def rights_restored(*, actor: Actor, on: date, person_ids: Collection[int]) -> None:
    """Withdraw the closures proposed for these persons: they are under « droits et devoirs » again."""
