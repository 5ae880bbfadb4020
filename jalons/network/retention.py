"""How long what serves only for a while is kept: data of ``content/retention.yaml``, each period with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from jalons.kernel.periods import add_months

PERIODS = Path(__file__).parent / "content" / "retention.yaml"
PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Kept:
    """A period in whole months, and why (French, shown to users); ``citation`` when a text gives it."""

    months: int
    reason: str
    basis: str
    citation: str = ""
    ref: str = ""

    def __post_init__(self) -> None:
        if self.months < 1 or not self.reason or (self.basis == "stated") != bool(self.citation):
            raise ValueError("a period is a number of months, with its reason, and its citation when it is stated")

    def last_day(self, since: datetime) -> date:
        """Return the last day on which what is from an instant is still kept."""
        return add_months(since.astimezone(PARIS).date(), self.months)

    def erased_before(self, day: date) -> datetime:
        """Return the instant before which everything is erased on a day."""
        return datetime.combine(self._oldest(day), time.min, tzinfo=PARIS)

    def _oldest(self, day: date) -> date:
        """Return the oldest day still kept: months end at different days, hence the last step."""
        oldest = add_months(day, -self.months)
        while add_months(oldest, self.months) < day:
            oldest += timedelta(days=1)
        return oldest


@cache
def periods() -> Mapping[str, Kept]:
    """Return every period by its code."""
    found = yaml.safe_load(PERIODS.read_text(encoding="utf-8"))
    return {code: Kept(**said) for code, said in found.items()}


def kept(code: str) -> Kept:
    """Return a period."""
    return periods()[code]
