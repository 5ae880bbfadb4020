"""Orientations in number: a preview, one decision per person, a receipt, and an undo while nothing rests on it."""

from __future__ import annotations

from datetime import date

import pytest

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import Channel, Orientation
from jalons.pathways.operations import (
    Choice,
    ask_reorientation,
    enrol,
    orient_choices,
    orient_in_bulk,
    withdraw_batch,
    withdraw_request,
)
from jalons.pathways.queries.places import open_offers, preview_bulk
from jalons.people.models import DossierAccess
from jalons.people.permissions import may_reach
from tests.worlds import World

ON = date(2020, 3, 2)


def two_operators(world: World) -> list[int]:
    return [world.place(world.house, places=20).pk, world.place(world.neighbour, places=10).pk]


@pytest.mark.req("R-030", "R-038")
def test_38_persons_for_30_places_give_30_decisions_and_8_reported(world):
    persons = [person.pk for person in world.persons(40)]
    selected, lines = persons[:38], two_operators(world)

    preview = preview_bulk(world.orientation_officer, on=ON, person_ids=selected, line_ids=lines)
    assert (len(preview.choices), len(preview.not_placed)) == (30, 8)
    assert preview.free_after == {lines[0]: 0, lines[1]: 0}
    assert not Orientation.objects.exists()

    done = orient_in_bulk(
        actor=world.orientation_officer, on=ON, person_ids=selected, line_ids=lines, reason="Retour à l’emploi"
    )
    assert [(one.person_id, one.line_id) for one in done.orientations] == list(preview.choices)
    assert [person for person, _ in done.not_placed] == selected[30:]
    assert {sentence for _, sentence in done.not_placed} == {"Plus de place libre dans les offres choisies."}
    assert {(one.batch, one.channel, one.decided_by_id) for one in done.orientations} == {
        (done.batch, Channel.BULK, world.orientation_officer.pk)
    }


@pytest.mark.req("R-038")
def test_a_person_oriented_and_not_enrolled_yet_holds_a_place_too(world):
    line = world.place(world.house, places=3)
    world.oriented(line=line)
    world.enrolled(line=line)
    offer = next(offer for offer in open_offers(world.authority.pk, on=ON) if offer.line == line)
    assert (offer.capacity.occupied, offer.expected, offer.free, offer.full) == (1, 1, 1, False)


@pytest.mark.req("R-017", "R-030")
def test_who_may_not_enter_is_reported_with_the_reason_and_takes_no_place(world):
    line = world.place(world.house, places=1)
    outside, inside = world.person(domiciled=False), world.person()
    done = orient_in_bulk(
        actor=world.orientation_officer, on=ON, person_ids=[outside.pk, inside.pk], line_ids=[line.pk], reason="Emploi"
    )
    assert [one.person_id for one in done.orientations] == [inside.pk]
    ((who, sentence),) = done.not_placed
    assert who == outside.pk
    assert "domicile" in sentence


def test_choices_made_one_by_one_report_who_has_an_orientation_already(world):
    already, new = world.oriented(on=ON).person_id, world.person().pk
    choices = [Choice(already, world.line.pk), Choice(new, world.line.pk)]
    done = orient_choices(actor=world.orientation_officer, on=ON, choices=choices, reason="Emploi")
    assert [one.person_id for one in done.orientations] == [new]
    assert "réorientation" in done.not_placed[0][1]


def test_the_preview_leaves_out_persons_out_of_reach(world):
    person = world.person(territory=world.west)
    preview = preview_bulk(world.social_head, on=ON, person_ids=[person.pk], line_ids=[world.line.pk])
    assert (preview.choices, preview.not_placed) == ((), ())


def test_a_decision_in_number_is_undone_with_the_access_it_gave(world):
    person = world.person()
    done = orient_in_bulk(
        actor=world.orientation_officer, on=ON, person_ids=[person.pk], line_ids=[world.line.pk], reason="Emploi"
    )
    assert may_reach(world.caseworker, person.pk, on=ON)
    assert withdraw_batch(actor=world.orientation_officer, on=ON, batch=done.batch) == 1
    assert not Orientation.objects.exists()
    assert not DossierAccess.objects.filter(organisation=world.house).exists()
    with pytest.raises(Refusal, match="déjà annulée"):
        withdraw_batch(actor=world.orientation_officer, on=ON, batch=done.batch)


def test_it_is_not_undone_once_an_enrolment_rests_on_it(world):
    person = world.person()
    done = orient_in_bulk(
        actor=world.orientation_officer, on=ON, person_ids=[person.pk], line_ids=[world.line.pk], reason="Emploi"
    )
    enrol(actor=world.head, on=ON, person_id=person.pk, line_id=world.line.pk, start_on=ON)
    with pytest.raises(Refusal, match="reposent déjà") as refused:
        withdraw_batch(actor=world.orientation_officer, on=ON, batch=done.batch)
    assert refused.value.code == "batch_in_use"


@pytest.mark.req("R-042")
def test_it_is_not_undone_once_somebody_asked_for_another_orientation(world):
    person = world.person()
    given = {"actor": world.orientation_officer, "on": ON}
    done = orient_choices(**given, choices=[Choice(person.pk, world.line.pk)], reason="Emploi")
    asked = ask_reorientation(actor=world.head, on=ON, person_id=person.pk, cause="other", reason="Trop loin")
    with pytest.raises(Refusal, match="reposent déjà") as refused:
        withdraw_batch(**given, batch=done.batch)
    assert refused.value.code == "batch_in_use"
    withdraw_request(actor=world.head, on=ON, request_id=asked.pk, reason="Finalement non")
    with pytest.raises(Refusal, match="reposent déjà"):  # what was asked stays on record
        withdraw_batch(**given, batch=done.batch)


def test_the_neighbours_officer_decides_nothing_here(world):
    person = world.person()
    with pytest.raises(NotAllowed):
        orient_in_bulk(
            actor=world.foreign_officer, on=ON, person_ids=[person.pk], line_ids=[world.line.pk], reason="Emploi"
        )
    done = orient_in_bulk(
        actor=world.orientation_officer, on=ON, person_ids=[person.pk], line_ids=[world.line.pk], reason="Emploi"
    )
    with pytest.raises(NotAllowed):
        withdraw_batch(actor=world.west_social_head, on=ON, batch=done.batch)
