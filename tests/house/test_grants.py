"""The role that serves may read and write, but neither rewrite history nor change what migrations made."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from jalons.kernel.database import APP_ROLE
from jalons.kernel.database.grants import aging_tables, append_only_tables, history_tables

pytestmark = pytest.mark.django_db

WRITES = ["UPDATE", "DELETE"]


def privileges(table: str) -> set[str]:
    """What the connected role may do on a table."""
    with connection.cursor() as cursor:
        names = ["SELECT", "INSERT", "UPDATE", "DELETE"]
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS name WHERE has_table_privilege(current_user, %s, name)",
            [names, table],
        )
        return {name for (name,) in cursor.fetchall()}


def test_the_tests_connect_as_the_plain_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = session_user")
        assert cursor.fetchone() == (APP_ROLE, False, False)


def test_history_can_be_added_to_and_read_but_not_rewritten() -> None:
    assert history_tables()
    for table in {*history_tables(), *append_only_tables()} - aging_tables().keys():
        assert privileges(table) == {"SELECT", "INSERT"}, table


def test_what_ages_is_never_changed_and_only_its_old_rows_may_go() -> None:
    assert aging_tables().keys() <= set(append_only_tables())
    with connection.cursor() as cursor:
        for table in aging_tables():
            assert privileges(table) == {"SELECT", "INSERT", "DELETE"}, table
            cursor.execute("SELECT qual FROM pg_policies WHERE tablename = %s AND cmd = 'DELETE'", [table])
            ((condition,),) = cursor.fetchall()
            assert "now()" in condition, "nothing keeps the young rows"
            cursor.execute("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", [table])
            assert cursor.fetchone() == (True,)


def test_an_attempt_to_rewrite_history_fails_in_the_database() -> None:
    table = history_tables()[0]
    for statement in (f'DELETE FROM "{table}"', f"UPDATE \"{table}\" SET pgh_label = 'x'"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_list_of_migrations_belongs_to_the_owner() -> None:
    assert privileges("django_migrations") == {"SELECT"}


def test_facts_are_read_only() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('facts.%I', viewname) FROM pg_views WHERE schemaname = 'facts'")
        views = [view for (view,) in cursor.fetchall()]
    assert views
    assert {view: privileges(view) for view in views} == {view: {"SELECT"} for view in views}


def test_the_plain_role_cannot_create_tables() -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE intruder (id int)")
