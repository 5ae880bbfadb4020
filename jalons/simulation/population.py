"""A seeded synthetic population of RSA households that lives month after month: same seed, same people, same lives.

Each *life* (a family and its dossiers) has its own generator and is played again from its beginning when a file is
written, so that a population of any size needs no memory. What happens in a life is chosen to look like a département:
suspensions that end or become closures, couples of whom one is under « droits et devoirs », moves, separations,
mutations, a dossier taken up again under a new number. The rates are round numbers, not statistics.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from jalons.kernel.periods import add_months, first_of_month
from jalons.simulation.identities import Identity, Numbers, fictitious_nir
from jalons.simulation.places import PLACES, STREETS, Place

ENTRANTS_PER_HUNDRED = 3  # new lives each month, for a hundred persons at the start
CORRECTED_SLOT = 400_000  # far from the slots of first numbers
OLDEST_REQUEST_DAYS = 210  # the stock came in over seven months, so that orientation delays look like a département's
_WEIGHTS = [place.weight for place in PLACES]


@dataclass(slots=True)
class Adult:
    """An applicant or a spouse; ``under_duties`` as the paying body computes it."""

    who: Identity
    under_duties: bool
    joined_on: date
    left_on: date | None = None
    newly: bool = False
    resources: int = 0  # euros a month
    activity: str = "SSA"
    employment_service_number: str | None = None
    previous_number: str | None = None


@dataclass(slots=True)
class Home:
    """Where a household lives, since when."""

    place: Place
    number: str
    street: tuple[str, str]
    since: date


@dataclass(slots=True)
class Dossier:
    """One RSA dossier and its state on the day reached."""

    number: str
    file_number: str
    requested_on: date
    family: str
    adults: list[Adult]
    children: list[Identity]
    homes: list[Home]  # current first
    state: str = "2"
    reason: str = ""
    since: date | None = None
    spoken_on: date | None = None  # day the paying body closed it: sent that month for the last time
    moved_from: tuple[str, date] | None = None
    moved_to: tuple[str, date] | None = None
    homeless: bool = False
    amount: int = 0  # cents
    changed_on: date | None = None
    event: str = "DEMRSA"
    anomaly: bool = False

    @property
    def closed(self) -> bool:
        """Tell whether the right is over here."""
        return self.state in ("5", "6") or self.moved_to is not None


@dataclass(slots=True)
class Life:
    """A family through time; ``advance`` plays it up to a day."""

    seed: int
    serial: int
    entered_on: date
    existing: bool
    dossiers: list[Dossier] = field(default_factory=list)
    random: Random = field(init=False)
    _month: date = field(init=False)
    _ahead: list[tuple[date, int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(f"{self.seed}/{self.serial}")
        self._month = first_of_month(self.entered_on)
        _begin(self)

    def advance(self, to: date) -> None:
        """Play the life up to ``to``, that day included."""
        while True:
            while self._ahead and self._ahead[0][0] <= to:
                day, index, what = self._ahead.pop(0)
                dossier = self.dossiers[index]
                _CHANGES[what](self, dossier, day)
                dossier.changed_on = None if what == "vanish" else day
            next_month = add_months(self._month, 1)
            if self._ahead or next_month > to:
                return
            self._month = next_month
            self._draw()

    def _draw(self) -> None:
        """Choose what happens in the month, at most one thing per dossier."""
        for index, dossier in enumerate(self.dossiers):
            what = _choice(self.random, dossier, self._month)
            if what is not None:
                first = what in _FIRST_OF_MONTH
                day = self._month if first else self._month + timedelta(days=self.random.randrange(1, 27))
                self._ahead.append((day, index, what))
        self._ahead.sort()


_FIRST_OF_MONTH = {"suspend_payment", "suspend_right", "close_after_suspension", "grant"}

# (what, chances in a thousand each month) for an open and payable dossier.
_OPEN_CHANCES: tuple[tuple[str, int], ...] = (
    ("correct_nir", 1),
    ("suspend_payment", 16),
    ("suspend_right", 5),
    ("lose_duties", 12),
    ("regain_duties", 10),
    ("close", 9),
    ("close_earlier", 2),
    ("move_out", 5),
    ("move_home", 9),
    ("separate", 4),
    ("couple", 4),
    ("renew", 4),
    ("rename", 3),
    ("child", 4),
    ("vanish", 2),
)


def _choice(random: Random, dossier: Dossier, month: date) -> str | None:
    if dossier.closed:
        return None
    draw = random.randrange(1000)
    if dossier.state == "0":
        return "grant"
    if dossier.state == "4" and dossier.reason == "06":
        assert dossier.since is not None
        if month >= add_months(dossier.since, 4):
            return "close_after_suspension"
        return "resume" if draw < 450 else None
    if dossier.state in ("3", "4"):
        return "resume" if draw < 350 else "close" if draw < 400 else None
    if dossier.state != "2":
        return None
    for what, chances in _OPEN_CHANCES:
        if draw < chances:
            return what
        draw -= chances
    return None


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


# The beginning of a life


def _begin(life: Life) -> None:
    random = life.random
    numbers = Numbers(life.seed, life.serial)
    if life.existing:
        requested = life.entered_on - timedelta(days=random.randrange(20, OLDEST_REQUEST_DAYS))
    else:
        requested = life.entered_on
    dossier = _dossier(life, numbers, requested)
    life.dossiers.append(dossier)
    if life.existing:
        _past_state(random, dossier, life.entered_on)
    elif random.random() < 0.2:
        dossier.state = "0"
        for adult in dossier.adults:
            adult.under_duties = adult.newly = False
    if not life.existing and random.random() < 0.08:
        dossier.moved_from = (random.choice(("011", "381", "421", "131", "751")), requested)
        dossier.event = "REA"
    dossier.changed_on = None if life.existing else life.entered_on
    if random.random() < 0.01:  # a twin who has a dossier too
        first = dossier.adults[0].who
        twin = numbers.twin(first, random)
        other = _dossier(life, numbers, requested, head=twin)
        other.changed_on = dossier.changed_on
        life.dossiers.append(other)


def _dossier(life: Life, numbers: Numbers, requested: date, head: Identity | None = None) -> Dossier:
    random = life.random
    kind = random.random()
    number, file_number = numbers.dossier()
    head = head or numbers.person(random)
    adults = [_adult(random, head, requested)]
    children: list[Identity] = []
    family = random.choice(("CEL", "CEL", "DIV", "SEF", "ISO", "VEU"))
    if kind < 0.22:
        family = random.choice(("MAR", "VIM", "PAC"))
        adults.append(_adult(random, numbers.person(random, sex="M" if head.sex == "F" else "F"), requested))
        draw = random.random()
        if draw < 0.3:
            adults[0].under_duties = False
        elif draw < 0.55:
            adults[1].under_duties = False
    if kind < 0.5:
        children = numbers.children(random, head, random.choice((1, 1, 2, 2, 3)), born_before=requested)
    elif head.sex == "F" and kind < 0.55:
        children = numbers.twins(random, head, born_before=requested)
    amount = 49_000 + 15_000 * len(children) + 24_000 * (len(adults) - 1) + random.randrange(0, 9_000)
    dossier = Dossier(
        number, file_number, requested, family, adults, children, [_home(random, requested)], amount=amount
    )
    dossier.homeless = random.random() < 0.03
    dossier.anomaly = random.random() < 0.002
    if random.random() < 0.2:
        former = _home(random, requested - timedelta(days=random.randrange(200, 1500)))
        dossier.homes.append(former)
    return dossier


def _adult(random: Random, who: Identity, joined: date) -> Adult:
    under = random.random() < 0.86
    adult = Adult(who, under, joined, newly=False)
    adult.resources = random.choice((0, 0, 0, 120, 260, 380)) if under else random.randrange(520, 1100)
    adult.activity = (
        random.choice(("SSA", "SSA", "ANP", "CHO", "INT", "ETI")) if under else random.choice(("SAL", "SAL", "AEN"))
    )
    if random.random() < 0.6:
        adult.employment_service_number = f"{random.randrange(10**7):07d}{random.choice('ABCDEFGHJKLM')}"
    return adult


def _home(random: Random, since: date) -> Home:
    place = random.choices(PLACES, _WEIGHTS)[0]
    return Home(place, str(random.randrange(1, 180)), random.choice(STREETS), since)


def _past_state(random: Random, dossier: Dossier, on: date) -> None:
    """What the dossier is in when the story begins."""
    draw = random.randrange(1000)
    since = max(dossier.requested_on, add_months(first_of_month(on), -random.randrange(0, 3)))
    for limit, state, reason in (
        (35, "4", "06"), (60, "4", "01"), (70, "4", "05"), (76, "4", "44"), (79, "4", "02"), (81, "4", "ZZ"),
        (95, "3", "DE"), (103, "3", "GR"), (106, "3", "GJ"), (118, "0", ""), (123, "1", "F02"),
    ):  # fmt: skip
        if draw < limit:
            dossier.state, dossier.reason, dossier.since = state, reason, since if reason else None
            break
    if dossier.state in ("0", "1"):
        for adult in dossier.adults:
            adult.under_duties = False


# What happens


def _suspend_payment(life: Life, dossier: Dossier, day: date) -> None:
    dossier.state, dossier.reason, dossier.since, dossier.event = (
        "4",
        "ZZ" if life.random.random() < 0.03 else "06",
        day,
        "SUS",
    )


def _suspend_right(life: Life, dossier: Dossier, day: date) -> None:
    dossier.state, dossier.reason, dossier.since, dossier.event = (
        "3",
        life.random.choice(("DE", "DL", "GR", "GJ")),
        day,
        "SUS",
    )


def _resume(life: Life, dossier: Dossier, day: date) -> None:
    dossier.state, dossier.reason, dossier.since, dossier.event = "2", "", None, "REA"


def _grant(life: Life, dossier: Dossier, day: date) -> None:
    dossier.state, dossier.event = "2", "ENTDED"
    for adult in dossier.adults:
        adult.under_duties = adult.newly = True


def _end(dossier: Dossier, state: str, reason: str, on: date, day: date) -> None:
    dossier.state, dossier.reason, dossier.since, dossier.spoken_on, dossier.event = state, reason, on, day, "RAD"
    for adult in dossier.adults:
        adult.under_duties = adult.newly = False


def _close_after_suspension(life: Life, dossier: Dossier, day: date) -> None:
    _end(dossier, "5", "ECH", day, day)


def _close(life: Life, dossier: Dossier, day: date) -> None:
    _end(
        dossier,
        "5",
        life.random.choice(("RFD", "RAU", "PCG", "RGD")),
        max(first_of_month(day), dossier.requested_on),
        day,
    )


def _close_earlier(life: Life, dossier: Dossier, day: date) -> None:
    _end(dossier, "6", "RFD", max(add_months(first_of_month(day), -1), dossier.requested_on), day)


def _move_out(life: Life, dossier: Dossier, day: date) -> None:
    dossier.moved_to, dossier.spoken_on, dossier.event = (
        (life.random.choice(("011", "381", "421", "131", "751")), day),
        day,
        "MUT",
    )


def _lose_duties(life: Life, dossier: Dossier, day: date) -> None:
    adult = life.random.choice(_present(dossier))
    adult.under_duties, adult.newly, adult.resources, adult.activity = (
        False,
        False,
        life.random.randrange(520, 1100),
        "SAL",
    )
    dossier.event = "RESTRIRSA"


def _regain_duties(life: Life, dossier: Dossier, day: date) -> None:
    adult = life.random.choice(_present(dossier))
    adult.newly = not adult.under_duties
    adult.under_duties, adult.resources, adult.activity, dossier.event = True, 0, "SSA", "ENTDED"


def _move_home(life: Life, dossier: Dossier, day: date) -> None:
    dossier.homes = [_home(life.random, day), *dossier.homes][:3]
    dossier.event = "ADR"


def _separate(life: Life, dossier: Dossier, day: date) -> None:
    present = _present(dossier)
    if len(present) == 2:
        leaving = present[1]
        leaving.left_on, leaving.under_duties, leaving.newly, dossier.family = day, False, False, "SEF"
        dossier.event = "SITFAM"


def _couple(life: Life, dossier: Dossier, day: date) -> None:
    if len(dossier.adults) == 1:
        numbers = Numbers(life.seed, life.serial, given=3)
        head = dossier.adults[0].who
        spouse = _adult(life.random, numbers.person(life.random, sex="M" if head.sex == "F" else "F"), day)
        spouse.newly = spouse.under_duties
        dossier.adults.append(spouse)
        dossier.family, dossier.event = "VIM", "SITFAM"


def _renew(life: Life, dossier: Dossier, day: date) -> None:
    """The dossier ends and the same people come back under a new number."""
    if len(life.dossiers) > 1 or len(_present(dossier)) != len(dossier.adults):
        return
    _, file_number = Numbers(life.seed, life.serial).dossier()
    number, _ = Numbers(life.seed, life.serial, given=5).dossier()
    adults = [
        Adult(
            adult.who,
            True,
            day,
            newly=True,
            employment_service_number=adult.employment_service_number,
            previous_number=dossier.number,
        )
        for adult in dossier.adults
    ]
    _end(dossier, "5", "RAU", day, day)
    again = Dossier(
        number,
        file_number,
        day,
        dossier.family,
        adults,
        list(dossier.children),
        list(dossier.homes),
        amount=dossier.amount,
    )
    again.changed_on = day
    life.dossiers.append(again)


def _rename(life: Life, dossier: Dossier, day: date) -> None:
    adult = dossier.adults[0]
    adult.who = adult.who.renamed(life.random)
    dossier.event = "ETACIV"


def _child(life: Life, dossier: Dossier, day: date) -> None:
    numbers = Numbers(life.seed, life.serial)
    dossier.children = [
        *dossier.children,
        *numbers.children(life.random, dossier.adults[0].who, 1, born_before=day, newborn=True),
    ]
    dossier.event = "SITENFAUT"


def _vanish(life: Life, dossier: Dossier, day: date) -> None:
    """The dossier is over and no file says so: it is only missing from the next monthly one."""
    _end(dossier, "5", "RAU", day, add_months(day, -2))


def _present(dossier: Dossier) -> list[Adult]:
    return [adult for adult in dossier.adults if adult.left_on is None]


def _correct_nir(life: Life, dossier: Dossier, day: date) -> None:
    """The paying body gives somebody another NIR: whoever reads the file cannot know which of the two is right."""
    adult = dossier.adults[0]
    nir = fictitious_nir(adult.who.sex, adult.who.born_on, life.serial + CORRECTED_SLOT)
    adult.who = replace(adult.who, nir=nir)
    dossier.event = "ETACIV"


_CHANGES = {
    "suspend_payment": _suspend_payment,
    "suspend_right": _suspend_right,
    "resume": _resume,
    "grant": _grant,
    "close_after_suspension": _close_after_suspension,
    "close": _close,
    "close_earlier": _close_earlier,
    "move_out": _move_out,
    "lose_duties": _lose_duties,
    "regain_duties": _regain_duties,
    "move_home": _move_home,
    "separate": _separate,
    "couple": _couple,
    "renew": _renew,
    "correct_nir": _correct_nir,
    "rename": _rename,
    "child": _child,
    "vanish": _vanish,
}
