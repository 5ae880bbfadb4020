"""Nothing of a row reaches the log, even when the database quotes it in an error."""

from __future__ import annotations

import logging
import sys

import pytest
from django.db import IntegrityError, connection, transaction

from config.logs import DiscreetFormatter


@pytest.mark.django_db
def test_what_the_database_quotes_of_a_row_is_cut_out() -> None:
    canary = "irana C"[::-1].replace(" ", "")  # the traceback quotes the lines of this file
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE person (name text UNIQUE)")
        cursor.execute("INSERT INTO person VALUES (%s)", [canary])
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO person VALUES (%s)", [canary])
    except IntegrityError:
        record = logging.LogRecord("jalons", logging.ERROR, __file__, 1, "échec", None, sys.exc_info())
    else:
        pytest.fail("the constraint did not hold")
    text = DiscreetFormatter("{levelname} {message}", style="{").format(record)
    assert canary not in text
    assert "duplicate key value violates unique constraint" in text
    assert "DETAIL: (retiré du journal)" in text
    assert "test_logs.py" in text
