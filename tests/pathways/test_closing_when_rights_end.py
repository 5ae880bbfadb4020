"""The end of droits et devoirs proposes; a human closes or maintains; nothing closes by itself (R-025, R-026)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import ClosureProposal, EndReason, Enrolment, ProposalState
from jalons.pathways.operations import EndedRights, close_proposal, maintain, propose_closures, withdraw_closures
from jalons.pathways.queries.closures import closures_to_decide
from tests.worlds import World

ENDED = date(2020, 4, 30)
NOTICED = date(2020, 5, 1)
DECIDED = date(2020, 5, 4)


@pytest.fixture
def enrolment(world: World) -> Enrolment:
    return world.enrolled()


def propose(world: World, enrolment: Enrolment) -> ClosureProposal:
    endings = [EndedRights(enrolment.person_id, ENDED, "duties_ended")]
    propose_closures(actor=world.data_officer, on=NOTICED, endings=endings)
    return ClosureProposal.objects.get(enrolment=enrolment)


@pytest.mark.req("R-025", "R-026")
def test_the_end_of_duties_lists_the_case_and_closes_nothing(world, enrolment):
    proposal = propose(world, enrolment)
    enrolment.refresh_from_db()
    assert enrolment.end_on is None
    assert list(closures_to_decide(world.social_head, on=NOTICED)) == [proposal]
    assert list(closures_to_decide(world.head, on=NOTICED)) == [proposal]
    assert not closures_to_decide(world.neighbour_head, on=NOTICED).exists()


@pytest.mark.req("R-007", "R-026")
def test_the_head_of_social_service_maintains_and_the_place_stays_occupied(world, enrolment):
    done = maintain(
        actor=world.social_head,
        on=DECIDED,
        proposal_id=propose(world, enrolment).pk,
        reason="Parcours intégré dans l’emploi",
        until=date(2020, 10, 31),
    )
    enrolment.refresh_from_db()
    assert (done.state, done.decided_on, done.decided_by, done.until) == (
        ProposalState.MAINTAINED,
        DECIDED,
        world.social_head,
        date(2020, 10, 31),
    )
    assert enrolment.end_on is None
    assert not closures_to_decide(world.social_head, on=DECIDED).exists()


@pytest.mark.req("R-007")
@pytest.mark.parametrize("role", ["caseworker", "head", "west_social_head", "orientation_officer", "stranger"])
def test_nobody_else_maintains(world, enrolment, role):
    proposal = propose(world, enrolment)
    with pytest.raises(NotAllowed):
        maintain(actor=getattr(world, role), on=DECIDED, proposal_id=proposal.pk, reason="Parcours")


@pytest.mark.req("R-026")
def test_the_head_of_the_organisation_closes_and_the_enrolment_ends(world, enrolment):
    close_proposal(actor=world.head, on=DECIDED, proposal_id=propose(world, enrolment).pk, reason="Reprise d’emploi")
    enrolment.refresh_from_db()
    assert (enrolment.end_on, enrolment.end_reason) == (DECIDED, EndReason.RIGHTS_ENDED)


def test_a_caseworker_does_not_close(world, enrolment):
    with pytest.raises(NotAllowed):
        close_proposal(actor=world.caseworker, on=DECIDED, proposal_id=propose(world, enrolment).pk, reason="Départ")


def test_a_decision_has_a_reason_and_is_taken_once(world, enrolment):
    proposal = propose(world, enrolment)
    with pytest.raises(Refusal, match="motif"):
        maintain(actor=world.social_head, on=DECIDED, proposal_id=proposal.pk, reason=" ")
    maintain(actor=world.social_head, on=DECIDED, proposal_id=proposal.pk, reason="Parcours")
    with pytest.raises(Refusal, match="déjà traitée"):
        close_proposal(actor=world.head, on=DECIDED, proposal_id=proposal.pk, reason="Départ")


def test_a_closure_in_the_future_or_a_maintenance_already_over_is_refused(world, enrolment):
    proposal = propose(world, enrolment)
    with pytest.raises(Refusal, match="avenir"):
        close_proposal(
            actor=world.head, on=DECIDED, proposal_id=proposal.pk, reason="Départ", last_day=date(2020, 6, 1)
        )
    with pytest.raises(Refusal, match="déjà terminé"):
        maintain(actor=world.social_head, on=DECIDED, proposal_id=proposal.pk, reason="Parcours", until=NOTICED)


def test_the_same_end_is_proposed_once_also_after_the_decision(world, enrolment):
    proposal = propose(world, enrolment)
    maintain(actor=world.social_head, on=DECIDED, proposal_id=proposal.pk, reason="Parcours")
    endings = [EndedRights(enrolment.person_id, ENDED, "duties_ended")]
    assert propose_closures(actor=world.data_officer, on=DECIDED, endings=endings) == 0
    assert ClosureProposal.objects.get().state == ProposalState.MAINTAINED


def test_duties_that_come_back_withdraw_the_proposal(world, enrolment):
    proposal = propose(world, enrolment)
    assert withdraw_closures(actor=world.data_officer, on=DECIDED, person_ids=[enrolment.person_id]) == 1
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.WITHDRAWN


@pytest.mark.req("R-026")
def test_the_same_end_stated_again_after_a_withdrawal_is_proposed_again(world, enrolment):
    proposal = propose(world, enrolment)
    withdraw_closures(actor=world.data_officer, on=DECIDED, person_ids=[enrolment.person_id])
    endings = [EndedRights(enrolment.person_id, ENDED, "missing_from_file")]
    assert propose_closures(actor=world.data_officer, on=date(2020, 6, 1), endings=endings) == 1
    proposal.refresh_from_db()
    assert (proposal.state, proposal.cause, proposal.proposed_on) == ("open", "missing_from_file", date(2020, 6, 1))
    assert (proposal.reason, proposal.decided_on, proposal.decided_by) == ("", None, None)
    assert list(closures_to_decide(world.social_head, on=date(2020, 6, 1))) == [proposal]


def test_a_person_without_running_enrolment_is_not_listed(world):
    person = world.person()
    endings = [EndedRights(person.pk, ENDED, "duties_ended")]
    assert propose_closures(actor=world.system, on=NOTICED, endings=endings) == 0


def test_only_who_runs_imports_proposes(world, enrolment):
    with pytest.raises(NotAllowed):
        propose_closures(
            actor=world.head, on=NOTICED, endings=[EndedRights(enrolment.person_id, ENDED, "duties_ended")]
        )


def test_the_database_refuses_a_decision_without_author(world, enrolment):
    proposal = propose(world, enrolment)
    with pytest.raises(IntegrityError, match="closure_decided_when_why_by_whom"), transaction.atomic():
        ClosureProposal.objects.filter(pk=proposal.pk).update(state="closed")
    with pytest.raises(IntegrityError, match="closure_once"), transaction.atomic():
        ClosureProposal.objects.create(enrolment=enrolment, ended_on=ENDED, proposed_on=DECIDED, cause="duties_ended")
