"""Who acts in the demonstration: référents and a head per organisation, a chef de service social per territory, an officer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from jalons.kernel.operation import operation
from jalons.network.models import Authority, Membership, Organisation, RoleCode, Territory, User
from jalons.network.operations import create_membership, create_user
from jalons.simulation.names import MEN, SURNAMES, WOMEN


@dataclass(frozen=True, slots=True)
class Cast:
    """The users by what they do: ids of organisations and territories to users."""

    system: User
    officer: User
    caseworkers: Mapping[int, tuple[User, ...]]
    heads: Mapping[int, User]
    chiefs: Mapping[int, User]

    def caseworker_of(self, organisation_id: int, person_id: int) -> User:
        """Return the référent of a person in an organisation: always the same."""
        team = self.caseworkers[organisation_id]
        return team[person_id % len(team)]

    def chief_of(self, territory_id: int | None) -> User:
        """Return who decides for the authority on a territory; the technical account where nobody is named."""
        return self.system if territory_id is None else self.chiefs.get(territory_id, self.system)


@operation
def hire(*, actor: User, on: date, authority: Authority, teams: Mapping[int, int], since: date) -> Cast:
    """Fill the teams (organisation → number of référents); those already there keep their post."""
    for organisation in Organisation.objects.filter(pk__in=teams).order_by("pk"):
        _fill(actor, on, RoleCode.CASEWORKER, teams[organisation.pk], since, organisation=organisation)
        _fill(actor, on, RoleCode.ORGANISATION_HEAD, 1, since, organisation=organisation)
    for territory in Territory.objects.filter(authority=authority).order_by("pk"):
        _fill(actor, on, RoleCode.SOCIAL_SERVICE_HEAD, 1, since, territory=territory)
    return cast_of(actor, authority, teams)


def _fill(
    actor: User,
    on: date,
    role: RoleCode,
    number: int,
    since: date,
    *,
    organisation: Organisation | None = None,
    territory: Territory | None = None,
) -> None:
    held = Membership.objects.filter(role=role, organisation=organisation, territory=territory).count()
    place = organisation or territory
    assert place is not None
    for rank in range(held, number):
        pick = place.pk * 31 + rank * 7 + len(role)
        first_names = WOMEN if pick % 2 else MEN
        user = create_user(
            actor=actor,
            on=on,
            username=f"fictif-{role}-{place.pk}-{rank + 1}".replace("_", "-"),
            first_name=first_names[pick % len(first_names)].title(),
            last_name=SURNAMES[pick * 13 % len(SURNAMES)].title(),
        )
        create_membership(
            actor=actor,
            on=on,
            user_id=user.pk,
            role=role,
            organisation_id=organisation.pk if organisation else None,
            authority_id=territory.authority_id if territory else None,
            territory_id=territory.pk if territory else None,
            start_on=since,
        )


def cast_of(system: User, authority: Authority, organisations: Collection[int]) -> Cast:
    """Read the cast back from the memberships."""
    caseworkers: dict[int, list[User]] = {}
    heads: dict[int, User] = {}
    chiefs: dict[int, User] = {}
    rows = Membership.objects.filter(organisation_id__in=list(organisations)) | Membership.objects.filter(
        authority=authority
    )
    officer = system
    for row in rows.select_related("user").order_by("pk"):
        if row.role == RoleCode.CASEWORKER and row.organisation_id is not None:
            caseworkers.setdefault(row.organisation_id, []).append(row.user)
        elif row.role == RoleCode.ORGANISATION_HEAD and row.organisation_id is not None:
            heads[row.organisation_id] = row.user
        elif row.role == RoleCode.SOCIAL_SERVICE_HEAD and row.territory_id is not None:
            chiefs[row.territory_id] = row.user
        elif row.role == RoleCode.ORIENTATION_OFFICER:
            officer = row.user
    return Cast(system, officer, {place: tuple(team) for place, team in caseworkers.items()}, heads, chiefs)
