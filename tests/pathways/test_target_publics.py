"""Who the actions are for: conditions are data of the rulebooks, held at the orientation and at the entry."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from jalons.kernel.refusals import Refusal
from jalons.pathways.operations import enrol, orient
from jalons.pathways.orientation_rules import is_under, young_under
from jalons.pathways.queries.places import open_offers
from jalons.rulebooks.loader import load
from jalons.rulebooks.models import RulebookVersion
from tests.worlds import World

ON = date(2020, 2, 3)
NOTE = """
format: 1
authority: {{code: metropole_lyon, label: Métropole}}
framework: {{code: note_plie, version: "1", label: Note de cadrage, valid_from: 2020-01-01, citation: ["000 l.1"], basis: stated}}
actions:
  - code: essai_plie
    label: Parcours PLIE
    citation: ["000 l.1"]
    public: {{conditions: [{conditions}], citation: ["000 l.1"], basis: stated}}
"""


@pytest.mark.req("R-017")
def test_a_beneficiary_of_the_metropole_oriented_on_3_february_enters_one_from_elsewhere_does_not(world: World) -> None:
    inside, outside = world.person(), world.person(domiciled=False)
    given = {"actor": world.orientation_officer, "on": ON, "line_id": world.line.pk}
    assert orient(**given, person_id=inside.pk, reason="Emploi").decided_on == ON
    assert enrol(**given, person_id=inside.pk, start_on=ON).start_on == ON
    with pytest.raises(Refusal) as refused:
        orient(**given, person_id=outside.pk, reason="Emploi")
    assert refused.value.code == "domicile"


def test_nobody_enters_without_the_orientation_of_the_authority(world: World) -> None:
    with pytest.raises(Refusal, match="l’orientation vient d’abord"):
        enrol(actor=world.orientation_officer, on=ON, person_id=world.person().pk, line_id=world.line.pk, start_on=ON)


@pytest.mark.req("R-021")
@pytest.mark.parametrize(("conditions", "enters"), [("rsa", True), ("rsa, rights_and_duties", False)])
def test_what_a_plie_asks_of_those_who_receive_the_rsa_is_written_in_its_rulebook(
    world: World, conditions: str, enters: bool
) -> None:
    raw = NOTE.format(conditions=conditions).encode()
    load(raw, file="note.yaml")
    RulebookVersion.objects.create(
        pk=2_000_003, code="note_plie", version="1", authority_code="metropole_lyon", label="Note",
        valid_from=date(2020, 1, 1), raw=raw, sha256=hashlib.sha256(raw).hexdigest(), adopted_on=date(2020, 1, 1),
    )  # fmt: skip
    line = world.place(action_code="essai_plie", framework_code="note_plie")
    person = world.person(subject_since=None)
    given = {"actor": world.orientation_officer, "on": ON, "person_id": person.pk, "line_id": line.pk}
    if enters:
        assert orient(**given, reason="Adhésion")
    else:
        with pytest.raises(Refusal, match="droits et devoirs"):
            orient(**given, reason="Adhésion")


@pytest.mark.req("R-022")
def test_a_person_born_on_2_may_1989_is_under_30_on_1_may_2019_and_no_longer_the_next_day(world: World) -> None:
    ages = young_under({"nord"}, on=date(2019, 5, 1))
    assert ages["nord_ii1_preparation"] == 30
    born = date(1989, 5, 2)
    assert is_under(born, 30, on=date(2019, 5, 1))
    assert not is_under(born, 30, on=date(2019, 5, 2))
    assert not is_under(None, 30, on=date(2019, 5, 1))
    assert young_under({"metropole_lyon"}, on=date(2020, 5, 1)) == {}


@pytest.mark.req("R-038", "R-023")
def test_places_are_shown_by_organisation_territory_action_and_theme_and_the_full_ones_are_said(world: World) -> None:
    line = world.place(world.house, places=1)
    line.theme, line.territory = "Souffrance psychique", world.east
    line.save()
    world.enrolled(line=line)
    offer = next(one for one in open_offers(world.authority.pk, on=world.day) if one.line == line)
    assert (offer.line.agreement.organisation, offer.line.territory, offer.line.theme) == (
        world.house, world.east, "Souffrance psychique",
    )  # fmt: skip
    assert (offer.capacity.places, offer.capacity.occupied, offer.free, offer.full) == (1, 1, 0, True)
