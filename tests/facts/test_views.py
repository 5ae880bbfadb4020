"""The fact views: one publisher each, columns and types of the contract, readable by the role that serves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import ProgrammingError, connection, connections, transaction
from pytest_django import DjangoDbBlocker

from jalons.facts.builder import PublishingError, one_publisher_each, rebuild_views
from jalons.facts.contracts import AUTHORITY, PAUSE, TABLES, TERRITORY, Table
from jalons.facts.publishing import Published

GOOD = Published(AUTHORITY, "SELECT 7 AS authority_id, 'x'::varchar(4) AS code, 'Métropole' AS name")


@pytest.fixture(autouse=True)
def _views_of_the_rooms_afterwards(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Views are committed, rows are not touched: no table has to be emptied."""
    with django_db_blocker.unblock():
        yield
        rebuild_views()
        connections.close_all()


def _columns(table: Table) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
            " WHERE attrelid = to_regclass(%s) AND attnum > 0 ORDER BY attnum",
            [f'facts."{table.name}"'],
        )
        return cursor.fetchall()


@pytest.mark.req("R-208")
def test_each_contract_has_a_view_with_its_columns_and_types() -> None:
    built = rebuild_views(found=[("jalons.network", GOOD)])
    assert built.published == ("authority",)
    assert len(built.empty) == len(TABLES) - 1
    assert _columns(AUTHORITY) == [("authority_id", "bigint"), ("code", "text"), ("name", "text")]
    assert [name for name, _ in _columns(PAUSE)] == [column.name for column in PAUSE.columns]


def test_the_serving_role_reads_the_views_and_cannot_change_them() -> None:
    rebuild_views(found=[("jalons.network", GOOD)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM facts.authority")
        assert cursor.fetchall() == [("Métropole",)]
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute("DROP VIEW facts.authority")


def test_a_view_answers_with_the_rights_of_who_reads_it() -> None:
    rebuild_views(found=[("jalons.network", GOOD)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE oid = 'facts.authority'::regclass")
        assert cursor.fetchone() == (["security_invoker=true"],)


def test_a_missing_and_an_unknown_column_are_named() -> None:
    wrong = replace(GOOD, select="SELECT 7 AS authority_id, 'x' AS code, 'Métropole' AS nom")
    with pytest.raises(PublishingError, match=r"Manquantes : name\. Inconnues : nom\."):
        rebuild_views(found=[("jalons.network", wrong)])


def test_another_type_is_refused_and_says_what_is_asked() -> None:
    wrong = replace(GOOD, select="SELECT '7' AS authority_id, 'x' AS code, 'Métropole' AS name")
    with pytest.raises(PublishingError, match=r"authority\.authority_id » en text ; le contrat demande bigint"):
        rebuild_views(found=[("jalons.network", wrong)])


def test_a_broken_select_names_its_room_and_leaves_the_former_views() -> None:
    rebuild_views(found=[("jalons.network", GOOD)])
    with pytest.raises(PublishingError, match=r"jalons\.network publie « authority »"):
        rebuild_views(found=[("jalons.network", replace(GOOD, select="SELECT nothing FROM nowhere"))])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM facts.authority")
        assert cursor.fetchone() == (1,)


def test_a_table_published_twice_is_refused() -> None:
    with pytest.raises(PublishingError, match="publiée deux fois, par a et par b"):
        one_publisher_each([("a", GOOD), ("b", GOOD)])


def test_a_table_without_contract_is_refused() -> None:
    alien = Published(Table("secret", "a secret", ("id",), TERRITORY.columns), "SELECT 1")
    with pytest.raises(PublishingError, match="n’a pas de contrat"):
        one_publisher_each([("a", alien)])
