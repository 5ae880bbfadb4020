"""The project and its dates, what prepares for a job, the steps that lift an obstacle, social referrals, words told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import (
    Enrolment,
    Information,
    InformationKind,
    Obstacle,
    ObstacleAction,
    Piece,
    PreparationKind,
    Project,
    ProjectOutcome,
    Referral,
)
from jalons.pathways.operations import (
    add_obstacle_action,
    carry_out_project,
    close_project,
    do_obstacle_action,
    give_information,
    lift_obstacle,
    note_preparation,
    open_obstacle,
    open_project,
    refer,
    validate_project,
    withdraw_obstacle_action,
)
from jalons.pathways.queries.assessments import diagnosis_missing_since
from tests.worlds import World

ON = date(2020, 6, 1)
FEBRUARY, MARCH, APRIL = date(2020, 2, 10), date(2020, 3, 2), date(2020, 4, 6)


def by(world: World) -> dict[str, Any]:
    return {"actor": world.caseworker, "on": ON}


def project(world: World, enrolment: Enrolment, **options: Any) -> Project:
    given = by(world) | {"title": "Auxiliaire de vie", "opened_on": FEBRUARY} | options
    return open_project(enrolment_id=enrolment.pk, **given)


@pytest.mark.req("R-063")
def test_a_project_is_drawn_up_validated_carried_out_then_closed_in_that_order(world: World) -> None:
    enrolment = world.enrolled()
    made = project(world, enrolment)
    given = {**by(world), "project_id": made.pk}
    with pytest.raises(Refusal, match="validez-le d’abord"):
        carry_out_project(day=MARCH, **given)
    with pytest.raises(Refusal, match="donnez une date qui suit"):
        validate_project(day=date(2020, 2, 9), **given)
    validate_project(day=MARCH, **given)
    with pytest.raises(Refusal, match="validé depuis le 02/03/2020"):
        validate_project(day=APRIL, **given)
    carry_out_project(day=APRIL, **given)
    with pytest.raises(Refusal, match="mis en œuvre depuis le 06/04/2020"):
        carry_out_project(day=ON, **given)
    with pytest.raises(Refusal, match="déjà ouvert"):
        project(world, enrolment, title="Cariste")
    closed = close_project(day=ON, outcome=ProjectOutcome.ACHIEVED, **given)
    assert (closed.validated_on, closed.carried_out_on, closed.closed_on) == (MARCH, APRIL, ON)
    with pytest.raises(Refusal, match="terminé depuis"):
        close_project(day=ON, outcome=ProjectOutcome.ABANDONED, **given)
    project(world, enrolment, title="Cariste", opened_on=ON)
    with pytest.raises(IntegrityError, match="project_end_says_how"), transaction.atomic():
        Project.objects.filter(pk=made.pk).update(outcome="")
    with pytest.raises(IntegrityError, match="project_dates_in_order"), transaction.atomic():
        Project.objects.filter(pk=made.pk).update(validated_on=None)


@pytest.mark.req("R-075")
def test_the_validated_project_is_the_document_the_rulebook_waits_for(world: World) -> None:
    enrolment = world.enrolled(line=world.place(action_code="nord_iii1_mise_en_situation"))
    made = project(world, enrolment)
    assert not Piece.objects.exists()
    validate_project(**by(world), project_id=made.pk, day=MARCH)
    assert list(Piece.objects.values_list("kind", "dated_on")) == [("professional_project", MARCH)]


@pytest.mark.req("R-063")
def test_the_days_of_the_cv_and_of_interviews_prepared_are_kept(world: World) -> None:
    enrolment = world.enrolled()
    for day in (FEBRUARY, APRIL):
        note_preparation(**by(world), enrolment_id=enrolment.pk, kind=PreparationKind.CV, done_on=day)
    note_preparation(**by(world), enrolment_id=enrolment.pk, kind=PreparationKind.INTERVIEW, done_on=APRIL)
    assert enrolment.preparations.count() == 3
    with pytest.raises(Refusal, match="déjà notée ce jour-là"):
        note_preparation(**by(world), enrolment_id=enrolment.pk, kind=PreparationKind.CV, done_on=APRIL)
    with pytest.raises(Refusal, match="pas encore arrivé"):
        note_preparation(**by(world), enrolment_id=enrolment.pk, kind=PreparationKind.CV, done_on=date(2020, 6, 2))


@pytest.mark.req("R-064", "R-163")
def test_a_social_question_keeps_its_answer_and_its_referral_and_no_word_on_health(world: World) -> None:
    enrolment = world.enrolled()
    given = {**by(world), "enrolment_id": enrolment.pk, "referred_to": "PIMM’s", "referred_on": APRIL}
    refer(domain="financial_difficulties", first_answer="Dossier de surendettement expliqué", **given)
    with pytest.raises(Refusal, match="rien de médical"):
        refer(domain="health", first_answer="Dos", **given)
    kept = refer(domain="health", **given)
    assert (kept.sensitive, Referral.objects.count()) == (True, 2)
    with pytest.raises(Refusal, match="vers qui"):
        refer(domain="housing", **given | {"referred_to": " "})
    with pytest.raises(Refusal, match="dans la liste"):
        refer(domain="horoscope", **given)
    with pytest.raises(NotAllowed):
        refer(domain="housing", **given | {"actor": world.stranger})
    with pytest.raises(IntegrityError, match="referral_sensitive"), transaction.atomic():
        Referral.objects.filter(pk=kept.pk).update(first_answer="Dos")


@pytest.mark.req("R-072")
def test_an_obstacle_of_axis_v_is_worked_on_by_the_kinds_of_the_framework(world: World) -> None:
    enrolment = world.enrolled(line=world.place(action_code="nord_v_freins"))
    obstacle = open_obstacle(**by(world), enrolment_id=enrolment.pk, domain="mobility", opened_on=FEBRUARY)
    given = {**by(world), "obstacle_id": obstacle.pk}
    with pytest.raises(Refusal, match="« Préparation au permis de conduire »"):
        add_obstacle_action(kind="horoscope", planned_on=MARCH, **given)
    planned = add_obstacle_action(kind="driving_licence", planned_on=MARCH, **given)
    obstacle.refresh_from_db()
    assert obstacle.worked_on is None
    with pytest.raises(Refusal, match="repéré depuis le 10/02/2020"):
        do_obstacle_action(**by(world), action_id=planned.pk, day=date(2020, 2, 9))
    do_obstacle_action(**by(world), action_id=planned.pk, day=MARCH)
    with pytest.raises(Refusal, match="déjà faite, le 02/03/2020"):
        do_obstacle_action(**by(world), action_id=planned.pk, day=APRIL)
    lift_obstacle(**given, day=APRIL)
    obstacle.refresh_from_db()
    assert (obstacle.opened_on, obstacle.worked_on, obstacle.lifted_on) == (FEBRUARY, MARCH, APRIL)
    with pytest.raises(Refusal, match="levé depuis le 06/04/2020"):
        add_obstacle_action(kind="fares", done_on=ON, **given)
    withdraw_obstacle_action(**by(world), action_id=planned.pk)
    assert not ObstacleAction.objects.exists()


@pytest.mark.req("R-072", "R-163")
def test_an_action_says_what_it_is_except_on_a_sensitive_obstacle(world: World) -> None:
    enrolment = world.enrolled()
    mobility = open_obstacle(**by(world), enrolment_id=enrolment.pk, domain="mobility", opened_on=FEBRUARY)
    health = open_obstacle(**by(world), enrolment_id=enrolment.pk, domain="health", opened_on=FEBRUARY)
    with pytest.raises(Refusal, match="Dites ce qui est fait"):
        add_obstacle_action(**by(world), obstacle_id=mobility.pk, planned_on=MARCH)
    with pytest.raises(Refusal, match="rien de médical"):
        add_obstacle_action(**by(world), obstacle_id=health.pk, note="Kiné", planned_on=MARCH)
    with pytest.raises(Refusal, match="donnez sa date"):
        add_obstacle_action(**by(world), obstacle_id=mobility.pk, note="Permis")
    kept = add_obstacle_action(**by(world), obstacle_id=health.pk, done_on=MARCH)
    assert Obstacle.objects.get(pk=health.pk).worked_on == MARCH
    with pytest.raises(IntegrityError, match="obstacle_action_sensitive"), transaction.atomic():
        ObstacleAction.objects.filter(pk=kept.pk).update(note="Kiné")
    with pytest.raises(NotAllowed):
        add_obstacle_action(actor=world.stranger, on=ON, obstacle_id=mobility.pk, note="Permis", planned_on=MARCH)


@pytest.mark.req("R-060")
def test_what_is_said_is_kept_with_its_day_and_documents(world: World) -> None:
    enrolment = world.enrolled()
    kinds = [InformationKind.RIGHTS_AND_DUTIES]
    give_information(**by(world), enrolment_id=enrolment.pk, kinds=kinds, given_on=FEBRUARY, documents="Guide")
    kept = Information.objects.get()
    assert "référent unique" in kept.told
    assert (kept.given_on, kept.documents) == (FEBRUARY, "Guide")


@pytest.mark.req("R-067")
def test_an_accompaniment_without_interview_waits_for_no_diagnosis(world: World) -> None:
    assert diagnosis_missing_since([world.enrolled()], on=ON) == {}
