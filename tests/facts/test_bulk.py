"""What reads a whole caseload on PostgreSQL joins by hash, and leaves the connection as it was."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError

from jalons.facts.engines import PostgresExecutor

pytestmark = pytest.mark.django_db
SETTING = "SELECT current_setting('enable_nestloop') AS setting"


def setting(*, bulk: bool = False) -> str:
    return str(PostgresExecutor().run(SETTING, bulk=bulk).rows[0][0])


def test_a_bulk_reading_forbids_nested_loops_for_itself_only() -> None:
    assert (setting(bulk=True), setting()) == ("off", "on")


def test_a_bulk_reading_that_fails_leaves_no_trace() -> None:
    with pytest.raises(ProgrammingError):
        PostgresExecutor().run("SELECT nothing FROM facts.person", bulk=True)
    assert setting() == "on"
