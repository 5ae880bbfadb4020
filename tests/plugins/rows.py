"""The rows of the tests' database: emptied after a test that committed, and put back for the next that begins alike.

Emptying every table by TRUNCATE takes seconds (a new file for each table and index). Few tables hold rows: those are
deleted, without triggers or foreign keys.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import psycopg
import pytest
from django.db import connections
from django.test import TransactionTestCase
from psycopg import sql

from bench.databases import bulk

Made = TypeVar("Made")
Cursor = psycopg.Cursor[tuple[Any, ...]]
# Written by the migrations: the same for every test.
ALWAYS_THERE = ("django_migrations", "django_content_type", "auth_permission")
_TABLES = """
  SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> ALL (%s) ORDER BY c.relname
"""
_kept: dict[Callable[[], Any], tuple[dict[str, bytes], Any]] = {}


def _owner() -> AbstractContextManager[Cursor]:
    return bulk(str(connections["default"].settings_dict["NAME"]))


def _filled(cursor: Cursor) -> list[str]:
    names = [str(name) for (name,) in cursor.execute(_TABLES, [list(ALWAYS_THERE)]).fetchall()]
    one = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
    asked = sql.SQL(" UNION ALL ").join(one.format(sql.Literal(name), sql.Identifier(name)) for name in names)
    return [str(name) for (name,) in cursor.execute(asked).fetchall()]


def _empty(cursor: Cursor) -> None:
    if filled := _filled(
        cursor
    ):  # a request cut off by the end of its test ends before what it may still write is deleted
        tables = sql.SQL(", ").join(map(sql.Identifier, filled))
        cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(tables))
    for name in _filled(cursor):
        cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))


def empty() -> None:
    """Delete every row but those of the migrations."""
    with _owner() as cursor:
        _empty(cursor)


def _keep() -> dict[str, bytes]:
    kept = {}
    with _owner() as cursor:
        for name in _filled(cursor):
            with cursor.copy(sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(name))) as rows:
                kept[name] = b"".join(rows)
    return kept


def _put_back(kept: dict[str, bytes]) -> None:
    with _owner() as cursor:
        _empty(cursor)
        for name, rows in kept.items():
            with cursor.copy(sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(name))) as copied:
                copied.write(rows)


@pytest.fixture
def made_once(transactional_db: None) -> Callable[[Callable[[], Made]], Made]:
    """Return a function that gives what ``make`` gives and leaves its rows, committed.

    ``make`` runs once per process, in the first test that asks; the others get its rows again under the same keys, and a
    copy of what it returned.
    """

    def given(make: Callable[[], Made]) -> Made:
        if make in _kept:
            _put_back(_kept[make][0])
        else:
            made = make()
            _kept[make] = (_keep(), copy.deepcopy(made))
        return copy.deepcopy(_kept[make][1])

    return given


@pytest.fixture(scope="session", autouse=True)
def _emptied_our_way() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: empty())
        yield
