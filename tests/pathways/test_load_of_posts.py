"""How many persons a post accompanies, against what the frameworks say (R-053, R-054, R-055), and the référent's missions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jalons.agreements.queries import capacities
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.operations import end_membership, set_working_time
from jalons.pathways.models import MissionDone
from jalons.pathways.operations import propose_step, record_missions, start_pause, start_step, withdraw_mission
from jalons.pathways.queries.loads import ActionLoad, WorkerLoad, action_loads, worker_loads
from jalons.pathways.rulebook import Shelf
from tests.worlds import ACTION, World

ON = date(2020, 6, 1)
COACHING = "nord_ii2_coaching"


def load(world: World, action: str, active: int, fte: str, followed: int = 0) -> ActionLoad:
    rules = Shelf().post_load_of(action, on=ON)
    return ActionLoad(world.house, action, active, followed, Decimal(fte), rules)


@pytest.mark.req("R-053")
def test_265_persons_for_two_posts_and_a_half_are_106_for_one(world):
    found = load(world, ACTION, 265, "2.5")
    assert found.per_fte == 106
    assert found.over
    assert not load(world, ACTION, 250, "2.5").over


@pytest.mark.req("R-054")
def test_half_a_post_of_the_plie_expects_45_in_the_year_and_35_a_month(world):
    found = load(world, "plie_2014_2020", 30, "0.5")
    assert (found.expected_year, found.expected_month) == (45, 35)


@pytest.mark.req("R-055")
@pytest.mark.parametrize(("cases", "flagged"), [(36, True), (35, False)])
def test_a_coach_with_36_cases_is_flagged_and_35_is_not(world, cases, flagged):
    limit = Shelf().post_load_of(COACHING, on=ON).at_most
    post = world.caseworker.memberships.get()
    assert limit == 35
    assert WorkerLoad(post, cases, ((COACHING, cases),), Decimal(cases) / limit).over is flagged


@pytest.mark.req("R-053")
def test_the_load_of_a_house_counts_its_running_places(world):
    line = world.place(world.house, places=30)
    line.fte = Decimal("0.02")
    line.save()
    for one in world.persons(3):
        world.enrolled(one, line=line, caseworker=world.caseworker)
    (found,) = (one for one in action_loads([world.house.pk], on=ON) if one.fte)
    assert (found.active, found.fte, found.per_fte, found.over) == (3, Decimal("0.02"), 150, True)


@pytest.mark.req("R-055", "R-142")
def test_a_portfolio_counts_running_persons_without_those_on_hold(world):
    stays = [world.enrolled(one, caseworker=world.caseworker) for one in world.persons(3)]
    world.enrolled(caseworker=world.colleague)
    start_pause(actor=world.head, on=ON, enrolment_id=stays[0].pk, start_on=ON, reason="Congé")
    post = world.caseworker.memberships.get()
    set_working_time(actor=world.head, on=ON, membership_id=post.pk, fte=Decimal("0.5"))
    loads = {one.user: one for one in worker_loads(world.house.pk, on=ON)}
    mine = loads[world.caseworker]
    assert (mine.persons, mine.by_action, mine.fte, mine.part) == (2, ((ACTION, 2),), Decimal("0.5"), 4)
    assert loads[world.colleague].persons == 1


@pytest.mark.req("R-055", "R-142")
def test_on_hold_with_a_step_under_way_counts_as_for_the_places(world):
    enrolment = world.enrolled(caseworker=world.caseworker)
    begun = date(2020, 5, 11)
    start_pause(actor=world.head, on=ON, enrolment_id=enrolment.pk, start_on=begun, reason="Congé")
    step = propose_step(
        actor=world.caseworker, on=begun, enrolment_id=enrolment.pk, kind="qualifying_training", label="CAP"
    )
    start_step(actor=world.caseworker, on=begun, step_id=step.pk)
    places = next(one for one in capacities([enrolment.line], on=ON))
    assert (places.occupied, places.paused) == (1, 0)
    assert {one.user: one.persons for one in worker_loads(world.house.pk, on=ON)} == {world.caseworker: 1}


@pytest.mark.req("R-046", "R-055")
def test_who_left_still_shows_with_the_persons_they_leave(world):
    world.enrolled(caseworker=world.caseworker)
    post = world.caseworker.memberships.get()
    end_membership(actor=world.administrator, on=ON, membership_id=post.pk, end_on=date(2020, 5, 31))
    (found,) = worker_loads(world.house.pk, on=ON)
    assert (found.user, found.persons, found.left) == (world.caseworker, 1, True)


def test_a_working_time_is_a_part_of_one_post_and_the_heads_to_say(world):
    post = world.caseworker.memberships.get()
    with pytest.raises(Refusal, match="0,01 à 1"):
        set_working_time(actor=world.head, on=ON, membership_id=post.pk, fte=Decimal("1.2"))
    for role in ("caseworker", "neighbour_head", "steering_officer"):
        with pytest.raises(NotAllowed):
            set_working_time(actor=getattr(world, role), on=ON, membership_id=post.pk, fte=Decimal(1))


@pytest.mark.req("R-057")
def test_the_missions_of_the_nord_referent_are_a_checklist(world):
    line = world.place(world.house, action_code="nord_vi2_collectif", framework_code="nord_2019_2021")
    assert Shelf().rules_of(line.action_code, on=ON).missions is None
    missions = Shelf().rules_of("nord_vi1_individuel", on=ON).missions
    words = " ".join(one.label.lower() for one in missions.items)
    for said in ("premier entretien", "potentiels", "droits et les devoirs", "difficultés sociales", "autonomie", "cer",
                 "offre d’insertion", "positionner", "passerelles", "partenaires", "personne ressource", "carsat",
                 "livret d’accompagnement"):  # fmt: skip
        assert said in words
    assert len(missions.items) == 15


@pytest.mark.req("R-057")
def test_missions_are_ticked_once_a_day_and_taken_back(world):
    line = world.place(world.house, action_code="lyon_emploi_innovant_2020")
    enrolment = world.enrolled(line=line, caseworker=world.caseworker)
    given = {"actor": world.caseworker, "on": ON, "enrolment_id": enrolment.pk, "done_on": ON}
    (done,) = record_missions(**given, codes=["employment_demand"])
    assert record_missions(**given, codes=["employment_demand"]) == []
    with pytest.raises(Refusal, match="pas dans la liste"):
        record_missions(**given, codes=["autre"])
    with pytest.raises(Refusal, match="pendant l’accompagnement"):
        record_missions(**(given | {"done_on": date(2020, 1, 2)}), codes=["employment_demand"])
    with pytest.raises(NotAllowed):
        record_missions(**(given | {"actor": world.stranger}), codes=["combined_intervention"])
    withdraw_mission(actor=world.caseworker, on=ON, mission_id=done.pk)
    assert not MissionDone.objects.exists()
