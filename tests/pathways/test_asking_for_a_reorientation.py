"""A re-orientation is asked for, gets an opinion, is decided: three dated acts one can read again."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import RoleCode, User
from jalons.pathways.models import Enrolment, Mandate, Opinion, Piece, ReorientationRequest, RequestState
from jalons.pathways.operations import (
    OpinionGiven,
    announce_integration,
    ask_reorientation,
    enrol,
    give_opinion,
    grant_request,
    open_beside,
    orient,
    refuse_request,
    reorient,
    see_notice,
    withdraw_request,
)
from jalons.pathways.queries.reorientations import notices_for, requests_of_person, requests_to_decide
from jalons.people.access import grant
from jalons.people.models import AccessReason
from jalons.sites.desk.timeline_orientation import around_orientation
from tests.worlds import World

ASKED = date(2020, 6, 1)
HEARD = date(2020, 6, 10)
DECIDED = date(2020, 6, 15)
ITT = OpinionGiven("itt", HEARD, Opinion.FAVOURABLE)


@pytest.fixture
def person_id(world: World) -> int:
    return world.enrolled(caseworker=world.caseworker).person_id


def ask(world: World, person_id: int, **options: object) -> ReorientationRequest:
    given = {
        "actor": world.caseworker,
        "on": ASKED,
        "cause": "needs_more_social",
        "reason": "Logement d’abord",
    } | options
    return ask_reorientation(person_id=person_id, **given)


@pytest.mark.req("R-042")
def test_request_opinion_and_decision_are_each_dated_and_signed(world, person_id):
    request = ask(world, person_id, wanted_type="activity")
    assert list(requests_to_decide(world.social_head, on=ASKED)) == [request]
    give_opinion(actor=world.orientation_officer, on=HEARD, request_id=request.pk, opinion=ITT)
    new = grant_request(
        actor=world.social_head, on=DECIDED, request_id=request.pk, line_id=world.neighbour_line.pk, reason="Suivi ITT"
    )
    (told,) = requests_of_person(person_id)
    assert (told.asked_by, told.asked_on, told.wanted_type) == (world.caseworker, ASKED, "activity")
    assert (told.opinion_by, told.opinion_on, told.opinion_body) == (world.orientation_officer, HEARD, "itt")
    assert (told.state, told.decided_by, told.decided_on, told.result) == (
        RequestState.ACCEPTED, world.social_head, DECIDED, new,
    )  # fmt: skip
    assert (new.opinion_body, new.opinion_on, new.proposed_by, new.replaces) == (
        "itt", HEARD, world.house, told.orientation,
    )  # fmt: skip


@pytest.mark.req("R-042")
def test_a_request_granted_without_opinion_leaves_a_decision_without_one(world, person_id):
    new = grant_request(
        actor=world.social_head, on=DECIDED, request_id=ask(world, person_id).pk, line_id=world.neighbour_line.pk,
        reason="Urgence",
    )  # fmt: skip
    assert (new.opinion_on, new.replaces.accompaniment_type, new.accompaniment_type) == (None, "employment", "activity")


def test_a_decision_taken_elsewhere_answers_the_request_that_waited(world, person_id):
    request = ask(world, person_id)
    new = reorient(
        actor=world.orientation_officer, on=DECIDED, person_id=person_id, line_id=world.neighbour_line.pk, reason="Oui"
    )
    request.refresh_from_db()
    assert (request.state, request.result) == (RequestState.ACCEPTED, new)


def test_a_refusal_says_why_and_the_orientation_goes_on(world, person_id):
    request = ask(world, person_id)
    with pytest.raises(Refusal, match="pourquoi"):
        refuse_request(actor=world.social_head, on=DECIDED, request_id=request.pk, reason=" ")
    refuse_request(actor=world.social_head, on=DECIDED, request_id=request.pk, reason="Trop tôt")
    request.refresh_from_db()
    assert (request.state, request.orientation.closed_on) == (RequestState.REFUSED, None)
    with pytest.raises(Refusal, match="Refusée"):
        refuse_request(actor=world.social_head, on=DECIDED, request_id=request.pk, reason="Encore")
    assert ask(world, person_id, on=DECIDED).pk != request.pk


def test_one_request_at_a_time_and_its_author_may_take_it_back(world, person_id):
    request = ask(world, person_id)
    with pytest.raises(Refusal, match="déjà en attente"):
        ask(world, person_id)
    withdraw_request(actor=world.caseworker, on=HEARD, request_id=request.pk, reason="Elle reste")
    assert not requests_to_decide(world.social_head, on=HEARD).exists()


@pytest.mark.req("R-042")
def test_the_organisation_that_accompanied_her_before_neither_asks_nor_takes_back_a_request(world, person_id):
    mine = ask(world, person_id)
    reorient(
        actor=world.orientation_officer, on=DECIDED, person_id=person_id, line_id=world.neighbour_line.pk, reason="Oui"
    )
    later = date(2020, 7, 1)
    with pytest.raises(NotAllowed, match="accompagne la personne aujourd’hui"):
        ask(world, person_id, on=later)  # the file is still open to the house, for reading
    theirs = ask(world, person_id, actor=world.stranger, on=later)
    with pytest.raises(NotAllowed, match="accompagne la personne aujourd’hui"):
        withdraw_request(actor=world.caseworker, on=later, request_id=theirs.pk, reason="Non")
    withdraw_request(actor=world.neighbour_head, on=later, request_id=theirs.pk, reason="Elle reste")
    assert (mine.asked_by, theirs.asked_by) == (world.caseworker, world.stranger)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"cause": "no_job_after_coaching"}, "reorientation_cause"),  # a cause of another action
        ({"reason": ""}, "reorientation_reason"),
        ({"wanted_type": "lune"}, "reorientation_type"),
    ],
)
def test_a_request_says_a_known_cause_and_a_reason(world, person_id, options, code):
    with pytest.raises(Refusal) as refused:
        ask(world, person_id, **options)
    assert refused.value.code == code


def test_without_orientation_nothing_is_asked(world):
    person = world.person()
    with pytest.raises((Refusal, NotAllowed)):
        ask(world, person.pk, actor=world.caseworker)


def test_an_opinion_comes_before_the_decision_and_from_a_known_body(world, person_id):
    request = ask(world, person_id)
    for wrong in (OpinionGiven("itt", DECIDED, Opinion.RESERVED), OpinionGiven("amis", HEARD, Opinion.RESERVED)):
        with pytest.raises(Refusal):
            give_opinion(actor=world.social_head, on=HEARD, request_id=request.pk, opinion=wrong)


def test_each_act_has_its_hand(world, person_id):
    request = ask(world, person_id)
    with pytest.raises(NotAllowed):
        ask(world, person_id, actor=world.stranger)
    for role in ("caseworker", "west_social_head", "foreign_officer", "steering_officer"):
        actor = getattr(world, role)
        with pytest.raises(NotAllowed):
            give_opinion(actor=actor, on=HEARD, request_id=request.pk, opinion=ITT)
        with pytest.raises(NotAllowed):
            refuse_request(actor=actor, on=HEARD, request_id=request.pk, reason="Non")
    assert not requests_to_decide(world.west_social_head, on=HEARD).exists()


@pytest.mark.req("R-043")
@pytest.mark.parametrize(
    ("action", "cause"),
    [
        ("nord_ii2_coaching", "no_job_after_coaching"),
        ("nord_iii2_eti", "eti_no_plan"),
        ("nord_iv_aci", "aci_plan_to_adjust"),
    ],
)
def test_an_action_that_did_not_suit_proposes_another_accompaniment(world, action, cause):
    worker, person_id = in_the_nord(world, action)
    request = ask(world, person_id, actor=worker, cause=cause, reason="Autre accompagnement")
    assert (request.cause, request.asked_on) == (cause, ASKED)
    filed = Piece.objects.filter(person_id=person_id, kind="reorientation_proposal").values_list("dated_on", flat=True)
    assert list(filed) == ([] if action == "nord_iv_aci" else [ASKED])  # the guide awaits it of the two others


@pytest.mark.req("R-041")
def test_who_oriented_is_told_of_the_entry_once_with_its_date(world):
    worker, person_id = in_the_nord(world, "nord_i2_reference_iod", after="nord_i1_iod")
    enrolment = world_enrolment(person_id, "nord_i2_reference_iod")
    notice = announce_integration(actor=worker, on=ASKED, enrolment_id=enrolment.pk)
    assert (notice.recipient, notice.sent_on, notice.sent_by) == (world.foreign_officer, ASKED, worker)
    assert Piece.objects.filter(enrolment=enrolment, kind="orienting_referent_notice", dated_on=ASKED).exists()
    assert list(notices_for(world.foreign_officer, on=ASKED)) == [notice]
    with pytest.raises(Refusal, match="déjà annoncée"):
        announce_integration(actor=worker, on=ASKED, enrolment_id=enrolment.pk)
    with pytest.raises(NotAllowed):
        see_notice(actor=worker, on=DECIDED, notice_id=notice.pk)
    assert see_notice(actor=world.foreign_officer, on=DECIDED, notice_id=notice.pk).seen_on == DECIDED
    assert not notices_for(world.foreign_officer, on=DECIDED).exists()


@pytest.mark.req("R-041")
def test_the_referent_unique_of_another_house_is_told_and_who_left_is_not(world):
    worker, person_id = in_the_nord(world, "nord_i2_reference_iod", after="nord_i1_iod")
    other = world.organisation("Autre structure", authority=world.neighbour_authority)
    referent = world.user("nord_autre", RoleCode.CASEWORKER, organisation=other)
    Mandate.objects.create(
        person_id=person_id, caseworker=referent, organisation=other, start_on=ASKED, named_by=world.system
    )
    opened = {"person_id": person_id, "source_id": 1, "start_on": ASKED, "organisation_id": other.pk}
    grant(**opened, reason=AccessReason.ENROLMENT)  # accompanied there too: a mandate is held within an organisation
    User.objects.filter(pk=referent.pk).update(is_active=False)
    first, second = (world_enrolment(person_id, code) for code in ("nord_i1_iod", "nord_i2_reference_iod"))
    notice = announce_integration(actor=worker, on=ASKED, enrolment_id=first.pk)
    assert notice.recipient == world.foreign_officer
    User.objects.filter(pk=referent.pk).update(is_active=True)
    notice = announce_integration(actor=worker, on=ASKED, enrolment_id=second.pk)
    assert list(notices_for(referent, on=ASKED)) == [notice]


@pytest.mark.req("R-041", "R-164")
def test_an_entry_is_neither_shown_nor_announced_to_who_reaches_the_person_no_more(world):
    worker, person_id = in_the_nord(world, "nord_i2_reference_iod", after="nord_i1_iod")
    first, second = (world_enrolment(person_id, code) for code in ("nord_i1_iod", "nord_i2_reference_iod"))
    announce_integration(actor=worker, on=ASKED, enrolment_id=first.pk)
    world.foreign_officer.memberships.update(end_on=ASKED)
    officer = User.objects.get(pk=world.foreign_officer.pk)
    assert notices_for(officer, on=ASKED).exists()
    assert not notices_for(officer, on=DECIDED).exists()
    with pytest.raises(Refusal, match="personne à prévenir"):
        announce_integration(actor=worker, on=DECIDED, enrolment_id=second.pk)


@pytest.mark.req("R-041")
def test_an_entry_nobody_else_could_read_is_not_announced(world):
    enrolment = world.enrolled(caseworker=world.caseworker)
    User.objects.filter(pk=world.orientation_officer.pk).update(is_active=False)
    with pytest.raises(Refusal, match="personne à prévenir"):
        announce_integration(actor=world.caseworker, on=ASKED, enrolment_id=enrolment.pk)


def world_enrolment(person_id: int, action: str) -> Enrolment:
    return Enrolment.objects.get(person_id=person_id, action_code=action)


def in_the_nord(world: World, action: str, *, after: str = "") -> tuple[User, int]:
    """Return a caseworker of the Nord and a person in ``action`` since 4 May 2020, beside ``after`` when it is given."""
    house = world.organisation("Structure du Nord", authority=world.neighbour_authority)
    territory = world.neighbour_authority.territories.create(code="cambresis", name="Cambrésis")
    worker = world.user("nord_referent", RoleCode.CASEWORKER, organisation=house)
    person = world.person(territory=territory)
    person.self_employed = True
    person.save()
    lines = {
        code: world.place(house, action_code=code, framework_code="nord_2019_2021") for code in (after, action) if code
    }
    day = date(2020, 5, 4)
    given = {"actor": world.foreign_officer, "on": day, "person_id": person.pk}
    first = after or action
    decision = orient(**given, line_id=lines[first].pk, reason="Orientée par le PIPLE")
    enrol(**given, line_id=lines[first].pk, start_on=day, orientation_id=decision.pk)
    if after:
        open_beside(**given, line_id=lines[action].pk, start_on=day)
    return worker, person.pk


def test_the_line_of_time_tells_request_and_refusal(world, person_id):
    request = ask(world, person_id)
    refuse_request(actor=world.social_head, on=DECIDED, request_id=request.pk, reason="Trop tôt")
    told = sorted(around_orientation(person_id))
    assert told == [
        (ASKED, "Réorientation demandée", "Les difficultés sociales passent d’abord", "Logement d’abord"),
        (DECIDED, "Réorientation refusée", "", "Trop tôt"),
    ]
