"""Where a file waits, batch by batch, until the whole of it is known to be sound.

The staging tables and their checkpoint are UNLOGGED: they cost no write-ahead log and, should the database crash, they
are emptied together, so that the checkpoint never promises rows that are gone. Rows get the run they belong to from the
setting ``jalons.caf_run`` (a column default), because the parsing processes do not know it.
"""

from __future__ import annotations

from django.db import connection
from django.db.backends.utils import CursorWrapper

from jalons.exchange.caf.batches import Batch
from jalons.exchange.caf.mapping import ADDRESS_COLUMNS, HOUSEHOLD_COLUMNS, PERSON_COLUMNS

# Table, columns as the batches write them.
TABLES = {
    "caf_staged_household": ("position", *HOUSEHOLD_COLUMNS),
    "caf_staged_person": ("position", "place", *PERSON_COLUMNS),
    "caf_staged_address": ("position", *ADDRESS_COLUMNS),
}
_INCOMING = {
    "caf_staged_household": "incoming_household",
    "caf_staged_person": "incoming_person",
    "caf_staged_address": "incoming_address",
}


def reached(run_id: int) -> int:
    """Return how many households of the run are staged."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM caf_staging_checkpoint WHERE run_id = %s", [run_id])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def add(run_id: int, batch: Batch) -> None:
    """Stage a batch and move the checkpoint, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('jalons.caf_run', %s, true)", [str(run_id)])
        for (table, columns), content in zip(
            TABLES.items(), (batch.households, batch.persons, batch.addresses), strict=True
        ):
            _copy(cursor, table, columns, content)
        cursor.execute(
            """INSERT INTO caf_staging_checkpoint (run_id, position) VALUES (%s, %s)
               ON CONFLICT (run_id) DO UPDATE SET position = excluded.position""",
            [run_id, batch.last],
        )


def fill_incoming(cursor: CursorWrapper, run_id: int) -> int:
    """Copy the run's rows to the incoming tables, the last statement of each dossier; return the repeats."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.incoming_last")
    cursor.execute(
        """CREATE TEMP TABLE incoming_last ON COMMIT DROP AS
           SELECT max(position) AS position, count(*) - 1 AS repeats
           FROM caf_staged_household WHERE run_id = %s GROUP BY request_number""",
        [run_id],
    )
    for staged, incoming in _INCOMING.items():
        columns = ", ".join(TABLES[staged])
        cursor.execute(
            f"""INSERT INTO {incoming} ({columns})
                SELECT {columns} FROM {staged} JOIN incoming_last USING (position) WHERE run_id = %s""",
            [run_id],
        )
    cursor.execute("SELECT coalesce(sum(repeats), 0) FROM incoming_last")
    return int(cursor.fetchone()[0])


def fill_incoming_from(cursor: CursorWrapper, batch: Batch) -> None:
    """Copy one batch straight to the incoming tables: a household replayed."""
    for (table, columns), content in zip(
        TABLES.items(), (batch.households, batch.persons, batch.addresses), strict=True
    ):
        _copy(cursor, _INCOMING[table], columns, content)


def paying_bodies(run_id: int) -> list[tuple[str, str]]:
    """Return the paying bodies of the staged households, the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT paying_body, paying_body_number FROM caf_staged_household WHERE run_id = %s
               GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2""",
            [run_id],
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]


def clear(run_id: int) -> None:
    """Forget the staged rows of a run."""
    with connection.cursor() as cursor:
        for table in (*TABLES, "caf_staging_checkpoint"):
            cursor.execute(f"DELETE FROM {table} WHERE run_id = %s", [run_id])


def _copy(cursor: CursorWrapper, table: str, columns: tuple[str, ...], content: bytes) -> None:
    if not content:
        return
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        copy.write(content)
