"""Tries the rows that wait and writes on each what it would do; nothing else is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from django.db import connection

from jalons.exchange.spreadsheets.models import Move, MoveRow, RowStatus
from jalons.exchange.spreadsheets.moving.cells import unsealed
from jalons.exchange.spreadsheets.moving.drafts import Draft
from jalons.exchange.spreadsheets.moving.judging import in_order, judge
from jalons.exchange.spreadsheets.moving.layouts import keys_of
from jalons.exchange.spreadsheets.moving.reading import ReadRow, read_row
from jalons.exchange.spreadsheets.moving.setting import Setting, setting_of
from jalons.exchange.spreadsheets.moving.survey import Survey, marks

CHUNK = 500  # rows held at a time, more only when more than that are about one person
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
    """Judge every row that waits, and write on it what it would do; a few hundred rows are held at a time.

    A first look finds the order of the table and who may be the same person; rows about one person are then judged together.
    """
    setting = setting_of(move, on=on)
    survey = Survey(setting, alone=move.rows.filter(taken=False).count() <= CHUNK)
    words: dict[str, Counter[str]] = defaultdict(Counter)
    for rows in streamed(move, setting):
        survey.look(rows)
        _count_unknown(rows, words)
    ranks = survey.ranks()
    for numbers in survey.parts(CHUNK):
        part = move.rows.filter(pk__in=numbers, taken=False).order_by("number")
        write_results(judge(in_order(read_rows(move, part, setting)), setting), ranks)
    move.unknown = {code: dict(counted.most_common(MOST_WORDS)) for code, counted in words.items()}
    move.save(update_fields=["unknown"])


def try_rows_about(move: Move, row_id: int, *, on: date) -> None:
    """Judge one row with those that waited about the same person, and leave the others as they were judged.

    A row of a large table is so answered while somebody waits; the whole table is tried again in the background.
    """
    setting = setting_of(move, on=on)
    wanted = {mark for row in read_rows(move, move.rows.filter(pk=row_id), setting) for mark in marks(row)}
    about = [row for rows in streamed(move, setting) for row in rows if row.pk == row_id or marks(row) & wanted]
    write_results(judge(in_order(about), setting))


def streamed(move: Move, setting: Setting) -> Iterator[list[ReadRow]]:
    """Yield the rows that wait, read by field, some at a time: a table is never held whole."""
    after, waiting = -1, move.rows.filter(taken=False).order_by("number")
    while found := list(waiting.filter(number__gt=after)[:CHUNK]):
        yield read_rows(move, found, setting)
        if len(found) < CHUNK:
            return
        after = found[-1].number


def write_results(drafts: Sequence[Draft], ranks: Mapping[int, int] | None = None) -> None:
    """Write on the rows what their drafts say, in one statement; ``ranks`` gives their place, kept without it."""
    places = ranks or {}
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            [
                [one.pk for one in drafts],
                [places.get(one.pk) for one in drafts],
                [RowStatus(one.status).value for one in drafts],
                [one.reason[:LONGEST_REASON] for one in drafts],
                ["" if one.faults else one.summary()[:300] for one in drafts],
                [" ".join(one.remarks)[:LONGEST_REMARK] for one in drafts],
            ],
        )


def _count_unknown(rows: Iterable[ReadRow], words: dict[str, Counter[str]]) -> None:
    for row in rows:
        for code, typed in row.unknown:
            words[code][typed] += 1
