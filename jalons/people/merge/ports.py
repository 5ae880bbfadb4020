"""What the merge tells the rooms above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from jalons.kernel.operation import Actor
from jalons.kernel.ports import port


class RightsEnd(NamedTuple):
    """A person whose right, or whose « droits et devoirs », ended; ``last_day`` is the last day it held."""

    person_id: int
    last_day: date
    reason_code: str


@port
def rights_ended(*, actor: Actor, on: date, ended: Sequence[RightsEnd]) -> None:
    """Propose the closure of what these persons have open, in the running operation. Proposes, never closes (R-026)."""
