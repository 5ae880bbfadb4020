"""The grid of criteria proposes, a person decides: answers, proposal and the CAF's suggestion stay beside the decision."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.grids import Answer, Criterion, default_grid
from jalons.pathways.models import Evaluation, OrientationGrid
from jalons.pathways.operations import (
    NewPreflag,
    adopt_grid,
    evaluate,
    orient_in_bulk,
    record_preflags,
    withdraw_batch,
)
from jalons.pathways.queries.evaluations import grid_of
from tests.worlds import World

ON = date(2020, 2, 5)
TWO = (
    Criterion("Prête à travailler ?", (Answer("Oui", "employment"), Answer("Non", "activity"))),
    Criterion("Une aide sociale d’abord ?", (Answer("Oui", "activity"), Answer("Non", ""))),
)


def adopt(world: World, criteria: tuple[Criterion, ...] = TWO, **options: object) -> OrientationGrid:
    given = {"actor": world.steering_officer, "on": ON, "authority_id": world.authority.pk} | options
    return adopt_grid(criteria=criteria, **given)


@pytest.mark.req("R-029")
def test_an_authority_fills_its_own_grid_and_the_answers_stay_with_the_decision(world):
    adopt(world)
    person = world.person()
    made = evaluate(actor=world.orientation_officer, on=ON, person_id=person.pk, chosen=[1, 0])
    assert [(one["question"], one["answer"]) for one in made.answers] == [
        ("Prête à travailler ?", "Non"),
        ("Une aide sociale d’abord ?", "Oui"),
    ]
    assert made.proposed_type == "activity"
    decision = world.oriented(person, on=ON)  # towards employment: the grid only proposes
    made.refresh_from_db()
    assert (made.orientation, decision.accompaniment_type) == (decision, "employment")


@pytest.mark.req("R-029")
def test_a_new_grid_leaves_the_answers_of_the_former_as_they_were_read(world):
    adopt(world)
    made = evaluate(actor=world.orientation_officer, on=ON, person_id=world.person().pk, chosen=[0, None])
    adopt(world, TWO[1:], on=date(2020, 3, 1))
    made.refresh_from_db()
    assert made.answers == [{"question": "Prête à travailler ?", "answer": "Oui", "type": "employment"}]
    assert [one.question for one in grid_of(world.authority.pk, on=date(2020, 2, 29))] == [one.question for one in TWO]
    assert len(grid_of(world.authority.pk, on=date(2020, 3, 1))) == 1


def test_an_authority_without_grid_starts_from_the_shared_one_and_its_neighbour_keeps_it(world):
    assert grid_of(world.authority.pk, on=ON) == default_grid()
    adopt(world)
    assert grid_of(world.authority.pk, on=ON) == TWO
    assert grid_of(world.neighbour_authority.pk, on=ON) == default_grid()


def test_a_divided_grid_proposes_nothing(world):
    adopt(world)
    assert evaluate(actor=world.social_head, on=ON, person_id=world.person().pk, chosen=[0, 0]).proposed_type == ""


@pytest.mark.parametrize(
    ("chosen", "code"), [([None, None], "grid_not_filled"), ([0], "grid_not_filled"), ([7, 0], "grid_answer_unknown")]
)
def test_answers_out_of_the_grid_are_refused(world, chosen, code):
    adopt(world)
    with pytest.raises(Refusal) as refused:
        evaluate(actor=world.orientation_officer, on=ON, person_id=world.person().pk, chosen=chosen)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("criteria", "code"),
    [
        ((), "grid_empty"),
        ((TWO[0], TWO[0]), "grid_question_twice"),
        ((Criterion("Seule réponse ?", (Answer("Oui"),)),), "grid_answers"),
        ((Criterion("Deux fois ?", (Answer("Oui"), Answer("Oui"))),), "grid_answers_distinct"),
        ((Criterion("Type ?", (Answer("Oui", "lune"), Answer("Non"))),), "grid_type"),
        ((Criterion(" ", (Answer("Oui"), Answer("Non"))),), "grid_question"),
    ],
)
def test_a_grid_that_cannot_be_filled_is_refused(world, criteria, code):
    with pytest.raises(Refusal) as refused:
        adopt(world, criteria)
    assert refused.value.code == code


@pytest.mark.parametrize("role", ["orientation_officer", "caseworker", "administrator", "foreign_officer"])
def test_only_who_adopts_rulebooks_changes_the_grid(world, role):
    with pytest.raises(NotAllowed):
        adopt(world, actor=getattr(world, role))


@pytest.mark.parametrize("role", ["caseworker", "head", "west_social_head", "foreign_officer", "steering_officer"])
def test_who_does_not_orient_her_does_not_evaluate_her(world, role):
    with pytest.raises(NotAllowed):
        evaluate(actor=getattr(world, role), on=ON, person_id=world.person().pk, chosen=[0, 0, 0, 0, 0])


def test_a_decision_undone_leaves_the_evaluation_for_the_next_one(world):
    person = world.person()
    made = evaluate(actor=world.orientation_officer, on=ON, person_id=person.pk, chosen=[0, 0, 0, 0, 0])
    given = {"actor": world.orientation_officer, "on": ON}
    done = orient_in_bulk(**given, person_ids=[person.pk], line_ids=[world.line.pk], reason="Emploi")
    made.refresh_from_db()
    assert made.orientation == done.orientations[0]
    withdraw_batch(**given, batch=done.batch)
    assert Evaluation.objects.get().orientation is None


@pytest.mark.req("R-031")
def test_the_preflag_of_the_caf_and_the_decision_are_both_kept(world):
    person = world.person()
    given = {"actor": world.data_officer, "on": ON}
    told = NewPreflag(person.pk, "Pôle emploi", date(2020, 1, 20))
    assert len(record_preflags(**given, preflags=[told])) == 1
    assert record_preflags(**given, preflags=[told]) == []  # the same list twice
    decision = world.oriented(person, line=world.neighbour_line, on=ON)
    assert (decision.preflag, decision.accompaniment_type) == ("Pôle emploi", "activity")


def test_preflags_are_recorded_by_who_imports_for_the_authority(world):
    told = [NewPreflag(world.person().pk, "social", date(2020, 1, 20))]
    for role in ("orientation_officer", "caseworker", "foreign_officer"):
        with pytest.raises(NotAllowed):
            record_preflags(actor=getattr(world, role), on=ON, preflags=told)
    with pytest.raises(Refusal, match="demain"):
        record_preflags(actor=world.data_officer, on=date(2020, 1, 19), preflags=told)
