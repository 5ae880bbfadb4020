"""An action opened beside the orientation in force: both go on, the operator does not choose, the référent stays."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.agreements.models import AgreementLine
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import RoleCode, User
from jalons.pathways.models import Enrolment
from jalons.pathways.operations import enrol, open_beside, orient, reorient
from jalons.pathways.queries.places import open_offers
from jalons.people.models import Person
from tests.worlds import World

ENTERED = date(2020, 5, 4)
LATER = date(2020, 10, 1)


class Nord:
    """A person of the Nord and the places of its actions."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.house = world.organisation("Structure du Nord", authority=world.neighbour_authority)
        territory = world.neighbour_authority.territories.create(code="cambresis", name="Cambrésis")
        self.person: Person = world.person(territory=territory)
        self.officer: User = world.foreign_officer
        self.worker = world.user("nord_referent", RoleCode.CASEWORKER, organisation=self.house)
        self.head = world.user("nord_responsable", RoleCode.ORGANISATION_HEAD, organisation=self.house)

    def line(self, code: str, places: int = 20) -> AgreementLine:
        return self.world.place(self.house, action_code=code, framework_code="nord_2019_2021", places=places)

    def followed(self, code: str) -> Enrolment:
        """Orient and enrol the person in an action."""
        line = self.line(code)
        given = {"actor": self.officer, "on": ENTERED, "person_id": self.person.pk, "line_id": line.pk}
        decision = orient(**given, reason="Orientée par le PIPLE")
        return enrol(**given, start_on=ENTERED, orientation_id=decision.pk)

    def beside(self, code: str, *, on: date = LATER, actor: User | None = None) -> Enrolment:
        return open_beside(
            actor=actor or self.officer, on=on, person_id=self.person.pk, line_id=self.line(code).pk, start_on=on
        )


@pytest.fixture
def nord(world: World) -> Nord:
    return Nord(world)


@pytest.mark.req("R-058", "R-039")
def test_a_person_in_vi1_enters_the_aci_and_both_are_open_and_both_hold_a_place(nord: Nord) -> None:
    first = nord.followed("nord_vi1_individuel")
    second = nord.beside("nord_iv_aci")
    first.refresh_from_db()
    assert (first.end_on, second.end_on) == (None, None)
    held = {offer.line.action_code: offer.capacity.occupied for offer in open_offers(
        nord.world.neighbour_authority.pk, on=LATER)}  # fmt: skip
    assert (held["nord_vi1_individuel"], held["nord_iv_aci"]) == (1, 1)


@pytest.mark.req("R-040")
def test_the_referent_of_the_iod_is_refused_without_a_running_iod(nord: Nord) -> None:
    nord.followed("nord_vi1_individuel")
    with pytest.raises(Refusal, match="ouvrez d’abord l’action"):
        nord.beside("nord_i2_reference_iod")


@pytest.mark.req("R-040", "R-056")
def test_the_referent_of_the_iod_goes_with_the_iod(nord: Nord) -> None:
    nord.followed("nord_i1_iod")
    assert nord.beside("nord_i2_reference_iod", on=ENTERED).end_on is None
    assert Enrolment.objects.filter(end_on=None).count() == 2


@pytest.mark.req("R-039")
def test_the_operator_neither_positions_nor_sends_away_who_is_addressed_to_it(nord: Nord) -> None:
    nord.followed("nord_vi1_individuel")
    for actor in (nord.worker, nord.head):
        with pytest.raises(NotAllowed):
            nord.beside("nord_iv_aci", actor=actor)
        with pytest.raises(NotAllowed):
            reorient(actor=actor, on=LATER, person_id=nord.person.pk, line_id=nord.line("nord_iv_aci").pk, reason="Non")


def test_a_first_action_is_an_orientation(nord: Nord) -> None:
    with pytest.raises(Refusal, match="orientez-la d’abord"):
        nord.beside("nord_iv_aci")


def test_a_reorientation_leaves_what_was_opened_beside(nord: Nord) -> None:
    first = nord.followed("nord_vi1_individuel")
    second = nord.beside("nord_iv_aci")
    other = nord.line("nord_vi2_collectif")
    reorient(actor=nord.officer, on=date(2020, 10, 5), person_id=nord.person.pk, line_id=other.pk, reason="Groupe")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.end_on, second.end_on) == (date(2020, 10, 4), None)


@pytest.mark.req("R-019")
def test_losing_the_rsa_socle_because_of_the_aci_salary_does_not_end_the_aci(nord: Nord) -> None:
    entered = nord.followed("nord_iv_aci")
    right = nord.person.rights.get()
    right.end_on = date(2020, 6, 30)
    right.save()
    offer = next(
        one for one in open_offers(nord.world.neighbour_authority.pk, on=date(2020, 7, 31))
        if one.line.action_code == "nord_iv_aci"
    )  # fmt: skip
    entered.refresh_from_db()
    assert (entered.end_on, offer.capacity.occupied) == (None, 1)
