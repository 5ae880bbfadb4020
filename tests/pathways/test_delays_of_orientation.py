"""Delays measured case by case and on average: to the decision, then to the first interview."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jalons.agenda.models import Mode
from jalons.agenda.operations import record_held
from jalons.pathways.operations import reorient
from jalons.pathways.queries.delays import average, by_type, decisions
from jalons.rulebooks.loader import load
from jalons.rulebooks.models import RulebookVersion
from tests.worlds import World, at

ON = date(2020, 10, 15)


def of_2020(world: World, user: object = None):
    return decisions(user or world.orientation_officer, first=date(2020, 1, 1), last=date(2020, 12, 31), on=ON)


@pytest.mark.req("R-036")
def test_delays_of_100_120_and_140_days_give_120(world):
    for days in (100, 120, 140):
        decided = date(2020, 6, 1)
        world.oriented(world.person(subject_since=decided - timedelta(days=days)), on=decided)
    assert sorted(one.days_to_orientation for one in of_2020(world)) == [100, 120, 140]
    assert average(of_2020(world)).to_orientation == 120.0


@pytest.mark.req("R-045")
def test_oriented_on_1_april_and_received_on_20_april_makes_19_days(world):
    enrolment = world.enrolled(world.person(), on=date(2020, 4, 1), caseworker=world.caseworker)
    world.oriented(world.person("Attend"), on=date(2020, 4, 2))
    for day in (date(2020, 4, 20), date(2020, 5, 4)):
        record_held(
            actor=world.caseworker, on=day, person_id=enrolment.person_id, organisation_id=world.house.pk,
            starts_at=at(day, 9), ends_at=at(day, 10), mode=Mode.FACE_TO_FACE,
        )  # fmt: skip
    rows = list(of_2020(world))
    assert [one.days_to_interview for one in rows] == [None, 19]
    found = average(of_2020(world))
    assert (found.to_interview, found.waiting, found.decisions) == (19.0, 1, 2)


def test_a_reorientation_does_not_weigh_on_the_delay_to_the_orientation(world):
    person = world.person(subject_since=date(2020, 2, 1))
    world.oriented(person, on=date(2020, 2, 11))
    reorient(
        actor=world.orientation_officer, on=date(2020, 9, 1), person_id=person.pk, line_id=world.neighbour_line.pk,
        reason="Projet changé",
    )  # fmt: skip
    assert average(of_2020(world)).to_orientation == 10.0


def test_each_reads_the_decisions_of_their_own_persons_in_one_query(world, django_assert_num_queries):
    world.oriented(world.person())
    world.oriented(world.person("Ouest", territory=world.west))
    assert {one.person.last_name for one in of_2020(world, world.west_social_head)} == {"OUEST"}
    assert not of_2020(world, world.foreign_officer).exists()
    list(of_2020(world))
    with django_assert_num_queries(1):
        assert [(one.person.full_name, one.organisation.name) for one in of_2020(world)]


@pytest.mark.req("R-028")
def test_the_orientations_in_force_share_among_the_three_types(world):
    adopt_professional()
    third = world.place(world.house, action_code="essai_professionnel", places=20)
    for line, how_many in ((world.line, 8), (world.neighbour_line, 7), (third, 5)):
        for person in world.persons(how_many):
            world.oriented(person, line=line)
    kinds = {line.pk: one.accompaniment_type for line in (world.line, world.neighbour_line, third)
             for one in line.orientations.all()[:1]}  # fmt: skip
    assert kinds == {world.line.pk: "employment", world.neighbour_line.pk: "activity", third.pk: "professional"}
    shares = by_type(world.orientation_officer, on=ON)
    assert [(one.type, one.persons, round(one.ratio * 100, 1)) for one in shares] == [
        ("employment", 8, 40.0), ("activity", 7, 35.0), ("professional", 5, 25.0),
    ]  # fmt: skip
    assert by_type(world.foreign_officer, on=ON) == []


def adopt_professional() -> None:
    """Adopt a rulebook of an action whose accompaniment is professional: the shipped ones of the Métropole describe none."""
    raw = b"""
format: 1
authority: {code: metropole_lyon, label: Metropole}
framework: {code: essai, version: "1", label: Essai, valid_from: 2020-01-01, citation: ["000 l.1"], basis: stated}
actions:
  - {code: essai_professionnel, label: Action, accompaniment_type: professional, citation: ["000 l.1"]}
"""
    load(raw, file="essai.yaml")
    RulebookVersion.objects.create(
        pk=2_000_002, code="essai", version="1", authority_code="metropole_lyon", label="Essai",
        valid_from=date(2020, 1, 1), raw=raw, sha256="a" * 64, adopted_on=date(2020, 1, 1),
    )  # fmt: skip
