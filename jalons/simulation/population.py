"""A seeded synthetic population of RSA households that lives month after month: same seed, same people, same lives.

Each *life* (a family and its dossiers) has its own generator and is played again from its beginning when a file is
written, so that a population of any size needs no memory. What happens in a life is chosen to look like a département:
suspensions that end or become closures, couples of whom one is under « droits et devoirs », moves, separations,
mutations, a dossier taken up again under a new number. The rates are round numbers, not statistics.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from jalons.kernel.periods import add_months, first_of_month
from jalons.simulation.beginnings import begin
from jalons.simulation.changes import CHANGES, FIRST_OF_MONTH, choose
from jalons.simulation.households import Dossier, Family

ENTRANTS_PER_HUNDRED = 3  # new lives each month, for a hundred persons at the start


@dataclass(slots=True)
class Life(Family):
    """A family through time; ``advance`` plays it up to a day."""

    _month: date = field(init=False)
    _ahead: list[tuple[date, int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        Family.__post_init__(self)
        self._month = first_of_month(self.entered_on)
        begin(self)

    def advance(self, to: date) -> None:
        """Play the life up to ``to``, that day included."""
        while True:
            while self._ahead and self._ahead[0][0] <= to:
                day, index, what = self._ahead.pop(0)
                dossier = self.dossiers[index]
                CHANGES[what](self, dossier, day)
                dossier.changed_on = None if what == "vanish" else day
            next_month = add_months(self._month, 1)
            if self._ahead or next_month > to:
                return
            self._month = next_month
            self._draw()

    def _draw(self) -> None:
        """Choose what happens in the month, at most one thing per dossier."""
        for index, dossier in enumerate(self.dossiers):
            what = choose(self.random, dossier, self._month)
            if what is not None:
                first = what in FIRST_OF_MONTH
                day = self._month if first else self._month + timedelta(days=self.random.randrange(1, 27))
                self._ahead.append((day, index, what))
        self._ahead.sort()


def population(*, people: int, start: date, seed: int, until: date) -> Iterator[Life]:
    """Yield the lives that began by ``until``, not yet played: those present on ``start``, then each month's entrants.

    ``people`` is the number of adults present at the start, reached within a household.
    """
    adults = serial = 0
    while adults < people:
        life = Life(seed, serial, start, existing=True)
        adults += sum(len(dossier.adults) for dossier in life.dossiers)
        serial += 1
        yield life
    entrants = max(1, people * ENTRANTS_PER_HUNDRED // 100)
    month, number = add_months(first_of_month(start), 1), 0
    while month <= until:
        for entrant in range(entrants):
            serial = people + number * entrants + entrant
            days = Random(f"{seed}/{serial}/entry").randrange(0, 27)
            yield Life(seed, serial, month + timedelta(days=days), existing=False)
        month, number = add_months(month, 1), number + 1


def dossiers_on(day: date, *, people: int, start: date, seed: int) -> Iterator[Dossier]:
    """Yield the dossiers a monthly file of ``day`` carries: the open ones, and those closed in its month."""
    for life in population(people=people, start=start, seed=seed, until=day):
        if life.entered_on > day:
            continue
        life.advance(day)
        for dossier in life.dossiers:
            ended = dossier.spoken_on
            if ended is None or first_of_month(ended) == first_of_month(day):
                yield dossier


def dossiers_moved(first: date, last: date, *, people: int, start: date, seed: int) -> Iterator[Dossier]:
    """Yield the dossiers a daily file carries: those that changed between ``first`` and ``last``, both included."""
    for life in population(people=people, start=start, seed=seed, until=last):
        if life.entered_on > last:
            continue
        life.advance(last)
        for dossier in life.dossiers:
            if dossier.changed_on is not None and first <= dossier.changed_on <= last:
                yield dossier
