"""Read one figure of the cube, as a screen reads many."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from jalons.indicators.definitions import Interval, Level
from jalons.indicators.engine import Result
from jalons.indicators.queries import figures


def figure(
    code: str, *, month: date, level: Level, keys: Mapping[str, int | str], interval: Interval | None = None
) -> Result | None:
    """Return the figure of exactly one group, or None when nothing was counted for it."""
    one = {name: [value] for name, value in keys.items()}
    found = figures([code], first=month, last=month, level=level, interval=interval, keys=one)
    return found[0] if len(found) == 1 else None
