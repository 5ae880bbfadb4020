"""A convention ends on 31 December: those it accompanied are re-oriented, moved, closed or leave in January all the same."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.agreements.models import AgreementLine
from jalons.kernel.refusals import Refusal
from jalons.network.models import Organisation
from jalons.pathways.models import ClosureProposal, EndReason, Enrolment, Mandate
from jalons.pathways.operations import (
    EndedRights,
    Naming,
    close_proposal,
    confirm_exit,
    end_enrolment,
    enrol,
    name_many,
    open_beside,
    propose_closures,
    reopen_closure,
    reorient,
    reverse_exit,
    start_pause,
    undo_move,
)
from jalons.people.models import DossierAccess
from jalons.people.permissions import may_reach
from tests.pathways.test_handing_over import follow, moved
from tests.pathways.test_leaving_an_action import leave
from tests.worlds import World

LAST = date(2020, 12, 31)
EVE = date(2021, 1, 3)
JANUARY = date(2021, 1, 4)


def this_year(world: World, organisation: Organisation) -> AgreementLine:
    code = "lyon_pole_emploi"
    start_on, end_on = date(2021, 1, 1), date(2021, 12, 31)
    return world.place(organisation, start_on=start_on, end_on=end_on, action_code=code, framework_code=code)


def again(enrolment: Enrolment) -> tuple[date | None, str]:
    enrolment.refresh_from_db()
    return enrolment.end_on, enrolment.end_reason


@pytest.mark.req("R-042")
def test_a_person_of_last_year_is_reoriented_in_the_same_house_and_enters(world):
    (left,) = follow(world)
    line = this_year(world, world.house)
    given = {"actor": world.orientation_officer, "on": JANUARY, "person_id": left.person_id, "line_id": line.pk}
    new = reorient(**given, reason="Nouvelle convention")
    enrol(**given, start_on=JANUARY, orientation_id=new.pk)
    assert again(left) == (LAST, EndReason.REORIENTATION)
    assert left.orientation.closed_on == EVE
    assert Mandate.objects.get().end_on is None


@pytest.mark.req("R-042", "R-046")
def test_a_portfolio_of_last_year_moves_in_january_and_comes_back(world):
    stays = follow(world, 2)
    pause = start_pause(
        actor=world.head, on=LAST, enrolment_id=stays[0].pk, start_on=LAST, reason="Maternité", end_on=date(2021, 1, 2)
    )
    done = moved(world, stays, line=this_year(world, world.neighbour), on=JANUARY)
    assert done.refused == []
    assert {again(one) for one in stays} == {(LAST, EndReason.REORIENTATION)}
    assert set(Mandate.objects.values_list("end_on", flat=True)) == {EVE}  # somebody followed them until the eve
    pause.refresh_from_db()
    assert pause.end_on == LAST
    undo_move(actor=world.social_head, on=JANUARY, handover_id=done.handover.pk)
    pause.refresh_from_db()
    assert ({again(one) for one in stays}, pause.end_on) == ({(None, "")}, date(2021, 1, 2))


@pytest.mark.req("R-127")
def test_an_exit_after_the_convention_is_refused_with_the_last_day_it_may_have(world):
    (left,) = follow(world)
    with pytest.raises(Refusal, match="31/12/2020") as refused:
        leave(world, left, on=JANUARY, exited_on=JANUARY)
    assert refused.value.code == "exit_after_line"
    made = leave(world, left, on=JANUARY, exited_on=LAST)
    confirm_exit(actor=world.head, on=JANUARY, exit_id=made.pk)
    assert again(left) == (LAST, EndReason.EXIT)


@pytest.mark.req("R-026")
def test_an_accompaniment_of_last_year_is_closed_on_the_last_day_of_its_convention(world):
    (left,) = follow(world)
    endings = [EndedRights(left.person_id, LAST, "duties_ended")]
    propose_closures(actor=world.data_officer, on=JANUARY, endings=endings)
    proposal = ClosureProposal.objects.get()
    close_proposal(actor=world.head, on=JANUARY, proposal_id=proposal.pk, reason="Reprise d’emploi")
    assert again(left) == (LAST, EndReason.RIGHTS_ENDED)


# Before a planned entry


@pytest.mark.req("R-042")
def test_a_planned_entry_gives_way_to_a_reorientation(world):
    planned = world.enrolled(on=date(2020, 6, 1), start_on=date(2020, 6, 15), caseworker=world.caseworker)
    day, line = date(2020, 6, 8), world.place(world.neighbour)  # the same action, elsewhere
    given = {"actor": world.orientation_officer, "on": day, "person_id": planned.person_id, "line_id": line.pk}
    new = reorient(**given, reason="Plus près de chez elle")
    enrol(**given | {"actor": world.system}, start_on=day, orientation_id=new.pk, caseworker_id=world.stranger.pk)
    assert list(Enrolment.objects.values_list("organisation", "start_on", "end_on")) == [
        (world.neighbour.pk, day, None)
    ]
    assert list(Mandate.objects.values_list("caseworker", "start_on", "end_on")) == [(world.stranger.pk, day, None)]
    assert not may_reach(world.caseworker, planned.person_id, on=day)


def test_a_planned_entry_on_which_something_rests_stays_as_a_trace(world):
    planned = world.enrolled(on=date(2020, 6, 1), start_on=date(2020, 6, 15))
    start_pause(
        actor=world.head, on=date(2020, 6, 2), enrolment_id=planned.pk, start_on=date(2020, 6, 15), reason="Maternité"
    )
    reorient(
        actor=world.orientation_officer, on=date(2020, 6, 8), person_id=planned.person_id,
        line_id=world.neighbour_line.pk, reason="Plus près",
    )  # fmt: skip
    assert again(planned) == (date(2020, 6, 15), EndReason.REORIENTATION)


# Who follows somebody whose convention is over, until it is decided

DECIDED = date(2021, 2, 10)


def taken_over(world: World) -> Enrolment:
    """Return a stay of last year's line, whose référent was replaced in January."""
    (left,) = follow(world)
    naming = Naming(left.person_id, world.colleague.pk, world.house.pk, date(2021, 1, 15))
    name_many(actor=world.head, on=date(2021, 1, 15), namings=[naming])
    return left


def held(world: World, person_id: int) -> list[date | None]:
    """Return the last day of the mandate of the colleague, and of the access it gives."""
    return [
        Mandate.objects.get(caseworker=world.colleague, person=person_id).end_on,
        DossierAccess.objects.get(user=world.colleague, person=person_id).end_on,
    ]


@pytest.mark.req("R-026", "R-046")
def test_who_followed_until_the_closure_of_a_line_over_keeps_these_days_and_comes_back(world):
    left = taken_over(world)
    propose_closures(actor=world.data_officer, on=DECIDED, endings=[EndedRights(left.person_id, LAST, "duties_ended")])
    given = {"actor": world.head, "on": DECIDED, "proposal_id": ClosureProposal.objects.get().pk, "reason": "Emploi"}
    close_proposal(**given, last_day=LAST)  # the day the form proposes
    assert again(left) == (LAST, EndReason.RIGHTS_ENDED)
    assert held(world, left.person_id) == [DECIDED, DECIDED]
    reopen_closure(**given)
    assert held(world, left.person_id) == [None, None]


@pytest.mark.req("R-127", "R-046")
def test_who_followed_until_the_exit_of_a_line_over_keeps_these_days_and_comes_back(world):
    left = taken_over(world)
    made = leave(world, left, on=DECIDED, exited_on=LAST)
    confirm_exit(actor=world.head, on=DECIDED, exit_id=made.pk)
    assert again(left) == (LAST, EndReason.EXIT)
    assert held(world, left.person_id) == [DECIDED, DECIDED]
    reverse_exit(actor=world.head, on=DECIDED, exit_id=made.pk, reason="Erreur")
    assert held(world, left.person_id) == [None, None]


@pytest.mark.req("R-042", "R-121")
def test_a_stay_of_the_house_that_ended_in_january_does_not_keep_the_referent_in_february(world):
    (left,) = follow(world)
    january, day = date(2021, 1, 15), date(2021, 2, 10)
    beside = open_beside(
        actor=world.orientation_officer, on=JANUARY, person_id=left.person_id, start_on=JANUARY,
        line_id=this_year(world, world.house).pk,
    )  # fmt: skip
    end_enrolment(actor=world.head, on=january, enrolment_id=beside.pk, last_day=january, reason=EndReason.RIGHTS_ENDED)
    assert Mandate.objects.get().end_on is None  # the stay of last year was never ended
    reorient(
        actor=world.orientation_officer, on=day, person_id=left.person_id, reason="Ailleurs",
        line_id=this_year(world, world.neighbour).pk,
    )  # fmt: skip
    assert Mandate.objects.get().end_on == date(2021, 2, 9)
    assert DossierAccess.objects.get(user=world.caseworker).end_on == date(2021, 2, 9)
