"""Tries the rows that wait and writes on each what it would do; nothing else is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db import connection

from jalons.exchange.spreadsheets.models import Move, MoveRow, RowStatus
from jalons.exchange.spreadsheets.moving.cells import unsealed
from jalons.exchange.spreadsheets.moving.drafts import Draft
from jalons.exchange.spreadsheets.moving.judging import in_order, judge
from jalons.exchange.spreadsheets.moving.layouts import keys_of
from jalons.exchange.spreadsheets.moving.reading import ReadRow, read_row
from jalons.exchange.spreadsheets.moving.setting import Setting, setting_of
from jalons.kernel.text import fold

LONGEST_REASON, LONGEST_REMARK = 1000, 500
MOST_WORDS = 60  # asked at once for a column; a column with more is no column of words

_WRITE = """
    UPDATE spreadsheets_moverow r
       SET rank = COALESCE(j.rank, r.rank), status = j.status, reason = j.reason, summary = j.summary, remark = j.remark
      FROM unnest(%s::bigint[], %s::integer[], %s::text[], %s::text[], %s::text[], %s::text[])
           AS j(id, rank, status, reason, summary, remark)
     WHERE r.id = j.id
"""


def read_rows(move: Move, rows: Iterable[MoveRow], setting: Setting) -> list[ReadRow]:
    """Return the rows read by field."""
    positions = setting.positions(keys_of(move.headers))
    return [
        read_row(
            row.pk,
            row.number,
            unsealed(bytes(row.cells)),
            headers=move.headers,
            positions=positions,
            setting=setting,
        )
        for row in rows
        if row.cells is not None
    ]


def try_rows(move: Move, *, on: date) -> None:
    """Judge every row that waits, and write on it what it would do."""
    setting = setting_of(move, on=on)
    rows = in_order(read_rows(move, move.rows.filter(taken=False).order_by("number"), setting))
    write_results(judge(rows, setting))
    move.unknown = _unknown(rows)
    move.save(update_fields=["unknown"])


def try_rows_about(move: Move, row_id: int, *, on: date) -> None:
    """Judge one row with those that waited about the same person, and leave the others as they were judged.

    A row of a large table is so answered while somebody waits; the whole table is tried again in the background.
    """
    setting = setting_of(move, on=on)
    rows = in_order(read_rows(move, move.rows.filter(taken=False).order_by("number"), setting))
    wanted = next((_marks(row) for row in rows if row.pk == row_id), set())
    write_results(judge([row for row in rows if row.pk == row_id or _marks(row) & wanted], setting), ranked=False)


def _marks(row: ReadRow) -> set[tuple[object, ...]]:
    """What says that two rows may be about the same person: NIR, own number, name with the birth date."""
    found: set[tuple[object, ...]] = {(code, row.values[code]) for code in ("nir", "own_number") if row.get(code)}
    if row.get("born_on") and row.get("last_name"):
        found.add((row.values["born_on"], fold(row.values["last_name"])))
    return found


def write_results(drafts: Sequence[Draft], *, ranked: bool = True) -> None:
    """Write on the rows what their drafts say, in one statement; ``ranked`` says that they are all that wait, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            [
                [one.pk for one in drafts],
                list(range(len(drafts))) if ranked else [None] * len(drafts),
                [RowStatus(one.status).value for one in drafts],
                [one.reason[:LONGEST_REASON] for one in drafts],
                ["" if one.faults else one.summary()[:300] for one in drafts],
                [" ".join(one.remarks)[:LONGEST_REMARK] for one in drafts],
            ],
        )


def _unknown(rows: Iterable[ReadRow]) -> dict[str, dict[str, int]]:
    """Return field → word → how many rows, the most frequent first."""
    words: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for code, typed in row.unknown:
            words[code][typed] += 1
    return {code: dict(counted.most_common(MOST_WORDS)) for code, counted in words.items()}
