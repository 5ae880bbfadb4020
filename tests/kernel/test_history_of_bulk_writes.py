"""A bulk update after a small one on the same connection still joins its rows before and after by hash, not pair by pair."""

from __future__ import annotations

import pytest
from django.db import connection

from jalons.kernel.database.history_plans import HISTORY_FUNCTION


@pytest.mark.django_db
def test_functions_that_keep_history_never_use_nested_loops():
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname, proconfig FROM pg_proc WHERE proname LIKE %s", [HISTORY_FUNCTION])
        functions = dict(cursor.fetchall())
    assert functions
    assert {name for name, settings in functions.items() if settings != ["enable_nestloop=off"]} == set()
