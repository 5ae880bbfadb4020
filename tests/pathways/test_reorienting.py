"""A re-orientation closes the former orientation, its enrolments, its référent and its access, on the eve."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import EndReason, Mandate
from jalons.pathways.operations import reorient
from jalons.people.permissions import may_reach
from tests.worlds import World

ON = date(2020, 6, 1)
EVE = date(2020, 5, 31)


def elsewhere(world: World, person_id: int, **options: object):
    given = {
        "actor": world.orientation_officer,
        "on": ON,
        "line_id": world.neighbour_line.pk,
        "reason": "Avis de l’ITT",
    } | options
    return reorient(person_id=person_id, **given)


@pytest.mark.req("R-042", "R-121")
def test_the_former_orientation_and_enrolment_end_on_the_eve_with_the_reason(world):
    enrolment = world.enrolled(caseworker=world.caseworker)
    new = elsewhere(world, enrolment.person_id)
    enrolment.refresh_from_db()
    former = enrolment.orientation
    assert (former.closed_on, former.closed_by, former.closed_reason) == (
        EVE,
        world.orientation_officer,
        "Avis de l’ITT",
    )
    assert (enrolment.end_on, enrolment.end_reason) == (EVE, EndReason.REORIENTATION)
    assert (new.organisation, new.decided_on, new.closed_on) == (world.neighbour, ON, None)
    assert Mandate.objects.get().end_on == EVE


def test_the_file_opens_to_the_new_organisation_and_closes_to_one_that_never_enrolled(world):
    person_id = world.oriented().person_id
    elsewhere(world, person_id)
    assert may_reach(world.stranger, person_id, on=ON)
    assert not may_reach(world.caseworker, person_id, on=ON)


def test_an_organisation_that_accompanied_keeps_the_file_for_the_months_its_authority_sets(world):
    world.authority.file_months_after_end = 2
    world.authority.save()
    person_id = world.enrolled().person_id
    elsewhere(world, person_id)
    assert may_reach(world.caseworker, person_id, on=date(2020, 7, 31))
    assert not may_reach(world.caseworker, person_id, on=date(2020, 8, 1))


def test_a_person_reoriented_within_the_organisation_keeps_the_referent(world):
    enrolment = world.enrolled(caseworker=world.caseworker)
    other = world.place(world.house, action_code="lyon_activite_diversifie_2020")
    elsewhere(world, enrolment.person_id, line_id=other.pk)
    assert Mandate.objects.get().end_on is None


def test_reorienting_on_the_very_day_leaves_no_day_of_the_former(world):
    former = world.oriented(on=ON)
    new = elsewhere(world, former.person_id)
    former.refresh_from_db()
    assert (former.closed_on, new.decided_on) == (EVE, ON)


def test_without_orientation_there_is_nothing_to_reorient(world):
    with pytest.raises(Refusal, match="première orientation"):
        elsewhere(world, world.person().pk)


def test_the_same_offer_is_refused(world):
    with pytest.raises(Refusal, match="déjà orientée vers cette offre"):
        elsewhere(world, world.oriented().person_id, line_id=world.line.pk)


def test_a_reorientation_never_precedes_the_orientation(world):
    with pytest.raises(Refusal, match="03/02/2020"):
        elsewhere(world, world.oriented().person_id, on=date(2020, 2, 1))


def test_a_caseworker_does_not_reorient(world):
    with pytest.raises(NotAllowed):
        elsewhere(world, world.enrolled().person_id, actor=world.caseworker)
