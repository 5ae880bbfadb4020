"""Tables as organisations have them, and the gestes of the data officer who brings them in."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook

from jalons.exchange.spreadsheets.models import Move, MoveRow, MoveState, RowStatus
from jalons.exchange.spreadsheets.moving.operations import Received, map_columns, receive_table, start_taking
from jalons.exchange.spreadsheets.moving.taking import take_all
from tests.worlds import DAY, World

HEADER = "Nom;Prénom;Date de naissance;Date d'entrée;Référent"


def csv_table(*rows: str, header: str = HEADER) -> bytes:
    """Return a CSV as French spreadsheets write it."""
    return "\r\n".join([header, *rows]).encode("utf-8-sig")


def xlsx_table(*rows: Sequence[Any], sheet: str = "Feuille1") -> bytes:
    """Return a workbook with one sheet."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def bring(world: World, content: bytes, *, name: str = "Suivi", file_name: str = "suivi.csv", **options: Any) -> Move:
    """Drop a table of the house and accept the columns as they are guessed."""
    assert world.caseworker.pk, "Anne Roux works in the house"
    organisation = options.pop("organisation", world.house)
    sheet = options.pop("sheet", "")
    move = receive_table(
        actor=world.data_officer,
        on=DAY,
        organisation_id=organisation.pk,
        name=name,
        received=Received(file_name, content, sheet),
    )
    if move.state == MoveState.COLUMNS or options:
        move = accept(world, move, **options)
    return move


def accept(world: World, move: Move, *, columns: Mapping[str, str] | None = None, **options: Any) -> Move:
    """Say what the columns are: those guessed, and ``columns`` besides."""
    from jalons.exchange.spreadsheets.moving.queries import columns_of

    guessed = {one.header: one.field for one in columns_of(move)}
    return map_columns(
        actor=world.data_officer, on=DAY, move_id=move.pk, columns=guessed | dict(columns or {}), **options
    )


def take(world: World, move: Move, **options: Any) -> Move:
    """Take the rows that can be."""
    assert set(statuses(move).values()) != {RowStatus.REFUSED}, reasons(move)
    start_taking(actor=world.data_officer, on=DAY, move_id=move.pk)
    take_all(actor=world.data_officer, on=DAY, move_id=move.pk, **options)
    move.refresh_from_db()
    return move


def statuses(move: Move) -> dict[int, str]:
    """Return line → status."""
    return dict(move.rows.values_list("number", "status"))


def reasons(move: Move) -> dict[int, str]:
    """Return line → why it is refused."""
    return dict(move.rows.filter(status=RowStatus.REFUSED).values_list("number", "reason"))


def row(move: Move, number: int) -> MoveRow:
    """Return a row by its line."""
    return move.rows.get(number=number)


def summaries(move: Move) -> dict[int, str]:
    """Return line → what it does."""
    return dict(move.rows.values_list("number", "summary"))


def day(text: str) -> date:
    """Return « 03/02/2020 »."""
    number, month, year = text.split("/")
    return date(int(year), int(month), int(number))
