"""One SQL text on two engines: the same rows, the same checksums; what is read is in a contract."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlglot.errors import ParseError

from jalons.facts.contracts import ENROLMENT, RIGHT
from jalons.facts.engines import DuckDBExecutor, PostgresExecutor, transpile
from tests.facts.checked import checksum, fact_columns, table_checksum
from tests.facts.given import complete, on_postgres

ROWS = complete(
    {
        "right": [
            {"person_id": 2, "start_on": date(2020, 1, 31)},
            {"person_id": 3, "start_on": date(2020, 2, 1), "end_on": date(2020, 3, 1), "state": "closed"},
        ],
        "enrolment": [{"person_id": 2, "start_on": date(2020, 1, 1), "action_code": "10 % d'aide"}],
    }
)
SQL = """
  select r.person_id, add_months(r.start_on, $months) as later, add_days(r.start_on, -1) as eve,
         date_diff('day', r.start_on, r.end_on) as days, r.person_id % 2 as odd
  from facts."right" as r
  join facts.enrolment as e on e.person_id = r.person_id
  where r.person_id = any($ids) and e.action_code like '10 %'
"""


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize("engine", [DuckDBExecutor.over_rows, on_postgres])
def test_dates_lists_and_percent_signs_mean_the_same_everywhere(engine: object) -> None:
    with engine(ROWS) as executor:  # type: ignore[operator]
        answer = executor.run(SQL, {"months": 1, "ids": [2, 3]})
        [row] = answer.dicts()
    assert row == {
        "person_id": 2, "later": date(2020, 2, 29), "eve": date(2020, 1, 30), "days": None, "odd": 0,
    }  # fmt: skip


@pytest.mark.django_db(databases=["default", "owner"])
def test_whole_tables_have_the_same_checksum_on_both_engines() -> None:
    with DuckDBExecutor.over_rows(ROWS) as columnar, on_postgres(ROWS) as live:
        for table in (RIGHT, ENROLMENT):
            assert table_checksum(columnar, table) == table_checksum(live, table)
        before = table_checksum(columnar, RIGHT)
        columnar.run("update facts.\"right\" set end_on = date '2020-03-02' where person_id = 3")
        assert table_checksum(columnar, RIGHT) != before


def test_a_checksum_ignores_order_and_number_types_but_not_content() -> None:
    assert checksum([(1, None), (2, "a")]) == checksum([(Decimal("2.0"), "a"), (Decimal(1), None)])
    assert checksum([(1, None)]) != checksum([(1, "")])
    assert checksum([(1, 12)]) != checksum([(11, 2)])


def test_month_arithmetic_is_written_for_each_engine() -> None:
    text = "select add_months(x, 3) as y from facts.exit"
    assert "MAKE_INTERVAL(months => " in transpile(text, "postgres")
    assert "TO_MONTHS" in transpile(text, "duckdb")
    assert "ADD_MONTHS" in transpile(text, "spark")


def test_bad_sql_says_where() -> None:
    with pytest.raises(ParseError, match="Line 1"):
        transpile("select from where (")


def test_the_columns_read_are_found_through_joins_and_subqueries() -> None:
    read = fact_columns(
        "with a as (select e.person_id from facts.enrolment as e where end_on is null)"
        " select a.person_id, r.state from a join facts.right r on r.person_id = a.person_id"
    )
    assert read == {
        ("enrolment", "person_id"), ("enrolment", "end_on"), ("right", "state"), ("right", "person_id"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select e.nir from facts.enrolment as e", "no column 'nir'"),
        ("select nir from facts.enrolment", "column 'nir' is in no contract"),
        ("select x.y from facts.secrets as x", "facts.secrets has no contract"),
        ("select * from facts.person", "name the columns"),
    ],
)
def test_a_column_out_of_the_contracts_is_refused(sql: str, said: str) -> None:
    with pytest.raises((KeyError, ValueError), match=said):
        fact_columns(sql)


def test_given_rows_must_fit_the_contract() -> None:
    with pytest.raises(ValueError, match="has no column nir"):
        DuckDBExecutor.over_rows({"person": [{"person_id": 1, "nir": "1"}]})
    with pytest.raises(ValueError, match="has no contract"):
        DuckDBExecutor.over_rows({"secrets": []})


@pytest.mark.django_db
def test_the_live_engine_reads_the_views_of_the_rooms() -> None:
    assert len(PostgresExecutor().run("select p.person_id from facts.person as p")) == 0
