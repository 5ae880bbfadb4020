"""Delays measured case by case and on average: to the decision, then to the first interview."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jalons.agenda.models import Mode
from jalons.agenda.operations import record_held
from jalons.pathways.operations import reorient
from jalons.pathways.queries.delay_starts import delay_starts, start_on, starts_between
from jalons.pathways.queries.delays import average, by_type, decisions
from jalons.pathways.queries.orientation import delays, persons_to_orient
from jalons.people.models import RsaRight
from jalons.rulebooks.loader import BadRulebook, load
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


def test_each_reads_the_decisions_of_their_own_persons_in_three_queries(world, django_assert_num_queries):
    world.oriented(world.person())
    world.oriented(world.person("Ouest", territory=world.west))
    assert {one.person.last_name for one in of_2020(world, world.west_social_head)} == {"OUEST"}
    assert not of_2020(world, world.foreign_officer).exists()
    list(of_2020(world))
    with django_assert_num_queries(3):  # the authorities, their rulebooks, the decisions
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


FROM_FIRST_RIGHT = b"""
format: 1
authority: {code: metropole_lyon, label: Metropole}
framework: {code: a_delais, version: "1", label: Delais, valid_from: 2020-05-01, citation: ["000 l.1"], basis: stated}
actions:
  - code: essai_delais
    label: Action
    citation: ["000 l.1"]
    orientation_delay: {starts_from: first_right, citation: Deliberation, basis: stated}
"""


def count_from_the_first_right() -> None:
    """Adopt a rulebook that counts from the first opening of RSA rights, for the decisions of May 2020 and after."""
    load(FROM_FIRST_RIGHT, file="delais.yaml")
    RulebookVersion.objects.create(
        pk=2_000_003, code="a_delais", version="1", authority_code="metropole_lyon", label="Delais",
        valid_from=date(2020, 5, 1), raw=FROM_FIRST_RIGHT, sha256="b" * 64, adopted_on=date(2020, 1, 1),
    )  # fmt: skip


def with_rights(world: World, days: int, *, decided: date) -> None:
    """Orient somebody whose rights opened so many days before the decision, and droits et devoirs ten days before."""
    person = world.person(subject_since=decided - timedelta(days=10))
    RsaRight.objects.filter(person=person).update(start_on=decided - timedelta(days=days))
    world.oriented(person, on=decided)


@pytest.mark.req("R-036")
def test_the_rulebook_says_since_when_and_delays_of_100_120_and_140_days_give_120_again(world):
    decided = date(2020, 6, 1)
    for days in (100, 120, 140):
        with_rights(world, days, decided=decided)
    assert average(of_2020(world)).to_orientation == 10.0  # no rulebook: since droits et devoirs
    count_from_the_first_right()
    assert sorted(one.days_to_orientation for one in of_2020(world)) == [100, 120, 140]
    assert average(of_2020(world)).to_orientation == 120.0
    assert {delays(one).to_orientation for one in of_2020(world)} == {100, 120, 140}


@pytest.mark.req("R-036")
def test_a_decision_is_counted_by_the_rulebook_of_its_day(world):
    with_rights(world, 100, decided=date(2020, 4, 30))
    with_rights(world, 100, decided=date(2020, 5, 1))
    count_from_the_first_right()
    assert {one.decided_on: one.days_to_orientation for one in of_2020(world)} == {
        date(2020, 4, 30): 10, date(2020, 5, 1): 100,
    }  # fmt: skip
    said = starts_between(
        delay_starts([world.authority]), [world.authority.pk], first=date(2020, 1, 1), last=date(2020, 12, 31)
    )
    assert [(one.event, one.basis) for one in said] == [("rights_and_duties", "chosen"), ("first_right", "stated")]
    assert said[1].words == "la première ouverture d'un droit au RSA"
    nord = world.neighbour_authority
    assert start_on(delay_starts([nord]), nord.pk, on=ON).event == "rights_and_duties"  # the rule of another authority


@pytest.mark.req("R-036")
def test_who_waits_is_listed_by_the_wait_the_rulebook_counts(world):
    early = world.person("Tôt", subject_since=date(2020, 2, 3))
    late = world.person("Tard", subject_since=date(2020, 9, 1))
    unknown = world.person("Inconnue", subject_since=date(2020, 3, 2), right=None)
    RsaRight.objects.filter(person=late).update(start_on=date(2020, 1, 15))
    waiting = persons_to_orient(world.orientation_officer, on=ON)
    assert [(one.pk, one.waiting_since == one.subject_since) for one in waiting] == [
        (early.pk, True), (unknown.pk, True), (late.pk, True),
    ]  # fmt: skip
    count_from_the_first_right()
    waiting = persons_to_orient(world.orientation_officer, on=ON)
    assert [(one.pk, one.waiting_since) for one in waiting] == [
        (late.pk, date(2020, 1, 15)), (early.pk, date(2020, 2, 3)), (unknown.pk, None),
    ]  # fmt: skip


@pytest.mark.req("R-036")
def test_the_screens_say_since_when_and_follow(world, client):
    with_rights(world, 100, decided=date(2020, 6, 1))
    world.person("Attend", subject_since=ON - timedelta(days=30))
    client.force_login(world.orientation_officer)

    def seen(page: str) -> str:
        return client.get(page).content.decode().replace("’", "'").replace("\u202f", " ").replace("\xa0", " ")

    assert "compté depuis l'entrée dans les droits et devoirs" in seen("/pilotage/delais/")
    assert "S-08" in seen("/pilotage/delais/")
    assert "10,0 jours" in seen("/pilotage/delais/")
    count_from_the_first_right()
    RsaRight.objects.filter(person__last_name="ATTEND").update(start_on=ON - timedelta(days=77))
    assert "la première ouverture d'un droit au RSA" in seen("/pilotage/delais/")
    assert "100,0 jours" in seen("/pilotage/delais/")
    assert "77 jours" in seen("/pilotage/a-orienter/")
    assert "77 jours" in seen("/pilotage/a-orienter/?attente=60")


def test_a_framework_says_one_start_only():
    twice = (
        FROM_FIRST_RIGHT
        + b"""  - code: essai_autre
    label: Autre
    citation: ["000 l.1"]
    orientation_delay: {starts_from: rights_and_duties, citation: Deliberation, basis: stated}
"""
    )
    with pytest.raises(BadRulebook, match="un seul point de départ"):
        load(twice, file="delais.yaml")
