"""Opening and closing authorities, organisations, accounts and roles."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.test import Client

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network import operations
from jalons.network.models import Commune, Membership, Organisation, OrganisationKind, RoleCode, User
from jalons.network.permissions import ROLES, Permission, may, permissions_of
from jalons.network.queries import accounts, authorities_of, members, role_matrix
from tests.worlds import DAY, World

PASSWORD = "un long mot de passe de test"


def give(world: World, user: User, role: RoleCode = RoleCode.CASEWORKER, **options: object) -> Membership:
    arguments = {
        "actor": world.administrator,
        "on": DAY,
        "user_id": user.pk,
        "role": role,
        "organisation_id": world.house.pk,
    }
    return operations.create_membership(**(arguments | options))  # type: ignore[arg-type]


def account(world: World, username: str = "nouvelle") -> User:
    return operations.create_user(actor=world.administrator, on=DAY, username=username, password=PASSWORD)


class TestInstallation:
    @pytest.mark.req("R-001")
    def test_the_system_opens_an_authority_nobody_else_does(self, world: World) -> None:
        arguments = {"on": DAY, "code": "rhone", "name": "Département du Rhône", "department": "69"}
        made = operations.create_authority(actor=world.system, **arguments)  # type: ignore[arg-type]
        assert (made.code, made.short_name) == ("rhone", "Département du Rhône")
        with pytest.raises(Refusal, match="à l’installation"):
            operations.create_authority(actor=world.administrator, **arguments)  # type: ignore[arg-type]

    @pytest.mark.req("R-002", "R-003")
    def test_an_authority_has_territories_and_their_communes(self, world: World) -> None:
        north = operations.create_territory(
            actor=world.administrator, on=DAY, authority_id=world.authority.pk, code="nord", name="Territoire Nord"
        )
        operations.create_communes(
            actor=world.administrator, on=DAY, territory_id=north.pk, communes={"69034": "Caluire-et-Cuire"}
        )
        assert Commune.objects.get(territory=north).name == "Caluire-et-Cuire"
        with pytest.raises(Refusal, match="code de territoire existe déjà"):
            operations.create_territory(
                actor=world.administrator, on=DAY, authority_id=world.authority.pk, code="nord", name="Autre"
            )
        with pytest.raises(NotAllowed):
            operations.create_territory(
                actor=world.administrator, on=DAY, authority_id=world.neighbour_authority.pk, code="x", name="X"
            )

    def test_the_system_user_is_one_and_cannot_sign_in(self, world: World) -> None:
        assert operations.system_user() == operations.system_user() == world.system
        assert not Client().login(username="system", password="!")


class TestOrganisation:
    @pytest.mark.req("R-008")
    def test_its_name_stays_as_given(self, world: World) -> None:
        made = operations.create_organisation(
            actor=world.steering_officer, on=DAY, authority_id=world.authority.pk, name="A D I E"
        )
        assert (made.name, made.kind) == ("A D I E", OrganisationKind.ASSOCIATION)

    def test_a_wrong_siret_or_a_foreign_territory_is_refused(self, world: World) -> None:
        arguments = {
            "actor": world.steering_officer,
            "on": DAY,
            "authority_id": world.neighbour_authority.pk,
            "name": "X",
        }
        with pytest.raises(NotAllowed):
            operations.create_organisation(**arguments)  # type: ignore[arg-type]
        arguments["authority_id"] = world.authority.pk
        with pytest.raises(Refusal, match="SIRET n’est pas valable"):
            operations.create_organisation(siret="12345678901234", **arguments)  # type: ignore[arg-type]
        arguments |= {"actor": world.system, "authority_id": world.neighbour_authority.pk}
        with pytest.raises(Refusal, match="pas celui de l’autorité"):
            operations.create_organisation(territory_id=world.east.pk, **arguments)  # type: ignore[arg-type]

    def test_many_at_once_leave_the_known_ones(self, world: World) -> None:
        kinds = {"Maison des parcours": OrganisationKind.CCAS, "Neuve": OrganisationKind.CCAS}
        made = operations.create_organisations(
            actor=world.steering_officer, on=DAY, authority_id=world.authority.pk, kinds=kinds
        )
        assert [one.name for one in made] == ["Neuve"]
        assert Organisation.objects.get(pk=world.house.pk).kind == OrganisationKind.ASSOCIATION


class TestRole:
    @pytest.mark.req("R-006")
    def test_a_new_account_may_nothing_until_it_has_a_role(self, world: World) -> None:
        user = account(world)
        assert permissions_of(user, on=DAY) == frozenset()
        give(world, user)
        user = User.objects.get(pk=user.pk)
        assert permissions_of(user, on=DAY) == ROLES[RoleCode.CASEWORKER].permissions

    def test_a_role_counts_from_its_first_to_its_last_day(self, world: World) -> None:
        user = account(world)
        give(world, user, start_on=DAY, end_on=DAY + timedelta(days=9))
        allowed = [
            may(User.objects.get(pk=user.pk), Permission.NOTE_READ, on=DAY + timedelta(days=n)) for n in (-1, 0, 9, 10)
        ]
        assert allowed == [False, True, True, False]

    def test_a_role_is_ended_on_a_day(self, world: World) -> None:
        user = account(world)
        membership = give(world, user)
        operations.end_membership(actor=world.administrator, on=DAY, membership_id=membership.pk)
        assert may(User.objects.get(pk=user.pk), Permission.NOTE_READ, on=DAY)
        assert not may(User.objects.get(pk=user.pk), Permission.NOTE_READ, on=DAY + timedelta(days=1))
        with pytest.raises(Refusal, match="déjà terminée"):
            operations.end_membership(
                actor=world.administrator, on=DAY + timedelta(days=2), membership_id=membership.pk
            )

    def test_the_same_role_twice_is_refused(self, world: World) -> None:
        user = account(world)
        give(world, user)
        with pytest.raises(Refusal, match="a déjà ce rôle"):
            give(world, user, start_on=DAY + timedelta(days=30))

    def test_a_role_needs_a_place_and_dates_in_order(self, world: World) -> None:
        user = account(world)
        with pytest.raises(Refusal, match="pour un organisme, ou pour une autorité"):
            give(world, user, organisation_id=None)
        with pytest.raises(Refusal, match="pour un organisme, ou pour une autorité"):
            give(world, user, authority_id=world.authority.pk)
        with pytest.raises(Refusal, match="finir avant de commencer"):
            give(world, user, end_on=DAY - timedelta(days=1))

    def test_an_administrator_stays_within_the_authority(self, world: World) -> None:
        elsewhere = world.organisation("Ailleurs", authority=world.neighbour_authority)
        user = account(world)
        with pytest.raises(NotAllowed):
            give(world, user, organisation_id=elsewhere.pk)
        with pytest.raises(NotAllowed):
            give(world, user, organisation_id=None, authority_id=world.neighbour_authority.pk)

    def test_only_administrators_open_accounts(self, world: World) -> None:
        for actor in (world.head, world.social_head, world.steering_officer, world.data_officer):
            with pytest.raises(NotAllowed, match="administrateur"):
                operations.create_user(actor=actor, on=DAY, username="x")

    def test_a_username_is_taken_once(self, world: World) -> None:
        account(world)
        with pytest.raises(Refusal, match="déjà cet identifiant"):
            account(world)


class TestClosing:
    def test_a_closed_account_loses_its_sessions_at_once_and_for_good(self, world: World) -> None:
        user = account(world)
        client = Client()
        assert client.login(username="nouvelle", password=PASSWORD)
        assert get_user(_request(client)).is_authenticated
        operations.deactivate_user(actor=world.administrator, on=DAY, user_id=user.pk)
        assert not get_user(_request(client)).is_authenticated
        User.objects.filter(pk=user.pk).update(is_active=True)  # opened again one day
        assert not get_user(_request(client)).is_authenticated
        assert not Client().login(username="nouvelle", password=PASSWORD)

    def test_its_roles_end_and_those_to_come_go(self, world: World) -> None:
        user = account(world)
        give(world, user, start_on=date(2020, 2, 1))
        give(world, user, RoleCode.ORGANISATION_HEAD, start_on=date(2020, 12, 1))
        operations.deactivate_user(actor=world.administrator, on=DAY, user_id=user.pk)
        assert list(user.memberships.values_list("role", "end_on")) == [("caseworker", DAY - timedelta(days=1))]
        assert permissions_of(User.objects.get(pk=user.pk), on=DAY) == frozenset()
        with pytest.raises(Refusal, match="compte est fermé"):
            give(world, user, start_on=date(2021, 1, 1))

    def test_nobody_closes_their_own_account_nor_the_system_s_nor_a_neighbour_s(self, world: World) -> None:
        for user, kind in (
            (world.administrator, Refusal),
            (world.system, Refusal),
            (world.foreign_officer, NotAllowed),
        ):
            with pytest.raises(kind):
                operations.deactivate_user(actor=world.administrator, on=DAY, user_id=user.pk)
            user.refresh_from_db()
            assert user.is_active


class TestReads:
    @pytest.mark.req("R-006")
    def test_the_matrix_of_roles_tells_every_permission_once(self) -> None:
        matrix = role_matrix()
        assert [row.permission for row in matrix] == list(Permission)
        for row in matrix:
            assert row.roles == {code for code, role in ROLES.items() if row.permission in role.permissions}
            assert row.roles, f"nobody has {row.permission}"
        assert next(row for row in matrix if row.permission is Permission.CLOSURE_MAINTAIN).roles == {
            RoleCode.SOCIAL_SERVICE_HEAD
        }

    def test_the_steering_service_never_opens_the_contents_of_a_file(self) -> None:
        assert Permission.PERSON_OPEN not in ROLES[RoleCode.STEERING_OFFICER].permissions
        assert Permission.NOTE_READ not in ROLES[RoleCode.STEERING_OFFICER].permissions

    def test_members_are_those_of_the_day(self, world: World) -> None:
        by_name = [world.colleague, world.caseworker]
        assert world.head not in by_name
        assert list(members(world.house, on=DAY, role=RoleCode.CASEWORKER)) == by_name
        assert not members(world.house, on=date(2019, 12, 31)).exists()

    def test_accounts_of_an_authority_include_those_of_its_organisations(self, world: World) -> None:
        own, foreign = {world.caseworker, world.stranger, world.steering_officer}, world.foreign_officer
        found = {membership.user for membership in accounts(world.authority, on=DAY)}
        assert own <= found
        assert foreign not in found

    def test_the_authorities_of_a_user(self, world: World) -> None:
        assert list(authorities_of(world.caseworker, on=DAY)) == [world.authority]
        assert list(authorities_of(world.foreign_officer, on=DAY)) == [world.neighbour_authority]
        assert len(authorities_of(world.system, on=DAY)) == 2


def _request(client: Client) -> HttpRequest:
    request = HttpRequest()
    request.session = client.session
    return request
