"""A planned rhythm follows the pathway, and never goes below what the framework asks."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.agenda.models import Rhythm
from jalons.agenda.operations import set_rhythm
from jalons.agenda.queries.rhythms import guidance_of, rhythm_of
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import Enrolment
from tests.worlds import World

NORD, COACHING = "nord_2019_2021", "nord_ii2_coaching"


def planned(world: World, enrolment: Enrolment, every: int, unit: str, start_on: date) -> Rhythm:
    return set_rhythm(
        actor=world.caseworker,
        on=start_on,
        person_id=enrolment.person_id,
        organisation_id=world.house.pk,
        every=every,
        unit=unit,
        start_on=start_on,
    )


@pytest.mark.req("R-049")
def test_interviews_come_closer_then_further_apart_but_never_below_five_a_year(world, rulebooks):
    enrolment = world.enrolled(caseworker=world.caseworker)
    planned(world, enrolment, 1, "week", date(2020, 2, 3))
    planned(world, enrolment, 2, "month", date(2020, 6, 1))
    with pytest.raises(Refusal, match="Au moins cinq rendez-vous") as refused:
        planned(world, enrolment, 3, "month", date(2020, 9, 1))
    assert refused.value.code == "rhythm_below_minimum"
    rows = Rhythm.objects.order_by("start_on").values_list("every", "unit", "start_on", "end_on")
    assert list(rows) == [
        (1, "week", date(2020, 2, 3), date(2020, 5, 31)),
        (2, "month", date(2020, 6, 1), None),
    ]
    found = rhythm_of(enrolment.person_id, world.house.pk, on=date(2020, 5, 31))
    assert found is not None
    assert found.unit == "week"


@pytest.mark.req("R-049", "R-050")
def test_coaching_is_weekly_at_least(world, rulebooks):
    line = world.place(framework_code=NORD, action_code=COACHING)
    enrolment = world.enrolled(line=line, caseworker=world.caseworker)
    planned(world, enrolment, 1, "week", date(2020, 2, 3))
    with pytest.raises(Refusal, match="une rencontre physique par semaine"):
        planned(world, enrolment, 2, "week", date(2020, 3, 2))


@pytest.mark.req("R-051")
def test_the_rhythm_of_the_plie_is_guidance_not_a_rule(world, participant):
    given = guidance_of(participant.person_id, world.house.pk, on=date(2017, 3, 6))
    assert given is not None
    assert "un repère, non contrôlé" in given.words
    assert planned(world, participant, 3, "month", date(2017, 3, 6)).every == 3


def test_a_rhythm_is_of_the_list_and_after_the_one_before(world, participant):
    planned(world, participant, 1, "week", date(2017, 4, 3))
    with pytest.raises(Refusal, match="commence déjà après"):
        planned(world, participant, 1, "month", date(2017, 3, 6))
    with pytest.raises(Refusal, match="pas de la liste"):
        planned(world, participant, 5, "week", date(2017, 5, 1))
    planned(world, participant, 1, "month", date(2017, 4, 3))
    assert Rhythm.objects.count() == 1


def test_the_neighbour_plans_no_rhythm(world, participant):
    with pytest.raises(NotAllowed):
        set_rhythm(
            actor=world.stranger,
            on=world.day,
            person_id=participant.person_id,
            organisation_id=world.house.pk,
            every=1,
            unit="week",
            start_on=world.day,
        )
