"""Who the synthetic people are. Their NIR names commune 999, which no département has: nobody can bear it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from jalons.simulation.names import MEN, SURNAMES, WOMEN
from jalons.simulation.places import PLACES

DEPARTMENTS = 95
ORDERS = 999
SLOTS = DEPARTMENTS * ORDERS  # distinct NIR for one sex and month of birth
BIRTH_MONTHS = 42 * 12  # adults are born in 1956…1997
FIRST_YEAR = 1956
PERSONS_PER_LIFE = 5
DOSSIERS_PER_LIFE = 8


@dataclass(frozen=True, slots=True)
class Identity:
    """Civil status as the paying body holds it; ``nir`` as it will be written, right, wrong or absent."""

    sex: str
    last_name: str
    birth_name: str
    first_name: str
    born_on: date
    birth_place: str
    rank: int
    nir: str | None
    precision: str = "N"

    def renamed(self, random: Random) -> Identity:
        """Return the person under another usual name."""
        return replace(self, last_name=random.choice(SURNAMES))


class Numbers:
    """Numbers and identities of one life: unique in the population, the same each time the life is played."""

    def __init__(self, seed: int, serial: int, *, given: int = 0) -> None:
        self.seed = seed
        self.serial = serial
        self.given = given
        self._dossiers = given

    def dossier(self) -> tuple[str, str]:
        """Return the next request number (11 characters) and the file number of the life (7 digits)."""
        number = self.serial * DOSSIERS_PER_LIFE + self._dossiers
        self._dossiers += 1
        return f"{number:08d}069", f"{1_000_000 + self.serial:07d}"

    def person(self, random: Random, *, sex: str | None = None) -> Identity:
        """Return a new adult."""
        slot = self.serial * PERSONS_PER_LIFE + self.given
        self.given += 1
        sex = sex or random.choice("FM")
        # People whose NIR share département and order are born in other months, whatever the size of the population.
        month = (slot % SLOTS * 48271 + self.seed + slot // SLOTS * 37) % BIRTH_MONTHS
        born = date(FIRST_YEAR + month // 12, month % 12 + 1, random.randrange(1, 29))
        birth_name = random.choice(SURNAMES)
        last_name = random.choice(SURNAMES) if sex == "F" and random.random() < 0.35 else birth_name
        first_name = random.choice(WOMEN if sex == "F" else MEN)
        nir = fictitious_nir(sex, born, slot)
        precision = "J" if random.random() < 0.01 else "N"
        return Identity(
            sex, last_name, birth_name, first_name, born, _birth_place(random), 1, _as_written(random, nir), precision
        )

    def twin(self, first: Identity, random: Random) -> Identity:
        """Return the twin of ``first``: same day, same birth name, rank 2."""
        slot = self.serial * PERSONS_PER_LIFE + PERSONS_PER_LIFE - 1
        names = [name for name in (WOMEN if first.sex == "F" else MEN) if name != first.first_name]
        nir = fictitious_nir(first.sex, first.born_on, slot)
        return replace(first, first_name=random.choice(names), last_name=first.birth_name, rank=2, nir=nir)

    def children(
        self, random: Random, parent: Identity, count: int, *, born_before: date, newborn: bool = False
    ) -> list[Identity]:
        """Return the children of a household; they have no NIR in the file."""
        found = []
        for _ in range(count):
            age = random.randrange(1, 25) if newborn else random.randrange(200, 5500)
            found.append(self._child(random, parent, born_before - timedelta(days=age), rank=1))
        return found

    def twins(self, random: Random, parent: Identity, *, born_before: date) -> list[Identity]:
        """Return twin children, told apart by their rank."""
        born = born_before - timedelta(days=random.randrange(200, 5500))
        return [self._child(random, parent, born, rank=rank) for rank in (1, 2)]

    def _child(self, random: Random, parent: Identity, born: date, rank: int) -> Identity:
        sex = random.choice("FM")
        first_name = random.choice(WOMEN if sex == "F" else MEN)
        return Identity(sex, parent.birth_name, parent.birth_name, first_name, born, _birth_place(random), rank, None)


def fictitious_nir(sex: str, born: date, slot: int) -> str:
    """Return 13 characters with a commune 999; ``slot`` spreads people over départements and orders."""
    slot %= SLOTS
    department = 1 + slot % DEPARTMENTS
    return f"{1 if sex == 'M' else 2}{born:%y%m}{_department(department)}999{1 + slot // DEPARTMENTS:03d}"


def _department(number: int) -> str:
    return "2A" if number == 20 else f"{number:02d}"


def control_key(thirteen: str) -> int:
    """Return the key of a NIR, as the social security computes it."""
    return 97 - int(thirteen.replace("2A", "19").replace("2B", "18")) % 97


def _as_written(random: Random, nir: str) -> str | None:
    """Return the NIR as files carry it: 13 or 15 characters, sometimes wrong, sometimes absent."""
    draw = random.random()
    if draw < 0.04:
        return None
    if draw < 0.05:
        return random.choice(
            (f"{nir}{(control_key(nir) + 1) % 97:02d}", nir[:9], "0000000000000", f"{nir[:3]}14{nir[5:]}")
        )
    return f"{nir}{control_key(nir):02d}" if draw < 0.4 else nir


def _birth_place(random: Random) -> str:
    return random.choice(
        (
            "ALGER",
            "DAKAR",
            "LISBONNE",
            "TUNIS",
            "PARIS",
            "MARSEILLE",
            "SAINT-ÉTIENNE",
            *(place.name[:26] for place in PLACES[:12]),
        )
    )
