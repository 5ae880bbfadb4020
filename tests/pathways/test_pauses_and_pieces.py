"""« Veilles » of an enrolment, and the documents noted in its file."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.models import EndReason, Enrolment, Pause
from jalons.pathways.operations import end_enrolment, end_pause, record_piece, start_pause
from tests.worlds import World

MAY = date(2020, 5, 1)


def pause(world: World, enrolment_id: int, **options: object) -> Pause:
    given = {"actor": world.head, "on": MAY, "start_on": MAY, "reason": "Congé parental"} | options
    return start_pause(enrolment_id=enrolment_id, **given)


@pytest.mark.req("R-142")
def test_a_pause_has_a_start_a_reason_and_an_end(world):
    made = pause(world, world.enrolled().pk)
    ended = end_pause(actor=world.head, on=date(2020, 9, 1), pause_id=made.pk, last_day=date(2020, 8, 31))
    assert (ended.start_on, ended.end_on, ended.reason, ended.decided_by) == (
        MAY,
        date(2020, 8, 31),
        "Congé parental",
        world.head,
    )


def test_two_pauses_never_overlap(world):
    enrolment = world.enrolled()
    pause(world, enrolment.pk)
    with pytest.raises(Refusal, match="déjà notée") as refused:
        pause(world, enrolment.pk, start_on=date(2020, 6, 1))
    assert refused.value.code == "pause_no_overlap"


def test_a_pause_is_inside_the_enrolment_and_has_a_reason(world):
    enrolment = world.enrolled()
    with pytest.raises(Refusal, match="pendant l’inscription"):
        pause(world, enrolment.pk, start_on=date(2020, 1, 2))
    with pytest.raises(Refusal, match="motif"):
        pause(world, enrolment.pk, reason=" ")
    with pytest.raises(Refusal, match="précéder"):
        end_pause(actor=world.head, on=MAY, pause_id=pause(world, enrolment.pk).pk, last_day=date(2020, 4, 1))


@pytest.mark.req("R-142")
def test_a_pause_never_goes_on_after_the_enrolment(world):
    enrolment = world.enrolled()
    made = pause(world, enrolment.pk, end_on=date(2020, 7, 31))
    given = {"actor": world.head, "on": date(2020, 9, 1)}
    assert end_pause(**given, pause_id=made.pk, last_day=date(2020, 8, 31)).end_on == date(2020, 8, 31)  # its own word
    end_enrolment(**given, enrolment_id=enrolment.pk, last_day=date(2020, 6, 30), reason=EndReason.RIGHTS_ENDED)
    with pytest.raises(Refusal, match="s’est terminé le 30/06/2020") as refused:
        end_pause(**given, pause_id=made.pk, last_day=date(2020, 7, 1))
    assert refused.value.code == "pause_outside_enrolment"
    with pytest.raises(Refusal, match="finit ce jour-là au plus tard"):
        pause(world, ended(world).pk)


def ended(world: World) -> Enrolment:
    enrolment = world.enrolled()
    end_enrolment(
        actor=world.head,
        on=date(2020, 9, 1),
        enrolment_id=enrolment.pk,
        last_day=date(2020, 8, 31),
        reason=EndReason.RIGHTS_ENDED,
    )
    return enrolment


def test_a_caseworker_decides_no_pause(world):
    with pytest.raises(NotAllowed):
        pause(world, world.enrolled().pk, actor=world.caseworker)


def test_the_database_refuses_a_pause_that_ends_before_it_starts(world):
    made = pause(world, world.enrolled().pk)
    with pytest.raises(IntegrityError, match="pause_dates_ordered"), transaction.atomic():
        Pause.objects.filter(pk=made.pk).update(end_on=date(2020, 4, 1))


@pytest.mark.req("R-128", "R-167")
def test_a_document_is_noted_by_its_kind_and_date(world):
    enrolment = world.enrolled()
    piece = record_piece(actor=world.caseworker, on=MAY, enrolment_id=enrolment.pk, kind="work_contract", dated_on=MAY)
    assert (piece.kind, piece.dated_on, piece.recorded_by) == ("work_contract", MAY, world.caseworker)
    with pytest.raises(NotAllowed):
        record_piece(actor=world.stranger, on=MAY, enrolment_id=enrolment.pk, kind="work_contract", dated_on=MAY)
