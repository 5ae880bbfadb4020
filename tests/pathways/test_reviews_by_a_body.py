"""What goes before a body: « veilles » of the PLIE, pathways of three years, long accompaniments (R-142, R-143, R-144)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import CaseReview, Enrolment, Pause, Piece, ReviewDecision
from jalons.pathways.operations import (
    ask_review,
    decide_review,
    end_pause,
    enrol,
    orient,
    start_pause,
    withdraw_review,
)
from jalons.pathways.queries.reviews import in_full, long_pathways, long_since, reaches_on, reviews_to_decide
from jalons.pathways.rulebook import Shelf
from tests.worlds import World

MAY = date(2020, 5, 4)
PLIE = "plie_2014_2020"


def in_plie(world: World, start_on: date = date(2020, 2, 3)) -> Enrolment:
    """Return a stay in the PLIE from that day; the network of the tests begins in 2020, so the system writes it."""
    year = date(start_on.year, 1, 1)
    line = world.place(world.house, action_code=PLIE, framework_code=PLIE, start_on=year, end_on=date(2020, 12, 31))
    person = world.person(subject_since=year)
    given = {"actor": world.system, "on": start_on, "person_id": person.pk, "line_id": line.pk}
    orientation = orient(**given, reason="Parcours PLIE")
    return enrol(**given, start_on=start_on, orientation_id=orientation.pk)


def ask_pause(world: World, enrolment: Enrolment, **options: object) -> CaseReview:
    given = {"actor": world.caseworker, "on": MAY, "kind": "pathway_pause", "reason": "Congé parental"}
    given |= {"start_on": date(2020, 5, 11), "end_on": date(2020, 8, 31)}
    return ask_review(enrolment_id=enrolment.pk, **(given | options))


def decide(world: World, review: CaseReview, decision: str, **options: object) -> CaseReview:
    given = {"actor": world.social_head, "on": date(2020, 5, 20), "examined_on": date(2020, 5, 18)} | options
    return decide_review(review_id=review.pk, decision=ReviewDecision(decision), **given)


@pytest.mark.req("R-142")
def test_a_veille_of_the_plie_is_asked_granted_and_takes_the_person_out_of_the_caseload(world):
    enrolment = in_plie(world)
    asked = ask_pause(world, enrolment)
    assert (asked.body, asked.requested_by) == ("plie_commission", world.caseworker)
    assert not Pause.objects.exists()  # a request is not a decision
    granted = decide(world, asked, "granted")
    assert (granted.pause.start_on, granted.pause.end_on, granted.pause.reason) == (
        date(2020, 5, 11),
        date(2020, 8, 31),
        "Congé parental",
    )


@pytest.mark.req("R-142")
def test_a_veille_of_the_plie_cannot_skip_its_body(world):
    enrolment = in_plie(world)
    with pytest.raises(Refusal, match="accordée par l’instance : Commission du PLIE"):
        start_pause(actor=world.head, on=MAY, enrolment_id=enrolment.pk, start_on=MAY, reason="Congé")


@pytest.mark.req("R-142")
def test_a_veille_granted_by_a_body_ends_sooner_but_never_later_without_it(world):
    pause = decide(world, ask_pause(world, in_plie(world)), "granted").pause
    given = {"actor": world.head, "on": date(2020, 7, 1), "pause_id": pause.pk}
    with pytest.raises(Refusal, match="nouvel examen") as refused:
        end_pause(**given, last_day=date(2020, 10, 31))
    assert refused.value.code == "pause_by_a_body"
    assert end_pause(**given, last_day=date(2020, 7, 15)).end_on == date(2020, 7, 15)


@pytest.mark.req("R-142")
def test_a_refused_veille_says_why_and_begins_nothing(world):
    asked = ask_pause(world, in_plie(world))
    with pytest.raises(Refusal, match="Dites pourquoi"):
        decide(world, asked, "refused")
    assert decide(world, asked, "refused", answer="Un atelier commence en juin.").decision == "refused"
    assert not Pause.objects.exists()
    with pytest.raises(Refusal, match="déjà sa réponse"):
        decide(world, asked, "granted")


def test_a_request_waits_once_and_may_be_taken_back(world):
    enrolment = in_plie(world)
    asked = ask_pause(world, enrolment)
    with pytest.raises(Refusal, match="attend sa réponse"):
        ask_pause(world, enrolment)
    withdraw_review(actor=world.caseworker, on=MAY, review_id=asked.pk, reason="Elle reprend")
    assert ask_pause(world, enrolment).pk != asked.pk


@pytest.mark.parametrize("role", ["caseworker", "head", "stranger", "west_social_head", "steering_officer"])
def test_who_does_not_speak_for_the_body_notes_no_decision(world, role):
    asked = ask_pause(world, in_plie(world))
    with pytest.raises(NotAllowed):
        decide(world, asked, "granted", actor=getattr(world, role))


@pytest.mark.parametrize("role", ["stranger", "neighbour_head", "steering_officer"])
def test_who_does_not_follow_the_person_asks_nothing(world, role):
    enrolment = in_plie(world)
    with pytest.raises(NotAllowed):
        ask_pause(world, enrolment, actor=getattr(world, role))


@pytest.mark.req("R-143")
def test_a_pathway_of_three_years_is_listed_until_its_continuation_is_decided(world):
    enrolment = in_plie(world, date(2014, 6, 12))
    third = date(2017, 6, 12)
    assert list(long_pathways(world.system, on=third - timedelta(days=1))) == []
    (found,) = in_full(long_pathways(world.system, on=third), on=third)
    assert (found.enrolment, found.review.code, found.since) == (enrolment, "three_year_review", third)
    asked = ask_review(
        actor=world.system,
        on=third,
        enrolment_id=enrolment.pk,
        kind="three_year_review",
        reason="Trois ans de parcours",
    )
    july = date(2017, 7, 5)
    decide_review(actor=world.system, on=july, review_id=asked.pk, decision=ReviewDecision.CONTINUED, examined_on=july)
    assert list(long_pathways(world.system, on=july)) == []
    assert long_since([enrolment], Shelf(), on=third) is None  # nor on the page of the person
    assert Piece.objects.get(kind="three_year_review").dated_on == july
    enrolment.refresh_from_db()
    assert enrolment.end_on is None  # nothing closes by itself


@pytest.mark.req("R-143")
def test_a_review_before_the_third_year_does_not_stand_for_the_one_at_three_years(world):
    enrolment = in_plie(world, start_on=date(2014, 6, 2))
    early, third = date(2016, 5, 2), date(2017, 6, 2)
    asked = ask_review(
        actor=world.system, on=early, enrolment_id=enrolment.pk, kind="three_year_review", reason="Point à deux ans"
    )
    decide_review(
        actor=world.system, on=early, review_id=asked.pk, decision=ReviewDecision.CONTINUED, examined_on=early
    )
    assert long_since([enrolment], Shelf(), on=third - timedelta(days=1)) is None
    assert long_since([enrolment], Shelf(), on=third) == third
    assert [pk for pk, _, _ in long_pathways(world.system, on=third)] == [enrolment.pk]
    ask_review(actor=world.system, on=third, enrolment_id=enrolment.pk, kind="three_year_review", reason="Trois ans")
    assert list(long_pathways(world.system, on=third)) == []  # it waits for the body


@pytest.mark.req("R-143", "R-144")
def test_pathways_of_several_rulebooks_are_listed_together_the_oldest_first(world):
    plie = in_plie(world, start_on=date(2014, 6, 2))
    lyon = world.enrolled(caseworker=world.caseworker)
    ages = {review.code: reaches_on(lyon, review) for review in Shelf().rules_of(lyon.action_code, on=MAY).reviews}
    day = max([one for one in ages.values() if one is not None], default=MAY)
    rows = list(long_pathways(world.system, on=max(day, MAY)))
    assert rows == sorted(rows, key=lambda row: (row[2], row[0]))
    assert plie.pk in [pk for pk, _, _ in rows]


@pytest.mark.req("R-144", "R-007")
@pytest.mark.parametrize("role", ["caseworker", "social_head"])
def test_a_long_accompaniment_goes_to_the_itt_at_the_request_of_the_referent_or_the_chef_de_service(world, role):
    enrolment = world.enrolled(caseworker=world.caseworker)
    asked = ask_review(
        actor=getattr(world, role), on=MAY, enrolment_id=enrolment.pk, kind="long_accompaniment", reason="Sans issue"
    )
    assert asked.body == "itt"
    assert list(reviews_to_decide(world.social_head, on=MAY)) == [asked]
    assert list(reviews_to_decide(world.west_social_head, on=MAY)) == []
    decide(world, asked, "reorient", answer="Un accompagnement social convient mieux.")
    assert list(reviews_to_decide(world.social_head, on=MAY)) == []
    enrolment.refresh_from_db()
    assert enrolment.end_on is None


@pytest.mark.req("R-144")
def test_an_activity_itinerary_has_no_review_by_the_itt(world):
    line = world.place(world.house, action_code="lyon_activite_diversifie_2020")
    enrolment = world.enrolled(line=line, caseworker=world.caseworker)
    with pytest.raises(Refusal, match="n’est pas prévu pour cette action"):
        ask_review(
            actor=world.caseworker, on=MAY, enrolment_id=enrolment.pk, kind="long_accompaniment", reason="Longue"
        )


def test_a_decision_answers_its_request(world):
    asked = ask_pause(world, in_plie(world))
    with pytest.raises(Refusal, match="ne répond pas"):
        decide(world, asked, "continued")
    with pytest.raises(Refusal):
        decide(world, asked, "granted", examined_on=date(2020, 6, 1))
