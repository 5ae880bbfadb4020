"""Rows nobody took are not kept for ever: erased once their period is over, and the table says so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jalons.exchange.spreadsheets.models import Move, MoveRow, MoveState
from jalons.exchange.spreadsheets.moving.erasing import erase_rows, kept_until
from jalons.exchange.spreadsheets.moving.operations import correct_row, start_taking
from jalons.exchange.spreadsheets.moving.undoing import people_left
from jalons.exchange.spreadsheets.tasks import erase_old_rows
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.operations import system_user
from tests.exchange.spreadsheets.moving.tables import bring, csv_table, take
from tests.worlds import DAY, World

GOOD, BAD = "Roy;Zoé;12/03/1985;03/02/2020;", "Ngo;Paul;31/02/1990;03/02/2020;"


def erase(on: date) -> int:
    return erase_rows(actor=system_user(), on=on)


def words(client: Client, move: Move) -> str:
    page = client.get(reverse("steering:moving", args=[move.key])).content.decode()
    return page.replace("\u00a0", " ").replace("\u202f", " ")


def test_refused_rows_are_kept_until_the_day_told_then_erased_and_the_page_says_so(
    world: World, client: Client
) -> None:
    move = take(world, bring(world, csv_table(GOOD, BAD)))
    client.force_login(world.data_officer)
    last = kept_until(move)
    assert "sont gardées, chiffrées, jusqu’au" in words(client, move)
    assert erase(last) == 0
    assert erase(last + timedelta(days=1)) == 1
    move.refresh_from_db()
    assert (move.state, move.erased_rows, move.erased_on) == (MoveState.DONE, 1, last + timedelta(days=1))
    assert not MoveRow.objects.filter(cells__isnull=False).exists()
    page = words(client, move)
    assert "1 ligne non reprise a été effacée" in page
    assert "jusqu’au" not in page
    assert people_left(move) == 1, "what was taken stays, and may still be taken back"
    assert erase(last + timedelta(days=2)) == 0


def test_a_table_nobody_ever_took_keeps_its_line_in_the_journal_and_nothing_of_its_rows(
    world: World, client: Client
) -> None:
    move = bring(world, csv_table(GOOD, BAD, f"{GOOD}Inconnu au bataillon"))
    assert move.unknown
    day = kept_until(move) + timedelta(days=1)
    assert erase(day) == 3
    move.refresh_from_db()
    assert (move.state, move.unknown, move.rows.count()) == (MoveState.ERASED, {}, 0)
    client.force_login(world.data_officer)
    assert "3 lignes non reprises ont été effacées" in words(client, move)
    assert "Effacé" in client.get(reverse("steering:imports")).content.decode()
    with pytest.raises(Refusal, match="ont été effacées"):
        correct_row(actor=world.data_officer, on=DAY, move_id=move.pk, number=2, cells={})
    with pytest.raises(Refusal, match="pas prêt"):
        start_taking(actor=world.data_officer, on=DAY, move_id=move.pk)


def test_the_period_starts_again_when_the_table_is_imported_once_more(world: World) -> None:
    move = take(world, bring(world, csv_table(GOOD, BAD)))
    assert move.applied_at is not None
    day = kept_until(move) + timedelta(days=1)
    Move.objects.filter(pk=move.pk).update(at=move.at - timedelta(days=200))
    assert erase(day - timedelta(days=1)) == 0
    assert erase(day) == 1


def test_the_work_of_the_night_alone_erases_and_leaves_what_is_young(world: World) -> None:
    bring(world, csv_table(BAD))
    erase_old_rows(timestamp=0)
    assert MoveRow.objects.count() == 1
    with pytest.raises(NotAllowed):
        erase_rows(actor=world.data_officer, on=DAY)
