"""An orientation is a dated decision of the authority; who may enter an action is said by its rulebook."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import Channel, Orientation
from jalons.pathways.operations import orient, orient_and_begin
from jalons.people.models import Person, RightState
from jalons.people.permissions import may_reach
from tests.worlds import SUBJECT_SINCE, World

ON = date(2020, 2, 3)


def decide(world: World, person: Person, **options: object):
    given = {
        "actor": world.orientation_officer,
        "on": ON,
        "line_id": world.line.pk,
        "reason": "Recherche d’emploi",
    } | options
    return orient(person_id=person.pk, **given)


@pytest.mark.req("R-017", "R-027", "R-032")
def test_a_decision_keeps_who_when_where_why_and_takes_effect_on_its_own_day(world):
    person = world.person()
    made = decide(
        world, person, on=date(2020, 9, 12), channel=Channel.INFORMATION_SESSION, proposed_by_id=world.neighbour.pk
    )
    assert (made.decided_on, made.decided_by, made.reason) == (
        date(2020, 9, 12),
        world.orientation_officer,
        "Recherche d’emploi",
    )
    assert (made.organisation, made.action_code, made.channel) == (
        world.house,
        world.line.action_code,
        "information_session",
    )
    assert made.proposed_by == world.neighbour
    assert made.accompaniment_type == "employment"
    assert made.subject_since == SUBJECT_SINCE


@pytest.mark.req("R-031")
def test_the_preflag_is_kept_beside_the_decision(world):
    assert decide(world, world.person(), preflag="Pôle emploi").preflag == "Pôle emploi"


def test_the_file_opens_to_the_organisation_on_the_day_of_the_decision(world):
    person = world.person()
    assert not may_reach(world.caseworker, person.pk, on=ON)
    decide(world, person)
    assert may_reach(world.caseworker, person.pk, on=ON)
    assert not may_reach(world.caseworker, person.pk, on=date(2020, 2, 2))
    assert not may_reach(world.stranger, person.pk, on=ON)


@pytest.mark.req("R-017")
@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"right": RightState.CLOSED}, "rsa"),
        ({"right": None}, "rsa"),
        ({"subject_since": None}, "rights_and_duties"),
        ({"subject_until": date(2020, 1, 31)}, "rights_and_duties"),
        ({"domiciled": False}, "domicile"),
    ],
)
def test_who_does_not_meet_a_condition_is_refused_with_its_reason(world, options, code):
    with pytest.raises(Refusal) as refused:
        decide(world, world.person(**options))
    assert refused.value.code == code


@pytest.mark.req("R-018")
def test_an_action_of_the_rsa_socle_refuses_another_rsa(world):
    nord = world.organisation("Coaching du Nord", authority=world.neighbour_authority)
    territory = world.neighbour_authority.territories.create(code="cambresis", name="Cambrésis")
    line = world.place(nord, action_code="nord_ii2_coaching", framework_code="nord_2019_2021")
    with pytest.raises(Refusal, match="RSA socle"):
        decide(world, world.person(territory=territory, basic_rsa=False), actor=world.foreign_officer, line_id=line.pk)
    assert decide(world, world.person(territory=territory), actor=world.foreign_officer, line_id=line.pk)


def test_a_second_decision_is_a_reorientation(world):
    person = world.person()
    decide(world, person)
    with pytest.raises(Refusal, match="faites une réorientation") as refused:
        decide(world, person, line_id=world.neighbour_line.pk)
    assert refused.value.code == "orientation_one_in_force"


def test_an_offer_that_is_over_is_refused(world):
    old = world.place(world.house, start_on=date(2019, 1, 1), end_on=date(2019, 12, 31))
    with pytest.raises(Refusal, match="du 01/01/2019 au 31/12/2019"):
        decide(world, world.person(), line_id=old.pk)


def test_a_decision_has_a_reason(world):
    with pytest.raises(Refusal, match="motif"):
        decide(world, world.person(), reason="  ")


@pytest.mark.req("R-038")
def test_full_places_never_block(world):
    line = world.place(world.house, places=1)
    decide(world, world.person(), line_id=line.pk)
    assert decide(world, world.person(), line_id=line.pk)


@pytest.mark.req("R-007")
def test_the_head_of_the_territory_decides_the_one_of_another_territory_does_not(world):
    person = world.person()
    with pytest.raises(NotAllowed):
        decide(world, person, actor=world.west_social_head)
    assert decide(world, person, actor=world.social_head)


@pytest.mark.parametrize(
    "role", ["caseworker", "head", "steering_officer", "data_officer", "administrator", "foreign_officer"]
)
def test_other_roles_do_not_decide(world, role):
    with pytest.raises(NotAllowed):
        decide(world, world.person(), actor=getattr(world, role))


@pytest.mark.req("R-035")
def test_an_orientation_of_another_authority_does_not_make_the_first_one_here_a_reorientation(world):
    person = world.person()
    elsewhere = world.organisation("Structure du Nord", authority=world.neighbour_authority)
    Orientation.objects.create(
        person=person, authority=world.neighbour_authority, organisation=elsewhere, line=world.place(elsewhere),
        action_code="nord_i1_iod", channel=Channel.INDIVIDUAL, decided_on=date(2020, 1, 10),
        decided_by=world.foreign_officer, reason="Avant son déménagement",
    )  # fmt: skip
    begun = orient_and_begin(
        actor=world.social_head, on=date(2020, 2, 3), person_id=person.pk, line_id=world.line.pk, reason="Emploi"
    )
    assert (begun.orientation.authority, begun.orientation.replaces) == (world.authority, None)
