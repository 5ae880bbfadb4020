"""What the rooms publish: every fact table has exactly one publisher, and the views answer."""

from __future__ import annotations

import pytest
from django.db import connection

from jalons.facts.builder import discover, one_publisher_each
from jalons.facts.contracts import TABLES


def test_every_fact_table_has_one_publisher() -> None:
    published = one_publisher_each(discover())
    assert sorted(published) == sorted(table.name for table in TABLES)


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_view_of_each_table_answers_to_the_serving_role(table: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM facts."{table.name}" LIMIT 1')  # type: ignore[attr-defined]
        assert [c.name for c in cursor.description] == [c.name for c in table.columns]  # type: ignore[attr-defined]
