"""The households of the simulation as data: adults, homes, dossiers, families."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from jalons.simulation.identities import Identity
from jalons.simulation.places import Place


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
class Family:
    """A family and its dossiers, with the generator that decides its life."""

    seed: int
    serial: int
    entered_on: date
    existing: bool
    dossiers: list[Dossier] = field(default_factory=list)
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(f"{self.seed}/{self.serial}")
