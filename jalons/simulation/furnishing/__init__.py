"""Furnishes the rooms a newcomer opens first: on the last day, a little of everything the screens of the desk can hold.

The months lived before give volumes; here each screen gets its example, through the operations that screen calls, around the
référent whose account the demonstration gives. An example without anybody to carry it (very few persons) is left out.
"""

from __future__ import annotations

from datetime import date

from jalons.kernel.operation import operation
from jalons.network.models import Authority, User
from jalons.simulation.cast import Cast
from jalons.simulation.furnishing import (
    agenda,
    contracts,
    diagnosis,
    files,
    handing,
    letters,
    moving,
    network,
    orienting,
    plie,
    prescribing,
    reports,
)
from jalons.simulation.furnishing.stage import stage_of

# The order of a day: letters come last, they tell what the others did.
SCENES = (
    network.furnish,
    files.furnish,
    diagnosis.furnish,
    agenda.furnish,
    prescribing.furnish,
    contracts.furnish,
    reports.furnish,
    handing.furnish,
    plie.furnish,
    orienting.furnish,
    moving.furnish,
    letters.furnish,
)


@operation
def furnish(*, actor: User, on: date, authority: Authority, cast: Cast) -> None:
    """Write the examples, all in one transaction."""
    stage = stage_of(authority, cast, on=on)
    for scene in SCENES:
        scene(stage)
