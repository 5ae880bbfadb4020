"""Who is followed, and which days are being lived: what every file of the daily work shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jalons.network.models import User
from jalons.pathways.models import Enrolment
from jalons.simulation.accompaniments import Accompaniment


@dataclass(frozen=True, slots=True)
class Followed:
    """A running accompaniment and what was planned for it."""

    enrolment: Enrolment
    plan: Accompaniment
    actor: User


@dataclass(frozen=True, slots=True)
class Span:
    """The days being lived; ``last`` is also the day on which they are written."""

    first: date
    last: date

    def __contains__(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last
