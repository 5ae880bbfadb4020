"""One référent unique per person at any date (R-046)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from jalons.agenda.operations import plan
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import RoleCode, User
from jalons.network.operations import end_membership
from jalons.pathways.models import HandedOver, Mandate
from jalons.pathways.operations import (
    Naming,
    add_professional,
    assign_in_bulk,
    name_lead_caseworker,
    name_many,
    undo_pass_on,
)
from jalons.people.permissions import may_reach
from tests.worlds import World, at

JUNE = date(2020, 6, 1)


def name(world: World, person_id: int, **options: object) -> Mandate:
    given = {
        "actor": world.head,
        "on": JUNE,
        "caseworker_id": world.colleague.pk,
        "organisation_id": world.house.pk,
        "start_on": JUNE,
        "reason": "Départ en retraite",
    } | options
    return name_lead_caseworker(person_id=person_id, **given)


@pytest.mark.req("R-046")
def test_naming_b_from_1_june_closes_the_mandate_of_a_on_31_may(world):
    person_id = world.enrolled(caseworker=world.caseworker).person_id
    new = name(world, person_id)
    former = Mandate.objects.get(caseworker=world.caseworker)
    assert former.end_on == date(2020, 5, 31)
    assert (new.start_on, new.end_on, new.named_by, new.reason) == (JUNE, None, world.head, "Départ en retraite")


@pytest.mark.req("R-046")
def test_two_overlapping_mandates_cannot_be_saved(world):
    person_id = world.enrolled(caseworker=world.caseworker).person_id
    with pytest.raises(IntegrityError, match="mandate_one_lead_caseworker"), transaction.atomic():
        Mandate.objects.create(
            person_id=person_id,
            caseworker=world.colleague,
            organisation=world.house,
            start_on=JUNE,
            named_by=world.head,
        )


def test_the_file_opens_to_the_new_referent_and_closes_to_the_former(world):
    person_id = world.enrolled(caseworker=world.caseworker).person_id
    coach = world.user("coach", "caseworker", organisation=world.house)
    name(world, person_id, caseworker_id=coach.pk)
    mandate_grants = {(row.user_id, row.end_on) for row in world_grants(person_id)}
    assert mandate_grants == {(world.caseworker.pk, date(2020, 5, 31)), (coach.pk, None)}


def world_grants(person_id: int):
    from jalons.people.models import DossierAccess

    return DossierAccess.objects.filter(person_id=person_id, reason="mandate")


def test_a_second_naming_for_the_same_day_reads_that_someone_was_faster(world):
    person_id = world.enrolled().person_id
    name(world, person_id)
    with pytest.raises(Refusal, match="déjà nommé pour cette personne à compter du 01/06/2020") as refused:
        name(world, person_id, caseworker_id=world.caseworker.pk)
    assert refused.value.code == "mandate_already_named"


def test_a_naming_before_one_that_is_planned_is_refused(world):
    person_id = world.enrolled().person_id
    name(world, person_id, start_on=date(2020, 7, 1))
    with pytest.raises(Refusal, match="01/07/2020"):
        name(world, person_id, caseworker_id=world.caseworker.pk)


def test_naming_the_present_referent_again_is_refused(world):
    person_id = world.enrolled(caseworker=world.caseworker).person_id
    with pytest.raises(Refusal, match="déjà le référent unique"):
        name(world, person_id, caseworker_id=world.caseworker.pk)


def test_a_professional_of_elsewhere_is_refused(world):
    with pytest.raises(Refusal, match="n’exerce pas"):
        name(world, world.enrolled().person_id, caseworker_id=world.stranger.pk)


def test_an_organisation_that_does_not_follow_the_person_is_refused(world):
    person_id = world.enrolled().person_id
    with pytest.raises(Refusal, match="ni orientée vers cet organisme"):
        name(
            world,
            person_id,
            actor=world.social_head,
            organisation_id=world.neighbour.pk,
            caseworker_id=world.stranger.pk,
        )


def test_the_same_person_twice_in_one_decision_is_refused(world):
    person_id = world.enrolled().person_id
    namings = [Naming(person_id, worker.pk, world.house.pk, JUNE) for worker in (world.caseworker, world.colleague)]
    with pytest.raises(Refusal, match="deux référents"):
        name_many(actor=world.head, on=JUNE, namings=namings)


def test_assigning_many_reports_who_cannot_be_and_names_the_others(world):
    free, taken = world.enrolled().person_id, world.enrolled().person_id
    name(world, taken, caseworker_id=world.caseworker.pk)
    named = assign_in_bulk(
        actor=world.head,
        on=JUNE,
        person_ids=[free, taken],
        caseworker_id=world.colleague.pk,
        organisation_id=world.house.pk,
        start_on=JUNE,
    )
    assert [mandate.person_id for mandate in named.mandates] == [free]
    assert [(person, refusal.code) for person, refusal in named.refused] == [(taken, "mandate_already_named")]


@pytest.mark.parametrize(
    "role", ["caseworker", "stranger", "neighbour_head", "west_social_head", "orientation_officer"]
)
def test_who_may_not_name_is_refused(world, role):
    with pytest.raises(NotAllowed):
        name(world, world.enrolled().person_id, actor=getattr(world, role))


def join(world, enrolment, user):
    return add_professional(
        actor=world.head, on=JUNE, enrolment_id=enrolment.pk, user_id=user.pk, role="Référent adossé", start_on=JUNE
    )


@pytest.mark.req("R-056")
def test_another_professional_of_the_organisation_joins_an_enrolment(world):
    assert join(world, world.enrolled(), world.colleague).user_id == world.colleague.pk


@pytest.mark.req("R-056", "R-164")
def test_a_professional_of_another_organisation_neither_joins_nor_reaches(world):
    enrolment = world.enrolled()
    with pytest.raises(Refusal, match="n’exerce pas dans cet organisme"):
        join(world, enrolment, world.stranger)
    assert not may_reach(world.stranger, enrolment.person_id, on=JUNE)


@pytest.mark.req("R-164")
def test_a_lead_caseworker_gone_to_another_organisation_no_longer_reaches_her_former_persons(world):
    person_id = world.enrolled(caseworker=world.caseworker).person_id
    assert may_reach(User.objects.get(pk=world.caseworker.pk), person_id, on=JUNE)
    for membership in world.caseworker.memberships.all():
        end_membership(actor=world.administrator, on=JUNE, membership_id=membership.pk, end_on=JUNE)
    world.caseworker.memberships.create(role=RoleCode.CASEWORKER, organisation=world.neighbour, start_on=JUNE)
    after = JUNE + timedelta(days=1)
    assert not may_reach(User.objects.get(pk=world.caseworker.pk), person_id, on=after)
    assert may_reach(world.colleague, person_id, on=after)


@pytest.mark.req("R-046")
def test_a_change_of_referent_takes_the_appointments_along_and_is_undone(world):
    person_id = world.enrolled(caseworker=world.caseworker).person_id
    planned = plan(
        actor=world.caseworker, on=JUNE, person_id=person_id, organisation_id=world.house.pk,
        caseworker_id=world.caseworker.pk, starts_at=at(date(2020, 6, 8), 9), ends_at=at(date(2020, 6, 8), 10),
    )  # fmt: skip
    name(world, person_id)
    planned.refresh_from_db()
    assert planned.caseworker == world.colleague
    item = HandedOver.objects.get(person=person_id)
    undo_pass_on(actor=world.head, on=JUNE, handover_id=item.handover_id)
    planned.refresh_from_db()
    assert planned.caseworker == world.caseworker
    assert Mandate.objects.get(person=person_id).end_on is None


@pytest.mark.req("R-046")
def test_a_change_of_referent_says_why_a_first_naming_need_not(world):
    person_id = world.enrolled().person_id
    name(world, person_id, reason="")
    with pytest.raises(Refusal, match="demande un motif"):
        name(world, person_id, caseworker_id=world.caseworker.pk, start_on=date(2020, 7, 1), reason=" ")
