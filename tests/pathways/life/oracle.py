"""The oracle of a dossier's life: one sheet of paper per person, a line per day, written by hand.

It knows neither rows nor periods nor SQL: naming a référent writes a name on every day to come, leaving wipes the days
after. When the sheet and the application differ, one of the two is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

FIRST = date(2020, 2, 3)  # a Monday inside the agreements of the world
LAST = date(2020, 11, 30)
FAR = FIRST + timedelta(days=599)  # the last line of a sheet, well after the last act
FILE_MONTHS = 6  # how long an organisation keeps the file it has left, as authorities are made
HOUSE, NEIGHBOUR = "house", "neighbour"
ONE_DAY = timedelta(days=1)

NEXT_OF_CONTRACT = {
    "draft": {"signed", "cancelled"},
    "returned": {"signed", "cancelled"},
    "signed": {"submitted", "cancelled"},
    "submitted": {"validated", "returned", "cancelled"},
    "validated": {"handed_over"},
}
NEXT_OF_STEP = {
    "proposed": {"positioned", "started", "cancelled"},
    "positioned": {"started", "cancelled"},
    "started": {"completed", "interrupted"},
}
Sheet = dict[date, str]


def days(first: date, last: date) -> set[date]:
    """Return the days from the first to the last, both included."""
    return {first + timedelta(days=i) for i in range((last - first).days + 1)}


def blank() -> Sheet:
    """Return an empty line for each day."""
    return dict.fromkeys(sorted(days(FIRST, FAR)), "")


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    number = day.day
    while True:
        try:
            return date(year, month + 1, number)
        except ValueError:
            number -= 1


@dataclass
class Written:
    """A contract: how far it went, the days it speaks of."""

    state: str
    span: set[date]


@dataclass
class Departure:
    """An exit: its day, how far it went, and what the sheets said before it wiped them."""

    day: date
    state: str = "proposed"
    before: tuple[Sheet, set[date], set[date], str, date | None, set[date]] | None = None


@dataclass
class Life:
    """What a careful secretary would have written."""

    oriented: Sheet = field(default_factory=blank)
    stay: Sheet = field(default_factory=blank)
    referent: Sheet = field(default_factory=blank)
    on_hold: set[date] = field(default_factory=set)
    opened_by_decision: dict[str, set[date]] = field(default_factory=lambda: {HOUSE: set(), NEIGHBOUR: set()})
    opened_by_stay: dict[str, set[date]] = field(default_factory=lambda: {HOUSE: set(), NEIGHBOUR: set()})
    contracts: list[Written] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    departures: list[Departure] = field(default_factory=list)
    entered: date = FIRST
    named: date | None = None  # the last day somebody was named

    def orient(self, day: date, place: str) -> bool:
        if self.oriented[FAR]:
            return False
        write(self.oriented, day, place)
        self.opened_by_decision[place] |= days(day, FAR)
        return True

    def reorient(self, day: date, place: str) -> bool:
        former = self.oriented[day]
        if not former or former == place:
            return False
        eve = day - ONE_DAY
        if self.stay[day]:
            self._leave(max(eve, self.entered))
        elif former == HOUSE:
            self._forget_referent(eve)
        self.opened_by_decision[former] -= days(day, FAR)
        write(self.oriented, day, place)
        self.opened_by_decision[place] |= days(day, FAR)
        return True

    def enrol(self, day: date) -> bool:
        place = self.oriented[day]
        if not place or self.stay[day]:
            return False
        self.entered = day
        write(self.stay, day, place)
        self.opened_by_stay[place] |= days(day, FAR)
        return True

    def name(self, day: date, who: str) -> bool:
        if not self.house_opens(day) or self.named == day or self.referent[FAR] == who:
            return False
        write(self.referent, day, who)
        self.named = day
        return True

    def hold(self, day: date) -> None:
        self.on_hold |= days(day, FAR)

    def resume(self, last_day: date) -> None:
        self.on_hold -= days(last_day + ONE_DAY, FAR)

    def move_contract(self, number: int, wanted: str) -> bool:
        one = self.contracts[number]
        if wanted not in NEXT_OF_CONTRACT.get(one.state, set()):
            return False
        if wanted == "validated" and one.span & self.covered():
            return False
        one.state = wanted
        return True

    def covered(self) -> set[date]:
        """The days under a contract in force."""
        return {day for one in self.contracts if one.state in ("validated", "handed_over") for day in one.span}

    def move_step(self, number: int, wanted: str) -> bool:
        if wanted not in NEXT_OF_STEP.get(self.steps[number], set()):
            return False
        self.steps[number] = wanted
        return True

    def propose_exit(self, exited_on: date) -> bool:
        if exited_on < self.entered or any(one.state != "reversed" for one in self.departures):
            return False
        self.departures.append(Departure(exited_on))
        return True

    def confirm(self, number: int) -> bool:
        one = self.departures[number]
        if one.state != "proposed":
            return False
        one.state = "confirmed"
        files = set(self.opened_by_decision[HOUSE]), set(self.opened_by_stay[HOUSE])
        one.before = (dict(self.stay), *files, self.referent[FAR], self._named_since(), set(self.on_hold))
        self._leave(one.day)
        return True

    def reverse(self, number: int) -> bool:
        one = self.departures[number]
        if one.state == "reversed":
            return False
        if one.before:
            stay, decision, stayed, who, since, self.on_hold = one.before
            self.stay = stay
            self.opened_by_decision[HOUSE], self.opened_by_stay[HOUSE] = decision, stayed
            if who and since and not self.referent[FAR]:
                write(self.referent, since, who)
        one.state, one.before = "reversed", None
        return True

    def house_opens(self, day: date) -> bool:
        """Whether the house may open the file that day."""
        return day in self.opened_by_decision[HOUSE] | self.opened_by_stay[HOUSE]

    def _named_since(self) -> date | None:
        """The first day of the référent of today, who has no last day."""
        day, who = FAR, self.referent[FAR]
        if not who:
            return None
        while day > FIRST and self.referent[day - ONE_DAY] == who:
            day -= ONE_DAY
        return day

    def _leave(self, last_day: date) -> None:
        place = self.stay[last_day]
        write(self.stay, last_day + ONE_DAY, "")
        self.resume(last_day)
        if place == HOUSE:
            self._forget_referent(last_day)
        until = months_later(last_day, FILE_MONTHS)
        for files in (self.opened_by_decision, self.opened_by_stay):
            files[place] -= days(until + ONE_DAY, FAR)

    def _forget_referent(self, last_day: date) -> None:
        """Nobody follows the person any more; whoever was named since then keeps the day of the naming as a trace."""
        before = dict(self.referent)
        write(self.referent, last_day + ONE_DAY, "")
        for day in days(last_day + ONE_DAY, FAR - ONE_DAY):
            if before[day] and before[day] != before[day - ONE_DAY]:
                self.referent[day] = before[day]


def write(sheet: Sheet, first: date, what: str) -> None:
    """Write the same thing on every line from ``first`` on."""
    for day in sheet:
        if day >= first:
            sheet[day] = what
