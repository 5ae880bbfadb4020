"""A small world for every room's tests: two authorities, organisations, a user per role, places, and persons with rights.

    def test_x(world):
        person = world.person()                  # subject to droits et devoirs since 6 January 2020, in the east
        enrolment = world.enrolled(person)       # oriented and enrolled in ``world.line`` of ``world.house``

What has an operation goes through it. ``world.stranger`` is the busy neighbour: same role as ``world.caseworker``, in an
organisation with its own persons, and no right on those of the house.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jalons.agreements.models import AgreementKind, AgreementLine
from jalons.agreements.operations import Place, create_agreement
from jalons.kernel.text import fold
from jalons.network.models import Authority, Organisation, RoleCode, Territory, User
from jalons.network.operations import (
    create_authority,
    create_membership,
    create_organisation,
    create_territory,
    create_user,
    system_user,
)
from jalons.pathways.models import Enrolment, Orientation
from jalons.pathways.operations import enrol, orient
from jalons.people.access import grant
from jalons.people.models import (
    AccessReason,
    Household,
    HouseholdMember,
    HouseholdRole,
    Person,
    RightsAndDuties,
    RightState,
    RsaRight,
)
from jalons.rulebooks.loader import Loaded, load_content
from jalons.rulebooks.models import RulebookVersion

DAY = date(2020, 10, 15)  # « today » of the tests, as in the demo
BEGINNING = date(2020, 1, 1)
SUBJECT_SINCE = date(2020, 1, 6)
ORIENTED_ON = date(2020, 2, 3)
FRAMEWORK = "lyon_2020"
ACTION = "lyon_emploi_diversifie_2020"
OTHER_ACTION = "lyon_activite_diversifie_2020"
PARIS = ZoneInfo("Europe/Paris")


HOUSE, NEIGHBOUR, LYON = {"organisation": "house"}, {"organisation": "neighbour"}, {"authority": "authority"}
# Attribute of the world → username, role, first and last name, where.
USERS: dict[str, tuple[str, RoleCode, str, str, dict[str, str]]] = {
    "caseworker": ("referente", RoleCode.CASEWORKER, "Anne", "Roux", HOUSE),
    "colleague": ("collegue", RoleCode.CASEWORKER, "Bruno", "Petit", HOUSE),
    "head": ("responsable", RoleCode.ORGANISATION_HEAD, "Claire", "Morel", HOUSE),
    "stranger": ("voisin", RoleCode.CASEWORKER, "Denis", "Garnier", NEIGHBOUR),
    "neighbour_head": ("responsable_voisin", RoleCode.ORGANISATION_HEAD, "Elsa", "Faure", NEIGHBOUR),
    "social_head": ("chef_service", RoleCode.SOCIAL_SERVICE_HEAD, "Farid", "Blanc", LYON | {"territory": "east"}),
    "west_social_head": ("chef_ouest", RoleCode.SOCIAL_SERVICE_HEAD, "Gilles", "Henry", LYON | {"territory": "west"}),
    "orientation_officer": ("orientation", RoleCode.ORIENTATION_OFFICER, "Hana", "Simon", LYON),
    "steering_officer": ("pilotage", RoleCode.STEERING_OFFICER, "Ines", "Lambert", LYON),
    "data_officer": ("echanges", RoleCode.DATA_OFFICER, "Jean", "Colin", LYON),
    "administrator": ("admin", RoleCode.ADMINISTRATOR, "Karim", "Noel", LYON),
    "foreign_officer": (
        "nord_orientation",
        RoleCode.ORIENTATION_OFFICER,
        "Lise",
        "Renard",
        {"authority": "neighbour_authority"},
    ),
}


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return an instant given in Paris time, as faces do."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS).astimezone(UTC)


@dataclass
class World:
    """The world; ``create`` makes it. Its users are those of ``USERS``; the house is where ``caseworker`` works."""

    authority: Authority
    neighbour_authority: Authority
    east: Territory
    west: Territory
    house: Organisation
    neighbour: Organisation
    system: User
    line: AgreementLine
    neighbour_line: AgreementLine
    day: date = DAY
    numbers: Any = field(default_factory=lambda: count(1))

    def __getattr__(self, name: str) -> User:
        """Return the user of ``USERS`` called so, made when a test first names them."""
        if name not in USERS:
            raise AttributeError(f"the world has no {name!r}; its users: {', '.join(USERS)}")
        username, role, first_name, last_name, place = USERS[name]
        places = {kind: getattr(self, attribute) for kind, attribute in place.items()}
        user = _user(self.system, username, role, first_name, last_name, **places)
        setattr(self, name, user)
        return user

    # People

    def person(
        self,
        last_name: str = "Martin",
        first_name: str = "Camille",
        *,
        territory: Territory | None = None,
        subject_since: date | None = SUBJECT_SINCE,
        subject_until: date | None = None,
        right: RightState | None = RightState.OPEN,
        basic_rsa: bool = True,
        born_on: date = date(1985, 5, 2),
        domiciled: bool = True,
    ) -> Person:
        """Return a new person with a household, an RSA right and a droits et devoirs period, reached through residence."""
        number = next(self.numbers)
        territory = (territory or self.east) if domiciled else None
        authority = territory.authority if territory else self.authority
        household = Household.objects.create(
            authority=authority,
            request_number=f"{number:011d}",
            paying_body="CAF",
            paying_body_number="691",
            file_number=f"{number:07d}",
            state_code="2",
            as_of=SUBJECT_SINCE,
            content_hash=number.to_bytes(32, "big"),
        )
        person = Person.objects.create(
            authority=authority,
            territory=territory,
            last_name=last_name.upper(),
            first_name=first_name,
            folded=fold(f"{last_name} {first_name}"),
            born_on=born_on,
            sex="F",
        )
        start = subject_since or SUBJECT_SINCE
        HouseholdMember.objects.create(household=household, person=person, role=HouseholdRole.APPLICANT, start_on=start)
        if right is not None:
            RsaRight.objects.create(
                person=person, household=household, state=right, basic_rsa=basic_rsa, start_on=start
            )
        if subject_since is not None:
            RightsAndDuties.objects.create(person=person, start_on=subject_since, end_on=subject_until)
        place = {"territory_id": territory.pk} if territory else {"authority_id": authority.pk}
        grant(person_id=person.pk, reason=AccessReason.RESIDENCE, source_id=person.pk, start_on=start, **place)
        return person

    def persons(self, how_many: int, **options: Any) -> list[Person]:
        """Return ``how_many`` new persons called « Personne 001 »…"""
        return [self.person(f"Personne {i:03d}", **options) for i in range(1, how_many + 1)]

    # Network and places

    def user(self, username: str, role: RoleCode, *, first_name: str = "", last_name: str = "", **place: Any) -> User:
        """Return a new user with one role in ``organisation=`` or ``authority=`` (and maybe ``territory=``)."""
        return _user(self.system, username, role, first_name or username.capitalize(), last_name, **place)

    def organisation(self, name: str, *, authority: Authority | None = None, **options: Any) -> Organisation:
        """Return a new organisation."""
        authority = authority or self.authority
        return create_organisation(actor=self.system, on=BEGINNING, authority_id=authority.pk, name=name, **options)

    def place(
        self,
        organisation: Organisation | None = None,
        *,
        action_code: str = ACTION,
        framework_code: str = FRAMEWORK,
        places: int = 20,
        start_on: date = date(2020, 1, 1),
        end_on: date = date(2020, 12, 31),
        kind: AgreementKind = AgreementKind.CONVENTION,
    ) -> AgreementLine:
        """Return a new line of places of an organisation, in an agreement of its own."""
        organisation = organisation or self.house
        agreement = create_agreement(
            actor=self.system,
            on=start_on,
            organisation_id=organisation.pk,
            reference=f"CONV-{next(self.numbers):04d}",
            start_on=start_on,
            end_on=end_on,
            kind=kind,
            lines=[Place(framework_code=framework_code, action_code=action_code, places=places)],
        )
        return agreement.lines.get()

    # Links of the chain

    def oriented(
        self, person: Person | None = None, *, line: AgreementLine | None = None, on: date = ORIENTED_ON
    ) -> Orientation:
        """Orient a person (a new one when left out) to the places of ``line``."""
        return orient(
            actor=self.orientation_officer,
            on=on,
            person_id=(person or self.person()).pk,
            line_id=(line or self.line).pk,
            reason="Recherche d’emploi",
        )

    def enrolled(
        self,
        person: Person | None = None,
        *,
        line: AgreementLine | None = None,
        on: date = ORIENTED_ON,
        start_on: date | None = None,
        caseworker: User | None = None,
    ) -> Enrolment:
        """Orient a person on ``on`` and enrol from ``start_on`` (the same day when left out)."""
        orientation = self.oriented(person, line=line, on=on)
        start_on = start_on or on
        return enrol(
            actor=self.orientation_officer if caseworker is None else self.system,
            on=max(on, start_on),
            person_id=orientation.person_id,
            line_id=orientation.line_id,
            start_on=start_on,
            orientation_id=orientation.pk,
            caseworker_id=caseworker.pk if caseworker else None,
        )


def _user(system: User, username: str, role: RoleCode, first_name: str, last_name: str, **place: Any) -> User:
    user = create_user(actor=system, on=BEGINNING, username=username, first_name=first_name, last_name=last_name)
    ids = {f"{name}_id": row.pk for name, row in place.items()}
    create_membership(actor=system, on=BEGINNING, user_id=user.pk, role=role, **ids)
    return user


def create() -> World:
    """Make the world. Fictitious names; the authority's code is the one of the real Lyon rulebooks."""
    system = system_user()
    given = {"actor": system, "on": BEGINNING}
    lyon = create_authority(
        code="metropole_lyon", name="Métropole de Lyon", short_name="Grand Lyon", department="69", **given
    )
    nord = create_authority(code="nord", name="Département du Nord", short_name="Nord", department="59", **given)
    east = create_territory(authority_id=lyon.pk, code="est", name="Territoire Est", **given)
    west = create_territory(authority_id=lyon.pk, code="ouest", name="Territoire Ouest", **given)
    house = create_organisation(authority_id=lyon.pk, name="Maison des parcours", territory_id=east.pk, **given)
    neighbour = create_organisation(authority_id=lyon.pk, name="Atelier voisin", territory_id=east.pk, **given)

    world = World(
        authority=lyon,
        neighbour_authority=nord,
        east=east,
        west=west,
        house=house,
        neighbour=neighbour,
        system=system,
        line=None,  # type: ignore[arg-type]
        neighbour_line=None,  # type: ignore[arg-type]
    )
    world.line = world.place(house)
    world.neighbour_line = world.place(neighbour, action_code=OTHER_ACTION, places=10)
    return world


@cache
def _shipped() -> tuple[tuple[int, Loaded], ...]:
    return tuple(enumerate(load_content(), start=1_000_001))


@pytest.fixture
def rulebooks(db: None) -> None:
    """The shipped rulebooks, adopted. Written without their published values, under the same keys in every test, so that
    they are parsed once; tests of the adoption itself call ``adopt``."""
    adopt_shipped()


def adopt_shipped(*, but: Iterable[str] = ()) -> None:
    """Adopt the shipped rulebooks, those of these codes left out."""
    held = set(but)
    RulebookVersion.objects.bulk_create(
        RulebookVersion(
            pk=pk,
            code=one.rulebook.code,
            version=one.rulebook.version,
            authority_code=one.rulebook.authority.code,
            label=one.rulebook.framework.label,
            valid_from=one.rulebook.framework.valid_from,
            valid_to=one.rulebook.framework.valid_to,
            applies_to=one.rulebook.framework.valid_to,
            raw=one.raw,
            sha256=hashlib.sha256(one.raw).hexdigest(),
            adopted_on=BEGINNING,
        )
        for pk, one in _shipped()
        if one.rulebook.code not in held
    )


@pytest.fixture
def world(db: None) -> World:
    """The world, rolled back after the test."""
    return create()


@pytest.fixture
def committed_world(made_once: Callable[[Callable[[], World]], World]) -> World:
    """The world, committed: for tests with several connections. The tables are emptied after the test."""
    return made_once(create)


def days(first: date, how_many: int, step: int = 1) -> Sequence[date]:
    """Return ``how_many`` dates from ``first``, ``step`` days apart."""
    return [first + timedelta(days=step * i) for i in range(how_many)]
