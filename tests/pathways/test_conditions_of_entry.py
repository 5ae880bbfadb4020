"""Conditions of entry a rulebook may add: a running action, an orientation, self-employment, the opinion of a body."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.kernel.refusals import Refusal
from jalons.pathways.models import Opinion, Orientation
from jalons.pathways.operations import OpinionGiven, enrol, record_opinion, reorient
from jalons.pathways.preconditions import flags_of
from jalons.people.operations import describe_person
from jalons.rulebooks.loader import load
from jalons.rulebooks.models import RulebookVersion
from tests.worlds import ACTION, ORIENTED_ON, World

ON = date(2020, 6, 1)
ITT = OpinionGiven("itt", date(2020, 5, 25), Opinion.FAVOURABLE)

RULEBOOK = """
format: 1
authority: {{code: metropole_lyon, label: Métropole}}
framework: {{code: essai, version: "1", label: Essai, valid_from: 2020-01-01, citation: ["000 l.1"], basis: stated}}
actions:
  - code: {action}
    label: Action essayée
    citation: ["000 l.1"]
    public:
      conditions: [rsa]
      citation: ["000 l.1"]
      basis: stated
      preconditions:
        - {{code: essai, {condition}, refusal: "La condition manque.", citation: ["000 l.2"], basis: stated}}
"""


@pytest.fixture
def ask(db):
    """Adopt a rulebook that asks one condition of an action nobody else describes."""

    def adopt(condition: str, action: str = "essai_entree") -> str:
        raw = RULEBOOK.format(action=action, condition=condition).encode()
        load(raw, file="essai.yaml")
        RulebookVersion.objects.create(
            pk=2_000_001,
            code="essai",
            version="1",
            authority_code="metropole_lyon",
            label="Essai",
            valid_from=date(2020, 1, 1),
            raw=raw,
            sha256=f"{hash(raw):x}"[:64].ljust(64, "0"),
            adopted_on=date(2020, 1, 1),
        )
        return action

    return adopt


def enter(world: World, person_id: int, line_id: int, **options: object):
    return enrol(actor=world.orientation_officer, on=ON, person_id=person_id, line_id=line_id, start_on=ON, **options)


@pytest.mark.req("R-040")
def test_an_action_that_needs_another_one_running_is_refused_without_it(world, ask):
    line = world.place(action_code=ask(f"kind: running_enrolment, actions: [{ACTION}]"))
    person = world.person()
    with pytest.raises(Refusal, match="La condition manque") as refused:
        enter(world, person.pk, line.pk)
    assert refused.value.code == "essai"
    world.enrolled(person)
    assert enter(world, person.pk, line.pk).action_code == "essai_entree"


@pytest.mark.req("R-040")
def test_the_self_employed_enter_once_known_as_such(world, ask):
    line = world.place(action_code=ask("kind: self_employed"))
    person_id = world.enrolled().person_id
    with pytest.raises(Refusal, match="La condition manque"):
        enter(world, person_id, line.pk)
    describe_person(actor=world.caseworker, on=ON, person_id=person_id, disabled_worker=None, self_employed=True)
    enter(world, person_id, line.pk)


@pytest.mark.req("R-040")
def test_an_orientation_of_a_kind_must_be_in_force(world, ask):
    line = world.place(action_code=ask("kind: orientation_type, types: [activity]"))
    social, other = world.oriented(line=world.neighbour_line), world.oriented()
    enter(world, social.person_id, line.pk)
    with pytest.raises(Refusal, match="La condition manque"):
        enter(world, other.person_id, line.pk)


@pytest.mark.req("R-066")
def test_an_entry_without_the_opinion_asked_is_flagged_not_refused(world, ask):
    line = world.place(action_code=ask("kind: opinion, bodies: [itt], warns: true"))
    orientation = world.oriented(line=line, on=ORIENTED_ON)
    entered = enter(world, orientation.person_id, line.pk)
    assert flags_of([entered]) == {entered.pk: ["La condition manque."]}
    record_opinion(
        actor=world.orientation_officer,
        on=ON,
        orientation_id=orientation.pk,
        opinion=OpinionGiven("itt", ORIENTED_ON, Opinion.RESERVED),
    )
    entered.refresh_from_db()
    assert flags_of([entered]) == {}


@pytest.mark.req("R-042")
def test_a_reorientation_keeps_the_former_one_and_the_opinion(world):
    former = world.oriented()
    new = reorient(
        actor=world.orientation_officer,
        on=ON,
        person_id=former.person_id,
        line_id=world.neighbour_line.pk,
        reason="Avis de l’ITT",
        opinion=ITT,
    )
    assert (new.replaces, new.opinion_body, new.opinion_on, new.opinion) == (former, "itt", ITT.given_on, "favourable")
    assert new.accompaniment_type != former.accompaniment_type
    assert Orientation.objects.get(pk=former.pk).replaced_by == new


@pytest.mark.req("R-042")
def test_an_opinion_comes_from_a_known_body_before_the_decision(world):
    former = world.oriented()
    given = {"actor": world.orientation_officer, "on": ON, "orientation_id": former.pk}
    with pytest.raises(Refusal, match="pas dans la liste"):
        record_opinion(opinion=OpinionGiven("oracle", ORIENTED_ON, Opinion.FAVOURABLE), **given)
    with pytest.raises(Refusal, match="précède la décision"):
        record_opinion(opinion=OpinionGiven("itt", ON, Opinion.FAVOURABLE), **given)


def test_a_condition_says_which_actions_types_or_bodies_it_speaks_of(ask):
    with pytest.raises(Exception, match="la clé actions est demandée"):
        ask("kind: running_enrolment")
    with pytest.raises(Exception, match="la clé bodies n'a pas de sens"):
        ask("kind: self_employed, bodies: [itt]")
