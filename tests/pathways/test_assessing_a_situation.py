"""Assessments, obstacles and informations: what a référent learns of a situation, says of it, and changes in it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import Assessment, AssessmentKind, Information, InformationKind, Obstacle
from jalons.pathways.operations import (
    NewAssessment,
    correct_assessment,
    end_enrolment,
    give_information,
    lift_obstacle,
    open_obstacle,
    record_assessment,
    record_assessments,
    reopen_obstacle,
    withdraw_information,
    withdraw_obstacle,
    work_on_obstacle,
)
from tests.worlds import World

ON = date(2020, 6, 1)
FEBRUARY, MARCH, APRIL = date(2020, 2, 10), date(2020, 3, 2), date(2020, 4, 6)


def assess(world: World, enrolment_id: int, **options: object) -> Assessment:
    given = {"actor": world.caseworker, "on": ON, "kind": AssessmentKind.INITIAL, "made_on": FEBRUARY} | options
    return record_assessment(enrolment_id=enrolment_id, **given)


def found(world: World, enrolment_id: int, **options: object) -> Obstacle:
    given = {"actor": world.caseworker, "on": ON, "domain": "mobility", "opened_on": FEBRUARY} | options
    return open_obstacle(enrolment_id=enrolment_id, **given)


def rows(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


# Assessments


@pytest.mark.req("R-067", "R-069", "R-071")
def test_the_initial_assessment_recommends_and_opens_the_obstacles_it_finds(world):
    enrolment = world.enrolled()
    made = assess(world, enrolment.pk, recommendations="Permis, puis CAP.", domains=("mobility", "health"))
    assert (made.kind, made.recommendations, made.person_id) == ("initial", "Permis, puis CAP.", enrolment.person_id)
    assert sorted(made.obstacles.values_list("domain", "opened_on")) == [("health", FEBRUARY), ("mobility", FEBRUARY)]
    assert rows("SELECT enrolment_id, kind, made_on FROM facts.assessment") == [(enrolment.pk, "initial", FEBRUARY)]


@pytest.mark.req("R-068")
def test_the_situation_is_assessed_again_and_every_version_stays(world):
    enrolment = world.enrolled()
    assess(world, enrolment.pk)
    assess(world, enrolment.pk, kind=AssessmentKind.REASSESSMENT, made_on=APRIL)
    assess(world, enrolment.pk, kind=AssessmentKind.FINAL, made_on=ON)
    assert list(Assessment.objects.order_by("made_on").values_list("kind", flat=True)) == [
        "initial",
        "reassessment",
        "final",
    ]


def test_the_initial_assessment_comes_first_and_once(world):
    enrolment = world.enrolled()
    with pytest.raises(Refusal, match="notez-le d’abord"):
        assess(world, enrolment.pk, kind=AssessmentKind.REASSESSMENT)
    assess(world, enrolment.pk, made_on=MARCH)
    with pytest.raises(Refusal, match="notez une réévaluation"):
        assess(world, enrolment.pk, made_on=APRIL)
    with pytest.raises(Refusal, match="viennent après"):
        assess(world, enrolment.pk, kind=AssessmentKind.REASSESSMENT, made_on=FEBRUARY)


def test_an_assessment_may_come_between_orientation_and_entry_and_not_out_of_the_accompaniment(world):
    enrolment = world.enrolled(start_on=date(2020, 2, 17))
    assess(world, enrolment.pk, made_on=FEBRUARY)
    end_enrolment(actor=world.head, on=ON, enrolment_id=enrolment.pk, last_day=APRIL, reason="exit")
    with pytest.raises(Refusal, match="hors de cet accompagnement"):
        assess(world, enrolment.pk, kind=AssessmentKind.REASSESSMENT, made_on=date(2020, 5, 4))
    assess(world, enrolment.pk, kind=AssessmentKind.FINAL, made_on=date(2020, 5, 4))
    other = world.enrolled()
    with pytest.raises(Refusal, match="hors de cet accompagnement"):
        assess(world, other.pk, made_on=date(2020, 2, 2))
    with pytest.raises(Refusal, match="pas encore arrivé"):
        assess(world, other.pk, made_on=date(2020, 6, 2))


def test_an_assessment_is_corrected_within_the_order(world):
    enrolment = world.enrolled()
    first = assess(world, enrolment.pk)
    assess(world, enrolment.pk, kind=AssessmentKind.REASSESSMENT, made_on=APRIL)
    given = {"actor": world.caseworker, "on": ON, "assessment_id": first.pk, "recommendations": "Formation"}
    assert correct_assessment(made_on=MARCH, **given).made_on == MARCH
    with pytest.raises(Refusal, match="viennent après"):
        correct_assessment(made_on=date(2020, 5, 4), **given)


def test_many_assessments_cost_a_constant_number_of_queries(world, django_assert_max_num_queries):
    enrolments = [world.enrolled() for _ in range(6)]
    news = [NewAssessment(one.pk, AssessmentKind.INITIAL, FEBRUARY, domains=("housing",)) for one in enrolments]
    with django_assert_max_num_queries(40):
        record_assessments(actor=world.caseworker, on=ON, assessments=news)
    assert Obstacle.objects.count() == 6


# Obstacles


@pytest.mark.req("R-072")
def test_an_obstacle_is_found_worked_on_and_lifted(world):
    obstacle = found(world, world.enrolled().pk, note="Pas de permis")
    given = {"actor": world.caseworker, "on": ON, "obstacle_id": obstacle.pk}
    work_on_obstacle(day=MARCH, **given)
    lifted = lift_obstacle(day=APRIL, **given)
    assert (lifted.opened_on, lifted.worked_on, lifted.lifted_on) == (FEBRUARY, MARCH, APRIL)
    assert rows("SELECT domain, opened_on, worked_on, lifted_on FROM facts.obstacle") == [
        ("mobility", FEBRUARY, MARCH, APRIL)
    ]
    with pytest.raises(Refusal, match="déjà levé, depuis le 06/04/2020"):
        lift_obstacle(day=ON, **given)
    reopen_obstacle(**given)
    with pytest.raises(Refusal, match="travaillé depuis le 02/03/2020"):
        lift_obstacle(day=FEBRUARY, **given)


def test_lifting_tells_it_was_worked_on(world):
    obstacle = found(world, world.enrolled().pk)
    assert lift_obstacle(actor=world.caseworker, on=ON, obstacle_id=obstacle.pk, day=MARCH).worked_on == MARCH


def test_the_same_obstacle_is_noted_once_at_a_time_and_may_come_back(world):
    enrolment = world.enrolled()
    first = found(world, enrolment.pk)
    with pytest.raises(Refusal, match="pas encore levé"):
        found(world, enrolment.pk, opened_on=APRIL)
    lift_obstacle(actor=world.caseworker, on=ON, obstacle_id=first.pk, day=MARCH)
    found(world, enrolment.pk, opened_on=APRIL)
    assert Obstacle.objects.count() == 2


@pytest.mark.req("R-163")
def test_a_health_obstacle_takes_no_word(world):
    enrolment = world.enrolled()
    with pytest.raises(Refusal, match="rien de médical n’entre au dossier"):
        found(world, enrolment.pk, domain="health", note="Dos")
    kept = found(world, enrolment.pk, domain="health")
    assert (kept.sensitive, kept.note) == (True, "")
    with pytest.raises(IntegrityError, match="obstacle_sensitive_without_note"), transaction.atomic():
        Obstacle.objects.filter(pk=kept.pk).update(note="Dos")


@pytest.mark.req("R-071")
def test_a_domain_out_of_the_list_is_refused_with_the_list(world):
    with pytest.raises(Refusal, match="« Santé », « Logement »"):
        found(world, world.enrolled().pk, domain="horoscope")


def test_the_database_keeps_the_order_of_an_obstacle_and_one_assessment_a_day(world):
    enrolment = world.enrolled()
    obstacle = found(world, enrolment.pk)
    for constraint, change in (
        ("obstacle_worked_after_opened", {"worked_on": date(2020, 2, 9)}),
        ("obstacle_lifted_after_worked", {"lifted_on": MARCH}),
        ("obstacle_lifted_after_worked", {"worked_on": APRIL, "lifted_on": MARCH}),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Obstacle.objects.filter(pk=obstacle.pk).update(**change)
    assess(world, enrolment.pk)
    with pytest.raises(Refusal, match="déjà noté ce jour-là"):
        assess(world, enrolment.pk, kind=AssessmentKind.FINAL)


def test_an_obstacle_written_by_mistake_is_taken_back(world):
    obstacle = found(world, world.enrolled().pk)
    withdraw_obstacle(actor=world.caseworker, on=ON, obstacle_id=obstacle.pk)
    assert not Obstacle.objects.exists()


# Informations


@pytest.mark.req("R-060", "R-061", "R-151")
def test_what_was_told_is_dated_with_the_documents_given(world):
    enrolment = world.enrolled()
    kinds = [InformationKind.RIGHTS_AND_DUTIES, InformationKind.RISKS]
    given = {"actor": world.caseworker, "on": ON, "enrolment_id": enrolment.pk}
    told = give_information(kinds=kinds, given_on=FEBRUARY, documents="Livret d’accueil", **given)
    assert [(one.kind, one.documents) for one in told] == [(kind, "Livret d’accueil") for kind in kinds]
    assert rows("SELECT kind, given_on FROM facts.information ORDER BY 1") == [
        ("rights_and_duties", FEBRUARY),
        ("risks", FEBRUARY),
    ]
    with pytest.raises(Refusal, match="déjà notée ce jour-là"):
        give_information(kinds=[InformationKind.RISKS], given_on=FEBRUARY, **given)
    with pytest.raises(Refusal, match="au moins une information"):
        give_information(kinds=[], given_on=MARCH, **given)
    with pytest.raises(Refusal, match="pas encore arrivé"):
        give_information(kinds=kinds, given_on=date(2020, 6, 2), **given)
    withdraw_information(actor=world.caseworker, on=ON, information_id=told[0].pk)
    assert Information.objects.count() == 1


def test_only_those_who_accompany_the_person_write_her_situation(world):
    enrolment = world.enrolled()
    for actor in (world.stranger, world.social_head, world.steering_officer):
        with pytest.raises(NotAllowed):
            assess(world, enrolment.pk, actor=actor)
        with pytest.raises(NotAllowed):
            found(world, enrolment.pk, actor=actor)
        with pytest.raises(NotAllowed):
            give_information(
                actor=actor, on=ON, enrolment_id=enrolment.pk, kinds=[InformationKind.RISKS], given_on=FEBRUARY
            )
