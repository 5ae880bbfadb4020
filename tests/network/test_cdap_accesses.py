"""Who holds an individual access to CDAP: noted by the head of the house or the administrator, ended with the post."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.cdap import accesses, end_access, holds_access, open_access, posted
from jalons.network.models import CdapAccess, Membership, RoleCode
from jalons.network.operations import create_membership, deactivate_user, end_membership
from tests.worlds import DAY, World

SINCE = date(2020, 3, 2)
EVE = DAY - timedelta(days=1)


def access(world: World, **more: Any) -> CdapAccess:
    given: dict[str, Any] = {
        "actor": world.head,
        "on": DAY,
        "user_id": world.caseworker.pk,
        "organisation_id": world.house.pk,
        "start_on": SINCE,
    }
    return open_access(**{**given, **more})


@pytest.mark.req("R-044")
def test_who_holds_an_access_since_when_until_when_and_by_whom_is_known(world: World) -> None:
    made = access(world)
    assert (made.user, made.organisation, made.start_on, made.recorded_by) == (
        world.caseworker, world.house, SINCE, world.head,
    )  # fmt: skip
    held = {day: holds_access(world.caseworker, on=day) for day in (SINCE - timedelta(days=1), SINCE, DAY)}
    assert list(held.values()) == [False, True, True]
    end_access(actor=world.administrator, on=DAY, access_id=made.pk, last_day=EVE)
    made.refresh_from_db()
    assert (made.end_on, made.ended_by) == (EVE, world.administrator)
    assert holds_access(world.caseworker, on=EVE)
    assert not holds_access(world.caseworker, on=DAY)
    assert not holds_access(world.colleague, on=EVE)


@pytest.mark.req("R-044")
def test_the_head_of_the_house_or_the_administrator_says_it_nobody_else(world: World) -> None:
    access(world)
    access(world, actor=world.administrator, user_id=world.colleague.pk)
    for other in (world.caseworker, world.neighbour_head, world.orientation_officer, world.steering_officer):
        with pytest.raises(NotAllowed, match="responsable d’organisme, administrateur"):
            access(world, actor=other, user_id=world.head.pk)
        with pytest.raises(NotAllowed):
            end_access(actor=other, on=DAY, access_id=CdapAccess.objects.first().pk, last_day=DAY)  # type: ignore[union-attr]
    access(world, actor=world.neighbour_head, user_id=world.stranger.pk, organisation_id=world.neighbour.pk)
    assert [one.user for one in accesses(world.neighbour_head, on=DAY)] == [world.stranger]
    assert {one.user for one in accesses(world.head, on=DAY)} == {world.caseworker, world.colleague}
    assert accesses(world.administrator, on=DAY).count() == 3
    assert {one.user for one in posted(world.neighbour_head, on=DAY)} == {world.stranger, world.neighbour_head}


@pytest.mark.req("R-044")
@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"start_on": DAY + timedelta(days=1)}, "cdap_access_to_come"),
        ({"start_on": date(2019, 12, 31)}, "cdap_access_of_another_house"),  # before the post
        ({"start_on": date(2020, 6, 1)}, "cdap_access_no_overlap"),
    ],
)
def test_an_access_is_of_a_professional_of_the_house_on_a_day_come_and_held_once(
    world: World, more: dict[str, Any], code: str
) -> None:
    access(world)
    with pytest.raises(Refusal) as refused, transaction.atomic():
        access(world, **more)
    assert refused.value.code == code


def test_an_access_is_not_noted_for_who_works_elsewhere(world: World) -> None:
    with pytest.raises(Refusal, match="ne travaille pas dans cet organisme"):
        access(world, user_id=world.stranger.pk)


@pytest.mark.parametrize(
    ("last_day", "code"),
    [
        (SINCE - timedelta(days=1), "cdap_access_dates_ordered"),
        (DAY + timedelta(days=1), "cdap_access_end_to_come"),
    ],
)
def test_the_end_of_an_access_is_a_day_come_and_not_before_it_began(world: World, last_day: date, code: str) -> None:
    made = access(world)
    with pytest.raises(Refusal) as refused:
        end_access(actor=world.head, on=DAY, access_id=made.pk, last_day=last_day)
    assert refused.value.code == code
    end_access(actor=world.head, on=DAY, access_id=made.pk, last_day=EVE)
    with pytest.raises(Refusal, match="déjà terminé, le 14/10/2020"):
        end_access(actor=world.head, on=DAY, access_id=made.pk, last_day=EVE)
    assert access(world, start_on=DAY).pk != made.pk  # held again


@pytest.mark.req("R-044")
def test_an_access_ends_with_the_last_post_in_the_organisation(world: World) -> None:
    access(world)
    post = Membership.objects.get(user=world.caseworker)
    given: dict[str, Any] = {"actor": world.administrator, "on": DAY}
    second = create_membership(
        **given, user_id=world.caseworker.pk, role=RoleCode.ORGANISATION_HEAD, organisation_id=world.house.pk
    )
    end_membership(**given, membership_id=post.pk)
    assert CdapAccess.objects.get().end_on is None  # still works there
    end_membership(**given, membership_id=second.pk)
    assert (CdapAccess.objects.get().end_on, CdapAccess.objects.get().ended_by) == (DAY, world.administrator)


def test_closing_an_account_ends_its_accesses(world: World) -> None:
    access(world)
    deactivate_user(actor=world.administrator, on=DAY, user_id=world.caseworker.pk)
    assert CdapAccess.objects.get().end_on == EVE


@pytest.mark.parametrize("wrong", [{"end_on": date(2020, 1, 1)}, {"end_on": DAY, "ended_by": None}, {"end_on": None}])
def test_the_database_keeps_an_access_whole(world: World, wrong: dict[str, Any]) -> None:
    made = access(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        CdapAccess.objects.filter(pk=made.pk).update(**{"ended_by": world.head, **wrong})


@pytest.mark.req("R-044")
class TestScreens:
    def test_the_head_notes_an_access_then_its_end(self, world: World, client: Client) -> None:
        holder = world.caseworker
        client.force_login(world.head)
        posts = {"post": f"{world.house.pk}-{holder.pk}", "start_on": "02/03/2020"}
        page = client.post("/pilotage/equipes/acces-cdap/nouveau/", posts, follow=True).content.decode()
        assert "Accès CDAP noté." in page
        assert "02/03/2020" in page
        assert "Anne Roux" in page
        again = client.post("/pilotage/equipes/acces-cdap/nouveau/", posts).content.decode()
        assert "a déjà un accès CDAP noté à ces dates" in again
        made = CdapAccess.objects.get()
        end = f"/pilotage/equipes/acces-cdap/{made.pk}/fin/"
        assert client.post(end, {"last_day": "14/10/2020"}, follow=True).status_code == 200
        assert "Anne Roux" not in client.get("/pilotage/equipes/acces-cdap/?etat=en-cours").content.decode()
        assert "14/10/2020" in client.get("/pilotage/equipes/acces-cdap/?etat=termines").content.decode()

    def test_the_link_to_cdap_is_for_who_holds_an_access_and_says_nothing_of_the_person(
        self, world: World, client: Client, settings: Any
    ) -> None:
        settings.JALONS_CDAP_URL = "https://cdap.example.org/"
        person = world.person("Zwarteveen")
        world.enrolled(person, caseworker=world.caseworker)
        access(world)
        link = '<a href="https://cdap.example.org/" target="_blank" rel="noopener noreferrer">'
        seen = {}
        for user in (world.caseworker, world.colleague, world.head):
            client.force_login(user)
            pages = [client.get(f"/personnes/{person.key}/{part}").content.decode() for part in ("", "caf/")]
            seen[user.username] = [link in page for page in pages]
        assert seen == {"referente": [True, True], "collegue": [False, False], "responsable": [False, False]}
