"""The Parquet snapshot: the same content as the database, only what changed written again, old or new but never between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from jalons.facts.builder import POSTGRES_TYPES, rebuild_views
from jalons.facts.contracts import TABLES
from jalons.facts.engines import DuckDBExecutor, PostgresExecutor
from jalons.facts.snapshot import take_snapshot
from tests.facts.checked import table_checksum
from tests.facts.given import complete

pytestmark = pytest.mark.req("R-208")

AT = datetime(2020, 10, 15, 6, tzinfo=UTC)


@pytest.fixture
def facts(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """Committed fact tables in place of the views, since the snapshot reads by a connection of its own."""
    with django_db_blocker.unblock():
        yield _tables()
        rebuild_views()
        connections.close_all()


def _tables() -> Any:
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS facts CASCADE; CREATE SCHEMA facts")
        for table in TABLES:
            columns = ", ".join(f'"{c.name}" {POSTGRES_TYPES[c.type]}' for c in table.columns)
            cursor.execute(f'CREATE TABLE facts."{table.name}" ({columns})')

    def add(**given: list[dict[str, Any]]) -> None:
        with connections["owner"].cursor() as cursor:
            for name, rows in complete(given).items():
                text = json.dumps(rows, default=str)
                cursor.execute(
                    f'INSERT INTO facts."{name}" SELECT * FROM json_populate_recordset(NULL::facts."{name}", %s)',
                    [text],
                )

    return add


def _same(folder: Path) -> bool:
    live = PostgresExecutor("owner")
    with DuckDBExecutor.over_snapshot(folder) as columnar:
        return all(table_checksum(columnar, table) == table_checksum(live, table) for table in TABLES)


def _fill(add: Any) -> None:
    add(
        enrolment=[
            {"repeat": 5, "person_id": "@", "start_on": date(2020, 1, 7)},
            {"repeat": 3, "person_id": "@20", "enrolment_id": "@20", "start_on": date(2020, 3, 2)},
        ],
        step=[
            {"person_id": 1, "family": "mobilisation"},
            {"step_id": 2, "person_id": 1, "family": "mobilisation", "started_on": date(2020, 2, 3)},
        ],
        agreement_line=[{"places": 10, "amount": 6519855.53, "fte": 0.35}],
        person=[{"repeat": 25, "person_id": "@", "priority_neighbourhood": None, "disabled_worker": True}],
    )


def test_the_snapshot_holds_exactly_the_facts(facts: Any, tmp_path: Path) -> None:
    _fill(facts)
    taken = take_snapshot(tmp_path, at=AT, using="owner")
    assert taken.rows == 8 + 2 + 1 + 25
    assert _same(tmp_path)
    names = sorted(file.name[:10] for file in (tmp_path / "step").glob("*.parquet"))
    assert names == ["2020-02-01", "none-" + names[1][5:]]


def test_only_the_parts_that_changed_are_written_again(facts: Any, tmp_path: Path) -> None:
    _fill(facts)
    first = take_snapshot(tmp_path, at=AT, using="owner")
    again = take_snapshot(tmp_path, at=AT, using="owner")
    assert (first.written, first.kept) == (6, 0)
    assert (again.written, again.kept) == (0, 6)
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE facts.enrolment SET end_on = '2020-04-01' WHERE enrolment_id = 21")
    third = take_snapshot(tmp_path, at=AT, using="owner")
    assert (third.written, third.kept) == (1, 5)
    assert _same(tmp_path)


def test_who_reads_the_former_snapshot_can_finish(facts: Any, tmp_path: Path) -> None:
    _fill(facts)
    take_snapshot(tmp_path, at=AT, using="owner")
    with DuckDBExecutor.over_snapshot(tmp_path) as reader:
        with connections["owner"].cursor() as cursor:
            cursor.execute("DELETE FROM facts.person WHERE person_id = 1")
        take_snapshot(tmp_path, at=AT, using="owner")
        assert reader.run("select count(*) as n from facts.person").rows == [(25,)]
    take_snapshot(tmp_path, at=AT, using="owner")
    assert len(list((tmp_path / "person").glob("*"))) == 1


def test_without_a_snapshot_the_reader_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="jalons snapshot"):
        DuckDBExecutor.over_snapshot(tmp_path)
