"""Who left an action and is still oriented there: listed, enrolled again, re-oriented; a closure taken by mistake is undone."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import ClosureProposal, Enrolment, EnrolmentProfessional, Mandate, ProposalState
from jalons.pathways.operations import (
    EndedRights,
    add_professional,
    close_proposal,
    confirm_exit,
    enrol,
    open_beside,
    propose_closures,
    reopen_closure,
    reorient,
    start_pause,
)
from jalons.pathways.queries.closures import closures_decided, closures_to_decide
from jalons.pathways.queries.entering import enrollable, without_accompaniment
from jalons.pathways.queries.orientation import to_enrol
from jalons.pathways.queries.places import open_offers
from jalons.people.permissions import may_reach
from tests.pathways.test_handing_over import follow
from tests.pathways.test_leaving_an_action import leave
from tests.worlds import World

JUNE = date(2020, 6, 1)
LEFT = date(2020, 9, 1)
LATER = date(2020, 9, 20)


def gone(world: World) -> Enrolment:
    (left,) = follow(world)
    confirm_exit(actor=world.head, on=LEFT, exit_id=leave(world, left).pk)
    return left


def closed(world: World, left: Enrolment, *, on: date = JUNE) -> ClosureProposal:
    endings = [EndedRights(left.person_id, date(2020, 5, 31), "duties_ended")]
    propose_closures(actor=world.data_officer, on=on, endings=endings)
    proposal = ClosureProposal.objects.get(enrolment=left)
    return close_proposal(actor=world.head, on=on, proposal_id=proposal.pk, reason="Reprise d’emploi")


@pytest.mark.req("R-037")
def test_who_left_and_is_accompanied_by_nobody_is_listed_and_enrolled_again(world):
    left = gone(world)
    assert not to_enrol(world.head, on=LATER).exists()  # who never entered is apart
    for reader in (world.head, world.orientation_officer):
        (found,) = without_accompaniment(reader, on=LATER)
        assert (found.pk, found.left_on) == (left.orientation_id, LEFT)
    assert not without_accompaniment(world.neighbour_head, on=LATER).exists()
    assert not without_accompaniment(world.head, on=LEFT).exists()  # still there on her last day
    assert list(enrollable(world.head, on=LATER)) == [left.orientation]
    enrol(
        actor=world.head, on=LATER, person_id=left.person_id, line_id=left.line_id, start_on=LATER,
        orientation_id=left.orientation_id,
    )  # fmt: skip
    assert not without_accompaniment(world.head, on=LATER).exists()
    assert not enrollable(world.head, on=LATER).exists()


@pytest.mark.req("R-037")
def test_who_has_no_more_duties_is_not_awaited(world):
    person = world.person(subject_until=LEFT)
    left = world.enrolled(person, caseworker=world.caseworker)
    confirm_exit(actor=world.head, on=LEFT, exit_id=leave(world, left).pk)
    assert not without_accompaniment(world.head, on=LATER).exists()
    assert list(enrollable(world.head, on=LATER)) == [left.orientation]


def test_who_left_holds_no_place(world):
    gone(world)
    offer = next(one for one in open_offers(world.authority.pk, on=LATER) if one.line.pk == world.line.pk)
    assert (offer.expected, offer.capacity.occupied) == (0, 0)


@pytest.mark.req("R-042")
def test_the_same_offer_says_to_enrol_again(world):
    left = gone(world)
    with pytest.raises(Refusal, match="inscrivez-la de nouveau"):
        reorient(
            actor=world.orientation_officer, on=LATER, person_id=left.person_id, line_id=left.line_id, reason="Retour"
        )


# An action opened beside


@pytest.mark.req("R-039", "R-058")
def test_an_action_beside_leaves_the_main_orientation_to_enrol(world):
    waiting = world.oriented()
    code = "lyon_pole_emploi"
    other = world.place(world.neighbour, action_code=code, framework_code=code)
    beside = open_beside(
        actor=world.orientation_officer, on=JUNE, person_id=waiting.person_id, line_id=other.pk, start_on=JUNE
    )
    assert list(to_enrol(world.head, on=JUNE)) == [waiting]
    offer = next(one for one in open_offers(world.authority.pk, on=JUNE) if one.line.pk == world.line.pk)
    assert offer.expected == 1
    made = leave(world, beside, actor=world.stranger)
    confirm_exit(actor=world.neighbour_head, on=LEFT, exit_id=made.pk)
    assert may_reach(world.head, waiting.person_id, on=date(2025, 1, 6))  # the orientation still opens the file


# A closure taken by mistake


@pytest.mark.req("R-026")
def test_a_closure_by_mistake_is_undone_with_all_it_ended(world):
    (left,) = follow(world)
    given = {"actor": world.head, "on": JUNE, "enrolment_id": left.pk, "start_on": JUNE}
    part = add_professional(**given, user_id=world.colleague.pk, role="Appui")
    pause = start_pause(**given, reason="Maternité", end_on=date(2020, 12, 1))
    proposal = closed(world, left, on=date(2020, 6, 15))
    assert list(closures_decided(world.head, on=LATER)) == [proposal]
    reopen_closure(actor=world.head, on=LATER, proposal_id=proposal.pk, reason="Mauvaise ligne")
    left.refresh_from_db()
    pause.refresh_from_db()
    part = EnrolmentProfessional.objects.get(pk=part.pk)
    assert (left.end_on, left.end_reason, left.ended_by) == (None, "", None)
    assert (Mandate.objects.get().end_on, part.end_on, pause.end_on) == (None, None, date(2020, 12, 1))
    assert may_reach(world.caseworker, left.person_id, on=date(2025, 1, 6))


@pytest.mark.req("R-026")
@pytest.mark.parametrize("back", [True, False])
def test_an_undone_closure_is_decided_again_unless_the_duties_are_back(world, back):
    person = world.person(subject_until=None if back else date(2020, 5, 31))
    left = world.enrolled(person, caseworker=world.caseworker)
    proposal = closed(world, left)
    reopen_closure(actor=world.head, on=LATER, proposal_id=proposal.pk, reason="Mauvaise ligne")
    proposal.refresh_from_db()
    assert proposal.state == (ProposalState.WITHDRAWN if back else ProposalState.OPEN)
    assert list(closures_to_decide(world.head, on=LATER)) == ([] if back else [proposal])
    assert not closures_decided(world.head, on=LATER).exists()


@pytest.mark.req("R-026")
def test_a_closure_is_undone_with_a_reason_once_and_while_nothing_follows_it(world):
    (left,) = follow(world)
    proposal = closed(world, left)
    given = {"on": LATER, "proposal_id": proposal.pk}
    with pytest.raises(Refusal, match="motif"):
        reopen_closure(**given, actor=world.head, reason=" ")
    for stranger in (world.caseworker, world.neighbour_head):
        with pytest.raises(NotAllowed):
            reopen_closure(**given, actor=stranger, reason="Erreur")
    reorient(
        actor=world.orientation_officer, on=LATER, person_id=left.person_id, line_id=world.neighbour_line.pk, reason="X"
    )
    with pytest.raises(Refusal, match="réorientée depuis"):
        reopen_closure(**given, actor=world.head, reason="Erreur")
    (other,) = follow(world)
    proposal = closed(world, other)
    reopen_closure(actor=world.head, on=LATER, proposal_id=proposal.pk, reason="Erreur")
    with pytest.raises(Refusal, match="pas close"):
        reopen_closure(actor=world.head, on=LATER, proposal_id=proposal.pk, reason="Erreur")


@pytest.mark.req("R-026", "R-046")
def test_of_two_stays_of_a_house_closed_apart_the_first_reopened_has_its_referent_back(world):
    (left,) = follow(world)
    code = "lyon_pole_emploi"
    beside = open_beside(
        actor=world.orientation_officer, on=date(2020, 5, 4), person_id=left.person_id, start_on=date(2020, 5, 4),
        line_id=world.place(world.house, action_code=code, framework_code=code).pk,
    )  # fmt: skip
    proposal = closed(world, left)
    assert Mandate.objects.get().end_on is None
    later = ClosureProposal.objects.get(enrolment=beside)
    close_proposal(actor=world.head, on=date(2020, 6, 15), proposal_id=later.pk, reason="Reprise d’emploi")
    assert Mandate.objects.get().end_on == date(2020, 6, 15)
    reopen_closure(actor=world.head, on=LATER, proposal_id=proposal.pk, reason="Mauvaise ligne")
    assert Mandate.objects.get().end_on is None
    assert may_reach(world.caseworker, left.person_id, on=date(2025, 1, 6))
