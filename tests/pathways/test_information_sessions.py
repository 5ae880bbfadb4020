"""Information sessions: who is to convene, the places, who came, and the référent named the same day."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from jalons.agenda.models import Appointment, GroupSession, Outcome, SignIn
from jalons.agenda.operations import Presence
from jalons.agenda.operations.information_sessions import (
    cancel_information_session,
    convene,
    plan_information_session,
    record_attendance,
)
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import Authority
from jalons.pathways.models import Channel, Piece
from jalons.pathways.operations import enrol, evaluate, exempt_from_session, orient, withdraw_exemption
from jalons.pathways.orientation_rules import due_on, session_rules
from jalons.pathways.queries.delays import average, decisions
from jalons.pathways.queries.sessions import invited_to, persons_to_convene, sessions_of_authorities
from jalons.people.models import Person, RightsAndDuties
from tests.worlds import World, at

DAY = date(2020, 2, 5)
BEFORE = date(2020, 1, 20)


def a_session(world: World, *, day: date = DAY, on: date = BEFORE, **options: object) -> GroupSession:
    given = {
        "actor": world.orientation_officer, "organisation_id": world.house.pk, "starts_at": at(day, 9),
        "ends_at": at(day, 11), "place": "Mairie annexe", "capacity": 12,
    } | options  # fmt: skip
    return plan_information_session(on=on, **given)


def invite(world: World, session: GroupSession, *persons: Person, on: date = BEFORE, **options: object):
    given = {"actor": world.orientation_officer} | options
    return convene(on=on, session_id=session.pk, person_ids=[one.pk for one in persons], **given)


def sign(world: World, session: GroupSession, *present: Person, on: date = DAY, **options: object):
    given = {"actor": world.orientation_officer} | options
    became = {one.pk: Presence(Outcome.HELD) for one in present}
    return record_attendance(on=on, session_id=session.pk, became=became, **given)


def miss(world: World, session: GroupSession, *absent: Person, outcome: Outcome = Outcome.UNJUSTIFIED_ABSENCE):
    became = {one.pk: Presence(outcome) for one in absent}
    return record_attendance(actor=world.orientation_officer, on=DAY, session_id=session.pk, became=became)


@pytest.mark.req("R-033")
def test_a_new_entrant_without_session_nor_exemption_is_to_convene_and_the_rulebook_says_by_when(world):
    person = world.person(subject_since=date(2019, 1, 10))
    assert list(persons_to_convene(world.system, on=date(2019, 3, 10))) == [person]
    rule = session_rules(["rhone", "metropole_lyon"], on=date(2019, 3, 10))
    assert set(rule) == {"rhone"}  # no rulebook of Lyon asks for one
    assert rule["rhone"].starts_from == "enrolment_start"
    assert due_on(date(2019, 1, 10), rule["rhone"].delay) == date(2019, 3, 10)


@pytest.mark.req("R-033")
def test_the_deadline_counts_from_what_the_rulebook_says_and_who_has_entered_is_still_awaited(world):
    entered_on = date(2020, 1, 13)
    of_the_rhone(world)
    line = world.place(world.house, action_code="rhone_orientation", framework_code="rhone_orientation")
    entered, waits, oriented = world.persons(3)
    world.enrolled(entered, line=line, on=entered_on)
    world.oriented(oriented, line=line, on=entered_on)
    found = {one.pk: one.counted_from for one in persons_to_convene(world.orientation_officer, on=BEFORE)}
    assert found == {entered.pk: entered_on, waits.pk: None}  # the to-do of who entered says « à convoquer » too
    session = a_session(world)
    invite(world, session, entered)
    sign(world, session, entered)
    assert list(persons_to_convene(world.orientation_officer, on=DAY)) == [waits]


def of_the_rhone(world: World) -> None:
    Authority.objects.filter(pk=world.authority.pk).update(code="rhone")


@pytest.mark.req("R-033")
def test_what_was_done_under_former_duties_does_not_count_for_a_new_entrant(world):
    came, exempted = world.persons(2)
    session = a_session(world)
    invite(world, session, came)
    sign(world, session, came)
    given = {"actor": world.social_head, "person_id": exempted.pk}
    exempt_from_session(**given, on=DAY, reason="working")
    assert not persons_to_convene(world.orientation_officer, on=DAY).exists()
    RightsAndDuties.objects.update(end_on=date(2020, 3, 31))
    back = date(2020, 9, 1)
    for person in (came, exempted):
        RightsAndDuties.objects.create(person=person, start_on=back)
    assert set(persons_to_convene(world.orientation_officer, on=back)) == {came, exempted}
    with pytest.raises(Refusal, match="pas dispensée"):
        withdraw_exemption(**given, on=back)
    exempt_from_session(**given, on=back, reason="working")
    assert list(persons_to_convene(world.orientation_officer, on=back)) == [came]


@pytest.mark.req("R-033")
def test_who_came_who_is_exempted_and_who_is_oriented_are_no_longer_to_convene(world):
    came, absent, exempted, oriented, waits = world.persons(5)
    session = a_session(world)
    invite(world, session, came, absent)
    sign(world, session, came)
    miss(world, session, absent)
    exempt_from_session(actor=world.social_head, on=DAY, person_id=exempted.pk, reason="working")
    world.oriented(oriented, on=DAY)
    found = {one.pk: one for one in persons_to_convene(world.orientation_officer, on=DAY)}
    assert set(found) == {absent.pk, waits.pk}
    assert (found[absent.pk].missed, found[waits.pk].missed) == (True, False)
    withdraw_exemption(actor=world.social_head, on=DAY, person_id=exempted.pk)
    assert exempted in persons_to_convene(world.orientation_officer, on=DAY)


def test_a_person_invited_shows_her_day(world):
    session, person = a_session(world), world.person()
    invite(world, session, person)
    (found,) = persons_to_convene(world.social_head, on=BEFORE)
    assert found.invited_on == DAY
    assert not persons_to_convene(world.west_social_head, on=BEFORE).exists()


@pytest.mark.req("R-033")
def test_a_session_counts_its_invited_present_and_absent(world):
    came, excused, absent = world.persons(3)
    session = a_session(world)
    invite(world, session, came, excused, absent)
    sign(world, session, came)
    miss(world, session, excused, outcome=Outcome.JUSTIFIED_ABSENCE)
    miss(world, session, absent)
    (row,) = sessions_of_authorities(world.orientation_officer, on=DAY)
    assert (row.invited, row.came, row.absent) == (3, 1, 2)
    assert row.place == "Mairie annexe"
    outcomes = dict(Appointment.objects.values_list("person_id", "outcome"))
    assert outcomes == {
        came.pk: Outcome.HELD, excused.pk: Outcome.JUSTIFIED_ABSENCE, absent.pk: Outcome.UNJUSTIFIED_ABSENCE,
    }  # fmt: skip
    sign(world, session, came, absent)  # a slip of the finger is corrected
    assert Appointment.objects.get(person=absent).outcome == Outcome.HELD


def test_the_places_of_a_session_hold_and_who_is_invited_already_takes_none(world):
    session = a_session(world, capacity=2)
    one, two, three = world.persons(3)
    invite(world, session, one, two)
    assert invite(world, session, one, two) == []
    with pytest.raises(Refusal, match="complet"):
        invite(world, session, three)


@pytest.mark.req("R-034")
def test_who_is_not_named_stays_as_noted(world):
    came, other = world.persons(2)
    session = a_session(world)
    invite(world, session, came, other)
    sign(world, session, came)
    assert [one.person_id for one in miss(world, session, other)] == [other.pk]
    assert sign(world, session, came) == []
    assert Appointment.objects.get(person=came).outcome == Outcome.HELD


@pytest.mark.req("R-100")
def test_an_absence_takes_what_was_signed_out_of_effect(world):
    person, session = world.person(), a_session(world)
    (row,) = invite(world, session, person)
    sign(world, session, person)
    sentence = "Je confirme ma présence."
    SignIn.objects.create(
        appointment=row, signer="beneficiary", means="screen", identity_check="known", statement=sentence,
        sha256=hashlib.sha256(sentence.encode()).hexdigest(), starts_at=row.starts_at, ends_at=row.ends_at,
        strokes=b"M0 0 L9 9", recorded_by=world.orientation_officer,
    )  # fmt: skip
    miss(world, session, person)
    assert not SignIn.objects.filter(voided_at__isnull=True).exists()


@pytest.mark.req("R-033")
def test_who_was_withdrawn_is_invited_again_and_who_waits_elsewhere_is_left(world):
    withdrawn, waits = world.persons(2)
    session, other = a_session(world), a_session(world, day=date(2020, 2, 12))
    (row,) = invite(world, session, withdrawn)
    invite(world, other, waits)
    Appointment.objects.filter(pk=row.pk).update(
        outcome=Outcome.CANCELLED, outcome_at=row.starts_at, outcome_by=world.orientation_officer
    )
    assert [one.person_id for one in invite(world, session, withdrawn, waits)] == [withdrawn.pk]
    assert [one.person_id for one in session.appointments.all()] == [withdrawn.pk]


@pytest.mark.req("R-035", "R-036")
def test_a_referent_named_at_the_end_of_the_session_ends_the_delay_that_day(world):
    person = world.person(subject_since=date(2020, 1, 6))
    session = a_session(world)
    invite(world, session, person)
    sign(world, session, person)
    given = {"actor": world.social_head, "on": DAY, "person_id": person.pk}
    made = evaluate(**given, chosen=[1, 1, 1, 1, 0], session_id=session.pk)
    assert made.proposed_type == "employment"
    decision = orient(**given, line_id=world.line.pk, reason="Vers l’emploi", channel=Channel.INFORMATION_SESSION)
    enrol(**given, line_id=world.line.pk, start_on=DAY, orientation_id=decision.pk, caseworker_id=world.caseworker.pk)
    (row,) = invited_to(session, world.social_head, on=DAY)
    assert (row.evaluation, row.orientation, row.named_same_day) == (made, decision, True)
    rows = decisions(world.social_head, first=DAY, last=DAY, on=DAY)
    assert [(one.days_to_orientation, one.named_on) for one in rows] == [(30, DAY)]
    assert average(rows).same_day == 1


def test_an_evaluation_speaks_of_a_session_she_was_invited_to(world):
    session = a_session(world)
    with pytest.raises(Refusal, match="pas invitée"):
        evaluate(actor=world.social_head, on=DAY, person_id=world.person().pk, chosen=[0] * 5, session_id=session.pk)


@pytest.mark.parametrize("role", ["caseworker", "head", "steering_officer", "west_social_head", "foreign_officer"])
def test_who_does_not_orient_for_this_territory_neither_plans_nor_convenes_nor_signs(world, role):
    session, person = a_session(world), world.person()
    actor = getattr(world, role)
    for refused in (
        lambda: a_session(world, actor=actor),
        lambda: invite(world, session, person, actor=actor),
        lambda: sign(world, session, actor=actor),
        lambda: cancel_information_session(actor=actor, on=BEFORE, session_id=session.pk),
        lambda: exempt_from_session(actor=actor, on=DAY, person_id=person.pk, reason="working"),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_a_session_needs_a_place_a_date_to_come_for_invitations_and_a_past_one_for_presence(world):
    with pytest.raises(Refusal, match="où se tient"):
        a_session(world, place=" ")
    session, person = a_session(world), world.person()
    with pytest.raises(Refusal, match="pas encore eu lieu"):
        sign(world, session, on=BEFORE)
    with pytest.raises(Refusal, match="a eu lieu le 05/02/2020"):
        invite(world, session, person, on=date(2020, 2, 6))
    with pytest.raises(Refusal, match="convoquez-la"):
        sign(world, session, person)


def test_a_session_cancelled_gives_its_persons_back(world):
    session, person = a_session(world), world.person()
    invite(world, session, person)
    cancel_information_session(actor=world.orientation_officer, on=BEFORE, session_id=session.pk)
    (found,) = persons_to_convene(world.orientation_officer, on=BEFORE)
    assert found.invited_on is None
    with pytest.raises(Refusal, match="annulée"):
        invite(world, session, world.person())
    other = a_session(world)
    invite(world, other, person)
    sign(world, other, person)
    with pytest.raises(Refusal, match="présences"):
        cancel_information_session(actor=world.orientation_officer, on=DAY, session_id=other.pk)


def test_an_exemption_gives_its_reason_once(world):
    person = world.person()
    given = {"actor": world.social_head, "on": DAY, "person_id": person.pk}
    with pytest.raises(Refusal, match="liste"):
        exempt_from_session(**given, reason="paresse")
    exempt_from_session(**given, reason="working")
    with pytest.raises(Refusal, match="déjà dispensée"):
        exempt_from_session(**given, reason="working")


@pytest.mark.req("R-033")
def test_taking_an_exemption_back_leaves_the_documents_of_others_in_the_file(world):
    person = world.person()
    exempt_from_session(actor=world.social_head, on=DAY, person_id=person.pk, reason="working")
    enrolment = world.enrolled(person, caseworker=world.caseworker)
    kind = "information_session_exemption"
    given = {"enrolment": enrolment, "person": person, "kind": kind}
    theirs = Piece.objects.create(**given, dated_on=DAY, recorded_by=world.caseworker)
    Piece.objects.create(**given, dated_on=DAY, recorded_by=world.social_head)
    withdraw_exemption(actor=world.social_head, on=DAY, person_id=person.pk)
    assert list(Piece.objects.filter(kind=kind)) == [theirs]
    with pytest.raises(Refusal, match="n’est pas dispensée"):
        withdraw_exemption(actor=world.social_head, on=DAY, person_id=person.pk)
