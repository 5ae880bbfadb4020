"""Organisations that answer together: places and persons for the group and for each member (R-008)."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.agreements.groups import answer_with_group, report_of
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.groups import add_member, create_group, end_member, groups_of
from tests.worlds import World

ON = date(2020, 6, 1)


def group_of(world: World, name: str = "UFCS", *, members: tuple[object, ...] = ()):
    given = {"actor": world.steering_officer, "on": ON}
    group = create_group(**given, authority_id=world.authority.pk, name=name)
    for one in members:
        add_member(**given, group_id=group.pk, organisation_id=one.pk, start_on=date(2020, 1, 1))
    return group


@pytest.mark.req("R-008")
def test_the_group_holds_35_places_used_by_its_member_besides_its_own(world):
    alis = world.organisation("ALIS")
    group = group_of(world, members=(alis, world.neighbour))
    innovants = world.place(alis, action_code="lyon_emploi_innovant_2020", places=35)
    world.place(alis, places=12)
    answer_with_group(actor=world.steering_officer, on=ON, agreement_id=innovants.agreement_id, group_id=group.pk)
    world.enrolled(line=innovants)
    report = report_of(group, on=ON)
    assert (report.whole.places, report.whole.occupied, report.whole.followed) == (35, 1, 1)
    parts = {one.name: (part.places, whole.places) for one, part, whole in report.parts}
    assert parts == {"ALIS": (35, 47), "Atelier voisin": (0, 10)}


@pytest.mark.req("R-008")
def test_a_member_has_dates_and_cannot_be_there_twice(world):
    group = group_of(world, members=(world.house,))
    given = {"actor": world.steering_officer, "on": ON, "group_id": group.pk}
    with pytest.raises(Refusal) as refused:
        add_member(**given, organisation_id=world.house.pk, start_on=ON)
    assert refused.value.code == "group_member_no_overlap"
    member = group.members.get()
    end_member(actor=world.steering_officer, on=ON, member_id=member.pk, last_day=date(2020, 6, 30))
    assert [one.present for one in groups_of([world.authority.pk], on=date(2020, 7, 1))] == [0]
    add_member(**given, organisation_id=world.house.pk, start_on=date(2020, 7, 1))


def test_a_group_has_one_name_and_stays_within_its_authority(world):
    group = group_of(world)
    with pytest.raises(Refusal, match="porte déjà ce nom"):
        group_of(world)
    with pytest.raises(Refusal, match="porte un nom"):
        group_of(world, " ")
    stranger = world.organisation("Du Nord", authority=world.neighbour_authority)
    with pytest.raises(Refusal, match="pas de la même autorité"):
        add_member(actor=world.steering_officer, on=ON, group_id=group.pk, organisation_id=stranger.pk, start_on=ON)


@pytest.mark.parametrize("role", ["caseworker", "head", "social_head", "orientation_officer", "foreign_officer"])
def test_who_does_not_manage_agreements_makes_no_group(world, role):
    with pytest.raises(NotAllowed):
        create_group(actor=getattr(world, role), on=ON, authority_id=world.authority.pk, name="Autre")
