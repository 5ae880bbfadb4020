"""Who is followed, and which days are being lived: what every file of the daily work shares."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from functools import cache

from jalons.network.models import User
from jalons.pathways.models import Enrolment
from jalons.pathways.rulebook import ActionRules, rules_of
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


@cache
def rules_on(action_code: str, on: date) -> ActionRules:
    """The rules of an action on a day, read once: no rulebook is adopted while the demonstration runs."""
    return rules_of(action_code, on=on)


def draws(seed: int, *parts: object) -> random.Random:
    """Return the generator of what is drawn about ``parts``: the same for the same seed, whatever was drawn before."""
    return random.Random("/".join(str(part) for part in (seed, *parts)))
