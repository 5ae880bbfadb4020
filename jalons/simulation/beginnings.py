"""How a family of the simulation comes in: its dossiers, adults, children and home on the first day."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from jalons.kernel.periods import add_months, first_of_month
from jalons.simulation.households import Adult, Dossier, Family, Home
from jalons.simulation.identities import Identity, Numbers
from jalons.simulation.places import PLACES, STREETS

OLDEST_REQUEST_DAYS = 210  # the stock came in over seven months, so that orientation delays look like a département's
_WEIGHTS = [place.weight for place in PLACES]


def begin(life: Family) -> None:
    """Give a family its first dossier, rarely two, as it stands on the day the family comes in."""
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


def _dossier(life: Family, numbers: Numbers, requested: date, head: Identity | None = None) -> Dossier:
    random = life.random
    kind = random.random()
    number, file_number = numbers.dossier()
    head = head or numbers.person(random)
    adults = [new_adult(random, head, requested)]
    children: list[Identity] = []
    family = random.choice(("CEL", "CEL", "DIV", "SEF", "ISO", "VEU"))
    if kind < 0.22:
        family = random.choice(("MAR", "VIM", "PAC"))
        adults.append(new_adult(random, numbers.person(random, sex="M" if head.sex == "F" else "F"), requested))
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
        number, file_number, requested, family, adults, children, [new_home(random, requested)], amount=amount
    )
    dossier.homeless = random.random() < 0.03
    dossier.anomaly = random.random() < 0.002
    if random.random() < 0.2:
        former = new_home(random, requested - timedelta(days=random.randrange(200, 1500)))
        dossier.homes.append(former)
    return dossier


def new_adult(random: Random, who: Identity, joined: date) -> Adult:
    """Draw an applicant or a spouse who joins a household."""
    under = random.random() < 0.86
    adult = Adult(who, under, joined, newly=False)
    adult.resources = random.choice((0, 0, 0, 120, 260, 380)) if under else random.randrange(520, 1100)
    adult.activity = (
        random.choice(("SSA", "SSA", "ANP", "CHO", "INT", "ETI")) if under else random.choice(("SAL", "SAL", "AEN"))
    )
    if random.random() < 0.6:
        adult.employment_service_number = f"{random.randrange(10**7):07d}{random.choice('ABCDEFGHJKLM')}"
    return adult


def new_home(random: Random, since: date) -> Home:
    """Draw where a household lives since a day."""
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
