"""A table too large to be held is tried part by part: what is said of each row is the same, and little is held at a time."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from typing import Any

import pytest

from jalons.exchange.spreadsheets.models import Move
from jalons.exchange.spreadsheets.moving import judged, operations
from jalons.exchange.spreadsheets.moving.drafts import Draft
from jalons.exchange.spreadsheets.moving.operations import correct_row, retry
from jalons.exchange.spreadsheets.moving.reading import ReadRow
from tests.exchange.spreadsheets.moving.tables import bring, csv_table, take
from tests.worlds import DAY, World

HEADER = "Nom;Nom de naissance;Prénom;Date de naissance;NIR;Id interne;Date d'entrée;Référent;Date RDV;Statut"
WHO = ("Roy;;Zoé;12/03/1985;2 85 03 69 123 456;A1", "Ngo;;Paul;01/01/1980;;", "Sow;Diop;Awa;02/02/1982;;B7")
# Each person's rows lie apart; one makes her, others follow; a couple shares a NIR; a name changed; a row says nothing.
LINES = (
    f"{WHO[0]};;;10/02/2020;",
    f"{WHO[1]};03/02/2020;Anne Roux;;",
    f"{WHO[2]};03/02/2020;;;",
    "Roy;;Marc;12/03/1985;2 85 03 69 123 456;;03/02/2020;;;",
    ";;;;;;;;;",
    "Roy;;Zoé;12/03/1985;;A1;03/02/2020;;;",
    f"{WHO[1]};;;12/02/2020;",
    "Diop;;Awa;02/02/1982;;;;;11/02/2020;",
    "Kone;;Ali;31/02/1990;;;03/02/2020;;;peut-être",
    f"{WHO[1]};03/02/2020;Anne Roux;;",
    "Autre;;Awa;02/02/1982;;B7;;;13/02/2020;",
    "Total : 11;;;;;;;;;",
)


def said(move: Move) -> list[tuple[Any, ...]]:
    rows = move.rows.order_by("number")
    return list(rows.values_list("number", "rank", "status", "reason", "summary", "remark", "taken"))


@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("known", [False, True], ids=["nobody known", "some known"])
def test_part_by_part_says_what_the_whole_says(
    world: World, monkeypatch: pytest.MonkeyPatch, size: int, *, known: bool
) -> None:
    if known:
        take(world, bring(world, csv_table(LINES[1], LINES[2], header=HEADER), name="Avant"))
    move = bring(world, csv_table(*LINES, header=HEADER))
    whole, words = said(move), move.unknown
    assert len({status for _, _, status, *_ in whole}) >= 2
    monkeypatch.setattr(judged, "CHUNK", size)
    retry(actor=world.data_officer, on=DAY, move_id=move.pk)
    move.refresh_from_db()
    assert said(move) == whole
    assert move.unknown == words


ROWS, HELD = 60, 10


def held_at_most(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count, each time rows are judged, how many rows read are in memory: held by anybody, anywhere."""
    counted: list[int] = []
    judge = judged.judge

    def watched(rows: Sequence[ReadRow], *given: Any, **options: Any) -> list[Draft]:
        gc.collect()
        counted.append(sum(isinstance(one, ReadRow) for one in gc.get_objects()))
        return judge(rows, *given, **options)

    monkeypatch.setattr(judged, "judge", watched)
    monkeypatch.setattr(judged, "CHUNK", HELD)
    monkeypatch.setattr(operations, "AT_ONCE", HELD)
    return counted


def large(world: World) -> Move:
    lines = (f"Nom{chr(97 + n // 26)}{chr(97 + n % 26)};Zoé;12/03/{1950 + n % 40};03/02/2020;" for n in range(ROWS))
    return bring(world, csv_table(*lines))


def test_a_retry_never_holds_the_table(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    move = large(world)
    counted = held_at_most(monkeypatch)
    retry(actor=world.data_officer, on=DAY, move_id=move.pk)
    assert len(counted) == ROWS / HELD
    assert max(counted) <= 2 * HELD


def test_a_correction_in_a_large_table_holds_only_the_rows_of_the_person(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = large(world)
    counted = held_at_most(monkeypatch)
    correct_row(actor=world.data_officer, on=DAY, move_id=move.pk, number=5, cells={1: "Zoée"})
    assert len(counted) == 1
    assert counted[0] <= 2 * HELD


def test_the_count_sees_who_holds_the_table(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: reading all, then judging part by part."""
    streamed = judged.streamed
    monkeypatch.setattr(judged, "streamed", lambda *given: kept.extend(streamed(*given)) or kept)
    kept: list[list[ReadRow]] = []
    move = large(world)
    kept.clear()
    counted = held_at_most(monkeypatch)
    retry(actor=world.data_officer, on=DAY, move_id=move.pk)
    assert max(counted) >= ROWS
