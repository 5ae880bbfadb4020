"""Who reaches whom: each role sees exactly what the access rows say, and a busy neighbour nothing (R-164)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jalons.kernel.refusals import NotAllowed
from jalons.network.models import RoleCode, User
from jalons.network.permissions import ROLES, Permission
from jalons.pathways.operations.enrolment import enrol
from jalons.pathways.operations.orientation import orient
from jalons.people.access import close_grants, grant
from jalons.people.models import AccessReason, DossierAccess, Person
from jalons.people.permissions import may_reach, reachable_persons, require_reach, require_reach_all
from tests.worlds import DAY, World

pytestmark = pytest.mark.req("R-164")


def seen(user: User, permission: Permission = Permission.PERSON_LIST, *, on: date = DAY) -> set[Person]:
    return set(reachable_persons(User.objects.get(pk=user.pk), on=on, permission=permission))


@pytest.fixture
def crowd(world: World) -> dict[str, Person]:
    """One person per way of being there; the neighbours are as busy as the house."""
    elsewhere = world.neighbour_authority.territories.create(code="douaisis", name="Douaisis")
    people = {
        "east": world.person("Est"),
        "west": world.person("Ouest", territory=world.west),
        "nowhere": world.person("Sans domicile", domiciled=False),
        "abroad": world.person("Nord", territory=elsewhere),
        "house": world.person("Maison"),
        "neighbour": world.person("Voisine"),
    }
    for name, line in (("house", world.line), ("neighbour", world.neighbour_line)):
        decision = orient(
            actor=world.orientation_officer, on=DAY, person_id=people[name].pk, line_id=line.pk, reason="Essai"
        )
        enrol(
            actor=world.orientation_officer,
            on=DAY,
            person_id=people[name].pk,
            line_id=line.pk,
            start_on=DAY,
            orientation_id=decision.pk,
        )
    return people


SCOPES = {
    "caseworker": {"house"},
    "colleague": {"house"},
    "head": {"house"},
    "stranger": {"neighbour"},
    "neighbour_head": {"neighbour"},
    "social_head": {"east", "house", "neighbour"},
    "west_social_head": {"west"},
    "orientation_officer": {"east", "west", "nowhere", "house", "neighbour"},
    "steering_officer": {"east", "west", "nowhere", "house", "neighbour"},
    "data_officer": set(),
    "administrator": set(),
    "foreign_officer": {"abroad"},
}


@pytest.mark.parametrize("who", SCOPES)
def test_a_list_holds_exactly_what_the_role_reaches(world: World, crowd: dict[str, Person], who: str) -> None:
    assert seen(getattr(world, who)) == {crowd[name] for name in SCOPES[who]}


@pytest.mark.parametrize("who", SCOPES)
@pytest.mark.parametrize("permission", [Permission.PERSON_OPEN, Permission.PERSON_STATUS, Permission.NOTE_READ])
def test_opening_needs_the_permission_and_the_reach(
    world: World, crowd: dict[str, Person], who: str, permission: Permission
) -> None:
    user = getattr(world, who)
    roles = {RoleCode(role) for role in user.memberships.values_list("role", flat=True)}
    allowed = any(permission in ROLES[role].permissions for role in roles)
    expected = {crowd[name] for name in SCOPES[who]} if allowed else set()
    assert seen(user, permission) == expected
    assert {
        person for person in crowd.values() if may_reach(user, person.pk, on=DAY, permission=permission)
    } == expected


@pytest.mark.req("R-162", "R-009")
def test_the_steering_service_lists_and_never_opens(world: World, crowd: dict[str, Person]) -> None:
    assert seen(world.steering_officer, Permission.PERSON_STATUS)
    with pytest.raises(NotAllowed, match="pas dans votre périmètre"):
        require_reach(world.steering_officer, crowd["east"].pk, on=DAY)


def test_a_refusal_names_nobody(world: World, crowd: dict[str, Person]) -> None:
    with pytest.raises(NotAllowed) as refused:
        require_reach(world.stranger, crowd["house"].pk, on=DAY)
    assert "Maison" not in str(refused.value)
    assert str(crowd["house"].pk) not in str(refused.value)


def test_one_stranger_among_many_refuses_them_all(world: World, crowd: dict[str, Person]) -> None:
    mine, theirs = crowd["house"].pk, crowd["neighbour"].pk
    require_reach_all(world.caseworker, [mine], on=DAY, permission=Permission.PERSON_OPEN)
    with pytest.raises(NotAllowed):
        require_reach_all(world.caseworker, [mine, theirs], on=DAY, permission=Permission.PERSON_OPEN)


class TestPeriods:
    def test_a_grant_counts_from_its_first_to_its_last_day(self, world: World) -> None:
        person = world.person()
        grant(
            person_id=person.pk,
            reason=AccessReason.BODY,
            source_id=7,
            start_on=DAY,
            organisation_id=world.neighbour.pk,
        )
        close_grants(reason=AccessReason.BODY, source_ids=[7], end_on=DAY + timedelta(days=5))
        days = [DAY + timedelta(days=n) for n in (-1, 0, 5, 6)]
        assert [may_reach(world.stranger, person.pk, on=day) for day in days] == [False, True, True, False]

    def test_a_role_ended_reaches_nobody(self, world: World, crowd: dict[str, Person]) -> None:
        world.caseworker.memberships.update(end_on=DAY - timedelta(days=1))
        assert seen(world.caseworker) == set()

    def test_a_closed_account_reaches_nobody_even_the_technical_one(
        self, world: World, crowd: dict[str, Person]
    ) -> None:
        for user in (world.social_head, world.system):
            user.is_active = False
            user.save()
            assert seen(user) == set()


class TestPersonalGrant:
    def test_it_opens_to_one_user_only(self, world: World) -> None:
        person = world.person()
        grant(person_id=person.pk, reason=AccessReason.BODY, source_id=1, start_on=DAY, user_id=world.stranger.pk)
        assert person in seen(world.stranger)
        assert person not in seen(world.neighbour_head)

    def test_it_gives_no_permission_the_roles_do_not_have(self, world: World) -> None:
        person = world.person()
        grant(
            person_id=person.pk, reason=AccessReason.BODY, source_id=1, start_on=DAY, user_id=world.steering_officer.pk
        )
        assert person not in seen(world.steering_officer, Permission.PERSON_OPEN)


def test_two_roles_reach_what_each_allows_and_no_more(world: World, crowd: dict[str, Person]) -> None:
    """A référent of the house who also steers the authority opens the house's files only."""
    world.user("double", RoleCode.CASEWORKER, organisation=world.house)
    both = User.objects.get(username="double")
    both.memberships.create(role=RoleCode.STEERING_OFFICER, authority=world.authority, start_on=date(2020, 1, 1))
    assert seen(both, Permission.PERSON_OPEN) == {crowd["house"]}
    assert seen(both, Permission.PERSON_LIST) == {
        crowd[name] for name in ("east", "west", "nowhere", "house", "neighbour")
    }


def test_grants_are_what_enrolments_and_residence_imply(world: World, crowd: dict[str, Person]) -> None:
    def holder(row: DossierAccess) -> tuple[str, int | None]:
        kind = next(
            name for name in ("organisation_id", "territory_id", "authority_id", "user_id") if getattr(row, name)
        )
        return kind, getattr(row, kind)

    rows = DossierAccess.objects.filter(person=crowd["house"]).exclude(end_on__lt=DAY)
    reached = {(row.reason, *holder(row)) for row in rows}
    assert reached >= {
        (AccessReason.RESIDENCE, "territory_id", world.east.pk),
        (AccessReason.ENROLMENT, "organisation_id", world.house.pk),
    }
    assert all(value == world.house.pk for _, kind, value in reached if kind == "organisation_id")


def test_a_scope_is_one_query_besides_the_roles(
    world: World, crowd: dict[str, Person], django_assert_num_queries
) -> None:  # type: ignore[no-untyped-def]
    user = User.objects.get(pk=world.orientation_officer.pk)
    with django_assert_num_queries(2):
        list(reachable_persons(user, on=DAY))
