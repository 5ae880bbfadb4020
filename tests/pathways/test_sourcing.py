"""Spotting those an offer may suit: criteria said aloud, reasons written, one positioned; a list for who has no account (R-114)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jalons.documents.paper import Table
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.diagnosing import Given
from jalons.pathways.models import AssessmentKind, Enrolment, JobContract, Step, StepOffer, StepState
from jalons.pathways.offers_paper import offers_paper
from jalons.pathways.operations import (
    Findings,
    NewStep,
    cancel_step,
    open_obstacle,
    open_offer,
    open_project,
    position_on_offer,
    record_assessment,
    record_job,
    record_steps,
    start_pause,
)
from jalons.pathways.queries.sourcing import Criteria, candidates, told
from jalons.pathways.queries.steps import open_offers
from jalons.pathways.reference import domains
from jalons.pathways.rulebook import Shelf
from tests.journeys.conftest import step_kind
from tests.pathways.test_filling_a_diagnosis import placed
from tests.worlds import ACTION, World

pytestmark = [pytest.mark.req("R-114"), pytest.mark.usefixtures("rulebooks")]
ON = date(2020, 6, 1)
SEEN = {code: one.label for code, one in domains().items() if not one.sensitive}


@pytest.fixture
def offer(world: World) -> StepOffer:
    return opened(world, "Agent de cuisine")


def opened(world: World, label: str, **options: Any) -> StepOffer:
    given: dict[str, Any] = {"actor": world.caseworker, "on": ON, "organisation_id": world.house.pk}
    return open_offer(**given, provider="Cantine", kind=step_kind(ACTION, ON), label=label, **options)


def followed(world: World, name: str, **options: Any) -> Enrolment:
    return world.enrolled(world.person(name, **options), caseworker=world.caseworker)


def names(world: World, offer: StepOffer, **criteria: Any) -> list[str]:
    rows = candidates(world.caseworker, offer, Criteria(**criteria), on=ON)
    return [one.person.last_name for one in rows]


def act(world: World, enrolment: Enrolment) -> dict[str, Any]:
    return {"actor": world.caseworker, "on": ON, "enrolment_id": enrolment.pk}


def test_only_the_persons_one_accompanies_are_searched_by_name(world: World, offer: StepOffer) -> None:
    followed(world, "Zola")
    followed(world, "Abadie")
    world.enrolled(world.person("Voisine"), line=world.neighbour_line, caseworker=world.stranger)
    assert names(world, offer) == ["ABADIE", "ZOLA"]
    assert not candidates(world.social_head, offer, Criteria(), on=ON).exists()


def test_each_criterion_filters_and_all_hold_together(world: World, offer: StepOffer) -> None:
    cook, seller = followed(world, "Cuisiniere"), followed(world, "Vendeuse", territory=world.west)
    held, busy, paused = followed(world, "Empechee"), followed(world, "Employee"), followed(world, "Veille")
    open_project(**act(world, cook), title="Devenir cuisinière en école", opened_on=ON)
    open_obstacle(**act(world, held), domain="mobility", opened_on=ON)
    record_job(**act(world, busy), contract_kind=JobContract.CDD, start_on=ON, end_on=date(2020, 12, 31))
    start_pause(actor=world.head, on=ON, enrolment_id=paused.pk, start_on=ON, reason="Congé parental")
    assert names(world, offer, project="CUISINIERE ecole") == ["CUISINIERE"]
    assert names(world, offer, project="cuisinière usine") == []
    assert names(world, offer, territory_id=world.west.pk) == ["VENDEUSE"]
    assert "EMPECHEE" not in names(world, offer, without=("mobility",))
    assert names(world, offer, available=True) == ["CUISINIERE", "EMPECHEE", "VENDEUSE"]
    assert names(world, offer, available=True, without=("mobility",), territory_id=world.east.pk) == ["CUISINIERE"]
    assert seller.person.last_name == "VENDEUSE"


def test_why_each_is_there_is_written_and_nothing_of_health(world: World, offer: StepOffer) -> None:
    one = followed(world, "Cuisiniere")
    open_project(**act(world, one), title="Aide de cuisine", opened_on=ON)
    open_obstacle(**act(world, one), domain="mobility", opened_on=ON)
    open_obstacle(**act(world, one), domain="health", opened_on=ON)
    begun = NewStep(one.pk, step_kind(ACTION, ON), ON, started_on=ON, planned_end_on=date(2020, 6, 19))
    record_steps(actor=world.caseworker, on=ON, steps=[begun])
    (found,) = told([one], offer, on=ON, shelf=Shelf(), domains=SEEN)
    assert found.reasons == [
        "Projet : Aide de cuisine, en élaboration, proche de l’offre (« cuisine »)",
        "Territoire : Territoire Est",
        "Freins ouverts : mobilité",
        "Une étape commencée le 01/06/2020, fin prévue le 19/06/2020",
    ]
    assert names(world, offer, without=("health",)) == ["CUISINIERE"]  # not a criterion either


def test_who_is_positioned_leaves_the_list_and_comes_back_when_the_step_is_cancelled(
    world: World, offer: StepOffer
) -> None:
    one = followed(world, "Cuisiniere")
    step = position_on_offer(**act(world, one), offer_id=offer.pk)
    assert (step.state, step.offer, step.operator, step.positioned_on) == (
        StepState.POSITIONED, offer, "Cantine", ON,
    )  # fmt: skip
    assert names(world, offer) == []
    with pytest.raises(Refusal, match="déjà positionnée"):
        position_on_offer(**act(world, one), offer_id=offer.pk)
    cancel_step(actor=world.caseworker, on=ON, step_id=step.pk, end_code="other")
    assert names(world, offer) == ["CUISINIERE"]


def test_the_neighbour_positions_nobody_of_the_house(world: World, offer: StepOffer) -> None:
    one = followed(world, "Cuisiniere")
    with pytest.raises(NotAllowed):
        position_on_offer(actor=world.stranger, on=ON, enrolment_id=one.pk, offer_id=offer.pk)
    assert not Step.objects.exists()


def test_an_offer_of_a_trade_she_does_not_want_is_told_and_refused(world: World) -> None:
    one = placed(world, "nord_ii2_coaching")
    findings = Findings(answers={"unwanted_trades": Given("Restauration, cuisine")})
    record_assessment(**act(world, one), kind=AssessmentKind.INITIAL, made_on=ON, findings=findings)
    given: dict[str, Any] = {"actor": world.caseworker, "on": ON, "organisation_id": world.house.pk}
    offer = open_offer(**given, provider="Cantine", kind=step_kind(one.action_code, ON), label="Aide de cuisine")
    (found,) = told([one], offer, on=ON, shelf=Shelf(), domains=SEEN)
    assert "ne souhaite pas travailler" in found.against[0]
    with pytest.raises(Refusal, match="L’offre n’est pas proposée"):
        position_on_offer(**act(world, one), offer_id=offer.pk)


def test_an_offer_says_its_territory_its_hours_and_how_to_answer(world: World) -> None:
    offer = opened(world, "Vendeuse", territory_id=world.east.pk, weekly_hours=28, contact="Mme Roy, 04 00 00 00 00")
    rows = list(open_offers([world.authority.pk], on=ON).select_related("territory"))
    assert rows == [offer]
    paper = offers_paper(rows, {offer.kind: "Offre d’emploi"}, author="Métropole", day=ON)
    (table,) = [one for one in paper.blocks if isinstance(one, Table)]
    assert table.rows == (("Vendeuse, 28 h par semaine", "Cantine\nTerritoire Est", "–", "Mme Roy, 04 00 00 00 00"),)
    assert "Aucune offre ouverte." in str(offers_paper([], {}, author="Métropole", day=ON).blocks)
    foreign = world.neighbour_authority.territories.create(code="lille", name="Lille")
    with pytest.raises(Refusal, match="pas de cette autorité"):
        opened(world, "Vendeuse", territory_id=foreign.pk)
